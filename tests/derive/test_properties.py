"""Properties of every derivation, found by walking the package: what DESIGN.md promises of all of them."""

from __future__ import annotations

import copy
import inspect
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.derive.conftest import ALWAYS_MISSING, BY_SOURCE, DERIVATIONS, NEVER_MISSING, Example

from adamline.contract import Contract, Role, contract_of
from adamline.errors import ConditionError, DataError, DerivationError
from adamline.io.dataset import kind_of

ARGUMENTS = [
    (name, argument) for name, f in DERIVATIONS.items() for argument in list(inspect.signature(f).parameters)[1:]
]
every = pytest.mark.parametrize("name", DERIVATIONS)


def records(frame: pd.DataFrame, *, but: str = "") -> list[tuple[Any, ...]]:
    """The records as plain values with one missing, in an order of their own."""
    columns = [frame[name].astype(object) for name in frame.columns if name != but]
    rows = zip(*([None if pd.isna(v) else v for v in column] for column in columns), strict=True)
    return sorted(rows, key=repr)


def run(name: str, example: Example, frame: pd.DataFrame | None = None, **other: Any) -> pd.DataFrame:
    given = example.frame if frame is None else frame
    return DERIVATIONS[name](given, **{**example.arguments, **other})


def contract(name: str) -> Contract:
    found = contract_of(DERIVATIONS[name])
    assert found
    return found


def text_columns(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if isinstance(frame[name].dtype, pd.StringDtype)]


def as_text(frame: pd.DataFrame, form: str) -> pd.DataFrame:
    """The frame with its text of another type; `unsorted` has its levels descending, and some that no record has."""
    made = frame.copy()
    for name in text_columns(frame):
        levels = sorted(frame[name].dropna().unique(), reverse=True)
        forms = {
            "object": object,
            "category": "category",
            "unsorted": pd.CategoricalDtype(pd.Index(["zz", *levels, "2099", "AA"], dtype="str")),
            "object levels": pd.CategoricalDtype(pd.Index(["zz", *levels], dtype=object)),
        }
        made[name] = frame[name].astype(forms[form])
        if form == "object":
            made[name] = made[name].where(made[name].notna(), None)
    return made


def test_every_derivation_has_an_example(examples):
    assert set(examples) == set(DERIVATIONS), "each derivation needs an example here, and no other has one"


@every
def test_an_example_says_something(name, examples):
    """The new variable has values and, records left out, missing ones; or records are added."""
    example = examples[name]
    made = run(name, example)
    if name.startswith("add_"):
        assert len(made) > len(example.frame)
    else:
        (new,) = set(made.columns) - set(example.frame.columns)
        assert made[new].isna().any() or name in NEVER_MISSING
        assert made[new].notna().any() != (name in ALWAYS_MISSING)


@every
@pytest.mark.parametrize("seed", [0, 1])
def test_the_order_of_records_does_not_matter(name, seed, examples):
    example, rng = examples[name], np.random.default_rng(seed)

    def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.iloc[rng.permutation(len(frame))]

    other = {argument: shuffled(example.arguments[argument]) for argument in example.frames()}
    frame = shuffled(example.frame)
    made = run(name, example, frame, **other)
    assert records(made) == records(run(name, example))
    if name.startswith("derive_"):
        kept = [column for column in frame.columns if column in made.columns]
        pd.testing.assert_frame_equal(made[kept], frame[kept])  # same rows, order and index


