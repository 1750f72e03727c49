"""Who is counted: pairs of subject and column that can be checked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.errors import DataError, Place
from adamline.findings import Severity
from adamline.results.check_counted import Placed, check_counted, require_counted


def placed(dataset: str, variable: str, rows: dict[str, str | None] | list[tuple[str, str | None]]) -> Placed:
    pairs = list(rows.items()) if isinstance(rows, dict) else rows
    subjects, columns = zip(*pairs, strict=True) if pairs else ((), ())
    return Placed(dataset, variable, pd.Series(subjects, dtype=object), pd.Series(columns, dtype=object))


ARMS = ("Placebo", "Drug")
ADSL = placed("ADSL", "TRT01P", {"S1": "Placebo", "S2": "Drug", "S3": "Drug"})
ADLB = placed("ADLB", "TRTP", [("S1", "Placebo"), ("S2", "Drug"), ("S2", "Drug")])


def test_nothing_is_said_where_all_agree_and_some_have_no_records() -> None:
    assert check_counted(ADSL, ADLB, ARMS) == ()


def test_a_subject_of_another_column_than_the_one_that_counts_it_is_an_error() -> None:
    adlb = placed("ADLB", "TRTP", [("S1", "Drug"), ("S1", "Drug"), ("S2", "Drug"), ("S9", "Drug")])
    (found,) = check_counted(ADSL, adlb, ARMS, Place("t-1.yaml", 1))
    assert found.severity is Severity.ERROR
    assert found.place == Place("t-1.yaml", 1, dataset="ADLB", variable="TRTP")
    assert found.message == (
        "2 subjects stand in a column whose N does not count them: S1 (TRTP Drug, TRT01P Placebo in ADSL); "
        "S9 (TRTP Drug, not in the population of ADSL)"
    )
    with pytest.raises(DataError, match="2 subjects stand in a column"):
        require_counted([found], "a hint")


def test_records_of_a_column_that_is_not_shown_are_no_concern() -> None:
    assert check_counted(ADSL, placed("ADLB", "TRTP", {"S1": "Other", "S2": None}), ARMS) == ()


@pytest.mark.parametrize(
    ("arm", "shown"),
    [("placebo", "placebo; did you mean Placebo?"), ("", "missing"), ("  ", "missing"), (None, "missing"), ("X", "X")],
)
def test_a_subject_of_the_population_in_no_column_is_a_warning(arm: str | None, shown: str) -> None:
    adsl = placed("ADSL", "TRT01P", {"S1": "Placebo", "S2": "Drug", "S7": arm})
    (found,) = check_counted(adsl, ADLB, ARMS)
    assert found.severity is Severity.WARNING
    assert found.message == f"1 subject of the population is in no column: S7 (TRT01P {shown})"
    require_counted([found], "a hint")  # a warning stops nothing


def test_at_most_ten_are_named() -> None:
    adsl = placed("ADSL", "TRT01P", {f"S{number:02d}": None for number in range(1, 14)})
    (found,) = check_counted(adsl, placed("ADLB", "TRTP", {}), ARMS)
    assert found.message.startswith("13 subjects of the population are in no column: S01 (TRT01P missing); S02")
    assert found.message.endswith("S10 (TRT01P missing) and 3 more")


def test_a_subject_may_be_counted_in_a_column_of_its_own_and_in_one_of_all() -> None:
    adsl = placed("ADSL", "TRT01P", [("S1", "Placebo"), ("S1", "Total"), ("S2", "Drug"), ("S2", "Total")])
    adlb = placed("ADLB", "TRTP", [("S1", "Placebo"), ("S1", "Total"), ("S2", "Total")])
    assert check_counted(adsl, adlb, (*ARMS, "Total")) == ()
    assert len(check_counted(adsl, placed("ADLB", "TRTP", {"S1": "Drug"}), (*ARMS, "Total"))) == 1


def test_categories_and_frames_without_rows_are_taken() -> None:
    adsl = Placed("ADSL", "TRT01P", pd.Series(["S1"], dtype="str"), pd.Series(["Placebo"], dtype="category"))
    empty = pd.Series([], dtype="category")
    assert check_counted(adsl, Placed("ADLB", "TRTP", empty, empty), ARMS) == ()
    assert check_counted(Placed("ADSL", "TRT01P", empty, empty), Placed("ADLB", "TRTP", empty, empty), ARMS) == ()


def test_a_subject_of_two_columns_is_named_with_the_first_and_one_without_a_name_is_blank() -> None:
    adsl = placed("ADSL", "TRT01P", [("S1", "Placebo"), ("S1", "Drug"), ("S2", "X"), ("S2", "Y")])
    adlb = Placed("ADLB", "TRTP", pd.Series(["S1", None, "S2"]), pd.Series(["Drug", "Drug", "Drug"], dtype="category"))
    beyond, lost = check_counted(adsl, adlb, ARMS)
    assert beyond.message == (
        "2 subjects stand in a column whose N does not count them:  (TRTP Drug, not in the population of ADSL); "
        "S2 (TRTP Drug, TRT01P X in ADSL)"
    )
    assert lost.message == "1 subject of the population is in no column: S2 (TRT01P X)"
