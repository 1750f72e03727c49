"""Commands of quality control beside `compare`: what is published against what is computed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adamline.cli.app import FINDINGS, app, echo

qc = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Quality control of a study's results.")
app.add_typer(qc, name="qc")

Report = Annotated[Path | None, typer.Option(help="Write it there.")]


@qc.callback()
def _options() -> None:
    """Hold the group together, so that it is one with a single command."""


@qc.command()
def published(
    study: Annotated[Path, typer.Argument(help="The folder of the study's specs, with published.csv in it.")],
    out: Annotated[Path, typer.Argument(help="The folder of a run of the study.")],
    text: Report = None,
    csv: Report = None,
    html: Report = None,
    xlsx: Report = None,
) -> None:
    """Compare what a paper prints with what a run computed: status 0 equal, 1 different, 2 could not compare."""
    from adamline.study.published import Reports, run_published

    outcome = run_published(study, out, Reports(text, csv, html, xlsx))
    echo(outcome.text, nl=False)
    if not outcome.is_fine:
        raise typer.Exit(FINDINGS)
