"""Tests of derive.parameter_criterion."""

from __future__ import annotations

import pytest

from adamline.derive.parameter_criterion import derive_parameter_criterion
from adamline.errors import ConditionError, DataError

# Cut-offs of the reference study's Table 1: operators differ.
ELEVATED = {"ADSDNA": "BASE >= 30", "C3": "BASE < 90", "CRDIGMAB": "BASE > 12", "IGG": "BASE is not missing"}


def test_operator_and_cut_are_those_of_the_parameter(derives):
    derives(
        derive_parameter_criterion,
        """
        PARAMCD  BASE  | ELEVPFL
        ADSDNA   30    | Y
        ADSDNA   29.9  | .
        ADSDNA   .     | .
        C3       90    | .
        C3       89    | Y
        C3       .     | .
        CRDIGMAB 12    | .
        CRDIGMAB 12.01 | Y
        IGG      0.1   | Y
        IGG      .     | .
        OTHER    99    | .
        .        99    | .
        """,
        variable="ELEVPFL",
        criterion=ELEVATED,
    )


def test_the_flag_of_a_criterion_is_n_where_it_is_not_met(derives):
    """CRIT1FL; missing where the value that decides is, and for a parameter without a criterion."""
    derives(
        derive_parameter_criterion,
        """
        PARAMCD R2A1HI AVISITN | CRIT1FL
        ALT     3      2       | Y
        ALT     2.9    2       | N
        ALT     .      2       | .
        BILI    2      2       | Y
        BILI    2      .       | .
        BILI    1      .       | N
        CREAT   9      2       | .
        .       9      2       | .
        """,
        variable="CRIT1FL",
        criterion={"ALT": "R2A1HI >= 3", "BILI": "R2A1HI >= 2 and AVISITN > 0"},
        unmet="N",
    )


def test_errors(table):
    frame = table("""
        PARAMCD BASE
        ADSDNA  30
        """)
    with pytest.raises(ConditionError):
        derive_parameter_criterion(frame, variable="ELEVPFL", criterion={"ADSDNA": "BASE => 30"})
    with pytest.raises(ConditionError, match="no variable BAES"):
        derive_parameter_criterion(frame, variable="ELEVPFL", criterion={"ADSDNA": "BAES >= 30"})
    with pytest.raises(DataError, match="no variable PARAMCD"):
        derive_parameter_criterion(frame[["BASE"]], variable="ELEVPFL", criterion=ELEVATED)
