"""What tests of figures share: small trials, their tables, and figures drawn from the stored results."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pandas as pd

from adamline.analyses import table
from adamline.analyses.data import AnalysisData
from adamline.io.dataset import Dataset, Variable, kind_of
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.layout import Layout
from adamline.tlf.paginate import paginate

# How many subjects of each arm: the cases that a figure must bear.
CASES: dict[str, dict[str, int]] = {
    "nobody": {"Placebo": 0, "Drug": 0},
    "one": {"Placebo": 1, "Drug": 0},
    "one of each": {"Placebo": 1, "Drug": 1},
    "one arm": {"Drug": 12},
    "two arms": {"Placebo": 11, "Drug": 13},
    "eight arms": {f"Dose {dose} mg": 5 for dose in range(8)},
    "long names": {f"{word} transdermal therapeutic system, {word}, twice daily": 7 for word in ("Active", "Sham")},
}
DRAWN = [case for case in CASES if case != "nobody"]


def dataset(name: str, frame: pd.DataFrame) -> Dataset:
    frame = frame.assign(**{c: frame[c].astype(np.float64) for c in frame.select_dtypes("number").columns})
    return Dataset(name, frame, tuple(Variable(column, kind_of(frame[column])) for column in frame.columns))


def subjects(arms: dict[str, int]) -> pd.DataFrame:
    of = [arm for arm, count in arms.items() for _ in range(count)]
    names = pd.Series([f"S-{number:03d}" for number in range(1, len(of) + 1)], dtype="str")
    return pd.DataFrame({"USUBJID": names, "TRT01A": pd.Series(of, dtype="str"), "TRTA": pd.Series(of, dtype="str")})


def stored_table(
    arms: dict[str, int], rows: list[dict[str, Any]], records: pd.DataFrame, **options: Any
) -> pd.DataFrame:
    """The stored results of a table of these rows, in columns by arm."""
    spec = {
        "output": "T-1",
        "kind": "table",
        "title": "T",
        "population": {"from": "ADSL", "label": "Safety Population"},
        "records": {"from": "ADXX"},
        "columns": {"by": "TRTA", "population_by": "TRT01A", "order": list(arms)},
        "rows": rows,
        **options,
    }
    parameters = {code: {"PARAM": f"{code} (unit)", "decimals": "1"} for code in ("ALT", "BILI", "OS")}
    data = AnalysisData({"ADSL": dataset("ADSL", subjects(arms)), "ADXX": dataset("ADXX", records)}, parameters)
    return table.analyse(data, table.Options.model_validate(spec)).results


def figure(kind: str, spec: dict[str, Any], data: AnalysisData) -> tuple[pd.DataFrame, Layout]:
    """The results and the layout of a figure, which is cut into pages as well."""
    options = importlib.import_module(f"adamline.analyses.{kind}").Options.model_validate(
        {"output": "F-1", "kind": kind, "title": "F", **spec}
    )
    made = importlib.import_module(f"adamline.analyses.{kind}").analyse(data, options).results
    layout = importlib.import_module(f"adamline.tlf.kinds.{kind}").lay_out(made, options, PageContext())
    paginate(layout)
    return made, layout


def of_table(kind: str, spec: dict[str, Any], stored: pd.DataFrame) -> tuple[pd.DataFrame, Layout]:
    """A figure of a table's stored results."""
    return figure(kind, {"results": "T-1", **spec}, AnalysisData({}, results={"T-1": stored}))
