"""Writing of transport files, read back by our reader and by pyreadstat, which shares no code with it."""

from __future__ import annotations

import math
import string
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.findings import Severity
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_read import TextType, iter_xpt, read_xpt, read_xpt_members
from adamline.io.xpt_write import Lengths, longest_values, write_xpt

TEXT = Variable("X", Kind.TEXT)
NUMBER = Variable("X", Kind.NUMBER)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "d.xpt"


def one(variable: Variable, values: Any) -> Dataset:
    """A dataset of one variable."""
    return Dataset("D", pd.DataFrame({variable.name: values}), (variable,))


def rival(path: Path, **options: Any) -> tuple[pd.DataFrame, Any]:
    """What pyreadstat reads: numbers as they are, blank text as ''."""
    frame, meta = pyreadstat.read_xport(str(path), disable_datetime_conversion=True, **options)
    return frame, meta


def assert_refused(dataset: Dataset, path: Path, what: str, **options: Any) -> DataError:
    with pytest.raises(DataError, match=what) as error:
        write_xpt(dataset, path, **options)
    assert not path.exists()
    assert list(path.parent.iterdir()) == []
    assert error.value.place.dataset in {"", dataset.name}
    return error.value


def test_attributes(file: Path) -> None:
    """Name, labels, formats and informats, lengths come back; pyreadstat sees the same, without the dots."""
    variables = (
        Variable("USUBJID", Kind.TEXT, "Unique Subject Identifier", 12, "$12.", "$CHAR12."),
        Variable("AVAL", Kind.NUMBER, "Analysis Value", 8, "8.2", "BEST12."),
        Variable("ADT", Kind.DATE, "x" * 40, 5, "DATE9."),
        Variable("_A1", Kind.TEXT, "", 200),
    )
    frame = pd.DataFrame({"USUBJID": ["S1"], "AVAL": [1.25], "ADT": pd.to_datetime(["2012-04-04"]), "_A1": [None]})
    dataset = Dataset("ADLB", frame, variables, "Laboratory Results")
    assert write_xpt(dataset, file) == ()
    again = read_xpt(file)
    assert (again.name, again.label, again.variables) == (dataset.name, dataset.label, variables)
    assert file.stat().st_size == 240 + 5 * 80 + 560 + 80 + 240
    _, meta = rival(file)
    assert (meta.table_name, meta.file_label) == ("ADLB", "Laboratory Results")
    assert meta.column_names_to_labels == {v.name: v.label or None for v in variables}
    assert meta.original_variable_types == {"USUBJID": "$12", "AVAL": "8.2", "ADT": "DATE9", "_A1": None}
    assert meta.variable_storage_width == {"USUBJID": 12, "AVAL": 8, "ADT": 5, "_A1": 200}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_data_comes_back_and_pyreadstat_agrees(tmp_path: Path, data: st.DataObject) -> None:
    """Random text, numbers, dates and special missings, in each type of text column."""
    rows = data.draw(st.integers(1, 12))
    texts = data.draw(
        st.lists(st.none() | st.text(string.printable.strip() + "  ", max_size=12), min_size=rows, max_size=rows)
    )
    numbers = data.draw(
        st.lists(st.just(math.nan) | st.floats(-7e75, 7e75).filter(lambda x: x == 0 or abs(x) > 1e-78),
                 min_size=rows, max_size=rows)
    )  # fmt: skip
    letters = [
        data.draw(st.none() | st.sampled_from("_" + string.ascii_uppercase)) if math.isnan(x) else None for x in numbers
    ]
    days = data.draw(st.lists(st.none() | st.dates(date(1582, 1, 1)), min_size=rows, max_size=rows))
    kind_of_column = data.draw(st.sampled_from(["str", "object", "category"]))
    frame = pd.DataFrame(
        {
            "T": pd.Series(texts, dtype=kind_of_column),
            "N": numbers,
            "N.missing": pd.Categorical(letters),
            "D": pd.Series(np.array(days, dtype="datetime64[s]")),
            "KEY": "k",
        }
    )
    variables = (
        Variable("T", Kind.TEXT),
        Variable("N", Kind.NUMBER),
        Variable("D", Kind.DATE, format="DATE9."),
        Variable("KEY", Kind.TEXT),
    )
    file = tmp_path / "d.xpt"
    write_xpt(Dataset("D", frame, variables), file)
    expected = [(text or "").rstrip(" ") for text in texts]
    got = read_xpt(file, text=data.draw(st.sampled_from(list(TextType)))).frame
    assert got["T"].astype(object).where(got["T"].notna(), "").tolist() == expected
    assert np.array_equal(got["N"].to_numpy(), np.array(numbers), equal_nan=True)
    if "N.missing" in got:
        assert [x if isinstance(x, str) else None for x in got["N.missing"].tolist()] == letters
    else:
        assert set(letters) == {None}
    assert got["D"].to_numpy().astype("datetime64[D]").tolist() == days
    other, _ = rival(file)
    assert other["T"].tolist() == expected
    assert np.array_equal(other["N"].to_numpy(float), np.array(numbers), equal_nan=True)
    counted = [math.nan if day is None else (day - date(1960, 1, 1)).days for day in days]
    assert np.array_equal(other["D"].to_numpy(float), np.array(counted, float), equal_nan=True)


