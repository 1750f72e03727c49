"""Every kind of output with an arm of nobody, of one subject, and with nobody at all: pages, and the right N."""

from __future__ import annotations

import io
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from adamline.errors import Place
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.results.csv_file import results_csv
from adamline.tlf.kinds import change_by_visit, listing, over_time, responders_by_visit, subjects_by_parameter
from adamline.tlf.kinds._data import AnalysisData, PageContext
from adamline.tlf.paginate import paginate

POPULATION = {"from": "ADSL", "where": "ITTFL = 'Y'", "label": "All"}
COLUMNS = {"by": "TRTP", "order": ["Placebo", "Drug"], "population_by": "TRT01P"}
COMMON = {"output": "T-1", "title": "T", "population": POPULATION, "records": {"from": "ADLB"}, "columns": COLUMNS}
SHOWN, ORDERED = {"by": "AVISIT", "show": ["Week 2"]}, {"by": "AVISIT", "order_by": "AVISITN", "empty": "drop"}
WILCOXON = {"method": "wilcoxon_rank_sum", "against": "Placebo", "as": "p_wilcoxon", "variable": "AVAL"}
FISHER = {"method": "fisher_exact", "against": "Placebo", "as": "p_fisher"}
RESPONSE = {"variable": "AVALC", "responder": "Y", "nonresponder": "N"}
LEVELS = {"statistics": ["n", "mean_sd", "se", "limits", "median", "q1_q3", "min_max"], "parameters": ["ALT"]}
KINDS: list[tuple[ModuleType, dict[str, Any]]] = [
    (change_by_visit, {**LEVELS, "rows": SHOWN, "tests": [WILCOXON]}),
    (change_by_visit, {**LEVELS, "rows": ORDERED, "tests": [WILCOXON], "variables": ["AVAL"]}),
    (responders_by_visit, {"parameter": "ALT", "rows": SHOWN, "response": RESPONSE, "tests": [FISHER]}),
    (responders_by_visit, {"parameter": "ALT", "rows": ORDERED, "response": RESPONSE, "tests": [FISHER]}),
    (subjects_by_parameter, {"parameters": ["ALT"]}),
]
# Who there is: subject and treatment.
PEOPLE = {"nobody": [], "one": ["Drug"], "one each": ["Placebo", "Drug"], "one arm": ["Drug", "Drug", "Drug"]}


def data(arms: list[str]) -> AnalysisData:
    subjects = pd.DataFrame({"USUBJID": [f"S{n}" for n in range(len(arms))], "TRT01P": arms, "ITTFL": "Y"}, dtype="str")
    rows = "PARAMCD AVISIT AVISITN AVAL CHG AVALC\nALT 'Week 2' 2 5 1 Y"
    record = pd.read_csv(io.StringIO(rows), sep=" ", quotechar="'").astype(
        {"AVISITN": float, "AVAL": float, "CHG": float}
    )
    records = subjects.rename(columns={"TRT01P": "TRTP"}).merge(record, how="cross")
    made = {
        name: Dataset(name, frame, tuple(Variable(each, _kind(frame[each])) for each in frame))
        for name, frame in (("ADSL", subjects), ("ADLB", records))
    }
    return AnalysisData(made, {"ALT": {"PARAM": "ALT", "decimals": "0"}})


def _kind(values: pd.Series) -> Kind:
    return Kind.NUMBER if values.dtype == float else Kind.TEXT


@pytest.mark.parametrize("people", PEOPLE)
@pytest.mark.parametrize(("kind", "given"), KINDS)
def test_a_table_of_few_subjects(kind: ModuleType, given: dict[str, Any], people: str) -> None:
    arms = PEOPLE[people]
    options = kind.Options.model_validate({**COMMON, "kind": kind.__name__.rpartition(".")[2], **given})
    results = kind.analyse(data(arms), options)
    results_csv(results)
    layout = kind.lay_out(results, options, PageContext())
    paginate(layout)
    assert kind.check(data(arms), options, Place()) == ()
    heads = [cell.text for cell in layout.header[0] if "N=" in cell.text]
    assert [head.split("\n")[1] for head in heads] == [f"(N={arms.count(arm)})" for arm in ("Placebo", "Drug")]
    empty = [arm for arm in ("Placebo", "Drug") if arm not in arms]
    assert layout.footnotes == ((f"N=0: no subject is in {', '.join(empty)}.",) if empty else ())


@pytest.mark.parametrize("people", PEOPLE)
def test_a_figure_and_a_listing_of_few_subjects(people: str) -> None:
    kind, given = KINDS[0]
    table = kind.Options.model_validate({**COMMON, "kind": "change_by_visit", **given})
    stored = AnalysisData({}, results={"T-1": kind.analyse(data(PEOPLE[people]), table)})
    figure = {
        "output": "F-1",
        "kind": "over_time",
        "title": "F",
        "results": "T-1",
        "parameter": "ALT",
        "variable": "AVAL",
    }
    options = over_time.Options.model_validate(figure)
    paginate(over_time.lay_out(over_time.analyse(stored, options), options, PageContext()))
    columns = [{"variable": "USUBJID", "heading": "Subject"}, {"variable": "AVAL", "heading": "Value", "decimals": 0}]
    spec = {**COMMON, "kind": "listing", "keys": ["USUBJID"], "columns": columns}
    listed = listing.Options.model_validate(spec)
    paginate(listing.lay_out(listing.analyse(data(PEOPLE[people]), listed), listed, PageContext()))
    assert listing.check(data(PEOPLE[people]), listed, Place()) == ()
