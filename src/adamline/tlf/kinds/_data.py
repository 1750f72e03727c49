"""What stands around the body of each page: the study, footnotes, and the source with program, run and cut-off."""

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
    each page (such as "Simulated data"). ``program`` is the file that says how the output is made, ``made`` the time of
    its making, empty where pages are to say none. ``page`` is the study's paper and type, which an output's own options
    come before.
    """

    study: str = ""
    label: str = ""
    program: str = ""
    run: str = ""
    cutoff: str = ""
    made: str = ""
    footnotes: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    page: PageSpec = field(default_factory=PageSpec)


def page_of(options: OutputOptions, page: PageContext, source: str) -> Layout:
    """The layout of an output without its body; ``source`` says where the body's figures come from.

    >>> options = OutputOptions(output="T-1", kind="x", title="Subjects")
    >>> page = PageContext(label="Simulated data", program="tlf/t-1.yaml", run="3f2a", cutoff="2014-07-02")
    >>> page_of(options, page, "ADSL").source
    'Simulated data. Source: ADSL; program tlf/t-1.yaml; run 3f2a; data cut-off 2014-07-02'
    """
    parts = [f"{page.label}. Source: {source}" if page.label else f"Source: {source}"]
    said = {"program": page.program, "run": page.run, "data cut-off": page.cutoff, "made": page.made}
    parts += [f"{word} {text}" for word, text in said.items() if text]
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
