"""A model by its formula is the model by its effects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from adamline.errors import DataError
from adamline.stats.mmrm import fit_mmrm
from adamline.stats.mmrm.formula import read_formula


@pytest.mark.parametrize(
    ("formula", "effects"),
    [
        ("CHG ~ BASE", ["BASE"]),
        ("CHG ~ 1", []),
        ("CHG ~ 1 + BASE", ["BASE"]),
        ("CHG~ARM*AVISIT", ["ARM", "AVISIT", "ARM*AVISIT"]),
        ("CHG ~ AVISIT:ARM + AVISIT", ["AVISIT*ARM", "AVISIT"]),  # as written, not by the number of columns
        ("CHG ~ ARM / AVISIT", ["ARM", "ARM*AVISIT"]),
        ("CHG ~ ARM * AVISIT - AVISIT", ["ARM", "ARM*AVISIT"]),
        ("CHG ~ (A + B + C)**2", ["A", "A*B", "A*C", "B", "B*C", "C"]),
        ("CHG ~ A * B * C", ["A", "B", "A*B", "C", "A*C", "B*C", "A*B*C"]),
        ("`CHG %` ~ `A 1`:B", ["A 1*B"]),
    ],
)
def test_effects(formula: str, effects: list[str]) -> None:
    assert read_formula(formula) == ("CHG %" if "%" in formula else "CHG", effects)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("CHG", "needs its effects"),
        (None, "needs its effects"),
        ("~ ARM", "one response"),
        ("CHG + PCHG ~ ARM", "one response"),
        ("CHG:PCHG ~ ARM", "one column"),
        ("1 ~ ARM", "one column"),
        ("CHG ~ ARM | AVISIT", "one response"),
        ("CHG ~ 0 + ARM", "intercept"),
        ("CHG ~ ARM - 1", "intercept"),
        ("log(CHG) ~ ARM", "columns of the frame alone"),
        ("CHG ~ C(ARM)", "columns of the frame alone"),
        ("CHG ~ us(AVISIT | USUBJID)", "columns of the frame alone"),
        ("CHG ~ {__import__('os').abort()}", "columns of the frame alone"),
        ("CHG ~ `A*B`", "columns of the frame alone"),
        ("CHG ~ 2 * ARM", "cannot be read"),
        ("CHG ~ ARM +", "cannot be read"),
        ("CHG ~ .", "cannot be read"),
        ("CHG ~ 'ARM'", "cannot be read"),
        ("CHG ~ ARM ~ AVISIT", "cannot be read"),
        ("CHG ~ `ARM", "cannot be read"),
    ],
)
def test_refused(formula: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as refused:
        read_formula(formula)
    assert "\x1b" not in str(refused.value)


def test_a_fit_by_formula_is_the_fit_by_effects() -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"ID": np.repeat(np.arange(20), 3), "AVISIT": np.tile([1, 2, 3], 20)})
    frame["ARM"] = np.where(frame["ID"] % 2, "A", "B")
    frame["BASE"], frame["CHG"] = rng.normal(size=60), rng.normal(size=60)
    classes, roles = {"ARM": None, "AVISIT": None}, {"subject": "ID", "visit": "AVISIT"}
    named = fit_mmrm(frame, "CHG", ["BASE", "ARM", "AVISIT", "ARM*AVISIT"], classes, **roles)
    written = fit_mmrm(frame, "CHG ~ BASE + ARM * AVISIT", classes=classes, **roles)
    assert_frame_equal(written.parameters, named.parameters)
    assert_frame_equal(written.type3(), named.type3())
    with pytest.raises(DataError, match="CHNG"):
        fit_mmrm(frame, "CHNG ~ BASE", **roles)
    with pytest.raises(DataError, match="needs its effects"):
        fit_mmrm(frame, "CHG", **roles)
