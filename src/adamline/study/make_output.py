"""Makes the files of one output aside: its results, its layout, its documents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from adamline.analyses.data import Made
from adamline.analyses.whole import NotReadError
from adamline.errors import AdamlineError, Place
from adamline.findings import Finding
from adamline.io.atomic import replace_file
from adamline.results.check_warnings import check_warnings
from adamline.results.csv_file import write_results
from adamline.study.dry_run import page_study, with_dummy_note
from adamline.study.formats import formats_of
from adamline.study.keys import RUN_ID_LENGTH, version_of
from adamline.study.manifest import LAYOUTS, RESULTS, TLF
from adamline.study.output_data import analysis_data, parameters_of
from adamline.study.outputs import OutputPlan
from adamline.study.steps import added_findings
from adamline.study.told_at import told_at
from adamline.study.under_way import UnderWay
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.paginate import paginate
from adamline.tlf.render.formats import WRITERS
from adamline.tlf.stored import SUFFIX, write_layout


@dataclass(frozen=True)
class OutputMade:
    """What was made: its pages, and what is to be said of it."""

    pages: int
    findings: tuple[Finding, ...]


def key_of_output(run: UnderWay, output: OutputPlan) -> str:
    """The key of an output: all that its files are made from.

    It begins with a hash of what its pages are made from, of which the run id is a part; behind it stand the versions
    of what writes some of its formats alone.
    """
    reads = {name: run.hashes[name] for name in (*output.datasets, *output.results)}
    more: dict[str, object] = {"programs": run.folder} if output.has_programs else {}
    libraries = sorted({WRITERS[name].library for name in formats_of(run.study, output)} - {""})
    key = run.key(
        "output",
        output.options.model_dump(mode="json", exclude={"formats"}),  # they change no page, and no run id
        reads,
        footnotes=output.texts.notes,
        parameters=parameters_of(run.study, output),
        page=run.study.spec.page.model_dump(mode="json"),
        label=run.label,
        docx=run.study.form_of(output),
        study_line=output.texts.study,
        program=output.program,
        time_stamp=run.study.spec.time_stamp,
        **more,
    )
    return " ".join([key, *(f"{library} {version_of(library)}" for library in libraries)])


def files_of_output(run: UnderWay, output: OutputPlan) -> tuple[Path, ...]:
    """The files of an output: its results first, its layout, a document for each of its formats."""
    documents = (run.path(TLF, output.name, name) for name in formats_of(run.study, output))
    return (run.path(RESULTS, output.name, "csv"), run.path(LAYOUTS, output.name, SUFFIX), *documents)


def place_of(output: OutputPlan) -> Place:
    """The line that names an output, and the output: what an error says that knows no line of its own."""
    return replace(output.place, dataset=output.name)


def made_output(run: UnderWay, output: OutputPlan, key: str) -> OutputMade | AdamlineError:
    """An output made under this key, its files aside of their places; the error where it cannot be made."""
    try:
        with told_at(place_of(output)):
            return _made(run, output, key)
    except AdamlineError as error:
        return error


def _made(run: UnderWay, output: OutputPlan, key: str) -> OutputMade:
    results_path, layout_path, *_ = files_of_output(run, output)
    made, unmet = _analysed(run, output)
    run.shared.done_with(output)
    results = with_dummy_note(made.results, output, run.study.spec)
    write_results(results, run.out.aside(results_path))
    layout = output.lay_out(results, _page(run, output, key))
    paginated = paginate(layout)
    given = replace(run.given, form=run.study.form_of(output))
    for name in formats_of(run.study, output):
        with replace_file(run.out.aside(run.path(TLF, output.name, name))) as handle:
            WRITERS[name].write(paginated, handle, given)
    with replace_file(run.out.aside(layout_path)) as handle:
        write_layout(layout, output.kind, len(paginated.pages), handle)
    supplied = [run.supplied[name].tallies for name in output.datasets if name in run.supplied]
    run.check_inputs(output.datasets)
    found = (*unmet, *made.findings, *layout.findings)
    # What is said of a supplied file is the same for every output that reads it, and is said once.
    findings = (*added_findings(supplied), *(_at_output(each, output) for each in found))
    findings += check_warnings(made.results, output.place)
    return OutputMade(len(paginated.pages), findings)


def _analysed(run: UnderWay, output: OutputPlan) -> tuple[Made, tuple[Finding, ...]]:
    """What analyses make of the output, and what is to be said of its conditions.

    A dataset of which they ask for more than was read is read as a whole.
    """
    parameters = parameters_of(run.study, output)
    while True:
        try:
            data = analysis_data(run, output, parameters)
            return output.analyse(data), tuple(output.unmet_conditions(data))
        except NotReadError as error:
            run.shared.read_whole(error.dataset)


def _footnotes(output: OutputPlan) -> tuple[str, ...]:
    return tuple(output.texts.notes[name] for name in output.options.footnotes)


def _page(run: UnderWay, output: OutputPlan, key: str) -> PageContext:
    """What the pages of an output say around its body."""
    study = run.study.spec
    return PageContext(
        study=page_study(output.texts.study, study),
        label=run.label,
        program=output.program,
        run=key[:RUN_ID_LENGTH],
        cutoff=study.data_cutoff.isoformat(),
        made=run.made_at,
        footnotes=_footnotes(output),
        notes=output.texts.notes,
        page=study.page,
    )


def _at_output(finding: Finding, output: OutputPlan) -> Finding:
    """The finding with its line of the output's spec, or that which names the output, where it knows no file."""
    place = output.file.place(finding.route) if finding.route else output.place
    known = finding.place if finding.place.file else replace(finding.place, file=place.file, line=place.line)
    return replace(finding, place=known, route=())