def test_dates_and_times(file: Path) -> None:
    variables = tuple(
        Variable(n, k, format=f)
        for n, k, f in (("D", Kind.DATE, "E8601DA."), ("DT", Kind.DATETIME, "DATETIME20."), ("T", Kind.TIME, "TIME8."))
    )
    moment = datetime(2012, 4, 4, 22, 16, 22, 500_000)
    frame = pd.DataFrame({"D": [datetime(2012, 4, 4)], "DT": [moment], "T": [timedelta(hours=30, milliseconds=5)]})
    write_xpt(Dataset("D", frame, variables), file)
    assert read_xpt(file).frame.iloc[0].tolist() == frame.iloc[0].tolist()
    days = (date(2012, 4, 4) - date(1960, 1, 1)).days
    assert rival(file)[0].iloc[0].tolist() == [days, days * 86400 + 22 * 3600 + 16 * 60 + 22.5, 108000.005]


@pytest.mark.parametrize(
    ("variable", "values", "what"),
    [
        (Variable("X", Kind.DATE), [datetime(2012, 4, 4)], "needs a date format"),
        (Variable("X", Kind.DATE, format="8."), [datetime(2012, 4, 4)], "needs a date format"),
        (Variable("X", Kind.DATETIME, format="DATE9."), [datetime(2012, 4, 4)], "needs a datetime format"),
        (Variable("X", Kind.DATE, format="DATE9."), [datetime(2012, 4, 4, 1)], "without loss"),
        (Variable("X", Kind.DATE, format="DATE9."), [datetime(1500, 4, 4)], "without loss"),
        (Variable("X", Kind.DATETIME, format="DATETIME."), [datetime(2012, 4, 4, tzinfo=UTC)], "another type"),
        (Variable("X", Kind.DATE, format="DATE9."), [19000.0], "another type"),
        (Variable("X", Kind.DATE, format="DATE9."), ["2012-04-04"], "another type"),
        (Variable("X", Kind.TIME, format="TIME8."), [datetime(2012, 4, 4)], "another type"),
        (NUMBER, [timedelta(seconds=1)], "another type"),
        (NUMBER, [datetime(2012, 4, 4)], "another type"),
        (NUMBER, [True], "another type"),
        (NUMBER, ["1"], "another type"),
        (NUMBER, [Decimal("1.5")], "another type"),
        (NUMBER, pd.Series([1.0, "A"], dtype=object), "another type"),
        (TEXT, [b"x"], "does not hold text"),
        (TEXT, pd.Series(["a", b"x"], dtype=object), "does not hold text"),
        (TEXT, pd.Series(["a", 1], dtype=object), "does not hold text"),
        (TEXT, pd.Categorical([1, 2]), "does not hold text"),
        (TEXT, [1.0], "does not hold text"),
        (TEXT, [timedelta(seconds=1)], "does not hold text"),
        (TEXT, pd.Series(["a", "\ud800"], dtype=object), "half of a surrogate pair"),
        (NUMBER, [1.0, 16.0**63], "too large for a SAS"),
        (NUMBER, [1.0, math.inf], "too large for a SAS"),
        (NUMBER, [1.0, -math.inf], "too large for a SAS"),
        (NUMBER, [2**53, 2**53 + 1], "integer is too large"),
        (NUMBER, pd.Series([None, -(2**60)], dtype="Int64"), "integer is too large"),
        (Variable("X", Kind.NUMBER, length=3), [1.0, 0.1], "more than the 3 bytes"),
        (Variable("X", Kind.TEXT, length=3), ["abc", "abcd"], "longer than the 3 bytes"),
        (Variable("X", Kind.TEXT, length=3), pd.Categorical(["abc", "abcd"]), "longer than the 3 bytes"),
        (Variable("X", Kind.TEXT), ["abc", "x" * 201], "longer than 200 bytes"),
        (Variable("X", Kind.TEXT), ["abc", "x" * 40_000], "longer than 200 bytes"),
        (TEXT, ["abc", "Sjögren"], "character that ascii does not have"),
        (TEXT, pd.Categorical(["abc", "Sjögren"]), "character that ascii does not have"),
    ],
)
def test_values_that_do_not_fit_are_refused(file: Path, variable: Variable, values: Any, what: str) -> None:
    error = assert_refused(one(variable, values), file, what)
    assert error.place.variable == "X"
    assert error.place.record in {None, len(values)}


