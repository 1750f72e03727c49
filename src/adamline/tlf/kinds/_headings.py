"""Labels of parameters and variables as results: the layout needs them, and only the data know them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.errors import DataError, Place
from adamline.results.ard import Analysis
from adamline.tlf.kinds._data import AnalysisData
from adamline.tlf.kinds._records import Records

VARIABLE_LABELS = {"AVAL": "Value", "BASE": "Baseline", "CHG": "Change from Baseline"}


def label_results(
    data: AnalysisData, records: Records, parameters: tuple[str, ...], variables: tuple[str, ...]
) -> pd.DataFrame:
    """A result for the label of each parameter and variable; a parameter without records carries a warning.

    DataError when two parameters have the same label: their rows would stand under one heading.
    """
    present = set(records.frame["PARAMCD"].dropna().unique())
    rows = [
        ("PARAMCD", code, "PARAM", label, "" if code in present else f"no records of a parameter: {code}")
        for code, label in _parameter_labels(data, parameters).items()
    ]
    rows += [("", "", name, VARIABLE_LABELS.get(name) or records.dataset[name].label or name, "") for name in variables]
    columns = ["group2", "group2_level", "variable", "stat_text", "warning"]
    return pd.DataFrame(rows, columns=columns).assign(
        analysis=Analysis.ATTRIBUTES.value,
        stat_name="label",
        stat_label="Label",
        stat=np.nan,
        dataset=records.dataset.name,
    )


def labels_by(results: pd.DataFrame, by: str) -> dict[str, str]:
    """The labels that results hold, by the column of results that names what they label."""
    labels = results[results["analysis"] == Analysis.ATTRIBUTES]
    return dict(zip(labels[by], labels["stat_text"], strict=True))


def _parameter_labels(data: AnalysisData, parameters: tuple[str, ...]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for code in parameters:
        label = data.attribute(code, "PARAM")
        same = [other for other, text in labels.items() if text == label]
        if same:
            raise DataError(
                f"Parameters {same[0]} and {code} have the same label.",
                place=Place(variable="PARAM"),
                expected="a label of its own for each parameter of a table",
                found=label,
            )
        labels[code] = label
    return labels
