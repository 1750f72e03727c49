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
