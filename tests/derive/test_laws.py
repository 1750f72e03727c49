"""The laws of derivations on drawn frames: what holds of an example holds of any records and values like its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.derive.conftest import BY_SOURCE, DERIVATIONS, Example
from tests.derive.test_properties import as_text, every, records

from adamline.errors import AdamlineError

# They tell records apart and say whose they are; without them nearly every drawn frame would be refused.
KEYS = {"USUBJID", "PARAMCD", "AVISIT", "AVISITN", "VISITNUM", "LBSEQ", "EXSEQ"}
SLOW = list(HealthCheck)
FORMS = st.sampled_from(["object", "category", "unsorted", "object levels"])
# A record of several baselines becomes that of the first of them, one of several doses the first dose.
SETS_GIVEN = {"add_basetype_records": ["BASETYPE"], "add_single_doses": ["ADT", "DOSENO"]}
Call = tuple[pd.DataFrame, dict[str, Any]]


def drawn(data: st.DataObject, frame: pd.DataFrame) -> pd.DataFrame:
    """Some of the frame's records in any order, in some columns with values of other records, or none."""
    order = data.draw(st.permutations(range(len(frame))))
    rng = np.random.default_rng(data.draw(st.integers(0, 1 << 16)))
    made = frame.iloc[order[: data.draw(st.integers(0, len(frame)))]].reset_index(drop=True)
    for name in frame.columns.difference(list(KEYS)):
        if rng.random() < 0.3:
            values = frame[name].array.take(rng.integers(-1, len(frame), len(made)), allow_fill=True)
            keep = rng.random(len(made)) < 0.5
            made[name] = made[name].where(keep, pd.Series(values))
    return made


def drawn_call(data: st.DataObject, example: Example) -> Call:
    arguments = dict(example.arguments)
    for name in example.frames():
        if "USUBJID" in arguments[name].columns:
            arguments[name] = drawn(data, arguments[name])
    return drawn(data, example.frame), arguments


def answer(name: str, frame: pd.DataFrame, arguments: Mapping[str, Any]) -> pd.DataFrame | None:
    """What the derivation makes, None where it refuses; any other error is a fault."""
    try:
        return DERIVATIONS[name](frame, **arguments)
    except AdamlineError:
        return None


def each_source(arguments: Mapping[str, Any], change: Any) -> dict[str, Any]:
    """The arguments with each dataset of subjects changed."""
    return {
        name: change(value) if isinstance(value, pd.DataFrame) and "USUBJID" in value.columns else value
        for name, value in arguments.items()
    }


def same(one: pd.DataFrame | None, other: pd.DataFrame | None, *, but: str = "") -> None:
    assert (one is None) == (other is None), "one of two calls that should agree is refused"
    if one is not None and other is not None:
        assert records(one, but=but) == records(other, but=but)


@every
@pytest.mark.parametrize("frames", [8, pytest.param(25, marks=pytest.mark.slow)])
def test_laws(name: str, frames: int, examples: Mapping[str, Example]) -> None:
    answered: list[bool] = []

    @settings(
        max_examples=frames, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def hold(data: st.DataObject) -> None:
        frame, arguments = drawn_call(data, examples[name])
        made = answer(name, frame, arguments)
        answered.append(made is not None)
        if made is not None:
            check_given(made, frame.drop(columns=SETS_GIVEN.get(name, [])))
        same(answer(name, *shuffled(data, frame, arguments)), made)
        form = data.draw(FORMS)
        texts = {a: as_text(v, form) if isinstance(v, pd.DataFrame) else v for a, v in arguments.items()}
        same(answer(name, as_text(frame, form), texts), made)
        check_doubled(name, frame, arguments, made)
        check_split(name, frame, arguments, made)
        check_missing(data, name, frame, arguments)

    hold()
    # Or the laws would say nothing.
    assert sum(answered) >= len(answered) / 5


def check_given(made: pd.DataFrame, frame: pd.DataFrame) -> None:
    """The given records come first, in their order, with the values that they had."""
    first = made.iloc[: len(frame)][list(frame.columns)]
    pd.testing.assert_frame_equal(first, frame, check_dtype=False, check_categorical=False)


def shuffled(data: st.DataObject, frame: pd.DataFrame, arguments: Mapping[str, Any]) -> Call:
    """The records in another order, with an index that says nothing."""
    rng = np.random.default_rng(data.draw(st.integers(0, 1 << 16)))

    def shuffle(given: pd.DataFrame) -> pd.DataFrame:
        made = given.iloc[rng.permutation(len(given))]
        return made.set_axis(pd.Index(rng.integers(0, 3, len(made))))

    return shuffle(frame), each_source(arguments, shuffle)


def check_doubled(name: str, frame: pd.DataFrame, arguments: Mapping[str, Any], made: pd.DataFrame | None) -> None:
    """Each subject under a second USUBJID has the same records there, and changes nothing for the first."""

    def double(given: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([given.assign(USUBJID=given["USUBJID"] + "X"), given], ignore_index=True)

    both = answer(name, double(frame), each_source(arguments, double))
    if both is None or made is None:
        same(both, made)
        return
    is_new = both["USUBJID"].str.endswith("X").to_numpy(dtype=bool, na_value=False)
    same(both[~is_new], made)
    same(both[is_new], made, but="USUBJID")


def check_split(name: str, frame: pd.DataFrame, arguments: Mapping[str, Any], made: pd.DataFrame | None) -> None:
    """Subject by subject gives what all give together."""
    split = name in BY_SOURCE
    sources = [v for v in arguments.values() if split and isinstance(v, pd.DataFrame) and "USUBJID" in v.columns]
    subjects = sorted(set().union(*(given["USUBJID"] for given in (frame, *sources))))
    parts = []
    for subject in subjects:
        part = each_source(arguments, lambda v, s=subject: v[v["USUBJID"] == s]) if split else arguments
        parts.append(answer(name, frame[frame["USUBJID"] == subject], part))
    if made is None:
        assert any(part is None for part in parts) or not subjects
        return
    assert all(part is not None for part in parts)
    if parts:
        same(pd.concat([part.astype(object) for part in parts if part is not None]), made)


def check_missing(data: st.DataObject, name: str, frame: pd.DataFrame, arguments: Mapping[str, Any]) -> None:
    """A variable may be missing throughout: there is an answer or a refusal, and it does not depend on the type."""
    # What sets a variable takes its type from it, and an `object` column of nothing has none.
    given = {*arguments.get("set_", ()), "USUBJID"}
    column = data.draw(st.sampled_from(sorted(frame.columns.difference(list(given)))))
    empty = [frame.assign(**{column: pd.Series([None] * len(frame), dtype=t)}) for t in (frame[column].dtype, object)]
    one, other = (answer(name, given, arguments) for given in empty)
    same(one, other)
