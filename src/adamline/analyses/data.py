"""What an output is made from: its datasets, what is said of their parameters, results of other outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from adamline.analyses.whole import Whole
from adamline.errors import DataError, Place, nearest
from adamline.findings import Finding
from adamline.io.dataset import Dataset


@dataclass(frozen=True)
class AnalysisData:
    """Datasets by name, attributes of each PARAMCD of the records' dataset, and stored results of other outputs.

    Of a parameter's attributes ``PARAM`` (its label) and ``decimals`` (those of the data, as text) are used here.
    ``wholes`` are the datasets with their columns made ready; outputs that are given the same share them. Those
    that are not given are made when they are asked for.
    """

    datasets: Mapping[str, Dataset]
    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    results: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    wholes: dict[str, Whole] = field(default_factory=dict, compare=False, repr=False)

    def whole(self, name: str) -> Whole:
        """The dataset ``name`` with its columns made ready once; DataError when it was not given."""
        if name not in self.datasets:
            raise DataError(f"There is no dataset {name}.", hint=nearest(name, self.datasets))
        if name not in self.wholes or self.wholes[name].dataset is not self.datasets[name]:
            self.wholes[name] = Whole(self.datasets[name])
        return self.wholes[name]

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
class Made:
    """What an output was made into: its results, and findings on the data behind them."""

    results: pd.DataFrame
    findings: tuple[Finding, ...] = ()
