"""Every analysis with nobody at all, one subject, one in each arm, one arm, missing values: pages, and the right N."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.analyses import bars, listing, over_time, table
from adamline.analyses.data import AnalysisData
from adamline.analyses.words import known_words
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.results.csv_file import results_csv
from adamline.tlf.kinds import bars as bars_page
from adamline.tlf.kinds import listing as listing_page
from adamline.tlf.kinds import over_time as figure_page
from adamline.tlf.kinds import table as table_page
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.paginate import paginate

ARMS = ("Placebo", "Drug")
AGAINST = {"against": "Placebo"}
# A row for each analysis; another where it has ways that differ.
ROWS: dict[str, list[dict[str, Any]]] = {
    "breslow_day": [{"breslow_day": "SEX", **AGAINST, "strata": "STRATUM", "tarone": "true"}],
    "category_test": [
        {"category_test": "SEX", "column": "Drug"},
        {"category_test": ["REGION", "SEX"], "test": "chi_square", "column": "Drug"},
    ],
    "chi_square": [
        {"chi_square": "SEX", "column": "Drug"},
        {"chi_square": "AVAL", "statistic": "mantel_haenszel", "column": "Drug"},
    ],
    "cmh": [
        {"cmh": "SEX", "strata": "REGION", "column": "Drug"},
        {"cmh": "AVAL", "strata": "REGION", "column": "Drug", "statistic": "row_means", "scores": "modridit"},
    ],
    "count": [
        {"count": "subjects"},
        {"count": "SEX", "levels": ["F", "M"], "sort": "frequency"},
        {"count": ["REGION", "SEX"], "worst": "AVAL", "at_least": {"percent": "5"}},
        {"count": "SEX", "missing": "show", "denominator": "values"},
    ],
    "cox": [{"cox": "AVAL", **AGAINST}],
    "curve": [{"curve": "AVAL"}, {"curve": "AVAL", "failure": "true"}],
    "distribution": [{"distribution": "AVAL"}],
    "fisher": [{"fisher": "AVALC", **AGAINST}],
    "fisher_rxc": [{"fisher_rxc": "SEX", "column": "Drug"}],
    "hodges_lehmann": [{"hodges_lehmann": "AVAL", **AGAINST}],
    "kappa": [
        {"kappa": "AVALC", "paired": "BASEC", "statistics": ["n", "kappa_ci", "p"]},
        {"kappa": "AVISITN", "paired": "AVAL", "weights": "fc"},
    ],
    "kruskal_wallis": [{"kruskal_wallis": "AVAL", "column": "Drug"}],
    "log_rank": [
        {"log_rank": "AVAL", **AGAINST, "statistics": ["p", "chi_square"]},
        {"log_rank": "AVAL", **AGAINST, "test": "lr"},
        {"log_rank": "AVAL", "strata": "REGION", "column": "Drug"},
        {"log_rank": "AVAL", "test": "lr", "column": "Drug"},
    ],
    "logistic": [{"logistic": "AVALC", **AGAINST, "model": ["AVAL", "REGION"], "statistics": ["n", "odds_ratio_ci"]}],
    "lsmeans": [
        {"lsmeans": "CHG", "model": ["AVAL"], **AGAINST},
        {"lsmeans": "CHG", "model": ["AVAL"], **AGAINST, "repeated": {"visit": "AVISIT", "fallback": ["CS"]}},
    ],
    "mcnemar": [{"mcnemar": "AVALC", "paired": "BASEC", "statistics": ["n_discordant", "chi_square", "p"]}],
    "odds_ratio": [
        {"odds_ratio": "SEX", **AGAINST, "exact": "true", "statistics": ["estimate_ci", "p"]},
        {"odds_ratio": "SEX", **AGAINST, "strata": "STRATUM", "common": "logit", "statistics": ["estimate_ci", "p"]},
    ],
    "quartiles": [{"quartiles": "AVAL"}, {"quartiles": "CHG", "reach": "none", "decimals": "1"}],
    "rank_sum": [{"rank_sum": "AVAL", **AGAINST}, {"rank_sum": "AVAL", **AGAINST, "exact": "true"}],
    "rate": [
        {"rate": "subjects", "time": "TRTDURD", "at": "AVISITN"},
        {"rate": "SEX", "time": "TRTDURD", "events": "all"},
        {
            "rate": "SEX",
            "time": "TRTDURD",
            "events": "all",
            **AGAINST,
            "statistics": ["ratio_ci", "difference_ci", "p"],
        },
    ],
    "relative_risk": [{"relative_risk": "SEX", **AGAINST}, {"relative_risk": "SEX", **AGAINST, "strata": "STRATUM"}],
    "response": [
        {"response": "AVALC", "statistics": ["n_N_pct", "limits"], "limits": "exact"},
        {"response": "AVALC", "statistics": ["n_N_pct", "p"], "h0": "0.5", "exact": "true", "sides": "1"},
    ],
    "risk_difference": [
        {"risk_difference": ["REGION", "SEX"], **AGAINST, "method": "mn", "test": "chi_square"},
        {"risk_difference": "SEX", **AGAINST, "test": "fm", "h0": "-0.1", "sides": "U", "statistics": ["p"]},
        {
            "risk_difference": ["REGION", "SEX"],
            **AGAINST,
            "strata": "STRATUM",
            "denominator": "above",
            "common": "score",
        },
    ],
    "shift": [
        {"shift": "SEX", "from": "REGION", "total": "Total", "denominator": "above"},
        {"shift": "SEX", "from": "REGION", "levels": ["F", "M", "EU", "US"], "missing": "show", "total": "Total"},
    ],
    "sign_test": [{"sign_test": "CHG", "statistics": ["n", "p"]}, {"sign_test": "AVAL", "paired": "CHG"}],
    "signed_rank": [{"signed_rank": "CHG"}, {"signed_rank": "AVAL", "h0": "2.5", "statistics": ["{s}", "p"]}],
    "summary": [
        {"summary": ["AVAL", "CHG"], "statistics": ["n", "mean_sd", "limits", "median", "q1_q3", "min_max", "cv"]},
        {"summary": "AVAL", "statistics": ["geometric_mean_cv", "geometric_limits"], "also": ["p5", "skewness"]},
        {"summary": "AVAL", "statistics": ["{p2_5}, {p97_5}", "q1_q3"], "pctldef": "4", "also": ["uss", "css"]},
    ],
    "survival": [{"survival": "AVAL", "at": ["1", "2.5"], "statistics": ["events", "median_ci", "rate_ci_2.5"]}],
    "t_test": [
        {"t_test": "AVAL", **AGAINST},
        {"t_test": "AVAL", **AGAINST, "variances": "satterthwaite", "h0": "1"},
        {"t_test": "CHG", "statistics": ["mean_sd", "mean_ci", "p"]},
        {"t_test": "AVAL", "paired": "CHG", "h0": "1"},
    ],
    "type3": [{"type3": "CHG", "model": ["DOSE", "AVAL"], "effect": "DOSE", "column": "Drug"}],
    "van_elteren": [{"van_elteren": "AVAL", "strata": ["REGION", "SEX"], "column": "Drug"}],
}
# Who there is, by treatment.
PEOPLE = {
    "nobody": [],
    "one": ["Drug"],
    "one each": ["Placebo", "Drug"],
    "one arm": ["Drug"] * 3,
    "some": ["Placebo", "Drug"] * 4,
}


def data(arms: list[str], *, missing: bool = False) -> AnalysisData:
    count = len(arms)
    subjects = pd.DataFrame({"USUBJID": [f"S{n}" for n in range(count)], "TRT01P": arms, "ITTFL": "Y"}, dtype="str")
    subjects["TRTDURD"] = np.arange(count) + 30.0
    subjects["STRATUM"] = pd.Series(["low", "high"] * count, dtype="str")[:count]
    records = subjects.drop(columns="STRATUM").rename(columns={"TRT01P": "TRTP"}).drop(columns="TRTDURD")
    records = records.merge(pd.DataFrame({"AVISIT": ["Week 2", "Week 4"], "AVISITN": [2.0, 4.0]}), how="cross")
    number = np.arange(len(records), dtype=np.float64)
    records = records.assign(
        PARAMCD="ALT",
        AVAL=number % 5 + 1,
        CHG=number % 3 - 1.5,
        CNSR=number % 2,
        DOSE=np.where(records["TRTP"] == "Drug", 10.0, 0.0),
        AVALC=np.where(number % 2 > 0, "Y", "N"),
        BASEC=np.where(number % 3 > 0, "Y", "N"),
        SEX=np.where(number % 4 > 1, "F", "M"),
        REGION=np.where(number % 8 > 3, "EU", "US"),
    ).astype(dict.fromkeys(("PARAMCD", "AVALC", "BASEC", "SEX", "REGION"), "str"))
    if missing:
        values = ["AVAL", "CHG", "CNSR", "AVALC", "BASEC", "SEX", "REGION"]
        records.loc[:, values] = records[values].mask(pd.Series(True, index=records.index))
    made = {
        name: Dataset(name, frame, tuple(Variable(each, _kind(frame[each])) for each in frame))
        for name, frame in (("ADSL", subjects), ("ADLB", records))
    }
    return AnalysisData(made, {"ALT": {"PARAM": "ALT", "decimals": "0"}})


def _kind(values: pd.Series) -> Kind:
    return Kind.NUMBER if values.dtype == float else Kind.TEXT


def spec(row: dict[str, Any]) -> dict[str, Any]:
    visits = {"by": "AVISIT", "show": ["Week 2", "Week 4"], "rows": [row]}
    return {
        "output": "T-1",
        "kind": "table",
        "title": "T",
        "population": {"from": "ADSL", "where": "ITTFL = 'Y'", "label": "All"},
        "records": {"from": "ADLB"},
        "columns": {"by": "TRTP", "order": list(ARMS), "population_by": "TRT01P", "total": "Total"},
        "rows": [{"by": "PARAMCD", "show": ["ALT"], "rows": [visits]}],
    }


ALL = [pytest.param(row, id=f"{word}{n}") for word, of in ROWS.items() for n, row in enumerate(of)]


def test_every_analysis_has_a_row() -> None:
    assert set(ROWS) == set(known_words())


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("people", PEOPLE)
@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{word}{n}") for word, of in ROWS.items() for n, row in enumerate(of)]
)
def test_a_table_of_few_subjects(row: dict[str, Any], people: str, missing: bool) -> None:
    arms = PEOPLE[people]
    options = table.Options.model_validate(spec(row))
    made = table.analyse(data(arms, missing=missing), options)
    results_csv(made.results)
    layout = table_page.lay_out(made.results, options, PageContext())
    paginate(layout)
    assert {finding.check for finding in made.findings} <= {"decimals"}
    heads = [cell.text for cell in layout.header[0] if "N=" in cell.text]
    counts = [*(arms.count(arm) for arm in ARMS), len(arms)]
    assert [head.split("\n")[1] for head in heads] == [f"(N={count})" for count in counts]
    empty = [arm for arm, count in zip((*ARMS, "Total"), counts, strict=True) if not count]
    assert ("N=0: no subject is in " + ", ".join(empty) + "." in layout.footnotes) == bool(empty)


@pytest.mark.parametrize("row", [pytest.param(of[0], id=word) for word, of in ROWS.items()])
def test_the_order_of_the_records_does_not_matter(row: dict[str, Any]) -> None:
    options = table.Options.model_validate(spec(row))
    given = data(PEOPLE["some"])
    turned = {name: each.with_frame(each.frame.iloc[::-1]) for name, each in given.datasets.items()}
    first, other = (
        table.analyse(AnalysisData(sets, given.parameters), options).results for sets in (given.datasets, turned)
    )
    pd.testing.assert_frame_equal(first, other, check_exact=False, rtol=1e-12)


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("marks_as", ["stars", "p"])
@pytest.mark.parametrize("people", PEOPLE)
def test_bars_of_few_subjects(people: str, marks_as: str, missing: bool) -> None:
    row = {"response": "AVALC", "compare": [{"fisher": "AVALC", **AGAINST, "as": "p_fisher"}]}
    options = table.Options.model_validate(spec(row))
    stored = table.analyse(data(PEOPLE[people], missing=missing), options).results
    figure = {"output": "F-1", "kind": "bars", "title": "F", "results": "T-1", "parameter": "ALT"}
    figure |= {"limits": ["lower", "upper"], "marks": "p_fisher", "marks_as": marks_as}
    drawn = bars.Options.model_validate(figure)
    made = bars.analyse(AnalysisData({}, results={"T-1": stored}), drawn).results
    layout = bars_page.lay_out(made, drawn, PageContext())
    paginate(layout)
    assert (layout.picture is None) == (missing or not PEOPLE[people])


@pytest.mark.parametrize("people", PEOPLE)
def test_a_figure_and_a_listing_of_few_subjects(people: str) -> None:
    options = table.Options.model_validate(spec({"summary": "AVAL", "also": ["lower", "upper"]}))
    stored = AnalysisData({}, results={"T-1": table.analyse(data(PEOPLE[people]), options).results})
    figure = {
        "output": "F-1",
        "kind": "over_time",
        "title": "F",
        "results": "T-1",
        "parameter": "ALT",
        "variable": "AVAL",
    }
    drawn = over_time.Options.model_validate(figure)
    paginate(figure_page.lay_out(over_time.analyse(stored, drawn).results, drawn, PageContext()))
    columns = [{"variable": "USUBJID", "heading": "Subject"}, {"variable": "AVAL", "heading": "Value", "decimals": 0}]
    listed = listing.Options.model_validate(
        {
            "output": "L-1",
            "kind": "listing",
            "title": "L",
            "records": {"from": "ADLB"},
            "keys": ["USUBJID"],
            "identify_by": ["AVISIT"],
            "columns": columns,
        }
    )
    made = listing.analyse(data(PEOPLE[people]), listed)
    paginate(listing_page.lay_out(made.results, listed, PageContext()))
    assert {finding.check for finding in made.findings} <= {"decimals"}
