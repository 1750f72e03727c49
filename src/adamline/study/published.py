"""Holds what a paper prints, a file of the study, against the results of a run, and writes the reports."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from adamline.errors import AdamlineError, Place
from adamline.io.atomic import replace_file
from adamline.io.yaml_text import read_yaml
from adamline.qc.answer import Verdict
from adamline.qc.published.cells import COLUMNS, NAME, read_published
from adamline.qc.published.compare_published import PublishedComparison, compare_published
from adamline.qc.published.find_result import Results
from adamline.qc.published.report import headline, published_csv, sections, terminal_text
from adamline.qc.report.html import sections_html
from adamline.qc.report.text import sections_text
from adamline.qc.report.xlsx import sections_xlsx
from adamline.results.csv_file import read_results
from adamline.study.made import check_made, run_in
from adamline.study.manifest import RESULTS
from adamline.study.out_folder import is_place_of_run


@dataclass(frozen=True)
class Reports:
    """Where reports go, a file each; None writes none."""

    text: Path | None = None
    csv: Path | None = None
    html: Path | None = None
    xlsx: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """Those that are asked for."""
        return tuple(file for file in (self.text, self.csv, self.html, self.xlsx) if file is not None)


@dataclass(frozen=True)
class PublishedOutcome:
    """The comparison, and what the terminal shows of it."""

    comparison: PublishedComparison
    text: str

    @property
    def is_fine(self) -> bool:
        """Whether all printed cells are equal but for declared slips of the paper."""
        return self.comparison.verdict is not Verdict.FAIL


_NONE = Reports()


def run_published(study: Path, out: Path, reports: Reports = _NONE) -> PublishedOutcome:
    """Compare the cells of ``published.csv`` in the study's folder with the results of the run in ``out``.

    Raises AdamlineError where the study has no such file, or one with faults, where the run is of another study, and
    where an output that the file names was not made by the last run or is not as it was made; an output that the run
    does not have is no error, but the cell is without a result. A report is not written over what is read.
    """
    file = study / NAME
    if not file.is_file():
        expected = f"a CSV file with the columns {', '.join(COLUMNS)}"
        raise AdamlineError(f"The study has no {NAME}.", place=Place(str(study)), expected=expected)
    cells = read_published(file)
    manifest, package = run_in(out)
    _check_study(study, manifest.study, out)
    wanted = {cell.found_in.upper() for cell in cells}
    names = [name for name in package.outputs if name.upper() in wanted]
    check_made(names, [RESULTS], manifest, out)
    _check_reports(reports, file, out)
    files = {name: out / RESULTS / f"{name.lower()}.csv" for name in package.outputs}
    outputs = {name.upper(): Results(name, partial(read_results, path)) for name, path in files.items()}
    comparison = compare_published(cells, outputs)
    title = headline(comparison, NAME, str(out))
    _write(comparison, title, reports)
    return PublishedOutcome(comparison, terminal_text(comparison, title))


def _check_study(study: Path, name: str, out: Path) -> None:
    """Refuse the run of another study, whose outputs may have the same names."""
    content = read_yaml(study / "study.yaml").content
    own = str(content.get("study", "")) if isinstance(content, dict) else ""
    if own != name:
        what = "The folder has the run of another study."
        raise AdamlineError(what, place=Place(str(out)), expected=own, found=name)


def _check_reports(reports: Reports, cells: Path, out: Path) -> None:
    """Refuse reports that would be written over what is read, or over one another."""
    files = [file.resolve() for file in reports.files]
    over = [file for file in files if file == cells.resolve() or is_place_of_run(out, file)]
    if over or len(set(files)) < len(files):
        what = "A report would be written over another file of this comparison."
        raise AdamlineError(what, found=str((over or files)[0]))


def _write(comparison: PublishedComparison, title: str, reports: Reports) -> None:
    verdict, shown = comparison.verdict.value, sections(comparison)
    made: dict[Path, bytes] = {}
    if reports.text:
        made[reports.text] = sections_text(f"{verdict}: {title}", shown).encode()
    if reports.csv:
        made[reports.csv] = published_csv(comparison).encode()
    if reports.html:
        made[reports.html] = sections_html(title, verdict, shown).encode()
    if reports.xlsx:
        book = io.BytesIO()
        sections_xlsx(f"{verdict}: {title}", {"Summary": shown[:2], "Cells": shown[2:]}, book)
        made[reports.xlsx] = book.getvalue()
    for file, content in made.items():
        with replace_file(file) as handle:
            handle.write(content)
