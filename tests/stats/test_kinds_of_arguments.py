"""Arguments of models and their methods that are of another kind than wanted: an error that can be read, no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.errors import DataError
from adamline.stats.cox import fit_cox
from adamline.stats.linear_model import LinearModel, fit_linear_model
from adamline.stats.logistic import fit_logistic
from adamline.stats.mmrm import fit_mmrm
from adamline.stats.mmrm.model import Mmrm

RECORDS = pd.DataFrame(
    {
        "USUBJID": [f"01-{number // 2:02d}" for number in range(24)],
        "AVISITN": [number % 2 for number in range(24)],
        "TRTP": ["Drug" if number // 2 % 2 else "Placebo" for number in range(24)],
        "AVAL": [(7 * number * number) % 23 + 1 for number in range(24)],
        "BASE": [(5 * number) % 11 for number in range(24)],
        "EVENT": [int(number % 3 > 0) for number in range(24)],
    }
)
MMRM = {
    "response": "AVAL",
    "effects": ["TRTP", "AVISITN", "BASE"],
    "classes": {"TRTP": None, "AVISITN": None},
    "subject": "USUBJID",
    "visit": "AVISITN",
    "covariance": "CS",
}
COX = {"time": "AVAL", "event": "EVENT", "effects": ["TRTP", "BASE"], "classes": {"TRTP": None}}
LOGISTIC = {**COX, "response": "EVENT", "event": 1, "coding": "reference"}
del LOGISTIC["time"]
GLM = {"response": "AVAL", "effects": ["TRTP", "BASE"], "classes": {"TRTP": None}}


@cache
def mmrm() -> Mmrm:
    return fit_mmrm(RECORDS, **MMRM)  # type: ignore[arg-type]


@cache
def glm() -> LinearModel:
    return fit_linear_model(RECORDS, **GLM)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fit", "good", "wrong"),
    [
        (fit_mmrm, MMRM, {"response": ["AVAL"]}),
        (fit_mmrm, MMRM, {"subject": ["USUBJID"]}),
        (fit_mmrm, MMRM, {"visit": ["AVISITN"]}),
        (fit_mmrm, MMRM, {"group": ["TRTP"]}),
        (fit_mmrm, MMRM, {"weights": ["BASE"]}),
        (fit_mmrm, MMRM, {"classes": {"TRTP": None, "AVISITN": None, 5: None}}),
        (fit_cox, COX, {"time": ["AVAL"]}),
        (fit_cox, COX, {"event": ["EVENT"]}),
        (fit_cox, COX, {"references": [1]}),
        (fit_cox, COX, {"references": {"TRTP": pd.NA}}),
        (fit_logistic, LOGISTIC, {"response": ["EVENT"]}),
        (fit_logistic, LOGISTIC, {"freq": ["BASE"]}),
        (fit_logistic, LOGISTIC, {"event": pd.NA}),
        (fit_logistic, LOGISTIC, {"event": np.array([1, 2])}),
        (fit_linear_model, GLM, {"response": ["AVAL"]}),
    ],
)
def test_of_a_fit(fit: Callable[..., Any], good: Mapping[str, Any], wrong: Mapping[str, Any]) -> None:
    with pytest.raises(DataError) as raised:
        fit(RECORDS, **{**good, **wrong})
    assert str(raised.value)


@pytest.mark.parametrize(
    "wrong",
    [{"against": np.array([1, 2])}, {"against": pd.NA}, {"against": ["Drug"]}, {"at": {1: 2}}],
    ids=str,
)
@pytest.mark.parametrize(
    "of", [lambda **given: glm().ls_means("TRTP", **given), lambda **given: mmrm().ls_means("TRTP", **given)]
)
def test_of_ls_means(of: Callable[..., Any], wrong: Mapping[str, Any]) -> None:
    with pytest.raises(DataError) as raised:
        of(**wrong)
    assert str(raised.value)


@pytest.mark.parametrize("by", [1, ["AVISITN"], ("AVISITN",), {}])
def test_of_by(by: Any) -> None:
    with pytest.raises(DataError, match="No such class variable") as raised:
        mmrm().ls_means("TRTP", by=by)
    assert str(raised.value)


@pytest.mark.parametrize("rows", [None, [1, 2], "BASE", {"a": {1: 1}}])
def test_of_contrasts(rows: Any) -> None:
    with pytest.raises(DataError) as raised:
        mmrm().contrasts(rows)
    assert str(raised.value)


@pytest.mark.parametrize(
    "of", [lambda **given: glm().ls_means("TRTP", **given), lambda **given: mmrm().ls_means("TRTP", **given)]
)
def test_a_level_to_compare_with_that_is_not_there_lists_those_that_are(of: Callable[..., Any]) -> None:
    with pytest.raises(DataError, match=r"expected: +'Drug', 'Placebo'"):
        of(against="PLACEBO")
