"""Templates of adverse events on the pilot's data: subjects, per cents and risk differences against plain pandas."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy.stats import chi2
from tests.acceptance.catalogue_data import ACTIVE, ARMS, CATALOGUE, CONTROL, Made, made_of, pharmaverse, pilot, wald

ADSL = pilot("adsl")
# The pilot did not collect what was done with treatment: every fourth event is taken to have ended it.
ADAE = pilot("adae").assign(
    AEACN=lambda frame: frame["AESEQ"].map(lambda n: "DRUG WITHDRAWN" if n % 4 == 0 else "NONE")
)
EMERGENT = ADAE[ADAE["TRTEMFL"] == "Y"]
N = {arm: ((ADSL["SAFFL"] == "Y") & (ADSL["TRT01A"] == arm)).sum() for arm in ARMS}


def subjects(events: pd.DataFrame, *by: str) -> dict[tuple[str, ...], int]:
    return events.groupby(["TRTA", *by], dropna=True)["USUBJID"].nunique().to_dict()


def same_counts(found: dict[tuple[str, ...], float], expected: dict[tuple[str, ...], int]) -> None:
    assert {key: value for key, value in found.items() if value} == {
        key if isinstance(key, tuple) else (key,): value for key, value in expected.items()
    }


def same_differences(made: Made, count: str, difference: str) -> None:
    """Each risk difference of a count is Wald's of the counts and the arms."""
    n = made.found(count)
    for number, statistic in enumerate(("estimate", "lower", "upper")):
        for (arm, *path), value in made.found(difference, statistic).items():
            expected = wald(int(n[(arm, *path)]), N[arm], int(n[(CONTROL, *path)]), N[CONTROL])
            assert value == pytest.approx(expected[number], abs=1e-9), (arm, path)


@pytest.mark.parametrize(
    ("template", "events"),
    [
        ("ae-by-soc-pt-difference", EMERGENT),
        ("sae-by-soc-pt", EMERGENT[EMERGENT["AESER"] == "Y"]),
        ("ae-discontinuation-by-soc-pt", EMERGENT[EMERGENT["AEACN"] == "DRUG WITHDRAWN"]),
    ],
)
def test_terms(template: str, events: pd.DataFrame) -> None:
    made = made_of(template, {"ADSL": ADSL, "ADAE": ADAE})
    name = "count AEBODSYS AEDECOD"
    found = made.found(name)
    socs = {key: value for key, value in found.items() if len(key) == 2}
    same_counts(socs, subjects(events, "AEBODSYS"))
    same_counts({k: v for k, v in found.items() if len(k) == 3}, subjects(events, "AEBODSYS", "AEDECOD"))
    same_counts(made.found("count subjects"), subjects(events))
    same_differences(made, name, "risk_difference AEBODSYS AEDECOD")
    # SOCs stand in the order of their highest difference, terms in that within them.
    estimates = made.found("risk_difference AEBODSYS AEDECOD", "estimate")
    rows = [row.cells[0] for row in made.layout.rows]
    shown = [text for text in rows if text in set(events["AEBODSYS"])]
    highest = [max(estimates[arm, soc] for arm in ACTIVE) for soc in shown]
    assert highest == sorted(highest, reverse=True) and len(shown) == events["AEBODSYS"].nunique()


def test_overview() -> None:
    made = made_of("ae-overview", {"ADSL": ADSL, "ADAE": ADAE})
    serious = EMERGENT["AESER"] == "Y"
    said = {
        "serious": serious,
        "death": serious & (EMERGENT["AESDTH"] == "Y"),
        "life": serious & (EMERGENT["AESLIFE"] == "Y"),
        "hospital": serious & (EMERGENT["AESHOSP"] == "Y"),
        "other": serious & ~EMERGENT[["AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG"]].eq("Y").any(axis=1),
        "withdrawn": EMERGENT["AEACN"] == "DRUG WITHDRAWN",
        "any": EMERGENT["TRTEMFL"] == "Y",
    }
    for name, chosen in said.items():
        same_counts(made.found(name), subjects(EMERGENT[chosen]))
        same_differences(made, name, f"difference of {name}")
    worst = EMERGENT.assign(rank=EMERGENT["AESEV"].map({"MILD": 1, "MODERATE": 2, "SEVERE": 3}))
    worst = worst.sort_values("rank").drop_duplicates("USUBJID", keep="last")
    same_counts(made.found("severity"), subjects(worst, "AESEV"))
    heads = [cell.text for cell in made.layout.header[0]]
    assert [head.split("\n")[:2] for head in heads[4:]] == [[arm, f"vs {CONTROL}"] for arm in ACTIVE]
    row = next(row for row in made.layout.rows if row.cells[0] == "Any AE")
    n = subjects(EMERGENT)
    estimate = wald(n[ARMS[1]], N[ARMS[1]], n[CONTROL], N[CONTROL])
    assert row.cells[4].replace("|", "") == "{:.1f} ({:.1f}, {:.1f})".format(*estimate)


