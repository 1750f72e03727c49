"""McNemar, kappa, binomial and r x c exact tests against printed SAS figures, scipy and plain enumeration."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from adamline.analyses.words import find_word
from adamline.errors import DataError

Numbers = Callable[..., dict[tuple[str, str], float]]
Analysed = Callable[..., pd.DataFrame]


def printed(shared: Path, case: str) -> tuple[pd.DataFrame, dict[str, str]]:
    folder = shared / "oracles" / case
    content = json.loads((folder / "expected.json").read_text("utf-8"))["expected"]
    return pd.read_csv(folder / "data.csv"), {name: figure["printed"] for name, figure in content.items()}


def test_mcnemar_and_kappa_as_sas_prints_them(shared: Path, numbers: Numbers) -> None:
    counts, want = printed(shared, "fisher/open/mcnemar-kappa")
    frame = counts.loc[counts.index.repeat(counts["count"]), ["row", "col"]].assign(TRTP="A")
    frame.columns = pd.Index(["FIRST", "SECOND", "TRTP"])
    found = numbers({"mcnemar": "FIRST", "paired": "SECOND"}, frame)
    exact = numbers({"mcnemar": "FIRST", "paired": "SECOND", "exact": True}, frame)
    kappa = numbers({"kappa": "FIRST", "paired": "SECOND"}, frame)
    assert f"{found['A', 'chi_square']:.4f}" == want["mcnemar_chisq"]
    assert f"{exact['A', 'p']:.9f}"[1:] == want["mcnemar_exact_p"]
    names = {"kappa": "kappa", "se": "kappa_se", "lower": "kappa_lower", "upper": "kappa_upper"}
    for name, key in names.items():
        assert f"{kappa['A', name]:.4f}" == want[key]


@pytest.fixture
def adrs() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"USUBJID": [f"S{n}" for n in range(60)], "TRTP": np.repeat(["A", "B"], 30)})
    frame["GRADE"] = rng.integers(1, 4, 60).astype(float)
    frame["OTHER"] = np.where(rng.random(60) < 0.6, frame["GRADE"], rng.integers(1, 4, 60))
    frame["AVALC"] = np.where(rng.random(60) < 0.7, "Y", "N")
    frame["BASEC"] = np.where(rng.random(60) < 0.4, "Y", "N")
    return frame


def test_mcnemar_by_the_binomial(adrs: pd.DataFrame, numbers: Numbers) -> None:
    gone = adrs.assign(BASEC=adrs["BASEC"].where(adrs.index != 5))
    found = numbers({"mcnemar": "AVALC", "paired": "BASEC", "exact": True}, gone)
    for arm, rows in gone.dropna().groupby("TRTP"):
        up = int(((rows["AVALC"] == "Y") & (rows["BASEC"] == "N")).sum())
        down = int(((rows["AVALC"] == "N") & (rows["BASEC"] == "Y")).sum())
        assert (found[arm, "n"], found[arm, "n_discordant"]) == (len(rows), up + down)
        assert found[arm, "p"] == pytest.approx(stats.binomtest(up, up + down).pvalue, rel=1e-10)


def test_weighted_kappa_is_one_less_disagreement_over_that_of_chance(adrs: pd.DataFrame, numbers: Numbers) -> None:
    found = numbers({"kappa": "GRADE", "paired": "OTHER", "weights": "FC"}, adrs)
    for arm, rows in adrs.groupby("TRTP"):
        first, other = rows["GRADE"].to_numpy(), rows["OTHER"].to_numpy()
        by_chance = np.mean((first[:, np.newaxis] - other) ** 2)
        assert found[arm, "kappa"] == pytest.approx(1 - np.mean((first - other) ** 2) / by_chance, rel=1e-12)


def test_scores_are_those_of_the_numbers_or_given(adrs: pd.DataFrame, numbers: Numbers) -> None:
    texts = adrs.assign(
        **{name: adrs[name].map({1: "low", 2: "mid", 3: "top"}).astype(str) for name in ("GRADE", "OTHER")}
    )
    row: dict[str, Any] = {"kappa": "GRADE", "paired": "OTHER", "weights": "CA", "levels": ["low", "mid", "top"]}
    tens = adrs.assign(GRADE=adrs["GRADE"].replace(3, 9), OTHER=adrs["OTHER"].replace(3, 9))
    by_number = numbers({"kappa": "GRADE", "paired": "OTHER", "weights": "CA"}, tens)
    assert numbers({**row, "scores": [1, 2, 9]}, texts) == pytest.approx(by_number)
    assert numbers(row, texts) == pytest.approx(numbers({**row, "scores": [1, 2, 3]}, texts))
    assert numbers(row, texts)["A", "kappa"] != pytest.approx(by_number["A", "kappa"], abs=1e-6)


def test_answers_of_each_parameter_are_its_own(analysed: Analysed, adrs: pd.DataFrame) -> None:
    other = adrs.assign(TRTP="C", AVALC=adrs["AVALC"].map({"Y": "POS", "N": "NEG"}), BASEC="NEG")
    made = analysed({"mcnemar": "AVALC", "paired": "BASEC"}, pd.concat([adrs, other], ignore_index=True))
    assert made.loc[made["stat_name"] == "n", "stat"].tolist() == [30, 30, 60]
    with pytest.raises(DataError, match="two answers"):
        analysed({"mcnemar": "AVALC", "paired": "BASEC"}, pd.concat([adrs, other.assign(TRTP="A")], ignore_index=True))


@pytest.mark.parametrize("null", [0.3, 0.75])
def test_binomial_tests_of_a_response(adrs: pd.DataFrame, numbers: Numbers, null: float) -> None:
    row = {"response": "AVALC", "h0": null, "statistics": ["p"]}
    exact, normal = numbers({**row, "exact": True, "sides": "1"}, adrs), numbers(row, adrs)
    corrected = numbers({**row, "correct": True}, adrs)
    for arm, rows in adrs.groupby("TRTP"):
        x, n = int((rows["AVALC"] == "Y").sum()), len(rows)
        side = "greater" if x > n * null else "less"
        assert exact[arm, "p"] == pytest.approx(stats.binomtest(x, n, null, side).pvalue, rel=1e-10)
        se = np.sqrt(n * null * (1 - null))
        assert normal[arm, "p"] == pytest.approx(2 * stats.norm.sf(abs(x - n * null) / se), rel=1e-10)
        assert corrected[arm, "p"] == pytest.approx(2 * stats.norm.sf(max(abs(x - n * null) - 0.5, 0) / se), rel=1e-10)


def test_exact_test_of_r_by_c_by_enumeration(numbers: Numbers) -> None:
    arms, races = list("AAABBBCC"), list("WWWXXWXZ")
    frame = pd.DataFrame({"USUBJID": list("abcdefgh"), "TRTP": arms, "RACE": races})
    # All orders of the races over the arms are as likely; a table's share of them is its probability.
    seen = Counter(tuple(sorted(zip(arms, order, strict=True))) for order in permutations(races))
    observed = seen[tuple(sorted(zip(arms, races, strict=True)))]
    want = sum(count for count in seen.values() if count <= observed) / sum(seen.values())
    found = numbers({"fisher_rxc": "RACE", "column": "C"}, frame)
    assert found["C", "p"] == pytest.approx(want, rel=1e-12)
    # Of two by two it is Fisher's test.
    two = frame.assign(RACE=np.where(frame["RACE"] == "W", "W", "X"), TRTP=np.where(frame["TRTP"] == "A", "A", "B"))
    found = numbers({"fisher_rxc": "RACE", "column": "B"}, two)
    assert found["B", "p"] == pytest.approx(stats.fisher_exact([[3, 0], [1, 4]]).pvalue, rel=1e-12)


def test_an_r_by_c_table_that_is_too_large_has_no_p_value_and_says_so(analysed: Analysed) -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"USUBJID": np.arange(9000).astype(str), "TRTP": rng.choice(list("ABCDEF"), 9000)})
    frame["RACE"] = rng.choice(list("STUVWXYZ"), 9000)
    found = analysed({"fisher_rxc": "RACE", "column": "F"}, frame).iloc[0]
    assert (found["stat_text"], found["warning"]) == (
        "NE",
        "too large for an exact test: 6 x 8 with a total of 9,000",
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"kappa": "A", "paired": "B", "scores": [1, 2]}, "they need `levels`"),
        ({"kappa": "A", "paired": "B", "levels": ["x", "y"], "scores": [1]}, "one for each of the 2"),
        ({"kappa": "A", "paired": "B", "levels": ["x"]}, "two or more"),
        ({"kappa": "A", "paired": "B", "weights": "XX"}, "no weights XX"),
        ({"response": "A", "statistics": ["p"]}, "there is no p; there are n, N"),
        ({"response": "A", "h0": "1.2"}, "less than 1"),
    ],
)
def test_what_a_row_may_not_say(row: dict[str, Any], message: str) -> None:
    word = find_word(next(iter(row)))
    assert word is not None
    with pytest.raises(ValueError, match=message):
        word.options.model_validate(row)


def test_values_beyond_the_levels_and_of_two_kinds(adrs: pd.DataFrame, analysed: Analysed) -> None:
    with pytest.raises(DataError, match="none of the levels"):
        analysed({"kappa": "AVALC", "paired": "BASEC", "levels": ["Y", "X"]}, adrs)
    with pytest.raises(DataError, match="not of one kind"):
        analysed({"kappa": "AVALC", "paired": "GRADE"}, adrs)


def test_limits_by_any_of_the_words_of_sas() -> None:
    word = find_word("response")
    assert word is not None
    same = [word.options.model_validate({"response": "A", "limits": text}).model_dump()["limits"] for text in
            ("exact", "CLOPPERPEARSON", "Clopper-Pearson", "clopper_pearson")]  # fmt: skip
    assert len(set(same)) == 1
