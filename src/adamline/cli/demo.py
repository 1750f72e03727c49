"""Demonstrate: run a study that comes with adamline, with its data."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from adamline.cli.app import app, echo
from adamline.cli.run import run
from adamline.cli.study import Simulated, simulate


class Demonstrated(StrEnum):
    """Studies that `demo` runs, each a folder of specs."""

    JAHH = "jahh"
    PILOT = "cdiscpilot01"


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("output/demo"),
    study: Annotated[Demonstrated, typer.Option(help="The study.")] = Demonstrated.JAHH,
) -> None:
    """Run a study that comes with adamline: simulated patients with lupus, or the CDISC pilot."""
    from adamline._resources import resource_folder

    sdtm = out / "sdtm"
    if study is Demonstrated.JAHH:
        simulate(Simulated.JAHH, sdtm)
    else:
        from adamline.study.demo import write_pilot_sdtm

        echo(f"Writing the SDTM of the CDISC pilot to {sdtm}")
        write_pilot_sdtm(sdtm)
    run(resource_folder("specs") / study.value, out, sdtm)
    echo(f"Datasets: {out / 'adam'}   Word: {out / 'tlf'}   results: {out / 'results'}   logs: {out / 'logs'}")
