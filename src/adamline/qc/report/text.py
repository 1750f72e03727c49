"""Writes a report as plain text, section by section as PROC COMPARE lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adamline.qc.report.content import Align, Section, Table
from adamline.qc.report.listing_options import ListingOptions
from adamline.qc.report.overview import overview
from adamline.qc.report.report import Report
from adamline.qc.report.summaries import summaries
from adamline.qc.report.values_listing import listings
from adamline.qc.value_text import without_controls

_DEFAULT = ListingOptions()


def render_text(report: Report, options: ListingOptions = _DEFAULT) -> str:
    """The report as text: the verdict on the first line, then what SAS's listing has, in its order.

    Texts are cut to 20 characters around the first that differs, as `windowed` says.
    """
    sections = (*overview(report), *summaries(report, options), *listings(report, options, is_narrow=True))
    return sections_text(f"{report.verdict}: {report.headline}", sections)


def sections_text(headline: str, sections: Iterable[Section]) -> str:
    """A headline and sections as text."""
    lines = [headline]
    for section in sections:
        if not section.is_empty:
            lines += ["", section.title, "=" * len(section.title), *_section(section)]
    return "".join(f"{without_controls(line.rstrip())}\n" for line in lines)


def _section(section: Section) -> Iterator[str]:
    width = max((len(fact.name) for fact in section.facts), default=0)
    for fact in section.facts:
        yield f"{fact.name:<{width}}  {fact.value}"
    for place, table in enumerate(section.tables):
        if place or section.facts:
            yield ""
        yield from table_lines(table)
    if section.notes and (section.facts or section.tables):
        yield ""
    yield from section.notes


def table_lines(table: Table) -> Iterator[str]:
    """A table in columns of even width; line ends and tabs in its texts become blanks."""
    if table.title:
        yield table.title
    if table.columns:
        cells = [[" ".join(str(cell).splitlines()).replace("\t", " ") for cell in row] for row in table.rows]
        heads = [column.name for column in table.columns]
        widths = [max(len(row[place]) for row in [heads, *cells]) for place in range(len(heads))]
        for row in [heads, ["-" * width for width in widths], *cells]:
            parts = (
                f"{text:>{width}}" if column.align is Align.RIGHT else f"{text:<{width}}"
                for text, width, column in zip(row, widths, table.columns, strict=True)
            )
            yield "  ".join(parts)
    if table.note:
        yield table.note
