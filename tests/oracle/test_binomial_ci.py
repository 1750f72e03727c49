"""Limits and test of a proportion against PROC FREQ listings: the open case of the binomial_ci oracle."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from adamline.stats.binomial_test import binomial_test
from adamline.stats.proportion_limits import ProportionMethod as Method
from adamline.stats.proportion_limits import proportion_limits

NAMES = {
    "agresti_coull": Method.AGRESTI_COULL,
    "jeffreys": Method.JEFFREYS,
    "lr": Method.LIKELIHOOD_RATIO,
    "logit": Method.LOGIT,
    "midp": Method.MID_P,
    "wald": Method.WALD,
    "wilson": Method.WILSON,
    "blaker": Method.BLAKER,
    "clopper_pearson": Method.CLOPPER_PEARSON,
    "wald_cc": Method.WALD_CORRECTED,
    "wilson_cc": Method.WILSON_CORRECTED,
}


def test_active_36_of_154(shared: Path, agree: Callable[..., None]) -> None:
    content = json.loads((shared / "oracles/binomial_ci/open/adcibc-active-36of154/expected.json").read_text("utf-8"))
    request, expected = content["request"], content["expected"]
    test = binomial_test(request["x"], request["n"], request["h0"])
    found = {"ase_h0": test.se_null, "z": test.z, "p_two": test.p}
    for name, method in NAMES.items():
        limits = proportion_limits(request["x"], request["n"], method, level=1 - request["alpha"])
        found |= {f"{name}_lower": limits.lower, f"{name}_upper": limits.upper}
        found |= {"proportion": limits.estimate, "ase": limits.se}
    # The reference for Blaker was found by steps of a millionth.
    blaker = {"blaker_lower", "blaker_upper"}
    agree("binomial_ci/adcibc-active-36of154", found, only=expected.keys() - blaker)
    agree("binomial_ci/adcibc-active-36of154", found, only=blaker, ref=1e-5)
