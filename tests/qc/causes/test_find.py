from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.pandas import column, data_frames, range_indexes

from adamline.qc import CompareOptions, compare
from adamline.qc.causes import CauseKind, find_causes
from adamline.qc.causes.pairs import all_pairs, chance_pairs

N = 900


def records(seed: int = 1) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    row = np.arange(N)
    return pd.DataFrame(
        {
            "USUBJID": [f"{i:03d}" for i in row // 30],
            "PARAMCD": np.array(["ALT", "AST", "BILI"])[row % 3],
            "AVISIT": [f"Week {i}" for i in row // 3 % 10],
            "ABLFL": np.where(row // 3 % 10 == 0, "Y", ""),
            "AVALC": draw.choice(["Low", "Normal", "High"], N),
            "AVAL": draw.normal(50, 9, N).round(3),
            "CNT": draw.integers(0, 30, N).astype(float),
            "ADT": np.datetime64("2014-01-01", "s") + draw.integers(0, 400, N) * np.timedelta64(1, "D"),
        }
    )


def changed(frame: pd.DataFrame, name: str, rows: np.ndarray, values: object) -> pd.DataFrame:
    array = frame[name].to_numpy(copy=True)
    array[rows] = values
    return frame.assign(**{name: array})


def test_two_ways_of_differing_in_one_variable() -> None:
    base = records()
    values = base["AVAL"].to_numpy()
    one, two = np.arange(10, 400, 20), np.arange(500, 620, 10)
    other = changed(changed(base, "AVAL", one, values[one].round(0)), "AVAL", two, values[two] * 1000)
    assert [str(cause) for cause in find_causes(compare(base, other))] == [
        "AVAL: 20 of 32 differences: rounding to whole numbers in compare",
        "AVAL: 12 of 32 differences: factor 1000",
    ]


def test_a_way_of_differing_and_a_place() -> None:
    base = records()
    rows, subject = np.arange(10, 400, 20), np.arange(600, 630)
    other = changed(base, "AVALC", rows, [text.upper() for text in base["AVALC"].to_numpy()[rows]])
    other = changed(other, "AVALC", subject, np.roll(["one", "two", "three", "four", "five"] * 6, 1))
    assert [str(cause) for cause in find_causes(compare(base, other))] == [
        "AVALC: 20 of 50 differences: upper against lower case",
        "AVALC: 30 of 50 differences: all within one subject: USUBJID = '020'",
    ]


def test_a_place_may_stand_beside_a_way_of_differing() -> None:
    base = records()
    rows = base.query("PARAMCD == 'AST'").index.to_numpy()
    other = changed(base, "AVAL", rows, base["AVAL"].to_numpy()[rows].round(1))
    found = find_causes(compare(base, other))
    assert [cause.text for cause in found] == ["rounding to 1 decimal in compare", "records where PARAMCD = 'AST'"]


def test_where_only_some_records_can_be_rounded_their_place_is_no_cause() -> None:
    base = records()
    base["AVAL"] = base["AVAL"].where(base["PARAMCD"] == "AST", base["AVAL"].round(0))
    found = find_causes(compare(base, base.assign(AVAL=base["AVAL"].round(1))))
    assert [cause.text for cause in found] == ["rounding to 1 decimal in compare"]


def test_no_cause_where_a_part_remains_unexplained() -> None:
    base = records()
    rows, rest = np.arange(10, 400, 20), np.arange(403, 800, 40)
    other = changed(base, "AVAL", rows, base["AVAL"].to_numpy()[rows].round(0))
    other = changed(other, "AVAL", rest, np.random.default_rng(3).normal(50, 9, len(rest)).round(3))
    assert find_causes(compare(base, other)) == []


def test_differences_within_the_criterion_need_no_cause() -> None:
    base = records()
    other = base.assign(AVAL=base["AVAL"] * (1 + 1e-9))
    assert find_causes(compare(base, other, CompareOptions(criterion=1e-5))) == []
    assert {cause.kind for cause in find_causes(compare(base, other))} == {CauseKind.ROUNDING}


def test_unrelated_values_differ_and_are_the_same_at_every_call() -> None:
    base = records()
    found = compare(base, changed(base, "AVALC", np.arange(20), "Odd"))
    one, two = (all_pairs(chance_pairs(found, found["AVALC"])) for _ in range(2))
    assert one.differing().all()
    assert one.texts() == two.texts()
    assert "Odd" not in {text for pair in one.texts() for text in pair}


def test_the_second_of_unrelated_values_is_drawn_until_it_differs() -> None:
    base = records().assign(FLAG=lambda frame: np.where(frame.index % 10, "", "Y"))
    found = compare(base, changed(base, "FLAG", np.arange(1, 10), "Odd"))
    # Of 10,000 draws, a first value of Y always finds another, a blank one with six tries in half of the cases.
    assert len(all_pairs(chance_pairs(found, found["FLAG"]))) > 4000


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), name=st.sampled_from(["AVAL", "CNT", "ADT", "AVALC", "ABLFL"]), n=st.integers(3, 60))
def test_random_values_in_random_records_have_no_cause(seed: int, name: str, n: int) -> None:
    # One in a thousand may have one by chance, so the examples are always the same.
    base, draw = records(), np.random.default_rng([seed, n])
    rows = draw.choice(N, n, replace=False)
    other = changed(base, name, rows, draw.permutation(base[name].to_numpy())[rows])
    assert find_causes(compare(base, other)) == []


_CELLS = {
    "X": st.one_of(st.floats(), st.sampled_from([0.0, 1.0, np.nan, np.inf])),
    "T": st.sampled_from(["", " ", "a", "A", "é", "?", "1.5", "1e400", "2014-02-28", "9999-12-31", "\x00", None]),
    "USUBJID": st.sampled_from(["1", "2", "", None]),
    "AVISIT": st.sampled_from(["Week 1", "Week 2", None]),
}
_FRAMES = data_frames(
    [column(name, elements=cells, dtype=float if name == "X" else object) for name, cells in _CELLS.items()],
    index=range_indexes(max_size=12),
)


@settings(max_examples=80, deadline=None)
@given(base=_FRAMES, other=_FRAMES)
def test_it_never_raises_and_never_explains_more_than_there_is(base: pd.DataFrame, other: pd.DataFrame) -> None:
    found = compare(base, other)
    for cause in find_causes(found):
        assert 0 < cause.explained <= cause.total == found[cause.variable].n_unequal
