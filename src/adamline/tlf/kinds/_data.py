"""What a kind of output is given: the data to analyse, and what stands around the body of each page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from adamline.errors import DataError, Place, nearest
from adamline.io.dataset import Dataset
from adamline.spec.page import PageSpec
from adamline.tlf.kinds._options import OutputOptions
from adamline.tlf.kinds._page_setup import page_setup
from adamline.tlf.layout import Layout


@dataclass(frozen=True)
class AnalysisData:
    """Datasets by name, attributes of each PARAMCD of the records' dataset, and stored results of other outputs.

    Of a parameter's attributes ``PARAM`` (its label) and ``decimals`` (those of the data, as text) are used here.
    """

    datasets: Mapping[str, Dataset]
    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    results: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def dataset(self, name: str) -> Dataset:
        """The dataset ``name``; DataError when it was not given."""
        if name not in self.datasets:
            raise DataError(f"There is no dataset {name}.", hint=nearest(name, self.datasets))
        return self.datasets[name]

    def attribute(self, parameter: str, name: str) -> str:
        """An attribute of a parameter; DataError when the parameter, or the attribute, was not given."""
        if parameter not in self.parameters:
            raise DataError(
                f"There is no parameter {parameter}.",
                place=Place(variable="PARAMCD"),
                hint=nearest(parameter, self.parameters),
            )
        attributes = self.parameters[parameter]
        if not attributes.get(name):
            raise DataError(
                f"Parameter {parameter} has no {name}.",
                place=Place(variable="PARAMCD"),
                hint=f"give it {name} in the list of parameters of the dataset's spec",
            )
        return attributes[name]

    def decimals(self, parameter: str) -> int:
        """Decimals of the data of a parameter; DataError when they are no whole number from 0 to 12."""
        text = self.attribute(parameter, "decimals")
        if not (text.isascii() and text.isdigit() and int(text) <= 12):
            raise DataError(
                f"Decimals of parameter {parameter} are not a count.", expected="a whole number, 0 to 12", found=text
            )
        return int(text)


@dataclass(frozen=True)
class PageContext:
    """What stands around the body: the study's line, the run and data cut-off, the texts of the footnotes in order.

    ``label`` begins the last line of each page (such as "Simulated data"). ``page`` is the study's paper and type,
    which an output's own options come before.
    """

    study: str = ""
    label: str = ""
    run: str = ""
    cutoff: str = ""
    footnotes: tuple[str, ...] = ()
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
