"""Logistic regression against PROC LOGISTIC: the open case of the logistic oracle and other listings of its page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.stats.logistic import fit_logistic

CASE = "logistic/lung-class-vars"


def lung(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "oracles/logistic/open/lung-class-vars/data.csv")


@pytest.mark.parametrize("coding", ["glm", "reference"])
def test_lung_with_class_variables(shared: Path, agree: Callable[..., None], coding: str) -> None:
    effects = ["trt01pn", "sex", "age", "ph_ecog", "meal_cal"]
    model = fit_logistic(
        lung(shared), "wt_cat", "gain", effects, {"trt01pn": None, "sex": None},
        coding=coding, references={"trt01pn": 1, "sex": 1},  # type: ignore[arg-type]
    )  # fmt: skip
    assert model.n_missing == 58
    found: dict[str, object] = {"n": model.n, "n_event": model.n_event}
    names = {"Intercept": "intercept", "trt01pn 2": "trt2", "sex 2": "sex2"}
    for row in model.parameters[~model.parameters["dependent"]].to_dict("records"):
        name = names.get(row["parameter"], row["parameter"])
        found |= {f"{name}_est": row["estimate"], f"{name}_se": row["se"]}
        found |= {f"{name}_wald": row["chi_square"], f"{name}_p": row["p"]}
    agree(CASE, found)


# CAMIS (PSIAIMS), page "Logistic Regression" of its SAS part, models 1 and 2 as PROC LOGISTIC printed them. The page
# counts 122 events of 170 records: its event is what the data here call loss.
PRINTED = {
    "Intercept": ("3.2632", "1.6488", "3.9168", "0.0478"),
    "age": ("-0.0102", "0.0208", "0.2389", "0.6250"),
    "sex": ("-0.8717", "0.3714", "5.5090", "0.0189"),
    "ph_ecog": ("0.4180", "0.2589", "2.6069", "0.1064"),
    "meal_cal": ("-0.00089", "0.000447", "3.9417", "0.0471"),
}
PRINTED_WITHOUT_AGE = {
    "Intercept": ("2.5607", "0.7977", "10.3047", "0.0013"),
    "sex": ("-0.8359", "0.3637", "5.2815", "0.0216"),
    "ph_ecog": ("0.3794", "0.2469", "2.3616", "0.1244"),
    "meal_cal": ("-0.00083", "0.000435", "3.6770", "0.0552"),
}


def near(printed: str) -> object:
    return pytest.approx(float(printed), rel=0, abs=0.5 * 10.0 ** -len(printed.partition(".")[2]) * (1 + 1e-6))


@pytest.mark.parametrize("printed", [PRINTED, PRINTED_WITHOUT_AGE])
def test_lung_with_covariates_alone(shared: Path, printed: dict[str, tuple[str, ...]]) -> None:
    # The second model of the page keeps to the records that have an age, as all do.
    model = fit_logistic(lung(shared), "wt_cat", "loss", list(printed)[1:])
    assert (model.n, model.n_event) == (170, 122)
    for name, row in zip(printed, model.parameters.itertuples(), strict=True):
        estimate, se, chi_square, p = printed[name]
        assert [row.estimate, row.se, row.p] == [near(estimate), near(se), near(p)], name
        # PROC LOGISTIC stops at GCONV=1E-8, about 1e-5 of a standard error early: 2 z 1e-5 in z squared.
        assert row.chi_square == pytest.approx(float(chi_square), rel=0, abs=5e-5 + 2e-5 * row.chi_square**0.5)


def test_fit_statistics_of_the_first_model(shared: Path) -> None:
    fit = fit_logistic(lung(shared), "wt_cat", "loss", list(PRINTED)[1:]).fit
    assert fit["intercept_only"].tolist() == [near(text) for text in ("204.355", "207.491", "202.355")]
    assert fit["with_effects"].tolist() == [near(text) for text in ("201.505", "217.184", "191.505")]