@pytest.mark.parametrize(
    ("variable", "what"),
    [
        (Variable("x", Kind.NUMBER), "name of a variable"),
        (Variable("TOOLONGXX", Kind.NUMBER), "name of a variable"),
        (Variable("A B", Kind.NUMBER), "name of a variable"),
        (Variable("1A", Kind.NUMBER), "name of a variable"),
        (Variable("Ä", Kind.NUMBER), "name of a variable"),
        (Variable("", Kind.NUMBER), "name of a variable"),
        (Variable("X", Kind.NUMBER, "x" * 41), "longer than 40 bytes"),
        (Variable("X", Kind.NUMBER, "Sjögren"), "label has a character"),
        (Variable("X", Kind.TEXT, length=0), "length of a text variable"),
        (Variable("X", Kind.TEXT, length=201), "length of a text variable"),
        (Variable("X", Kind.NUMBER, length=9), "length of a number variable"),
        (Variable("X", Kind.NUMBER, length=1), "length of a number variable"),
        (Variable("X", Kind.NUMBER, format="LONGNAMEX8."), "format is not one"),
        (Variable("X", Kind.NUMBER, format="8..2"), "format is not one"),
        (Variable("X", Kind.NUMBER, format="$8."), "for the other type"),
        (Variable("X", Kind.TEXT, format="8."), "for the other type"),
        (Variable("X", Kind.TEXT, informat="DATE9."), "for the other type"),
    ],
)
def test_attributes_that_do_not_fit_are_refused(file: Path, variable: Variable, what: str) -> None:
    assert_refused(one(variable, [None]), file, what)


@pytest.mark.parametrize("name", ["d", "TOOLONGXX", "A-B", "", "Ä"])
def test_dataset_names_that_do_not_fit_are_refused(file: Path, name: str) -> None:
    assert_refused(Dataset(name, pd.DataFrame({"X": [1.0]}), (NUMBER,)), file, "name of a dataset")


def test_dataset_limits(file: Path) -> None:
    frame = pd.DataFrame({"X": [1.0]})
    assert_refused(Dataset("D", frame, (NUMBER,), "x" * 41), file, "longer than 40 bytes")
    assert_refused(Dataset("D", frame[[]], ()), file, "at least one variable")
    with pytest.raises(DataError, match="names of their own"):
        write_xpt([one(NUMBER, [1.0]), one(NUMBER, [1.0])], file)
    with pytest.raises(DataError, match="names of their own"):
        write_xpt([], file)
    with pytest.raises(DataError, match="8 ASCII"):
        write_xpt(one(NUMBER, [1.0]), file, os_name="Linux 6.1")
    with pytest.raises(DataError, match="no such version"):
        write_xpt(one(NUMBER, [1.0]), file, version=7)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="no encoding"):
        write_xpt(one(NUMBER, [1.0]), file, encoding="utf-16")
    assert not file.exists()


