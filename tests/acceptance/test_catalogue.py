"""Templates of the catalogue on the pilot's data, each count against a count of pandas; shifts on a small dataset."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.analyses import table
from adamline.analyses.data import AnalysisData
from adamline.io.dataset import Dataset, Variable, kind_of
from adamline.spec.template import read_templates
from adamline.tlf.kinds import table as page
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.pages import Paginated, RowKind
from adamline.tlf.paginate import paginate

CATALOGUE = Path(__file__).parents[2] / "specs" / "catalogue"
ARMS = ["Placebo", "Xanomeline Low Dose", "Xanomeline High Dose"]
Made = Callable[..., pd.DataFrame]


def dataset(name: str, frame: pd.DataFrame) -> Dataset:
    frame = frame.assign(**{c: frame[c].astype(np.float64) for c in frame.select_dtypes("number").columns})
    return Dataset(name, frame, tuple(Variable(column, kind_of(frame[column])) for column in frame.columns))


def results_of(template: str, *datasets: Dataset) -> pd.DataFrame:
    """The results of a template, whose pages are laid out as well."""
    return made_of(template, *datasets)[0]


def made_of(template: str, *datasets: Dataset, **other: Any) -> tuple[pd.DataFrame, Paginated]:
    """The results and pages of a template, with ``other`` in place of what it says."""
    content = {**read_templates([CATALOGUE])[template].file.content, **other}
    content["columns"] = {**content["columns"], "order": ARMS}
    options = table.Options.model_validate({"output": "T-1", **content})
    parameters = {code: {"PARAM": code, "decimals": "1"} for code in ("ALT", "GLUC")}
    made = table.analyse(AnalysisData({each.name: each for each in datasets}, parameters), options)
    return made.results, paginate(page.lay_out(made.results, options, PageContext()))


@pytest.fixture(scope="module")
def adsl(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "oracles/data/adsl.csv")


def counts_of(results: pd.DataFrame, statistic: str = "n") -> pd.DataFrame:
    return results[(results["stat_name"] == statistic) & results["variable_level"].ne("")]


def test_demographics(adsl: pd.DataFrame) -> None:
    results = counts_of(results_of("demographics", dataset("ADSL", adsl)))
    results = results[~results["analysis"].isin(["columns", "labels"])]
    subjects = adsl[adsl["ITTFL"] == "Y"]
    for row in results.itertuples():
        of_arm = subjects if row.group1_level == "Total" else subjects[subjects["TRT01P"] == row.group1_level]
        assert row.stat == (of_arm[row.variable] == row.variable_level).sum(), row.result
    assert set(results["variable"]) == {"AGEGR1", "SEX", "RACE", "ETHNIC"}
    for name, number in (("AGEGR1", "AGEGR1N"), ("RACE", "RACEN")):
        in_order = subjects.sort_values(number)[name].drop_duplicates()
        assert list(results["variable_level"][results["variable"] == name].drop_duplicates()) == list(in_order)


def test_adverse_events(adsl: pd.DataFrame, shared: Path) -> None:
    adae = pd.read_csv(shared / "oracles/data/adae.csv")
    results = results_of("ae-by-soc-pt", dataset("ADSL", adsl), dataset("ADAE", adae))
    emergent = adae[adae["TRTEMFL"] == "Y"]
    terms = counts_of(results)
    terms = terms[terms["variable"] == "AEDECOD"]
    events = counts_of(results, "events").set_index("result")["stat"]
    assert len(terms) == 3 * len(emergent[["AEBODSYS", "AEDECOD"]].drop_duplicates())
    for row in terms.itertuples():
        chosen = emergent[
            (emergent["TRTA"] == row.group1_level)
            & (emergent["AEBODSYS"] == row.group2_level)
            & (emergent["AEDECOD"] == row.variable_level)
        ]
        assert row.stat == chosen["USUBJID"].nunique(), row.result
        assert events[row.result.removesuffix("/n") + "/events"] == len(chosen), row.result


def test_pages_of_adverse_events(adsl: pd.DataFrame, shared: Path) -> None:
    """A page that starts inside a SOC names it again without counts; none ends with the row of a SOC."""
    adae = pd.read_csv(shared / "oracles/data/adae.csv")
    terms = adae.groupby("AEBODSYS")["AEDECOD"].unique().map(set)
    _, paginated = made_of("ae-by-soc-pt", dataset("ADSL", adsl), dataset("ADAE", adae))
    soc, continued = "", 0
    for sheet in paginated.pages:
        first = sheet.rows[0]
        if first.kind is RowKind.HEADING:
            assert [cell.text for cell in first.cells] == [f"{soc} (continued)"]
            continued += 1
        else:
            assert first.cells[0].text in {"Subjects with at least one event", *terms.index}
        for row in (row for row in sheet.rows if row.kind is RowKind.BODY):
            label = row.cells[0].text
            if label in terms.index:
                soc = label
            elif soc:
                assert label in terms[soc]
        assert sheet.rows[-1].cells[0].text not in terms.index
    assert continued > 3


def test_shift(adsl: pd.DataFrame) -> None:
    """Every third subject has a value above the range, every fifth no baseline."""
    subjects = adsl[adsl["SAFFL"] == "Y"].reset_index(drop=True)
    number = np.arange(len(subjects))
    adlb = pd.DataFrame(
        {
            "USUBJID": subjects["USUBJID"],
            "TRTA": subjects["TRT01A"],
            "PARAMCD": "ALT",
            "ANRIND": np.where(number % 3 == 0, "H", "N"),
            "BNRIND": pd.Series(np.where(number % 4 == 0, "L", "N"), dtype="str").mask(number % 5 == 0),
        }
    )
    results = results_of("lab-shift", dataset("ADSL", adsl), dataset("ADLB", adlb))
    found = results[(results["stat_name"] == "n") & (results["variable"] == "ANRIND")].set_index("result")["stat"]
    for arm in ARMS:
        here = adlb[adlb["TRTA"] == arm]
        for base in ("L", "N", "H", "(missing)", "Total"):
            at = here if base == "Total" else here[here["BNRIND"].fillna("(missing)") == base]
            for after in ("L", "N", "H", "Total"):
                n = len(at if after == "Total" else at[at["ANRIND"] == after])
                key = f"T-1/shift ANRIND/TRTA={arm}/PARAMCD=ALT/BNRIND={base}/ANRIND={after}/n"
                assert found[key] == n, key


def test_pages_of_shifts(adsl: pd.DataFrame) -> None:
    """15 columns of numbers leave the labels little room, and their words whole all the same."""
    subjects = adsl[adsl["SAFFL"] == "Y"]
    adlb = pd.DataFrame({"USUBJID": subjects["USUBJID"], "TRTA": subjects["TRT01A"], "PARAMCD": "ALT", "ANRIND": "N"})
    _, paginated = made_of("lab-shift", dataset("ADSL", adsl), dataset("ADLB", adlb.assign(BNRIND="N")))
    rows = [row for row in paginated.pages[0].rows if row.kind is RowKind.BODY]
    assert [row.cells[0].lines for row in rows] == [("Low",), ("Normal",), ("High",), ("Missing",), ("Total",)]


def test_blanks_that_lead_a_visit_are_not_shown(adsl: pd.DataFrame, shared: Path) -> None:
    """The pilot's AVISIT has them, so that visits sort by text."""
    adlb = pd.read_csv(shared / "oracles/data/adlbc_gluc.csv")
    adlb = adlb[adlb["AVISITN"].notna()].assign(TRTA=lambda frame: frame["TRTP"])
    assert adlb["AVISIT"].str.startswith(" ").any()
    _, paginated = made_of("lab-by-visit", dataset("ADSL", adsl), dataset("ADLB", adlb))
    heads = {row.cells[0].text for page in paginated.pages for row in page.rows if row.kind is RowKind.HEADING}
    assert {"Baseline", "Week 2", "Week 12"} <= heads