@every
@pytest.mark.parametrize("label", ["duplicate", "text", "reversed"])
def test_the_index_does_not_matter(name, label, examples):
    example = examples[name]

    def labelled(frame: pd.DataFrame) -> pd.DataFrame:
        size = range(len(frame))
        labels = {"duplicate": [n // 2 for n in size], "text": [f"r{n}" for n in size], "reversed": list(size)[::-1]}
        return frame.set_axis(pd.Index(labels[label]))

    other = {argument: labelled(example.arguments[argument]) for argument in example.frames()}
    made = run(name, example, labelled(example.frame), **other).reset_index(drop=True)
    pd.testing.assert_frame_equal(made, run(name, example).reset_index(drop=True))


@every
@pytest.mark.parametrize("form", ["object", "category", "unsorted", "object levels"])
def test_the_type_of_text_does_not_matter(name, form, examples):
    example = examples[name]
    expected = records(run(name, example))
    other = {argument: as_text(example.arguments[argument], form) for argument in example.frames()}
    frame = as_text(example.frame, form)
    assert records(run(name, example, frame)) == expected
    if other:
        assert records(run(name, example, **other)) == expected
        assert records(run(name, example, frame, **other)) == expected


@every
def test_neither_the_frame_nor_the_arguments_are_changed(name, examples):
    example = examples[name]
    before, arguments = example.frame.copy(deep=True), copy.deepcopy(dict(example.arguments))
    made = run(name, example)
    for column in made.columns:  # nor are they when the result is changed
        made.iloc[0, made.columns.get_loc(column)] = None
    pd.testing.assert_frame_equal(example.frame, before)
    for argument, value in arguments.items():
        if isinstance(value, pd.DataFrame):
            pd.testing.assert_frame_equal(example.arguments[argument], value)
        else:
            assert example.arguments[argument] == value


@every
def test_a_subject_doubled_doubles_its_records_alone(name, examples):
    assert contract(name).within == "subject"
    example = examples[name]

    def doubled(frame: pd.DataFrame) -> pd.DataFrame:
        if "USUBJID" not in frame.columns:
            return frame
        return pd.concat([frame[frame["USUBJID"] == "01"].assign(USUBJID="01X"), frame])

    other = {argument: doubled(example.arguments[argument]) for argument in example.frames()}
    made, single = run(name, example, doubled(example.frame), **other), run(name, example)
    is_new = made["USUBJID"] == "01X"
    assert records(made[~is_new]) == records(single)
    assert records(made[is_new], but="USUBJID") == records(single[single["USUBJID"] == "01"], but="USUBJID")


@every
def test_subject_by_subject_gives_the_whole(name, examples):
    example = examples[name]
    parts = []
    sources = {a: f for a, f in example.arguments.items() if isinstance(f, pd.DataFrame) and "USUBJID" in f.columns}
    deciding = [example.frame, *(sources.values() if name in BY_SOURCE else ())]
    for subject in sorted(pd.concat([frame["USUBJID"] for frame in deciding]).dropna().unique()):
        part = example.frame[example.frame["USUBJID"] == subject]
        other = {a: f[f["USUBJID"] == subject] for a, f in sources.items()}
        parts.append(run(name, example, part, **other))
        if name not in BY_SOURCE:
            assert records(run(name, example, part)) == records(parts[-1])  # and with the whole source
    assert records(pd.concat([part.astype(object) for part in parts])) == records(run(name, example))


@every
def test_no_records(name, examples):
    example = examples[name]
    whole = run(name, example)
    made = run(name, example, example.frame.iloc[:0])
    assert name in BY_SOURCE or len(made) == 0
    assert list(made.columns) == list(whole.columns)
    assert [kind_of(made[c]) for c in made.columns] == [kind_of(whole[c]) for c in whole.columns]
    sources = [a for a in example.frames() if "USUBJID" in example.arguments[a].columns]
    if sources:
        made = run(name, example, **{a: example.arguments[a].iloc[:0] for a in sources})
        if name in BY_SOURCE:
            assert records(made) == records(example.frame)
            return
        (new,) = set(made.columns) - set(example.frame.columns)
        assert made[new].isna().all() and kind_of(made[new]) is kind_of(whole[new])


@every
def test_one_record(name, examples):
    example = examples[name]
    for row in range(len(example.frame)):
        made = run(name, example, example.frame.iloc[[row]])
        assert name in BY_SOURCE or 1 <= len(made) <= 2
        assert kind_of(made.iloc[:, -1]) is kind_of(run(name, example).iloc[:, -1])


@every
@pytest.mark.parametrize("dtype", ["its own", "object", "str"])
def test_a_variable_may_be_all_missing(name, dtype, examples):
    """Of its own type, and of those that pandas gives to a column of nothing."""
    example = examples[name]
    for column in contract(name).reads(example.arguments):
        if contract(name).within == "subject" and column in ("USUBJID", "LBSEQ"):
            continue
        own = example.frame[column].dtype
        empty = pd.Series([None] * len(example.frame), dtype=own if dtype == "its own" else dtype)
        if column == "PARAMCD":  # the keys of one subject would no longer tell its baselines apart
            frame = example.frame.drop_duplicates("USUBJID").assign(PARAMCD=empty)
        else:
            frame = example.frame.assign(**{column: empty})
        made = run(name, example, frame)
        assert list(made.columns) == list(run(name, example).columns)
        if dtype == "its own":
            assert made[column].dtype == own or name in ("add_copied_records", "add_basetype_records")
            last = made.columns[-1]
            assert kind_of(made[last]) is kind_of(run(name, example)[last])


def tallied(name: str, example: Example, frame: pd.DataFrame) -> Counter[tuple[Any, ...]]:
    """What the derivation's check counts."""
    found: Counter[tuple[Any, ...]] = Counter()
    for tally in contract(name).tallies(frame, run(name, example, frame), example.arguments):
        found.update({(tally.severity, tally.check, tally.message, kind): n for kind, n in tally.kinds.items()})
    return found


@pytest.mark.parametrize("name", [name for name in DERIVATIONS if contract(name).check])
def test_what_a_check_counts_is_of_the_records_alone(name, examples):
    """Their order, index and type of text do not matter, and the counts of subjects add up to those of all."""
    example = examples[name]
    whole = tallied(name, example, example.frame)
    assert tallied(name, example, example.frame.iloc[::-1]) == whole
    assert tallied(name, example, example.frame.set_axis(pd.Index([7] * len(example.frame)))) == whole
    for form in ("object", "category", "unsorted", "object levels"):
        assert tallied(name, example, as_text(example.frame, form)) == whole
    total: Counter[tuple[Any, ...]] = Counter()
    sources = [example.arguments[a] for a in example.frames() if "USUBJID" in example.arguments[a].columns]
    for subject in sorted(set().union(*(given["USUBJID"] for given in (example.frame, *sources)))):
        total.update(tallied(name, of_subject(example, subject), example.frame[example.frame["USUBJID"] == subject]))
    assert total == whole
    assert tallied(name, of_subject(example, "nobody"), example.frame.iloc[:0]) == Counter()


def of_subject(example: Example, subject: str) -> Example:
    """The example with that subject alone in the other datasets, as a run divides them."""
    given = {a: example.arguments[a] for a in example.frames() if "USUBJID" in example.arguments[a].columns}
    own = {a: frame[frame["USUBJID"] == subject] for a, frame in given.items()}
    return replace(example, arguments={**example.arguments, **own})


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS, ids=lambda value: str(value))
def test_no_argument_is_ignored(name, argument, examples):
    example = examples[name]
    assert argument in example.differ, f"two values of `{argument}` are needed whose outputs differ"
    outputs = []
    for value in example.differ[argument]:
        given = {argument: value}
        if name == "derive_case_when" and argument == "kind":
            given["rows"] = example.arguments["rows"][:2]
        if name == "derive_lookup" and argument == "unmatched":
            given["table"] = example.arguments["table"].iloc[1:]
        if name == "derive_pick_at" and argument == "rule":  # intervals alone have these
            given.update(end=None, ties=None)
        try:
            made = run(name, example, **given)
            outputs.append(([(c, kind_of(made[c])) for c in made.columns], records(made)))
        except (DataError, DerivationError) as error:
            outputs.append(([], [(error.what,)]))
    assert outputs[0] != outputs[1]


@every
def test_the_contract_reads_what_the_derivation_reads(name, examples):
    """With only those variables it works, and gives the same; without any one of them it is an error."""
    example = examples[name]
    whole = run(name, example)
    needed = list(contract(name).reads(example.arguments))
    frame = example.frame[needed]
    made = run(name, example, frame)
    assert records(made) == records(whole[list(made.columns)])
    for column in needed:
        with pytest.raises((DataError, ConditionError), match=f"no variable {column}"):
            run(name, example, frame.drop(columns=column))
    for argument in example.frames():
        role = next((p.role for p in contract(name).parameters if p.name == argument), None)
        if role is Role.TABLE:
            continue
        of_rows = [
            column
            for row, names in contract(name).dated(example.arguments)
            for column in names
            if row.source == argument
        ]
        source_needs = list(contract(name).reads(example.arguments, "source")) if role else list(dict.fromkeys(of_rows))
        source = example.arguments[argument][source_needs]
        assert records(run(name, example, **{argument: source})) == records(whole)
        for column in source_needs:
            with pytest.raises((DataError, ConditionError), match=f"no variable {column}"):
                run(name, example, **{argument: source.drop(columns=column)})


@pytest.mark.parametrize("name", [name for name in DERIVATIONS if name.startswith("add_")])
def test_added_records_have_what_the_contract_says_and_no_more(name, examples):
    """Of a variable that is given the example has values; a copy has all."""
    example = examples[name]
    added = run(name, example).iloc[len(example.frame) :]
    found = contract(name)
    gives = {*found.gives(example.arguments), "USUBJID"}
    filled = {column for column in added.columns if added[column].notna().any()}
    assert gives <= set(example.frame.columns)
    assert found.copies or filled <= gives
    assert gives <= filled, "an example that does not show it"
