"""Takes the edits of a list of outputs back into the study: into the specs where they stand, and into tracking.csv."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adamline._resources import resource_folder
from adamline.analyses.figure_options import StoredOptions
from adamline.errors import AdamlineError, Place, SpecError, nearest
from adamline.io.atomic import replace_file
from adamline.io.sheets import Cell, cell_name, read_sheet
from adamline.io.yaml_edit import Written, edited, flow, scalar
from adamline.io.yaml_text import Route
from adamline.spec.template import Template, catalogue_folders, read_templates
from adamline.study.output_list import (
    FOOTNOTE_COLUMNS,
    FOOTNOTES,
    OUTPUTS,
    TOLD,
    TRACKED,
    Column,
    list_of_outputs,
    titles_of,
    word_of,
)
from adamline.study.outputs import OutputPlan
from adamline.study.study import Study
from adamline.study.tracking import NAME as TRACKING
from adamline.study.tracking import read_tracking, tracking_csv

# The keys below which one that a file lacks is put.
_TOP = ("output", "kind", "template", "title", "population")
# What a row of a new output must say.
_NEW = (Column.NUMBER, Column.TITLE, Column.TEMPLATE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# The first line of a spec file that names its schema for editors.
_SCHEMA = "# yaml-language-server:"


@dataclass(frozen=True)
class _Row:
    """A row of a sheet: its texts by head, the name of the cell of each."""

    texts: Mapping[str, str]
    cells: Mapping[str, str]
    sheet: str

    def place(self, head: str) -> Place:
        """Where a text stands."""
        return Place(f"sheet {self.sheet}", keys=self.cells.get(head, ""))


@dataclass
class _Edits:
    """What is to be written: changes of specs by file, new files, what is tracked; and all that cannot be."""

    changes: dict[Path, dict[Route, Written]] = field(default_factory=dict)
    new: dict[Path, str] = field(default_factory=dict)
    tracking: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[AdamlineError] = field(default_factory=list)

    def change(self, path: Path, route: Route, value: Written) -> None:
        self.changes.setdefault(path, {})[route] = value

    def fault(self, row: _Row, head: str, what: str, **more: str) -> None:
        self.faults.append(AdamlineError(what, place=row.place(head), **more))


def import_list(study: Study, path: Path) -> list[str]:
    """Take the edits of the workbook at ``path`` into the study; the names of the files that changed.

    Numbers, titles, names of populations and footnotes go into the specs, with comments and layout of all else kept,
    texts of footnotes into study.yaml, who makes and checks an output into tracking.csv. A row of an output that the
    study has not, with number, title and template, becomes a file of a few lines. Columns and rows that are left out
    change nothing. Nothing is written unless all of it can be: SpecError with every fault and its cell, such as an
    unknown output or column, a number twice, or an edit of what the specs tell as a whole.
    """
    edits = _Edits(tracking=read_tracking(study.folder))
    _footnotes(study, path, edits)
    bundled = resource_folder("specs") / "catalogue"
    templates = read_templates(catalogue_folders(study.folder, study.spec.catalogue, bundled))
    known = {output.name: output for output in study.outputs}
    current = {row[Column.OUTPUT]: row for row in list_of_outputs(study)}
    first_lines = {name: titles_of(output).lines[0] for name, output in known.items()}
    seen: dict[str, _Row] = {}
    for row in _rows(path, OUTPUTS, [*Column], Column.OUTPUT, edits):
        given = row.texts.get(Column.OUTPUT)
        name = given or _new_name(row, templates)
        if not given and name in (*known, *seen):
            edits.fault(row, Column.NUMBER, f"It is the number of {name} too.", hint="give another, or an Output")
            continue
        if name in seen:
            hint = f"it stands in {seen[name].cells[Column.OUTPUT]} too"
            edits.fault(row, Column.OUTPUT, f"{name} stands twice.", hint=hint)
            continue
        seen[name] = row
        if name in known:
            titles = _edit(study, known[name], row, current[name], edits)
        elif row.texts.get(Column.TEMPLATE) or not given:
            titles = _add(study, name, row, templates, edits)
        else:
            hint = f"{nearest(name, known)}; a new one needs {', '.join(_NEW)}"
            edits.fault(row, Column.OUTPUT, f"The study has no output {name}.", hint=hint)
            continue
        first_lines[name] = titles[0] if titles else ""
        _track(name, row, edits)
    _refuse_twice(first_lines, seen, edits)
    if edits.faults:
        raise SpecError(edits.faults)
    return _written(study, edits, seen)


def _rows(path: Path, sheet: str, heads: Sequence[str], least: str, edits: _Edits) -> list[_Row]:
    """The rows of a sheet that say something; none of a sheet of footnotes that is not there."""
    cells = read_sheet(path, sheet)
    if not cells:
        if sheet == OUTPUTS:
            edits.faults.append(AdamlineError(f"The workbook has no sheet {sheet}.", place=Place(path.name)))
        return []
    found = [str(cell).strip() for cell in cells[0]]
    places = {n: Place(f"sheet {sheet}", keys=cell_name(0, n)) for n in range(len(found))}
    for number, head in enumerate(found):
        if head and head not in heads:
            what = f"{head} is no column of the list."
            edits.faults.append(AdamlineError(what, place=places[number], hint=nearest(head, heads)))
        elif head and head in found[:number]:
            edits.faults.append(AdamlineError(f"The column {head} stands twice.", place=places[number]))
    if least not in found:
        edits.faults.append(AdamlineError(f"The sheet has no column {least}.", place=Place(f"sheet {sheet}")))
        return []
    rows = []
    for number, line in enumerate(cells[1:], start=1):
        named = {
            head: (cell, cell_name(number, n)) for n, (head, cell) in enumerate(zip(found, line, strict=False)) if head
        }
        texts = {head: _text(cell, head, Place(f"sheet {sheet}", keys=at), edits) for head, (cell, at) in named.items()}
        if any(texts.values()):
            rows.append(_Row(texts, {head: at for head, (_, at) in named.items()}, sheet))
    return rows


def _text(cell: Cell, head: str, place: Place, edits: _Edits) -> str:
    """The text of a cell. A number that Excel has made of 14.10 is 14.1 for ever, and is refused."""
    if isinstance(cell, str):
        return "\n".join(line.strip() for line in cell.replace("\r\n", "\n").strip().split("\n"))
    if isinstance(cell, float) and head not in (Column.NUMBER, Column.OUTPUT, Column.TITLE) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.date):
        return cell.isoformat()[:10]
    what, hint = "The cell holds a number where text belongs.", "format the column as text and write it again"
    edits.faults.append(AdamlineError(what, place=place, found=str(cell), hint=hint))
    return ""


def _edit(study: Study, output: OutputPlan, row: _Row, current: Mapping[Column, str], edits: _Edits) -> tuple[str, ...]:
    """Note the edits of an output; its titles."""
    path = output.file.path
    changed = {column for column in Column if column in row.texts and row.texts[column] != current[column]}
    for column in TOLD:
        if column in changed:
            what = f"{column} is told by the spec as a whole, and not edited in the list."
            edits.fault(row, column, what, expected=current[column], found=row.texts[column])
    titles = titles_of(output)
    lines = titles.lines
    if changed & {Column.NUMBER, Column.TITLE}:
        number = row.texts.get(Column.NUMBER, titles.number)
        title = row.texts.get(Column.TITLE, current[Column.TITLE])
        lines = _titles(titles.word, number, title)
        if not lines:
            edits.fault(row, Column.TITLE, "An output has a title.")
        edits.change(path, ("title",), lines)
    if Column.POPULATION in changed:
        if isinstance(output.options, StoredOptions):
            edits.fault(row, Column.POPULATION, f"The figure has the population of {output.options.results}.")
        elif output.options.population is None:
            edits.fault(row, Column.POPULATION, "The output has no population to name.", hint="write it in its file")
        else:
            edits.change(path, ("population", "label"), row.texts[Column.POPULATION])
    if Column.FOOTNOTES in changed:
        edits.change(path, ("footnotes",), _named(study, row, edits))
    return lines


def _titles(word: str, number: str, title: str) -> tuple[str, ...]:
    return tuple(filter(None, [f"{word} {number}" if number else "", *title.split("\n")]))


def _named(study: Study, row: _Row, edits: _Edits) -> tuple[str, ...]:
    """The names of footnotes in a cell; a fault for one that neither the study nor the sheet of footnotes has."""
    names = tuple(
        filter(None, (name.strip() for name in row.texts.get(Column.FOOTNOTES, "").replace("\n", ",").split(",")))
    )
    for name in names:
        if name not in study.spec.footnotes and ("footnotes", name) not in edits.changes.get(_study_file(study), {}):
            hint = nearest(name, study.spec.footnotes)
            edits.fault(row, Column.FOOTNOTES, f"The study has no footnote {name}.", hint=hint)
    return names


def _study_file(study: Study) -> Path:
    return study.folder / "study.yaml"


def _kind(row: _Row, templates: Mapping[str, Template]) -> str:
    """The kind that the template of a row makes; none where there is no such template."""
    template = templates.get(row.texts.get(Column.TEMPLATE, ""))
    return str(template.file.content.get("kind", "table")) if template else ""


def _new_name(row: _Row, templates: Mapping[str, Template]) -> str:
    """The name of a new output that has none: of its kind and number, as T-14-1-9."""
    return f"{word_of(_kind(row, templates))[0]}-{row.texts.get(Column.NUMBER, '').replace('.', '-')}"


def _add(study: Study, name: str, row: _Row, templates: Mapping[str, Template], edits: _Edits) -> tuple[str, ...]:
    """Note a new output, with a file of a few lines; its titles."""
    lacking = [column for column in _NEW if not row.texts.get(column)]
    if lacking:
        edits.fault(row, lacking[0], f"A new output needs {', '.join(lacking)} too.")
        return ()
    kind, template = _kind(row, templates), row.texts[Column.TEMPLATE]
    if not kind:
        edits.fault(row, Column.TEMPLATE, f"There is no template {template}.", hint=nearest(template, templates))
        return ()
    if row.texts.get(Column.KIND, kind) not in ("", kind):
        edits.fault(row, Column.KIND, f"The template {template} makes another kind.", expected=kind)
    path = study.folder / "tlf" / f"{name.lower()}.yaml"
    if path.exists() or path in edits.new or not _NAME.fullmatch(name):
        what = f"There cannot be a new file {path.name}."
        edits.fault(row, Column.OUTPUT, what, expected="a name of letters, digits, `-` that no other output has")
        return ()
    lines = _titles(word_of(kind), row.texts[Column.NUMBER], row.texts[Column.TITLE])
    parts = [f"output: {scalar(name)}", f"template: {template}", f"title: {flow(lines)}"]
    if row.texts.get(Column.POPULATION):
        parts.append(f"population: {{label: {scalar(row.texts[Column.POPULATION])}}}")
    if row.texts.get(Column.FOOTNOTES):
        parts.append(f"footnotes: {flow(_named(study, row, edits))}")
    edits.new[path] = _schema_line(study) + "".join(f"{part}\n" for part in parts)
    return lines


def _schema_line(study: Study) -> str:
    """The line by which another output of the study names the schema of its file; none where that has none."""
    lines = (output.file.path.read_text("utf-8").split("\n", 1)[0] for output in study.outputs[:1])
    return "".join(f"{line}\n" for line in lines if line.startswith(_SCHEMA))


def _track(name: str, row: _Row, edits: _Edits) -> None:
    said = edits.tracking.setdefault(name, {})
    said |= {TRACKED[column]: row.texts[column] for column in TRACKED if column in row.texts}


def _refuse_twice(numbers: Mapping[str, str], seen: Mapping[str, _Row], edits: _Edits) -> None:
    """A fault for each row whose number, with the word before it, another output has."""
    counts = Counter(filter(None, numbers.values()))
    for name, row in seen.items():
        if counts[numbers.get(name, "")] > 1:
            others = [other for other, number in numbers.items() if number == numbers[name] and other != name]
            edits.fault(row, Column.NUMBER, f"{numbers[name]} is the number of {', '.join(others).strip()} too.")


def _footnotes(study: Study, path: Path, edits: _Edits) -> None:
    """Note other texts of footnotes, and new ones."""
    name, text = FOOTNOTE_COLUMNS
    seen: set[str] = set()
    for row in _rows(path, FOOTNOTES, FOOTNOTE_COLUMNS, name, edits):
        footnote = row.texts[name]
        if not footnote or footnote in seen:
            edits.fault(row, name, f"{footnote} stands twice." if footnote else "A footnote has a name.")
        seen.add(footnote)
        if row.texts.get(text, "") != study.spec.footnotes.get(footnote):
            edits.change(_study_file(study), ("footnotes", footnote), row.texts.get(text, ""))


def _written(study: Study, edits: _Edits, rows: Iterable[str]) -> list[str]:
    """Write all files; the names of those that changed."""
    texts = {path: edited(path.read_text("utf-8"), of, _TOP) for path, of in edits.changes.items()} | edits.new
    if edits.new and study.spec.outputs is not None:
        file = _study_file(study)
        listed = [*study.spec.outputs, *(path.stem for path in edits.new)]
        texts[file] = edited(texts.get(file, file.read_text("utf-8")), {("outputs",): listed})
    order = [*(output.name for output in study.outputs), *rows]
    tracking = tracking_csv(edits.tracking, order)
    files = {path: text.encode() for path, text in texts.items()}
    if read_tracking(study.folder) or any(map(_is_said, edits.tracking.values())):
        files[study.folder / TRACKING] = tracking
    changed = [path for path, data in files.items() if not path.is_file() or path.read_bytes() != data]
    for path in changed:
        with replace_file(path) as handle:
            handle.write(files[path])
    return [path.relative_to(study.folder).as_posix() for path in changed]


def _is_said(said: Mapping[str, str]) -> bool:
    return any(said.values())
