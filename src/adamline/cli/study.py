"""Commands of a study: run it, check it, look into it; simulate one, demonstrate one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adamline.cli.app import FINDINGS, app, echo, show_findings
from adamline.cli.day import day
from adamline.cli.whole_number import at_least
from adamline.errors import DataError, SpecError
from adamline.plurals import counted

if TYPE_CHECKING:
    from adamline.spec.dry_run import DryRun
    from adamline.study.functions import Programs
    from adamline.study.input_folders import InputFolders
    from adamline.study.study import Study

RunPrograms = Annotated[
    bool, typer.Option("--run-programs", help="Run the study's programs, whose text is else only read.")
]
StudyFolder = Annotated[Path, typer.Argument(help="The folder of the study's specs, with study.yaml in it.")]


class Simulated(StrEnum):
    """Studies whose SDTM can be simulated."""

    JAHH = "jahh"


class Demonstrated(StrEnum):
    """Studies that `demo` runs, each a folder of specs."""

    JAHH = "jahh"
    PILOT = "cdiscpilot01"


@app.command()
def run(
    study: StudyFolder,
    out: Annotated[Path, typer.Option(help="The folder to write to.")],
    sdtm: Annotated[
        Path | None, typer.Option(help="The folder with the SDTM files: XPT, Dataset-JSON, SAS datasets, Parquet.")
    ] = None,
    adam: Annotated[
        Path | None, typer.Option(help="The folder with the ADaM datasets that study.yaml lists as `supplied`.")
    ] = None,
    dataset: Annotated[
        list[str] | None, typer.Option(help="Only this dataset and those that it reads, no outputs; may be repeated.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="With --subject: show the steps up to this variable.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="Show the records of this USUBJID before and after each step of the dataset.")
    ] = None,
    keep_work: Annotated[
        bool,
        typer.Option("--keep-work", help="Also write the datasets with their work variables, as Parquet to OUT/work."),
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with status 1 when there are warnings.")] = False,
    workers: Annotated[
        int,
        typer.Option(
            help="Processes for large datasets, which are made by subject; 1 or more.",
            parser=at_least(1),
            metavar="<int>",
        ),
    ] = 1,
    cutoff: Annotated[
        Any, typer.Option(help="A dry run on data up to this day: 2014-07-02.", parser=day, metavar="<date>")
    ] = None,
    dummy_treatment: Annotated[
        int | None, typer.Option(help="A dry run, arms dealt out by this seed.", parser=at_least(0), metavar="<int>")
    ] = None,
) -> None:
    """Make the datasets and outputs of a study that have changed."""
    from adamline.findings import Severity, worst
    from adamline.spec.dry_run import DryRun
    from adamline.study.input_folders import InputFolders
    from adamline.study.run import Done, run_study

    def show(done: Done) -> None:
        is_told = done.is_new or done.error is not None
        echo(f"  {done.name:<16}{done.size:<16}{done.seconds:6.1f} s" if is_told else f"  {done.name:<16}-")

    opened = open_specs(study, run_programs=True, dry_run=DryRun(cutoff, dummy_treatment))
    if subject is not None or until is not None:
        if keep_work:
            what = "--keep-work writes datasets, and --subject shows the steps of one and writes none."
            raise DataError(what, expected="one of the two")
        _trace(opened, InputFolders(sdtm, adam), out, dataset or [], subject, until)
        return
    echo(f"{opened.spec.study}: {_sizes(opened)}")
    done, findings = run_study(opened, sdtm, out, show, adam=adam, only=dataset or None, workers=workers)
    made = sum(one.is_new for one in done)
    echo(f"{made} made, {len(done) - made} unchanged, in {out}")
    if keep_work:
        from adamline.study.trace_run import keep_work_variables

        kept = list(keep_work_variables(opened, InputFolders(sdtm, adam), out, dataset or opened.dataset_names))
        for path in kept:
            echo(f"  {path}")
        if not kept:
            echo("  no work variables in these datasets")
    show_findings(findings)
    if strict and worst(findings) >= Severity.WARNING:
        raise typer.Exit(FINDINGS)


def _trace(
    study: Study, folders: InputFolders, out: Path, named: list[str], subject: str | None, until: str | None
) -> None:
    """Show the steps of one dataset for one subject; what it reads of the study is made first."""
    from adamline.study.trace_run import trace_run

    if subject is None or len(named) != 1:
        raise DataError(
            "The steps of one dataset are shown for one subject.",
            expected="--dataset and --subject, each once",
            hint="--until stops at a variable",
        )
    trace_run(study, folders, out, named[0], subject, until, echo)


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
    echo(f"{_sizes(opened)}, {counted(len(findings), 'finding')}")
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


def _given(**options: int | None) -> dict[str, int]:
    return {name: value for name, value in options.items() if value is not None}


def open_specs(folder: Path, *, run_programs: bool, dry_run: DryRun | None = None) -> Study:
    """The study in a folder; its programs are run, or only read."""
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


def _sizes(study: Study) -> str:
    return f"{counted(len(study.datasets), 'dataset')}, {counted(len(study.outputs), 'output')}"
