"""Commands that say what is derived and how: the specification of a dataset as text, the reference of derivations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adamline.cli.app import app, echo
from adamline.cli.study import RunPrograms, StudyFolder, open_specs


@app.command()
def program(
    study: StudyFolder,
    dataset: Annotated[str | None, typer.Option(help="Only this dataset.")] = None,
    text: Annotated[
        bool, typer.Option("--text", help="As readable text (Markdown), to write a second program from.")
    ] = False,
    sdtm: Annotated[
        Path | None, typer.Option(help="The folder with the SDTM files, for the labels of what is copied from them.")
    ] = None,
    adam: Annotated[Path | None, typer.Option(help="The same of the ADaM datasets that study.yaml lists.")] = None,
    out: Annotated[Path | None, typer.Option(help="A folder to write to, a file of Markdown for each dataset.")] = None,
    run_programs: RunPrograms = False,
) -> None:
    """Write what a QC programmer needs to program a dataset a second time, and nothing of how adamline does it."""
    from adamline.errors import AdamlineError
    from adamline.io.atomic import replace_file
    from adamline.study.input_folders import InputFolders, find_all
    from adamline.study.needed import no_dataset
    from adamline.study.rehearsal import rehearse
    from adamline.study.specification.page import specification

    if not text:
        raise AdamlineError("A form is to be chosen.", expected="--text, the specification as text", found="none")
    opened = open_specs(study, run_programs=run_programs)
    wanted = dataset.upper() if dataset else None
    if wanted is not None and wanted not in opened.dataset_names:
        raise no_dataset(opened, wanted)
    if not opened.datasets:
        raise AdamlineError("The study makes no dataset.", hint="`datasets` of study.yaml lists those that it makes")
    made = rehearse(opened, find_all(opened, InputFolders(sdtm, adam))).made
    for plan in opened.datasets:
        if wanted in (None, plan.spec.dataset):
            page = specification(opened, plan, made[plan.spec.dataset])
            if out is None:
                echo(page)
            else:
                out.mkdir(parents=True, exist_ok=True)
                with replace_file(out / f"{plan.spec.dataset}.md") as file:
                    file.write(page.encode())


@app.command()
def derivations(
    name: Annotated[str | None, typer.Argument(help="One derivation, such as ablfl or response.sri.")] = None,
    study: Annotated[
        Path | None, typer.Option(help="A study, whose own programs are listed too; they are read.")
    ] = None,
) -> None:
    """List what `derive` and `add` of a spec may name; of one its arguments, rule, example and method."""
    from adamline.study.reference import derivation_named, reference_of, summary_lines

    if name is not None:
        echo(reference_of(*derivation_named(name, study)))
        return
    for line in summary_lines(study):
        echo(line)
