"""A dataset whose columns are made ready once: the same answers as without, whoever asks first."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.analyses import table
from adamline.analyses import whole as whole_module
from adamline.analyses.cells import coded
from adamline.analyses.data import AnalysisData
from adamline.analyses.listing import Options as ListingOptions
from adamline.analyses.listing import analyse as list_records
from adamline.analyses.options import Population, Source
from adamline.analyses.records import narrowed, select_records
from adamline.analyses.whole import Coded, Whole
from adamline.condition.parse import parse_condition
from adamline.errors import ConditionError, DataError
from adamline.io.dataset import Dataset, Kind, Variable, kind_of

ADSL = pd.DataFrame({"USUBJID": ["S1", "S2", "S3"], "TRT01P": ["A", "A", "B"], "FASFL": ["Y", "N", "Y"]})
# Nobody knows S9; text may come as categories, in any order, one of them unused.
ADLB = pd.DataFrame(
    {
        "USUBJID": ["S3", "S2", "S1", "S9", "S1", None],
        "TRTP": ["B", "A", "A", "A", "A", "A"],
        "PARAMCD": pd.Categorical(["AST", "ALT", "ALT", "ALT", "AST", "ALT"], ["X", "AST", "ALT"]),
        "PARAM": ["AST (U/L)", "ALT (U/L)", "ALT (U/L)", "ALT (U/L)", "AST (U/L)", "ALT (U/L)"],
        "AVISITN": [2.0, 1.0, 10.0, 1.0, np.nan, 1.0],
        "AVAL": [5.0, 7.0, 9.0, 11.0, 13.0, 15.0],
        "ANRIND": ["HIGH", "  ", None, "LOW", "HIGH", "HIGH"],
    }
)
FAS = Population.model_validate({"from": "ADSL", "where": "FASFL = 'Y'"})


def dataset(name: str, frame: pd.DataFrame) -> Dataset:
    return Dataset(name, frame, tuple(Variable(column, kind_of(frame[column])) for column in frame.columns))


def study() -> AnalysisData:
    return AnalysisData({"ADSL": dataset("ADSL", ADSL), "ADLB": dataset("ADLB", ADLB)})


def values(data: AnalysisData, where: str | None, variable: str, population: Population | None = None) -> list[str]:
    records = select_records(data, Source.model_validate({"from": "ADLB", "where": where}), population)
    known = coded(records, variable)
    texts = [*known.texts, "(missing)"]
    assert known.present == [text for text in known.texts if text in {texts[code] for code in known.codes}]
    return [texts[code] for code in known.codes]


@pytest.mark.parametrize("variable", ["ANRIND", "AVISITN", "PARAMCD"])
@pytest.mark.parametrize("where", [None, "PARAMCD = 'ALT'", "AVAL > 5", "AVAL > 99"])
def test_values_of_some_records_are_those_of_the_whole(where: str | None, variable: str) -> None:
    """Asked of some records first or of all, and again: a number as its shortest text, blank text is missing."""
    kept = {"PARAMCD = 'ALT'": [1, 2, 3, 5], "AVAL > 5": [1, 2, 3, 4, 5], "AVAL > 99": []}.get(where or "", range(6))
    texts = {
        "ANRIND": ["HIGH", "(missing)", "(missing)", "LOW", "HIGH", "HIGH"],
        "AVISITN": ["2", "1", "10", "1", "(missing)", "1"],
        "PARAMCD": ["AST", "ALT", "ALT", "ALT", "AST", "ALT"],
    }[variable]
    data = study()
    for asked in (where, None, where):
        assert values(data, asked, variable) == (texts if asked is None else [texts[place] for place in kept])


def test_records_of_the_population_are_found_by_subject() -> None:
    """S2 is outside, S9 and the record of nobody are no subjects of ADSL."""
    assert values(study(), None, "USUBJID", FAS) == ["S3", "S1", "S1"]
    assert values(study(), "PARAMCD = 'AST'", "USUBJID", FAS) == ["S3", "S1"]


def test_records_narrowed_twice() -> None:
    records = select_records(study(), Source.model_validate({"from": "ADLB", "where": "PARAMCD = 'ALT'"}), None)
    some = narrowed(narrowed(records, parse_condition("AVISITN = 1")), parse_condition("AVAL < 15"))
    assert some.frame["AVAL"].tolist() == some.column("AVAL").tolist() == [7.0, 11.0]
    assert (some.count, str(some.condition)) == (2, "PARAMCD = 'ALT' and AVISITN = 1 and AVAL < 15")


def test_a_condition_fits_the_dataset_whatever_records_it_narrows() -> None:
    """The record with blank text alone: the kind of ANRIND is still text."""
    records = select_records(study(), Source.model_validate({"from": "ADLB", "where": "USUBJID = 'S2'"}), None)
    with pytest.raises(ConditionError, match="ANRIND"):
        narrowed(records, parse_condition("ANRIND > 5"))


def spec(where: str) -> table.Options:
    return table.Options.model_validate(
        {
            "output": "T-1",
            "kind": "table",
            "title": "T",
            "population": FAS,
            "records": {"from": "ADLB", "where": where},
            "columns": {"by": "TRTP", "population_by": "TRT01P", "order": ["A", "B"]},
            "rows": [{"by": "PARAMCD", "rows": [{"summary": "AVAL"}, {"count": "ANRIND"}]}],
        }
    )


def test_tables_that_share_their_datasets_are_those_made_alone() -> None:
    shared = study()
    for where in ("PARAMCD = 'ALT'", "PARAMCD = 'AST'", "AVISITN is not missing", "PARAMCD = 'ALT'"):
        together, alone = (table.analyse(data, spec(where)).results for data in (shared, study()))
        pd.testing.assert_frame_equal(together, alone)


def test_a_column_is_coded_once_for_all_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    original = whole_module._code

    def counted(of: Dataset, variable: str) -> Coded:
        asked.append(f"{of.name}.{variable}")
        return original(of, variable)

    monkeypatch.setattr(whole_module, "_code", counted)
    data = study()
    for where in ("PARAMCD = 'ALT'", "PARAMCD = 'AST'"):
        table.analyse(data, spec(where))
    assert {"ADLB.TRTP", "ADLB.PARAMCD", "ADLB.ANRIND", "ADSL.TRT01P"} <= set(asked)
    assert len(asked) == len(set(asked))


def test_another_dataset_of_the_name_is_made_ready_anew() -> None:
    data = study()
    assert values(data, None, "PARAMCD").count("AST") == 2
    other = replace(data, datasets={"ADLB": dataset("ADLB", ADLB.assign(PARAMCD="AST"))})
    assert values(other, None, "PARAMCD") == ["AST"] * 6
    assert values(data, None, "PARAMCD").count("AST") == 2


def test_a_copy_shares_nothing() -> None:
    whole = Whole(dataset("ADLB", ADLB.copy()))
    assert whole.coded("USUBJID").present == ["S3", "S2", "S1", "S9"]
    other = copy.deepcopy(whole)
    other.dataset.frame["USUBJID"] = "S0"
    assert other.coded("USUBJID").present == ["S0"]
    assert whole.dataset.frame["USUBJID"].tolist()[:2] == ["S3", "S2"]


def test_keys_of_a_listing_name_one_record_of_the_whole_dataset() -> None:
    """The condition of a record would select the other one too, though its subject is outside the population."""
    adlb = pd.DataFrame({"USUBJID": ["S1", "S2", "S2"], "AVAL": [1.0, 2.0, 3.0]})
    data = AnalysisData({"ADSL": dataset("ADSL", ADSL), "ADLB": dataset("ADLB", adlb)})
    options = {"output": "L-1", "kind": "listing", "title": "L", "population": FAS, "keys": ["USUBJID"]}
    columns = [{"variable": "USUBJID", "heading": "Subject"}, {"variable": "AVAL", "heading": "Value"}]
    with pytest.raises(DataError, match="keys of the listing do not name one record"):
        list_records(data, ListingOptions.model_validate({**options, "records": {"from": "ADLB"}, "columns": columns}))


@settings(max_examples=60, deadline=None)
@given(
    records=st.lists(
        st.tuples(st.sampled_from(["A", "B ", "", None]), st.sampled_from([0.0, -0.0, 1.5, None]), st.integers(0, 2)),
        min_size=1,
        max_size=12,
    ),
    as_category=st.booleans(),
)
def test_what_names_one_record_each(records: list[tuple[str | None, float | None, int]], as_category: bool) -> None:
    texts, numbers, days = zip(*records, strict=True)
    frame = pd.DataFrame({"TEXT": pd.Series(texts, dtype="str"), "NUMBER": pd.Series(numbers, dtype="float64")})
    frame["DATE"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(days, unit="D")
    frame = frame.astype({"TEXT": "category"}) if as_category else frame
    kinds = {"TEXT": Kind.TEXT, "NUMBER": Kind.NUMBER, "DATE": Kind.DATE}
    whole = Whole(Dataset("ADX", frame, tuple(Variable(name, kind) for name, kind in kinds.items())))
    for variables in (("TEXT",), ("TEXT", "NUMBER"), ("DATE", "NUMBER", "TEXT")):
        columns = {"TEXT": texts, "NUMBER": numbers, "DATE": days}
        seen = {*zip(*(columns[name] for name in variables), strict=True)}
        assert whole.is_named_by(variables) == (len(seen) == len(records))


def test_more_combinations_of_values_than_a_number_holds() -> None:
    # The first and the last tell the records apart, and only together; 91 to the tenth is over 2 to the 64th.
    numbers = np.arange(8100.0)
    values = {"FIRST": numbers // 90} | {f"N{each}": numbers // 90 * each for each in range(1, 9)}
    frame = pd.DataFrame(values | {"LAST": numbers % 90})
    variables = tuple(Variable(name, Kind.NUMBER) for name in frame)
    assert Whole(Dataset("ADX", frame, variables)).is_named_by(tuple(frame))
    twice = pd.concat([frame, frame.iloc[[17]]], ignore_index=True)
    assert not Whole(Dataset("ADX", twice, variables)).is_named_by(tuple(frame))


def test_codes_have_few_bytes_and_wide_ones_room_to_count_in() -> None:
    frame = pd.DataFrame({"PARAMCD": pd.Series(["B", None, "A", "B"], dtype="category")})
    of_all = Whole(Dataset("ADX", frame, (Variable("PARAMCD", Kind.TEXT),))).coded("PARAMCD")
    assert of_all.codes.nbytes == len(frame)
    for places, expected in ((None, ["B", "", "A", "B"]), (np.array([3, 1]), ["B", ""])):
        taken = of_all.take(places)
        assert taken.codes.nbytes == len(expected) and taken.wide.dtype == np.int64
        assert taken.wide.tolist() == taken.codes.tolist()
        assert np.append(taken.texts, "")[taken.codes].tolist() == expected