@pytest.mark.parametrize(
    ("lengths", "variable", "expected"),
    [
        (Lengths.SPEC, Variable("X", Kind.TEXT, length=20), 20),
        (Lengths.SPEC, Variable("X", Kind.TEXT), 5),
        (Lengths.MINIMAL, Variable("X", Kind.TEXT, length=20), 5),
        ({"X": 7}, Variable("X", Kind.TEXT, length=20), 7),
        ({"Y": 7}, Variable("X", Kind.TEXT, length=20), 5),
    ],
)
@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_lengths_of_text(file: Path, lengths: Any, variable: Variable, expected: int, dtype: str) -> None:
    """Leading blanks count, trailing ones do not; what no row uses does not count."""
    values = pd.Series(["a", None, "  bcd", "e       "], dtype=dtype)
    if dtype == "category":
        values = values.cat.add_categories(["a category that no row uses"])
    write_xpt(one(variable, values), file, lengths=lengths)
    assert read_xpt(file)["X"].length == expected
    assert rival(file)[0]["X"].tolist() == ["a", "", "  bcd", "e"]


@pytest.mark.parametrize(("variable", "length"), [(TEXT, 0), (TEXT, 201), (NUMBER, 1), (NUMBER, 9)])
def test_a_studys_length_out_of_range_is_refused(file: Path, variable: Variable, length: int) -> None:
    assert_refused(one(variable, [None]), file, "length of a", lengths={"X": length})


def test_a_value_longer_than_the_studys_length_is_refused(file: Path) -> None:
    assert_refused(one(TEXT, ["abc"]), file, "longer than the 2 bytes", lengths={"X": 2})


@pytest.mark.parametrize(("length", "stored"), [(None, 8), (2, 2), (3, 3), (8, 8)])
def test_lengths_of_numbers(file: Path, length: int | None, stored: int) -> None:
    dataset = one(Variable("X", Kind.NUMBER, length=length), [1.0, 16.0, math.nan])
    write_xpt(dataset, file)
    assert read_xpt(file)["X"].length == stored
    assert read_xpt(file).frame["X"].tolist()[:2] == [1.0, 16.0]
    write_xpt(dataset, file, lengths=Lengths.MINIMAL)
    assert read_xpt(file)["X"].length == 8


def test_longest_values() -> None:
    frame = pd.DataFrame({"A": ["x", "Sjö "], "B": pd.Categorical(["", None]), "C": [1.0, 2.0]})
    variables = (Variable("A", Kind.TEXT), Variable("B", Kind.TEXT), Variable("C", Kind.NUMBER))
    assert longest_values(Dataset("D", frame, variables), encoding="utf-8") == {"A": 4, "B": 1}


def test_the_kind_decides_the_type_not_the_data(file: Path) -> None:
    """Columns that are missing throughout, of any dtype, as text and as number."""
    for column in (
        [None, None],
        pd.Categorical([None, None]),
        pd.Categorical([None, None], [1.5]),
        [math.nan] * 2,
        pd.Series([None] * 2, dtype="str"),
    ):
        for variable in (TEXT, NUMBER, Variable("X", Kind.DATE, format="DATE9.")):
            frame = pd.DataFrame({"X": column, "KEY": "k"})
            write_xpt(Dataset("D", frame, (variable, Variable("KEY", Kind.TEXT))), file)
            got = read_xpt(file)
            assert got["X"].kind is variable.kind
            assert got.frame["X"].isna().all()


def test_special_missings(file: Path) -> None:
    letters = [None, *("_" + string.ascii_uppercase)]
    frame = {"X": [math.nan] * 28 + [5.0], "X.missing": pd.Categorical([*letters, None])}
    write_xpt(Dataset("D", pd.DataFrame(frame), (NUMBER,)), file)
    got = read_xpt(file).frame
    assert [x if isinstance(x, str) else None for x in got["X.missing"]] == [*letters, None]
    assert got["X"].tolist()[28] == 5.0
    data = file.read_bytes()[-29 * 8 - 8 :]
    assert [chr(data[i * 8]) for i in range(28)] == [".", "_", *string.ascii_uppercase]
    assert rival(file)[0]["X"].isna().tolist() == [True] * 28 + [False]
    file.unlink()
    frame["X"][1] = 7.0
    assert_refused(Dataset("D", pd.DataFrame(frame), (NUMBER,)), file, "where X has a value")
    frame = {"X": [math.nan], "X.missing": ["a"]}
    assert_refused(Dataset("D", pd.DataFrame(frame), (NUMBER,)), file, "no special missing")