def test_ls_means(adsl: pd.DataFrame, shared: Path) -> None:
    """Glucose by visit: subjects with a change and a baseline, and a model that needed no other covariance."""
    adlb = pd.read_csv(shared / "oracles/data/adlbc_gluc.csv")
    adlb = adlb[adlb["CHG"].notna() & adlb["AVISITN"].between(2, 12)]
    results = results_of("lsmeans-by-visit", dataset("ADSL", adsl), dataset("ADEFF", adlb))
    found = results[(results["stat_name"] == "n") & results["analysis"].str.startswith("lsmeans")]
    used = adlb.dropna(subset=["CHG", "BASE"]).groupby(["TRTP", "AVISIT"])["USUBJID"].nunique()
    assert found.set_index(["group1_level", "group3_level"])["stat"].to_dict() == used.to_dict()
    assert results.loc[results["stat_name"].isin(["lsmean", "difference"]), "stat"].notna().any()
    assert set(results["warning"]) == {""}
    # One visit a subject: there is no model, and n says of how many records.
    one = adlb.drop_duplicates("USUBJID")
    results = results_of("lsmeans-by-visit", dataset("ADSL", adsl), dataset("ADEFF", one))
    rows = results[results["analysis"].str.startswith("lsmeans")]
    n, means = (rows[rows["stat_name"] == name] for name in ("n", "lsmean"))
    assert n["stat"].sum() == len(one) and n["warning"].str.startswith("no model: ").all()
    assert set(means["stat_text"]) == {"NE"}
