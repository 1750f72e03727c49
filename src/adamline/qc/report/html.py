"""Writes a report as one HTML page that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from adamline._templates import template_environment, template_faults
from adamline.qc.report.content import Section
from adamline.qc.report.listing_options import ListingOptions
from adamline.qc.report.overview import overview
from adamline.qc.report.report import Report
from adamline.qc.report.summaries import summaries
from adamline.qc.report.values_listing import listings
from adamline.qc.value_text import without_controls

TEMPLATE = "qc/report.html.j2"
_DEFAULT = ListingOptions()


def render_html(report: Report, options: ListingOptions = _DEFAULT, templates: Sequence[Path] = ()) -> str:
    """The report as HTML: a banner with the verdict, then the sections; characters that differ are marked.

    Texts are whole, and names of variables and records of one dataset only are always listed. It needs no script, font
    or style sheet, and everything from the data is escaped. ``templates`` are folders
    searched before adamline's own.
    """
    options = options.with_names()
    sections = (*overview(report), *summaries(report, options), *listings(report, options, is_narrow=False))
    return sections_html(report.headline, report.verdict.value, sections, templates)


def sections_html(headline: str, verdict: str, sections: Iterable[Section], templates: Sequence[Path] = ()) -> str:
    """A page of sections under a banner with the verdict."""
    shown = [section for section in sections if not section.is_empty]
    with template_faults(templates):
        page = template_environment(templates).get_template(TEMPLATE)
        return without_controls(page.render(headline=headline, verdict=verdict, sections=shown))