def test_common_terms_and_those_more_common_than_in_the_control() -> None:
    people = EMERGENT.drop_duplicates(["USUBJID", "AEDECOD"])
    n = pd.crosstab(people["AEDECOD"], people["TRTA"])
    percent = 100 * n / pd.Series(N)
    difference = percent[list(ACTIVE)].sub(percent[CONTROL], axis=0)
    common = made_of("ae-common", {"ADSL": ADSL, "ADAE": ADAE})
    shown = [row.cells[0] for row in common.layout.rows]
    assert set(shown) == set(percent.index[(percent >= 5).any(axis=1)])
    assert list(difference.loc[shown].max(axis=1)) == sorted(difference.loc[shown].max(axis=1), reverse=True)
    more = made_of("ae-more-than-control", {"ADSL": ADSL, "ADAE": ADAE})
    reached = ((percent[list(ACTIVE)] >= 5) & (difference >= 2)).any(axis=1)
    assert {row.cells[0] for row in more.layout.rows} == set(percent.index[reached])
    assert 5 < reached.sum() < len(shown)


def test_rates() -> None:
    """Events per 100 person-years at risk, a subject's ending at its first event; Wald's limits of differences."""
    data = {"ADSL": ADSL, "ADAE": EMERGENT[EMERGENT["ASTDY"].notna()]}
    made = made_of("ae-rates", data)
    days = ADSL.set_index("USUBJID")["TRTDURD"]
    arm = ADSL.set_index("USUBJID")["TRT01A"]
    first = data["ADAE"].groupby(["AEDECOD", "USUBJID"])["ASTDY"].min()
    n, years = made.found("rate AEDECOD"), made.found("rate AEDECOD", "person_years")
    for term in ("PRURITUS", "DIARRHOEA", "DIZZINESS"):
        of_term = first[term]
        at_risk = days.copy()
        at_risk[of_term.index] = of_term.clip(upper=days[of_term.index])
        counts = {one: int((arm[of_term.index] == one).sum()) for one in ARMS}
        risk = {one: at_risk[arm == one].sum() / 365.25 for one in ARMS}
        for one in ARMS:
            assert n[one, term] == counts[one]
            assert years[one, term] == pytest.approx(risk[one])
        for one in ACTIVE:
            estimate = 100 * (counts[one] / risk[one] - counts[CONTROL] / risk[CONTROL])
            half = (
                1.959963984540054 * 100 * (counts[one] / risk[one] ** 2 + counts[CONTROL] / risk[CONTROL] ** 2) ** 0.5
            )
            assert made.found("rate AEDECOD", "difference")[one, term] == pytest.approx(estimate)
            assert made.found("rate AEDECOD", "difference_upper")[one, term] == pytest.approx(estimate + half)


def test_severity() -> None:
    made = made_of("ae-by-severity", {"ADSL": ADSL, "ADAE": ADAE})
    ranked = EMERGENT.assign(rank=EMERGENT["AESEV"].map({"MILD": 1, "MODERATE": 2, "SEVERE": 3})).sort_values("rank")
    for name, by in (("any severity", []), ("soc severity", ["AEBODSYS"]), ("term severity", ["AEBODSYS", "AEDECOD"])):
        worst = ranked.drop_duplicates(["USUBJID", *by], keep="last")
        same_counts(made.found(name), subjects(worst, *by, "AESEV"))


def test_deaths() -> None:
    adsl = pharmaverse("adsl")
    adsl = adsl[adsl["SAFFL"] == "Y"].assign(DTHCAUS=adsl["DTHCAUS"].replace("SUDDEN DEATH", None))
    adae = pharmaverse("adae").assign(TRTA=lambda frame: frame["TRT01A"])
    made = made_of("deaths", {"ADSL": adsl, "ADAE": adae})
    dead = adsl[adsl["DTHFL"] == "Y"].assign(TRTA=adsl["TRT01A"])
    same_counts(made.found("deaths"), subjects(dead))
    same_counts(made.found("count DTHCAUS"), subjects(dead.fillna({"DTHCAUS": "(missing)"}), "DTHCAUS"))
    fatal = adae[adae["AEOUT"] == "FATAL"]
    same_counts(made.found("fatal"), subjects(fatal))
    same_counts(made.found("count AEDECOD"), subjects(fatal, "AEDECOD"))


