"""Tests of derive.parameter_text."""

from __future__ import annotations

import pytest

from adamline.derive.parameter_text import derive_parameter_text
from adamline.errors import DataError


def test_each_parameter_has_its_text_or_none(derives):
    derives(
        derive_parameter_text,
        """
        PARAMCD | ATOXDSCL
        K       | Hypokalemia
        SODIUM  | Hyponatremia
        ANISO   | .
        .       | .
        K       | Hypokalemia
        """,
        variable="ATOXDSCL",
        text={"K": "Hypokalemia", "SODIUM": "Hyponatremia", "CA": "Hypocalcemia"},
    )


def test_parameters_may_share_a_text(derives):
    derives(
        derive_parameter_text,
        "PARAMCD | T\nALT | same\nAST | same",
        variable="T",
        text={"ALT": "same", "AST": "same"},
    )


def test_paramcd_is_needed(table):
    with pytest.raises(DataError, match="no variable PARAMCD"):
        derive_parameter_text(table("USUBJID\n01"), variable="T", text={})