def test_numbers_at_the_edges(file: Path) -> None:
    values = [1e75, 4.6e74, -7.2e75, 1e-70, 1e-78, float(2**53 + 2), 0.1, 1 / 3]
    assert write_xpt(one(NUMBER, values), file) == ()
    assert read_xpt(file).frame["X"].tolist() == values
    # pyreadstat 1.3.7 reads every one of them, though it cannot write 1e75.
    assert rival(file)[0]["X"].tolist() == values


def test_underflow_becomes_zero_and_is_noted(file: Path) -> None:
    (finding,) = write_xpt(one(NUMBER, [1e-80, -5e-324, 1.0, -0.0]), file)
    assert (finding.severity, finding.check, finding.place.variable) == (Severity.NOTE, "xpt.underflow", "X")
    assert finding.message.startswith("2 numbers")
    got = read_xpt(file).frame["X"].tolist()
    assert got == [0.0, 0.0, 1.0, 0.0]
    assert [math.copysign(1, x) for x in got] == [1.0] * 4


@pytest.mark.parametrize("dtype", ["int8", "int64", "uint8", "Int32", "float32", "Float64"])
def test_number_types(file: Path, dtype: str) -> None:
    write_xpt(one(NUMBER, pd.Series([1, 2, 100], dtype=dtype)), file)
    assert rival(file)[0]["X"].tolist() == [1.0, 2.0, 100.0]


def test_missing_text_is_one_thing(file: Path) -> None:
    write_xpt(one(TEXT, pd.Series([None, math.nan, "", "   ", "a"], dtype=object)), file)
    assert read_xpt(file).frame["X"].isna().tolist() == [True, True, True, True, False]
    assert rival(file)[0]["X"].tolist() == ["", "", "", "", "a"]


def test_trailing_blanks_are_noted(file: Path) -> None:
    (finding,) = write_xpt(one(TEXT, [" a ", "b"]), file)
    assert (finding.severity, finding.check) == (Severity.NOTE, "xpt.trailing_blanks")
    assert read_xpt(file).frame["X"].tolist() == [" a", "b"]


def test_blank_records_at_the_end_are_warned_of(file: Path) -> None:
    """Three records of 20 bytes in one card: the last two are blank and become padding for every reader."""
    (finding,) = write_xpt(one(Variable("X", Kind.TEXT, length=20), ["a", None, None]), file)
    assert (finding.severity, finding.check, finding.place.record) == (Severity.WARNING, "xpt.blank_records", 2)
    assert read_xpt_members(file)[0].records == 1
    assert len(rival(file)[0]) == 1
    assert write_xpt(one(Variable("X", Kind.TEXT, length=80), ["a", None, None]), file) == ()
    assert len(read_xpt(file).frame) == 3
    assert write_xpt(one(Variable("X", Kind.TEXT, length=20), [None, "a"]), file) == ()
    assert len(read_xpt(file).frame) == 2


def test_no_records(file: Path) -> None:
    frame = pd.DataFrame({"X": pd.Series([], dtype=object), "N": pd.Series([], dtype=object)})
    write_xpt(Dataset("D", frame, (TEXT, Variable("N", Kind.NUMBER, "Label"))), file)
    assert [v.kind for v in read_xpt(file).variables] == [Kind.TEXT, Kind.NUMBER]
    other, meta = rival(file)
    assert (len(other), meta.column_labels) == (0, [None, "Label"])


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_encodings(file: Path, encoding: str, dtype: str) -> None:
    values = ["Sjögren", "plain", None, "°C", "plain"]
    write_xpt(one(TEXT, pd.Series(values, dtype=dtype)), file, encoding=encoding)
    assert read_xpt(file, encoding=encoding)["X"].length == len("Sjögren".encode(encoding))
    assert read_xpt(file, encoding=encoding).frame["X"].fillna("").tolist() == [v or "" for v in values]
    assert rival(file, encoding=encoding)[0]["X"].tolist() == [v or "" for v in values]


def test_a_category_that_no_row_uses_may_be_anything(file: Path) -> None:
    write_xpt(one(TEXT, pd.Categorical(["a"], categories=["a", "Sjögren", "x" * 300])), file)
    assert rival(file)[0]["X"].tolist() == ["a"]