def test_events_of_interest() -> None:
    chosen = EMERGENT[EMERGENT["CQ01NAM"].notna()]
    made = made_of("ae-by-query", {"ADSL": ADSL, "ADAE": ADAE})
    name = "count CQ01NAM AEDECOD where CQ01NAM is not missing"
    same_counts({k: v for k, v in made.found(name).items() if len(k) == 3}, subjects(chosen, "CQ01NAM", "AEDECOD"))
    same_differences(made, name, name.replace("count", "risk_difference"))
    made = made_of("ae-of-interest", {"ADSL": ADSL, "ADAE": ADAE})
    same_counts(made.found("any"), subjects(chosen))
    same_counts(made.found("count AEDECOD"), subjects(chosen, "AEDECOD"))
    same_counts(made.found("withdrawn"), subjects(chosen[chosen["AEACN"] == "DRUG WITHDRAWN"]))
    worst = chosen.assign(rank=chosen["AESEV"].map({"MILD": 1, "MODERATE": 2, "SEVERE": 3})).sort_values("rank")
    same_counts(made.found("count AESEV"), subjects(worst.drop_duplicates("USUBJID", keep="last"), "AESEV"))


def test_subgroups() -> None:
    adae = ADAE.drop(columns=["AGEGR1", "RACE", "SEX"]).merge(ADSL[["USUBJID", "SEX", "AGEGR1", "RACE", "ETHNIC"]])
    made = made_of("ae-by-subgroup", {"ADSL": ADSL, "ADAE": adae})
    emergent = adae[adae["TRTEMFL"] == "Y"]
    for name, by in (("sex", "SEX"), ("age", "AGEGR1"), ("race", "RACE"), ("ethnicity", "ETHNIC")):
        same_counts(made.found(name), subjects(emergent, by))
        totals = ADSL.groupby(["TRT01A", by])["USUBJID"].nunique().to_dict()
        assert {k: v for k, v in made.found(name, "N").items() if v} == totals


def test_rates_by_soc() -> None:
    """Exact limits of a rate are those of a Poisson count, by the chi-squared distribution."""
    made = made_of("ae-rates-by-soc-pt", {"ADSL": ADSL, "ADAE": EMERGENT})
    name = "rate AEBODSYS AEDECOD"
    same_counts({k: v for k, v in made.found(name).items() if len(k) == 3}, subjects(EMERGENT, "AEBODSYS", "AEDECOD"))
    years, upper = made.found(name, "person_years"), made.found(name, "upper")
    for key, n in made.found(name).items():
        assert upper[key] == pytest.approx(100 * chi2.ppf(0.975, 2 * n + 2) / 2 / years[key])


def test_queries_of_a_table_of_terms() -> None:
    """The bundled table, whose terms are made up, against a join with its lines."""
    lines = pd.read_csv(CATALOGUE / "queries" / "example.csv", comment="#")
    for scopes, sexes in (({"NARROW"}, "FM"), ({"NARROW", "BROAD"}, "M")):
        rows = [{"queries": "example", "scope": sorted(scopes)}]
        where = "SAFFL = 'Y'" + (" and SEX = 'M'" if sexes == "M" else "")
        made = made_of("ae-by-query-table", {"ADSL": ADSL, "ADAE": ADAE}, rows=rows, population={"where": where})
        chosen = lines[lines["SCOPE"].isin(scopes)].rename(columns={"TERM": "AEDECOD"})
        joined = EMERGENT[EMERGENT["SEX"].isin([*sexes])].merge(chosen, on="AEDECOD")
        assert set(joined["QUERY"]) >= {"Example rash", "Example syncope"}
        for query, events in joined.groupby("QUERY"):
            same_counts(made.found(f"query {query}"), subjects(events))
            same_counts(made.found(f"query {query} terms"), subjects(events, "AEDECOD"))
        labels = [row.cells[0] for row in made.layout.rows if not row.indent]
        assert labels == [query for query in dict.fromkeys(chosen["QUERY"]) if query in set(joined["QUERY"])]
