"""The command that packs the outputs of a run into one document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adamline.cli.app import app, echo, show_findings
from adamline.plurals import counted
from adamline.spec.docx_form import DocxForm


@app.command()
def pack(
    run: Annotated[Path, typer.Argument(metavar="OUT", help="The folder of a run.")],
    out: Annotated[
        Path | None,
        typer.Option(help="The document to write, .docx or .rtf; without it, one of Word in the folder of the run."),
    ] = None,
    output: Annotated[
        list[str] | None, typer.Option(help="An output to pack, such as T-14-1-1; may be repeated. Without it, all.")
    ] = None,
    study: Annotated[
        Path | None, typer.Option(help="The folder of the study's specs, where it has templates of its own.")
    ] = None,
    form: Annotated[
        DocxForm,
        typer.Option(
            help="fixed: all written out, for publication; flow: titles and notes in Word's header and footer."
        ),
    ] = DocxForm.FIXED,
) -> None:
    """Pack the outputs of a run into one document, of Word or RTF, with a cover and contents."""
    from adamline.study.pack import DEFAULT, pack_run

    target = out or run / DEFAULT
    packed = pack_run(run, target, tuple(output or ()), study, form)
    echo(f"{counted(len(packed.outputs), 'output')} in {target}")
    show_findings(packed.findings)
