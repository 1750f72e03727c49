"""The command that shows the list of a study's outputs, writes it as a workbook, and takes its edits back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adamline.cli.app import app, echo
from adamline.cli.study import StudyFolder, open_specs
from adamline.errors import DataError
from adamline.plurals import counted


@app.command()
def outputs(
    study: StudyFolder,
    xlsx: Annotated[Path | None, typer.Option(help="Write the list to this workbook.")] = None,
    from_: Annotated[
        Path | None, typer.Option("--import", help="Take the edits of this workbook into the study.")
    ] = None,
) -> None:
    """List the outputs of a study, with titles, population, footnotes, programmer and QC; edit the list in Excel."""
    from adamline.io.atomic import replace_file
    from adamline.study.output_list import lines_of, list_of_outputs, write_list
    from adamline.study.output_list_import import import_list

    if xlsx is not None and from_ is not None:
        raise DataError("A list is written, or its edits are taken.", expected="one of --xlsx and --import")
    opened = open_specs(study, run_programs=False)
    if from_ is not None:
        changed = import_list(opened, from_)
        for name in changed:
            echo(f"  {name}")
        echo(f"{counted(len(changed), 'file')} changed in {study}")
        return
    if xlsx is not None:
        with replace_file(xlsx) as handle:
            write_list(opened, handle)
        echo(f"{counted(len(opened.outputs), 'output')} in {xlsx}")
        return
    for line in lines_of(list_of_outputs(opened)):
        echo(line)
