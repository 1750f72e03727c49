"""Run a study: make what has changed, as a dry run where that is asked for, or show the steps for one subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adamline.cli.app import FINDINGS, app, echo, show_findings
from adamline.cli.day import day
from adamline.cli.loading import loading
from adamline.cli.said import sizes
from adamline.cli.study import StudyFolder, open_specs
from adamline.cli.whole_number import at_least
from adamline.errors import DataError

if TYPE_CHECKING:
    from adamline.findings import Finding
    from adamline.study.input_folders import InputFolders
    from adamline.study.makers import Makers
    from adamline.study.study import Study


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
            help="Processes that make datasets, parts of large ones, and outputs; 1 or more.",
            parser=at_least(1),
            metavar="<int>",
        ),
    ] = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="A Dask cluster for large datasets, by its scheduler's address or as file:PATH of its file.",
            metavar="<address>",
        ),
    ] = None,
    cutoff: Annotated[
        Any, typer.Option(help="A dry run on data up to this day: 2014-07-02.", parser=day, metavar="<date>")
    ] = None,
    dummy_treatment: Annotated[
        int | None, typer.Option(help="A dry run, arms dealt out by this seed.", parser=at_least(0), metavar="<int>")
    ] = None,
) -> None:
    """Make the datasets and outputs of a study that have changed."""
    with loading():
        from adamline.spec.dry_run import DryRun
        from adamline.study.done import Done
        from adamline.study.input_folders import InputFolders
        from adamline.study.memory import keep_freed
        from adamline.study.run import run_study

    def show(done: Done) -> None:
        is_told = done.is_new or done.error is not None
        echo(f"  {done.name:<16}{done.size:<16}{done.seconds:6.1f} s" if is_told else f"  {done.name:<16}-")

    if scheduler is not None and workers != 1:
        what = "Large datasets are made by processes beside this one or by a cluster, not by both."
        raise DataError(what, expected="--workers or --scheduler", found="both")
    keep_freed()
    opened = open_specs(study, run_programs=True, dry_run=DryRun(cutoff, dummy_treatment))
    if subject is not None or until is not None:
        if keep_work:
            what = "--keep-work writes datasets, and --subject shows the steps of one and writes none."
            raise DataError(what, expected="one of the two")
        _trace(opened, InputFolders(sdtm, adam), out, dataset or [], subject, until)
        return
    echo(f"{opened.spec.study}: {sizes(opened.datasets, opened.outputs)}")
    with _cluster(scheduler) as makers:
        done, findings = run_study(
            opened, sdtm, out, show, adam=adam, only=dataset or None, workers=workers, makers=makers
        )
    made = sum(one.is_new for one in done)
    echo(f"{made} made, {len(done) - made} unchanged, in {out}")
    if keep_work:
        from adamline.study.trace_run import keep_work_variables

        kept = list(keep_work_variables(opened, InputFolders(sdtm, adam), out, dataset or opened.dataset_names))
        for path in kept:
            echo(f"  {path}")
        if not kept:
            echo("  no work variables in these datasets")
    _end(findings, strict=strict)


@contextmanager
def _cluster(scheduler: str | None) -> Iterator[Makers | None]:
    """The cluster that makes the parts of large datasets, where one is asked for."""
    if scheduler is None:
        yield None
    else:
        from adamline.study.cluster import dask_cluster

        with dask_cluster(scheduler) as cluster:
            yield cluster


def _end(findings: Sequence[Finding], *, strict: bool) -> None:
    """Show the findings of a run; where it is strict, warnings make status 1."""
    from adamline.findings import Severity, worst

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
