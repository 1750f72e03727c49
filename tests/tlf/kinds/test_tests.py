"""What kinds share of their tests: which cells are compared, the results of p-values, and their rows."""

from __future__ import annotations

import pytest

from adamline.tlf.kinds import _tests
from adamline.tlf.kinds._columns import ColumnOptions
from adamline.tlf.layout import Row

FISHER = _tests.TestOptions.model_validate({"against": "Low", "as": "p_fisher"})


def test_each_treatment_but_the_reference_in_each_block() -> None:
    assert _tests.pairs_against(2, ("Placebo", "Low", "High"), "Low").tolist() == [[0, 1], [2, 1], [3, 4], [5, 4]]
    assert _tests.pairs_against(0, ("Placebo", "Low"), "Low").shape == (0, 2)


@pytest.mark.parametrize(
    ("p", "n", "text", "warning"),
    [
        (0.0004, (9, 8), "<0.001", ""),
        (0.05, (1, 1), "0.050", ""),
        (1.0, (0, 8), "NE", "no test: n of 0 and 8"),
        (float("nan"), (9, 8), "NE", "no test: nothing differs"),
    ],
)
def test_a_p_value_as_a_result(p: float, n: tuple[int, int], text: str, warning: str) -> None:
    row = _tests.p_value_results(FISHER, [p], [n], least=1).iloc[0]
    assert (row["analysis"], row["stat_name"], row["stat_label"]) == ("test", "p_fisher", "p-value vs Low")
    assert (row["stat_text"], row["warning"]) == (text, warning)
    assert (row["stat"] == p) == (text != "NE")


def test_no_p_values_at_all() -> None:
    assert _tests.p_value_results(FISHER, [], [], least=1).empty


def test_the_row_of_a_test() -> None:
    cells = [_tests.BLANK, ("0.049", "T-1.0007")]
    row = _tests.p_value_row(FISHER, cells, group=("ALT", "Week 2"), block="b")
    assert row == Row(
        ("p-value vs Low", "", "0.049"), indent=2, group=("ALT", "Week 2"), block="b", results=("", "", "T-1.0007")
    )


def test_tests_and_columns_that_fit() -> None:
    columns = ColumnOptions(by="TRTP", order=("Placebo", "Low"))
    _tests.check_tests([], ColumnOptions(by="TRTP", order=("Placebo",)))
    _tests.check_tests([FISHER, FISHER.model_copy(update={"name": "p_other"})], columns)
    with pytest.raises(ValueError, match="no column shows Lw; did you mean Low"):
        _tests.check_tests([FISHER.model_copy(update={"against": "Lw"})], columns)
