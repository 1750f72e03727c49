"""Shifts from baseline against cross tables of pandas."""

from __future__ import annotations

import itertools

import pytest
from tests.analyses.small_studies import (
    STUDIES,
    VISITS,
    Study,
    assert_same,
    cells,
    made,
    numbers,
    study,
    table,
    with_around,
)

from adamline.findings import Severity
from adamline.results.ard import levels_of

LEVELS = ["LOW", "NORMAL", "HIGH"]
ROW = {"shift": "ANRIND", "from": "BNRIND", "levels": LEVELS, "missing": "show", "total": "Total"}


def counted(given: Study, denominator: str) -> dict[tuple[str, ...], float]:
    """Different subjects and records of each pair, and of the sums over one of the two or both."""
    expected = {}
    for visit, column, records, people in cells(given):
        known = records.assign(**{name: records[name].fillna("(missing)") for name in ("BNRIND", "ANRIND")})
        for before, after in itertools.product([*LEVELS, "(missing)", "Total"], repeat=2):
            row = known if before == "Total" else known[known["BNRIND"] == before]
            cell = row if after == "Total" else row[row["ANRIND"] == after]
            of = {
                "population": len(people),
                "values": records[records["BNRIND"].notna()]["USUBJID"].nunique(),
                "above": row["USUBJID"].nunique(),
            }[denominator]
            n = cell["USUBJID"].nunique()
            key = (visit, column, before, after)
            expected |= {(*key, "n"): n, (*key, "events"): len(cell)}
            # Over baseline subjects without a value there are added, who are no part of those with one.
            sums = {"population": (), "values": (before,), "above": (before, after)}[denominator]
            if "Total" not in sums:
                expected |= {(*key, "N"): of, (*key, "pct"): 100 * n / of if of else float("nan")}
    return expected


@STUDIES
@pytest.mark.parametrize("denominator", ["population", "values", "above"])
def test_pairs_and_sums(seed: int, denominator: str) -> None:
    given = study(seed)
    made = table(given, {**ROW, "denominator": denominator})
    found = numbers(made.assign(before=levels_of(made, "BNRIND")), "visit", "column", "before", "variable_level")
    assert_same(found, counted(given, denominator))


@STUDIES
@pytest.mark.parametrize("denominator", ["population", "values", "above"])
def test_sums_are_of_the_pairs_shown_where_the_missing_are_dropped(seed: int, denominator: str) -> None:
    given = study(seed)
    made = table(given, {**ROW, "missing": "drop", "denominator": denominator})
    found = numbers(made.assign(before=levels_of(made, "BNRIND")), "visit", "column", "before", "variable_level")
    expected = {}
    for visit, column, records, _ in cells(given):
        both = records.dropna(subset=["BNRIND", "ANRIND"])
        for before, after in itertools.product([*LEVELS, "Total"], repeat=2):
            row = both if before == "Total" else both[both["BNRIND"] == before]
            cell = row if after == "Total" else row[row["ANRIND"] == after]
            key = (visit, column, before, after)
            expected |= {(*key, "n"): cell["USUBJID"].nunique(), (*key, "events"): len(cell)}
    assert_same({key: value for key, value in found.items() if key[-1] in ("n", "events")}, expected)


@STUDIES
@pytest.mark.parametrize("row", [ROW, {"rate": "ANRIND", "time": "TRTDURD", "at": "ASTDY"}], ids=["shift", "rate"])
def test_records_dropped_are_counted(seed: int, row: dict[str, object]) -> None:
    given = study(seed)
    made = with_around(given, {**row, "missing": "drop"})
    warned = made[made["warning"].str.startswith("records left out")]["stat"]
    variables = ["BNRIND", "ANRIND"] if "shift" in row else ["ANRIND"]
    shown = given.records[given.records["AVISIT"].isin(VISITS)]
    lacking = int(shown[variables].isna().any(axis=1).sum())
    assert warned.tolist() == ([lacking] if lacking else [])


@STUDIES
def test_sums_of_the_worst_are_of_the_worst_pairs(seed: int) -> None:
    given = study(seed)
    made = table(given, {**ROW, "missing": "drop", "worst": "levels", "statistics": ["n"]})
    made = made[made["stat_name"].isin(["n"]) & made["variable"].eq("ANRIND") & made["analysis"].ne("lacking")]
    n = made.assign(before=levels_of(made, "BNRIND")).set_index(["visit", "column", "before", "variable_level"])["stat"]
    for visit, column, records, _ in cells(given):
        rank = records.assign(rank=records["ANRIND"].map({level: rank for rank, level in enumerate(LEVELS)})).dropna(
            subset=["BNRIND", "rank"]
        )
        worst = rank.groupby(["USUBJID", "BNRIND"])["rank"].max().reset_index()
        for after in LEVELS:
            who = worst[worst["rank"] == LEVELS.index(after)]["USUBJID"].nunique()
            assert n[visit, column, "Total", after] == who


@STUDIES
@pytest.mark.parametrize("missing", ["show", "drop"])
def test_subjects_with_several_pairs_in_a_cell_are_named(seed: int, missing: str) -> None:
    given = study(seed)
    several: set[str] = set()
    for _, _, records, _ in cells(given):
        kept = records.dropna(subset=["BNRIND", "ANRIND"]) if missing == "drop" else records
        pairs = kept[["USUBJID", "BNRIND", "ANRIND"]].drop_duplicates()
        several |= set(pairs.loc[pairs["USUBJID"].duplicated(), "USUBJID"])
    found = [one for one in made(given, {**ROW, "missing": missing}).findings if one.check == "several pairs"]
    if not several:
        assert not found
        return
    (finding,) = found
    assert finding.severity is Severity.WARNING and finding.message.startswith(f"{len(several)} subject")
    assert finding.place.keys.startswith(f"USUBJID={min(several)}")


def test_pairs_that_several_subjects_have_in_some_study() -> None:
    """The test before says nothing where no subject has several."""
    found = [one for seed in range(20) for one in made(study(seed), ROW).findings if one.check == "several pairs"]
    assert found and "pairs of BNRIND and ANRIND in a cell" in found[0].message
