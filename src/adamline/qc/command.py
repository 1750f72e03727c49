"""Does what ``adamline compare`` asks for: compares, writes the reports, gives the exit status."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from adamline.errors import AdamlineError
from adamline.io.atomic import replace_file
from adamline.qc.folders import COULD_NOT_COMPARE, CompareConfig, FolderRow, compare_files, compare_folders, status_of
from adamline.qc.reading import check_reading
from adamline.qc.report.folder_report import (
    folder_json,
    folder_sections,
    folder_status,
    folder_text,
    folder_verdict,
    report_name,
)
from adamline.qc.report.json_file import error_json, render_json
from adamline.qc.report.listing_options import ListingOptions
from adamline.qc.report.report import Report
from adamline.qc.report.terminal import render_terminal
from adamline.qc.report.text import render_text

# The file with the rows of all datasets, in the folder of each kind of report.
SUMMARY = "_summary"


@dataclass(frozen=True)
class Destinations:
    """Where reports go: a file each, or a folder each where folders are compared. None writes none."""

    text: Path | None = None
    json: Path | None = None
    html: Path | None = None
    xlsx: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """The exit status (0 equal, 1 different, 2 could not compare), and what the terminal shows."""

    status: int
    text: str


_LISTING = ListingOptions()
_NOWHERE = Destinations()


def run_compare(
    base: Path,
    compare: Path,
    config: CompareConfig,
    listing: ListingOptions = _LISTING,
    destinations: Destinations = _NOWHERE,
) -> Outcome:
    """Compare two files, or two folders dataset by dataset, and write the reports asked for.

    Status 0: equal, or all that differs is accepted. 1: different, or a dataset is in one folder only. 2: it, or one
    of the datasets, could not be compared; the JSON of two files then has the error. ``listing`` is for text
    and HTML. Reports of folders stand in a folder of their kind, one file a dataset (``adsl.html``), and ``_summary``.
    Errors of the file system while writing are passed on.
    """
    clash = _clash(base, compare, config, destinations)
    if clash is not None:
        fault = AdamlineError("A report would be written over another file of this comparison.", found=str(clash))
        return Outcome(COULD_NOT_COMPARE, f"COULD NOT COMPARE: {fault}\n")
    if base.is_dir() or compare.is_dir():
        return _folders(base, compare, config, listing, destinations)
    try:
        check_reading([(base, compare)], config.others.reading)
        report = compare_files(base, compare, config)
    except (AdamlineError, OSError) as error:
        fault = error if isinstance(error, AdamlineError) else AdamlineError("A file cannot be used.", found=str(error))
        if destinations.json is not None:
            _write(destinations.json, [error_json(fault)])
        return Outcome(COULD_NOT_COMPARE, f"COULD NOT COMPARE: {fault}\n")
    _write_reports(report, listing, destinations)
    return Outcome(status_of(report), render_terminal(report))


def _clash(base: Path, compare: Path, config: CompareConfig, destinations: Destinations) -> Path | None:
    """A destination that is one of the files that are read, or another destination; None where all is well."""
    accepted = (pair.accepted for pair in (config.others, *config.datasets.values()))
    taken = {path.resolve() for path in (base, compare, *accepted) if path is not None}
    for path in (destinations.text, destinations.json, destinations.html, destinations.xlsx):
        if path is not None:
            # Folders have a file name for each dataset and kind, so that one folder serves several kinds.
            if path.resolve() in taken:
                return path
            if not base.is_dir():
                taken.add(path.resolve())
    return None


def _folders(
    base: Path, compare: Path, config: CompareConfig, listing: ListingOptions, destinations: Destinations
) -> Outcome:
    def show(dataset: str, report: Report) -> None:
        _write_reports(report, listing, _places(destinations, dataset))

    try:
        rows = tuple(compare_folders(base, compare, config, show))
    except AdamlineError as error:
        return Outcome(COULD_NOT_COMPARE, f"COULD NOT COMPARE: {error}\n")
    headline = f"{base.name} and {compare.name}"
    _write_summary(headline, rows, _places(destinations, SUMMARY))
    return Outcome(folder_status(rows), folder_text(headline, rows))


def _places(destinations: Destinations, name: str) -> Destinations:
    """The files of one dataset in the folders of the reports."""
    suffixes = {"text": ".txt", "json": ".json", "html": ".html", "xlsx": ".xlsx"}
    folders = {kind: getattr(destinations, kind) for kind in suffixes}
    return Destinations(
        **{kind: folder / report_name(name, suffixes[kind]) for kind, folder in folders.items() if folder is not None}
    )


def _write_reports(report: Report, listing: ListingOptions, places: Destinations) -> None:
    if places.text is not None:
        _write(places.text, [render_text(report, listing)])
    if places.json is not None:
        _write(places.json, render_json(report))
    if places.html is not None:
        from adamline.qc.report.html import render_html  # with the library of templates

        _write(places.html, [render_html(report, listing)])
    if places.xlsx is not None:
        from adamline.qc.report.xlsx import write_xlsx  # with the library of workbooks

        workbook = io.BytesIO()
        write_xlsx(report, workbook)
        _write_bytes(places.xlsx, workbook)


def _write_summary(headline: str, rows: tuple[FolderRow, ...], places: Destinations) -> None:
    sections = folder_sections(rows)
    if places.text is not None:
        _write(places.text, [folder_text(headline, rows)])
    if places.json is not None:
        _write(places.json, [folder_json(rows)])
    if places.html is not None:
        from adamline.qc.report.html import sections_html

        _write(places.html, [sections_html(headline, folder_verdict(rows), folder_sections(rows, ".html"))])
    if places.xlsx is not None:
        from adamline.qc.report.xlsx import sections_xlsx

        workbook = io.BytesIO()
        sections_xlsx(f"{folder_verdict(rows)}: {headline}", {"Summary": sections}, workbook)
        _write_bytes(places.xlsx, workbook)


def _write(path: Path, parts: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replace_file(path) as handle:
        for part in parts:
            # Text from damaged files may hold halves of surrogate pairs.
            handle.write(part.encode("utf-8", "backslashreplace"))


def _write_bytes(path: Path, content: io.BytesIO) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replace_file(path) as handle:
        handle.write(content.getbuffer())
