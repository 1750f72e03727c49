"""Makes the shells of a study's outputs: their pages from the specs alone, with placeholders for what data will say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from adamline.analyses.anchors import NotedOptions
from adamline.analyses.figure_options import PlotOptions, StoredOptions
from adamline.analyses.listing import Options as ListingOptions
from adamline.analyses.options import OutputOptions
from adamline.analyses.profile import Options as ProfileOptions
from adamline.analyses.table_options import Options as TableOptions
from adamline.errors import AdamlineError, LayoutError, nearest
from adamline.findings import Finding, Severity
from adamline.io.atomic import replace_file
from adamline.io.dataset import Kind
from adamline.plurals import counted
from adamline.spec.dataset import Entry
from adamline.study.formats import formats_of, require_formats
from adamline.study.keys import RUN_ID_LENGTH, TEMPLATES, key_of
from adamline.study.outputs import OutputPlan
from adamline.study.pack import GROUPS, Packed
from adamline.study.study import Study
from adamline.tlf.front import Cover
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds._figure import figure_layout
from adamline.tlf.layout import Align, Layout
from adamline.tlf.pages import Paginated, Planned
from adamline.tlf.paginate import paginate
from adamline.tlf.render._document import docx_environment
from adamline.tlf.render.formats import WRITERS, Given
from adamline.tlf.render.pack import Group, render_pack
from adamline.tlf.shell.figure import empty_plot
from adamline.tlf.shell.known import Known
from adamline.tlf.shell.listing import listing_records
from adamline.tlf.shell.profile import profile_records
from adamline.tlf.shell.table import table_results
from adamline.tlf.stored import media_of
from adamline.tlf.table.notes import with_notes

# What every page of a shell says, so that nobody takes it for an output.
SHELL = "SHELL"


def write_shells(
    study: Study,
    out: Path,
    chosen: Sequence[str] = (),
    pack: Path | None = None,
    report: Callable[[str, int], None] = lambda name, pages: None,
) -> Packed:
    """Write the shell of each output, or of the ``chosen`` ones, to ``out`` in its formats; their names, and findings.

    With ``pack`` they are also one Word document with contents. No data are read and no program of the study is run;
    the same specs give the same bytes. ``report`` is called with the name and number of pages of each. AdamlineError,
    with the nearest name, for an output that the study has not.
    """
    outputs = _chosen(study, chosen)
    out.mkdir(parents=True, exist_ok=True)
    require_formats(study)
    given = Given((study.folder / TEMPLATES,), docx_environment((study.folder / TEMPLATES,)))
    made: list[tuple[OutputPlan, Paginated]] = []
    for output in outputs:
        pages = _fitted(shell_of(study, output))
        for name in formats_of(study, output):
            with replace_file(out / f"{output.name.lower()}.{name}") as handle:
                WRITERS[name].write(pages, handle, replace(given, form=study.form_of(output)))
        made.append((output, pages))
        report(output.name, len(pages.pages))
    if pack is not None:
        with replace_file(pack) as handle:
            render_pack(_cover(study, made), _groups(made), handle, given.templates)
    findings = (_at_output(finding, output) for output, pages in made for finding in pages.layout.findings)
    return Packed(tuple(output.name for output in outputs), tuple(findings))


def _at_output(finding: Finding, output: OutputPlan) -> Finding:
    return replace(finding, place=replace(output.place, dataset=output.name))


def _chosen(study: Study, names: Sequence[str]) -> tuple[OutputPlan, ...]:
    known = {output.name.upper(): output for output in study.outputs}
    for name in names:
        if name.upper() not in known:
            raise AdamlineError(f"The study has no output {name}.", hint=nearest(name.upper(), known))
    wanted = {name.upper() for name in names or known}
    return tuple(output for name, output in known.items() if name in wanted)


def shell_of(study: Study, output: OutputPlan) -> Layout:
    """The layout of an output's shell: that of the output, laid out by the same code from placeholders.

    A note that belongs to a row which only data give stands below without a mark.
    """
    options, known, page = output.options, _known(study, output), _page(study, output)
    if isinstance(options, TableOptions):
        return _noted(output, options, table_results(options, known), page)
    if isinstance(options, ListingOptions):
        return _noted(output, options, listing_records(options), page)
    if isinstance(options, ProfileOptions):
        return output.lay_out(profile_records(options), page)
    assert isinstance(options, PlotOptions)  # noqa: S101 - there are no other kinds
    table = _table_of(study, options)
    results = pd.DataFrame(columns=["stat_text", "analysis", "stat_name", "stat_label", "variable_level", "stat"])
    if table is not None:
        results = table_results(table, known)
    return figure_layout(results, options, page, empty_plot(output.kind, options, table))


def _fitted(layout: Layout) -> Paginated:
    """A shell on its pages; where its masks are wider than a column, which numbers may not be, they are wrapped."""
    try:
        return paginate(layout)
    except LayoutError:
        wrapped = tuple(
            replace(column, align=Align.CENTER if column.align is Align.DECIMAL else column.align)
            for column in layout.columns
        )
        message = "A mask such as `xx (xx.x)` does not fit on a line of its column: neither will its number."
        narrow = Finding(Severity.WARNING, "width", message)
        return paginate(replace(layout, columns=wrapped, findings=(*layout.findings, narrow)))


def _table_of(study: Study, options: OutputOptions) -> TableOptions | None:
    """The table whose results a figure draws."""
    if not isinstance(options, StoredOptions):
        return None
    named = (each.options for each in study.outputs if each.name == options.results)
    found = next(named, None)
    return found if isinstance(found, TableOptions) else None


def _noted(output: OutputPlan, options: NotedOptions, results: pd.DataFrame, page: PageContext) -> Layout:
    """The layout of a table or listing with those of its notes that belong to something in the shell."""
    plain = replace(output, options=options.model_copy(update={"notes": ()})).lay_out(results, page)
    there = [note for note in options.notes if _belongs(plain, note, page.notes)]
    marked = with_notes(plain, there, page.notes, options.marks)
    shown = {note.note for note in there}
    others = tuple(page.notes[name] for name in dict.fromkeys(note.note for note in options.notes) if name not in shown)
    return replace(marked, footnotes=(*marked.footnotes, *others), findings=())


def _belongs(layout: Layout, note: object, texts: Mapping[str, str]) -> bool:
    try:
        with_notes(layout, [note], texts)  # type: ignore[list-item]
    except LayoutError:
        return False
    return True


def _known(study: Study, output: OutputPlan) -> Known:
    """What the specs of the datasets behind an output say."""
    names = {
        *output.datasets,
        *(name for each in study.outputs if each.name in output.results for name in each.datasets),
    }
    specs = [plan.spec for plan in study.datasets if plan.spec.dataset in names]
    parameters = {
        str(row["PARAMCD"]): {name: str(text) for name, text in row.items() if text is not None}
        for spec in specs
        for row in spec.parameters
    }
    labels = {
        name: entry.attributes.label
        for spec in specs
        for name, entry in spec.variables.items()
        if entry.attributes.label is not None
    }
    values = {name: found for spec in specs for name, entry in spec.variables.items() if (found := _values(entry))}
    return Known(parameters, labels, values)


def _values(entry: Entry) -> tuple[str, ...]:
    """The values that the rows of a variable's spec give it; none where it is made in another way, or is a number."""
    rows = entry.arguments.get("rows")
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        return ()
    if entry.attributes.type is Kind.NUMBER:
        return ()
    return tuple(dict.fromkeys(str(row["value"]) for row in rows if row.get("value") is not None))


