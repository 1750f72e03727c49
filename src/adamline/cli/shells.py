"""The command that writes the shells of a study's outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adamline.cli.app import app, echo, show_findings
from adamline.cli.study import StudyFolder, open_specs
from adamline.plurals import counted


@app.command()
def shells(
    study: StudyFolder,
    out: Annotated[Path, typer.Option(help="The folder to write to, a file an output and format.")],
    output: Annotated[
        list[str] | None, typer.Option(help="An output, such as T-14-1-1; may be repeated. Without it, all.")
    ] = None,
    pack: Annotated[Path | None, typer.Option(help="Also one Word document of all of them, with contents.")] = None,
) -> None:
    """Write the shells of outputs: their pages from the specs alone, without data."""
    from adamline.study.shells import write_shells

    def show(name: str, pages: int) -> None:
        echo(f"  {name:<16}{counted(pages, 'page')}")

    opened = open_specs(study, run_programs=False)
    written = write_shells(opened, out, tuple(output or ()), pack, show)
    show_findings(written.findings)
    echo(f"{counted(len(written.outputs), 'shell')} in {out}{f' and {pack}' if pack else ''}")
