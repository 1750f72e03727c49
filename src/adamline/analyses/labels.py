"""Labels of parameters and variables as results: the layout needs them, and only the data know them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from adamline.analyses.cells import coded
from adamline.analyses.data import AnalysisData
from adamline.analyses.records import Records
from adamline.errors import DataError, Place
from adamline.results.ard import Around, levels_of

VARIABLE_LABELS = {"AVAL": "Value", "BASE": "Baseline", "CHG": "Change from Baseline"}
PARAMETER = "PARAMCD"


class HasAttribute(Protocol):
    """A column of row labels that names an attribute of parameters."""

    @property
    def attribute(self) -> str:
        """The attribute."""


def label_results(
    data: AnalysisData,
    selected: Mapping[tuple[object, ...], Records],
    made: Sequence[pd.DataFrame],
    stub: Sequence[HasAttribute],
) -> pd.DataFrame:
    """A result for each label of each parameter and variable of the results; one without records has a warning.

    The label of a parameter is what the spec of its dataset says, else PARAM of its records. DataError where two
    parameters of the table have the same labels: their rows could not be told apart.
    """
    records = list(selected.values())
    parameters = dict.fromkeys(code for part in made for code in levels_of(part, PARAMETER).unique() if code)
    variables = dict.fromkeys(name for part in made for name in part["variable"].unique() if name)
    rows = list(_parameter_labels(data, records, parameters, [column.attribute for column in stub]))
    rows += [("", "", name, _variable_label(name, records), "") for name in variables]
    columns = ["group1", "group1_level", "variable", "stat_text", "warning"]
    return pd.DataFrame(rows, columns=columns).assign(
        analysis=Around.LABELS.value, stat_name="label", stat_label="Label", stat=np.nan
    )


def _variable_label(name: str, records: Iterable[Records]) -> str:
    labels = [each.dataset[name].label for each in records if each.has(name)]
    return VARIABLE_LABELS.get(name) or next(filter(None, labels), name)


def _parameter_labels(
    data: AnalysisData, records: Sequence[Records], parameters: Iterable[str], attributes: Sequence[str]
) -> Iterable[tuple[str, str, str, str, str]]:
    with_parameters = [each for each in records if each.has(PARAMETER)]
    present = {code for each in with_parameters for code in coded(each, PARAMETER).present}
    first: dict[tuple[str, ...], str] = {}
    for code in parameters:
        texts = tuple(_attribute(data, with_parameters, code, attribute) for attribute in attributes)
        other = first.setdefault(texts, code)
        if other != code:
            raise DataError(
                f"Parameters {other} and {code} have the same labels.",
                place=Place(variable=", ".join(attributes)),
                expected="labels that differ for each parameter of a table",
                found=", ".join(texts),
            )
        for number, (attribute, text) in enumerate(zip(attributes, texts, strict=True)):
            warning = "" if number or code in present else f"no records of a parameter: {code}"
            yield PARAMETER, code, attribute, text, warning


def _attribute(data: AnalysisData, records: Iterable[Records], code: str, attribute: str) -> str:
    """An attribute of a parameter, from the spec of its dataset, else from the one value that its records have."""
    if code in data.parameters and data.parameters[code].get(attribute):
        return data.attribute(code, attribute)
    for each in records:
        if each.has(attribute):
            each.whole.require_read(None)
            known = each.whole.coded(PARAMETER)
            rows = np.flatnonzero(np.append(known.texts == code, False)[known.codes])
            found = each.dataset.frame[attribute].take(rows).dropna().unique()
            if len(found) == 1:
                return str(found[0])
    return data.attribute(code, attribute)
