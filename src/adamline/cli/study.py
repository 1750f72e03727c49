"""Commands of a study: check it, look into it; simulate one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adamline.cli.app import FINDINGS, app, echo, show_findings
from adamline.cli.loading import loading
from adamline.cli.said import sizes
from adamline.cli.whole_number import at_least
from adamline.errors import SpecError
from adamline.plurals import counted

if TYPE_CHECKING:
    from adamline.spec.dry_run import DryRun
    from adamline.study.functions import Programs
    from adamline.study.study import Study

RunPrograms = Annotated[
    bool, typer.Option("--run-programs", help="Run the study's programs, whose text is else only read.")
]
StudyFolder = Annotated[Path, typer.Argument(help="The folder of the study's specs, with study.yaml in it.")]


class Simulated(StrEnum):
    """Studies whose SDTM can be simulated."""

    JAHH = "jahh"


@app.command()
def check(
    study: StudyFolder,
    sdtm: Annotated[
        Path | None, typer.Option(help="Also check that these SDTM files have what the study reads.")
    ] = None,
    adam: Annotated[
        Path | None, typer.Option(help="Also check that these ADaM files have what the study reads of `supplied`.")
    ] = None,
    expanded: Annotated[bool, typer.Option("--expanded", help="Show every argument in force, defaults too.")] = False,
    run_programs: RunPrograms = False,
) -> None:
    """Check the specs of a study, all faults at once; status 1 with findings."""
    from adamline.study.check import check_study
    from adamline.study.expanded import expanded_lines
    from adamline.study.formats import check_formats
    from adamline.study.input_folders import InputFolders, check_folders, find_all
    from adamline.study.inputs import check_inputs
    from adamline.study.rehearsal import rehearse
    from adamline.study.study import read_study
    from adamline.study.supplied import kinds_supplied

    opened, faults = read_study(study, _programs(run_programs=run_programs))
    if expanded:
        for line in expanded_lines(opened):
            echo(line)
    folders = InputFolders(sdtm, adam)
    inputs = {} if faults else find_all(opened, folders)
    faults += [*rehearse(opened, inputs).faults, *check_formats(opened)]
    if faults:
        show_findings(finding for finding in check_study(opened) if not any(map(finding.repeats, faults)))
        raise SpecError(faults)
    findings = check_study(opened, kinds_supplied(inputs))
    findings += [*check_folders(opened, folders), *check_inputs(opened, inputs)]
    show_findings(findings)
    echo(f"{sizes(opened.datasets, opened.outputs)}, {counted(len(findings), 'finding')}")
    if findings:
        raise typer.Exit(FINDINGS)


@app.command()
def plan(
    study: StudyFolder,
    dataset: Annotated[str | None, typer.Option(help="Only this dataset.")] = None,
    run_programs: RunPrograms = False,
) -> None:
    """Show what a run would do, in its order."""
    from adamline.study.expanded import plan_lines

    for line in plan_lines(open_specs(study, run_programs=run_programs), dataset.upper() if dataset else None):
        echo(line)


@app.command()
def where(
    name: Annotated[str, typer.Argument(help="A variable, such as ABLFL, or an output, such as T-14-1-2.")],
    study: Annotated[Path, typer.Option(help="The folder of the study's specs.")] = Path(),
    dataset: Annotated[str | None, typer.Option(help="Only in this dataset.")] = None,
    run_programs: RunPrograms = False,
) -> None:
    """Show where a variable or an output is made: spec line, function, define sentence; template, analyses."""
    from adamline.study.where import where_is, where_output

    opened = open_specs(study, run_programs=run_programs)
    output = where_output(opened, name) if dataset is None else None
    if output is not None:
        echo(output.output)
        for part in ("spec", "template", "layout"):
            if getattr(output, part):
                echo(f"  {part:<10}{getattr(output, part)}")
        for analysis, line, file in output.analyses:
            echo(f"  {analysis}\n    {'at':<10}{line}\n    {'counted':<10}{file}")
        return
    for found in where_is(opened, name.upper(), dataset.upper() if dataset else None):
        echo(f"{found.dataset}.{found.variable}")
        for part in ("spec", "function", "code", "table", "reads", "method"):
            if getattr(found, part):
                echo(f"  {part:<10}{getattr(found, part)}")


@app.command()
def simulate(
    study: Annotated[Simulated, typer.Argument(help="The study.")],
    out: Annotated[Path, typer.Option(help="The folder to write to.")],
    subjects: Annotated[
        int | None,
        typer.Option(help="How many are randomised; as many as in the study.", parser=at_least(1), metavar="<int>"),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Another seed gives other patients.", parser=at_least(0), metavar="<int>")
    ] = None,
) -> None:
    """Write simulated SDTM transport files of a study; the same each time."""
    from adamline.io.atomic import remove_leftovers
    from adamline.simulate.jahh import simulate_jahh
    from adamline.simulate.jahh.calibrate import is_calibrated

    remove_leftovers(out)
    given = _given(subjects=subjects, seed=seed)
    written = simulate_jahh(out, **given)
    how = "calibrated to what is published of" if is_calibrated(**given) else "not calibrated to"
    echo(f"{study.value}: {counted(len(written), 'file')} of simulated data, {how} the trial, in {out}")


def _given(**options: int | None) -> dict[str, int]:
    return {name: value for name, value in options.items() if value is not None}


def open_specs(folder: Path, *, run_programs: bool, dry_run: DryRun | None = None) -> Study:
    """The study in a folder; its programs are run, or only read."""
    with loading():
        from adamline.spec.dry_run import AS_WRITTEN
        from adamline.study.study import open_study

        return open_study(folder, _programs(run_programs=run_programs), dry_run or AS_WRITTEN)


def _programs(*, run_programs: bool) -> Programs:
    from adamline.study.functions import Programs

    return Programs.RUN if run_programs else Programs.READ


@app.command()
def templates(
    study: Annotated[Path | None, typer.Option(help="A study, whose own templates come first.")] = None,
) -> None:
    """List the templates of outputs that a spec may name, with what each needs."""
    from adamline._resources import resource_folder
    from adamline.spec.load import load_study
    from adamline.spec.template import catalogue_folders, read_templates

    bundled = resource_folder("specs") / "catalogue"
    folders = (bundled,) if study is None else catalogue_folders(study, load_study(study)[0].study.catalogue, bundled)
    for name, template in sorted(read_templates(folders).items()):
        echo(f"{name}\n  {template.about}\n  needs   {template.needs}")
        for option, meaning in template.options.items():
            echo(f"  option  {option}: {meaning}")


@app.command()
def schema(
    out: Annotated[Path, typer.Option(help="The folder to write the schemas to.")],
) -> None:
    """Write JSON Schemas of the spec files, by which editors complete and check them."""
    from adamline.study.schema import write_schemas

    for path in write_schemas(out):
        echo(str(path))
