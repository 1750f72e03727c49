"""What stands around the body of each page: the study, the run, the data cut-off, footnotes, the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adamline.analyses.options import OutputOptions
from adamline.spec.page import PageSpec
from adamline.tlf.kinds._page_setup import page_setup
from adamline.tlf.layout import Layout


@dataclass(frozen=True)
class PageContext:
    """What stands around the body: the study's line, the run and data cut-off, the texts of the footnotes in order.

    ``notes`` are the texts, by name, of footnotes that belong to a place of the page. ``label`` begins the last line of
    each page (such as "Simulated data"). ``page`` is the study's paper and type, which an output's own options come
    before.
    """

    study: str = ""
    label: str = ""
    run: str = ""
    cutoff: str = ""
    footnotes: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    page: PageSpec = field(default_factory=PageSpec)


def page_of(options: OutputOptions, page: PageContext, source: str) -> Layout:
    """The layout of an output without its body; ``source`` says where the body's figures come from.

    >>> options = OutputOptions(output="T-1", kind="x", title="Subjects")
    >>> page_of(options, PageContext(label="Simulated data", run="3f2a", cutoff="2014-07-02"), "ADSL").source
    'Simulated data. Source: ADSL; run 3f2a; data cut-off 2014-07-02'
    """
    parts = [f"{page.label}. Source: {source}" if page.label else f"Source: {source}"]
    parts += [f"run {page.run}"] if page.run else []
    parts += [f"data cut-off {page.cutoff}"] if page.cutoff else []
    return Layout(
        output=options.output,
        titles=options.title,
        population=options.population.label if options.population else "",
        footnotes=page.footnotes,
        source="; ".join(parts),
        study=page.study,
        empty=options.empty,
        page=page_setup(options.page.over(page.page)),
    )