def test_several_datasets(file: Path) -> None:
    """pyreadstat reads the second as rows of the first; ours keeps them apart, whatever the records' length."""
    first = Dataset("ONE", pd.DataFrame({"X": np.arange(100.0)}), (NUMBER,), "First")
    second = Dataset("TWO", pd.DataFrame({"T": ["abc"] * 7}), (Variable("T", Kind.TEXT),))
    empty = Dataset("THREE", pd.DataFrame({"T": pd.Series([], dtype=str)}), (Variable("T", Kind.TEXT),))
    write_xpt([first, empty, second], file)
    assert [(m.name, m.records) for m in read_xpt_members(file)] == [("ONE", 100), ("THREE", 0), ("TWO", 7)]
    assert read_xpt(file, member="ONE").frame["X"].tolist() == list(range(100))
    assert read_xpt(file, member="TWO").frame["T"].tolist() == ["abc"] * 7


def test_the_order_is_that_of_the_variables(file: Path) -> None:
    frame = pd.DataFrame({"B": [1.0], "A": [2.0]}, index=[17])
    write_xpt(Dataset("D", frame, (Variable("A", Kind.NUMBER), Variable("B", Kind.NUMBER))), file)
    assert rival(file)[0].columns.tolist() == ["A", "B"]
    assert rival(file)[0].iloc[0].tolist() == [2.0, 1.0]


def test_same_bytes_and_a_given_stamp(file: Path) -> None:
    dataset = one(TEXT, ["a"])
    write_xpt(dataset, file)
    first = file.read_bytes()
    write_xpt(dataset, file)
    assert file.read_bytes() == first
    assert first.count(b"01JAN60:00:00:00") == 4
    write_xpt(dataset, file, stamp=datetime(2012, 4, 4, 22, 16, 22), sas_version="9.3", os_name="X64_7HOM")
    member = read_xpt_members(file)[0]
    assert (member.created, member.modified) == ("04APR12:22:16:22",) * 2
    assert (member.version, member.system) == ("9.3", "X64_7HOM")


def test_a_failed_run_leaves_the_previous_file(file: Path) -> None:
    write_xpt(one(NUMBER, [1.0]), file)
    before = file.read_bytes()
    with pytest.raises(DataError):
        write_xpt([one(NUMBER, [2.0]), Dataset("E", pd.DataFrame({"X": [math.inf]}), (NUMBER,))], file)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_the_frame_is_not_changed(file: Path) -> None:
    frame = pd.DataFrame({"X": ["b ", "a"]})
    before = frame.copy(deep=True)
    write_xpt(Dataset("D", frame, (TEXT,)), file)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("dtype", ["str", "category"])
def test_more_records_than_a_block(file: Path, dtype: str) -> None:
    rows = 20_000
    keys = pd.Series([f"K{i * 7919 % rows:06d}" for i in range(rows)])
    frame = pd.DataFrame({"K": pd.concat([keys[:5], keys[5:]]).astype(dtype), "N": np.arange(rows) / 7})
    write_xpt(Dataset("D", frame, (Variable("K", Kind.TEXT, length=100), Variable("N", Kind.NUMBER))), file)
    other, _ = rival(file)
    assert other["K"].tolist() == keys.tolist()
    assert other["N"].tolist() == frame["N"].tolist()
    part = list(iter_xpt(file, 6_000, columns=["N"]))[2]
    assert part.frame["N"].tolist() == frame["N"].tolist()[12_000:18_000]


def test_reading_by_parts_takes_the_memory_of_a_part(file: Path) -> None:
    """A file of 32 MB in parts of 160 kB; what NumPy holds at any time is a few blocks."""
    frame = pd.DataFrame({f"N{i}": np.arange(200_000.0) for i in range(20)})
    write_xpt(Dataset("D", frame, tuple(Variable(name, Kind.NUMBER) for name in frame)), file)
    tracemalloc.start()
    rows = sum(len(part.frame) for part in iter_xpt(file, 1_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 200_000
    assert peak < 8_000_000


def test_what_was_read_can_be_written(file: Path) -> None:
    """Pandas strings from the reader come in chunks."""
    frame = pd.DataFrame({"X": [f"value {i}" for i in range(100_000)]})
    write_xpt(one(TEXT, frame["X"]), file)
    first = file.read_bytes()
    write_xpt(read_xpt(file), file)
    assert file.read_bytes() == first