def _page(study: Study, output: OutputPlan) -> PageContext:
    spec = study.spec
    notes = output.texts.notes
    return PageContext(
        study=f"{output.texts.study} – {SHELL}",
        label=f"{SHELL}, no data",
        program=output.program,
        footnotes=tuple(notes[name] for name in output.options.footnotes),
        notes=notes,
        page=spec.page,
    )


def _heading(output: OutputPlan) -> str:
    if output.kind in ("listing", "profile"):
        return "Listings"
    return "Tables" if output.kind == "table" else "Figures"


def _groups(made: Sequence[tuple[OutputPlan, Paginated]]) -> list[Group]:
    planned: dict[str, list[Planned]] = {heading: [] for heading in GROUPS}
    for output, pages in made:
        layout = pages.layout
        planned[_heading(output)].append(Planned(layout, len(pages.pages), media_of(layout), partial(_same, pages)))
    return [Group(heading, tuple(outputs)) for heading, outputs in planned.items() if outputs]


def _same(pages: Paginated) -> Paginated:
    return pages


def _cover(study: Study, made: Sequence[tuple[OutputPlan, Paginated]]) -> Cover:
    specs = {output.name: output.options.model_dump(mode="json") for output, _ in made}
    version = key_of(shells=specs, footnotes=study.spec.footnotes)[:RUN_ID_LENGTH]
    texts = (study.spec.study, f"{SHELL}S of {counted(len(made), 'output')}, without data", f"Specs {version}")
    return Cover(study.spec.title, texts)
