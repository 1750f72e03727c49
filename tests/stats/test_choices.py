"""Options are taken as SAS programmers write them: in any case, with hyphens or without, by SAS's other names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from adamline.errors import DataError
from adamline.stats import (
    chi_square,
    cmh,
    common_odds_ratio,
    common_risk_difference,
    fit_cox,
    fit_logistic,
    fit_mmrm,
    hodges_lehmann,
    kaplan_meier,
    kappa,
    log_rank,
    method_of,
    proportion_limits,
    risk_difference,
    risk_difference_test,
)

FRAME = pd.DataFrame(
    {
        "ID": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
        "VISIT": [1, 2] * 5,
        "ARM": list("AAAABBBBBB"),
        "CHG": [1.0, 2.0, 3.0, 5.0, 2.0, 2.5, 4.0, 3.0, 4.0, 6.0],
        "RESP": [0, 1, 1, 0, 1, 0, 0, 1, 0, 1],
    }
)
TABLE = [[5, 7], [3, 9]]


def mmrm(**options: Any) -> str:
    return fit_mmrm(FRAME, "CHG", ["ARM"], {"ARM": None}, subject="ID", visit="VISIT", **options).method


def ls_means(margins: str) -> str:
    model = fit_logistic(FRAME, "RESP", 1, ["ARM"], {"ARM": None}, coding="GLM")
    return model.ls_means("ARM", margins=margins).margins


def of_reference(reference: Any) -> int:
    return hodges_lehmann([1, 2, 4], [3, 5], reference=reference).reference


def coded(coding: str) -> str | None:
    return fit_logistic(FRAME, "RESP", 1, ["ARM"], {"ARM": None}, coding=coding).coding


@pytest.mark.parametrize(
    ("function", "spellings", "found"),
    [
        (lambda name: mmrm(ddfm=name), ["KR", "kr", "KENWARDROGER", "kenward-roger", "Kenward-Roger"], "=KENWARDROGER"),
        (lambda name: mmrm(ddfm=name), ["SATTERTHWAITE", "Satterth", "sat"], "DDFM=SATTERTHWAITE"),
        (lambda name: mmrm(ddfm=name), ["BW", "BETWITHIN", "between-within"], "DDFM=BETWITHIN"),
        (lambda name: mmrm(ddfm=name), ["RES", "Residual"], "DDFM=RESIDUAL"),
        (lambda name: mmrm(ddfm="sat", method=name), ["ml", "ML"], "PROC MIXED, ML,"),
        (lambda name: mmrm(covariance=name), ["ar(1)", "AR(1)", "AR1", "Ar"], "TYPE=AR(1)"),
        (lambda name: mmrm(covariance=name), ["cs", "CS"], "TYPE=CS,"),
        (ls_means, ["OM", "Observed"], "observed"),
        (coded, ["REF", "ref", "Reference"], "reference"),
        (of_reference, [1, "1", "FIRST"], "1"),
        (lambda name: proportion_limits(3, 10, name).method, ["wilson", "Wilson", "SCORE", "score"], "WILSON"),
        (lambda name: proportion_limits(3, 10, name).method, ["exact", "Clopper-Pearson"], "CLOPPERPEARSON"),
        (lambda name: proportion_limits(3, 10, name).method, ["wald(correct)", "WALD (CORRECT)"], "WALD(CORRECT)"),
        (lambda name: risk_difference(TABLE, name).method, ["mn", "MN", "Miettinen-Nurminen"], "MN"),
        (lambda name: risk_difference(TABLE, name).method, ["mn(correct=no)", "mee"], "MN(CORRECT=NO)"),
        (lambda name: risk_difference_test(TABLE, 0, name).method, ["fm", "Farrington-Manning"], "FM"),
        (lambda name: common_risk_difference([TABLE], name).method, ["mh", "Mantel-Haenszel"], "MH"),
        (lambda name: common_odds_ratio([TABLE], method=name).method, ["logit", "LOGIT"], "logit"),
        (lambda name: chi_square(TABLE, scores=name).method, ["table", "TABLE"], "SCORES=TABLE"),
        (lambda name: cmh([TABLE], scores=name).method, ["modridit", "ModRidit"], "SCORES=MODRIDIT"),
        (lambda name: kappa(TABLE, weights=name).weights, ["fc", "Fleiss-Cohen"], "FC"),
        (lambda name: kaplan_meier([1, 2], [1, 1], conftype=name).conftype, ["LOGLOG", "log-log"], "loglog"),
        (lambda name: log_rank([1, 2], [1, 1], [1, 2], test=name).method, ["LOGRANK", "Log-Rank"], "log-rank"),
        (lambda name: fit_cox(FRAME, "CHG", "RESP", ["ID"], ties=name).ties, ["EFRON", "Efron"], "efron"),
        (lambda name: method_of(name)[1], ["MEDIAN", "Q1", "p25"], "PCTLDEF=5"),
        (lambda name: method_of(name)[1], ["STD", "sd", "StdErr"], "VARDEF=DF"),
    ],
)
def test_spellings(function: Callable[[Any], Any], spellings: list[Any], found: str) -> None:
    for spelling in spellings:
        assert found in str(function(spelling)), spelling


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda: mmrm(ddfm="CONTAIN"), "kenward-roger, kenward-roger-linear, satterthwaite, between-within, residual"),
        (lambda: mmrm(covariance="SP(POW)"), "UN, CS, CSH, AR(1)"),
        (lambda: proportion_limits(3, 10, "normal"), "WALD, WALD(CORRECT), WILSON"),
        (lambda: risk_difference(TABLE, "exact"), "MN(CORRECT=NO)"),
        (lambda: ls_means("proportional"), "equal, observed"),
        (lambda: fit_cox(FRAME, "CHG", "RESP", ["ID"], ties="exact"), "breslow, efron"),
        (lambda: coded("poly"), "glm, effect, reference"),
        (lambda: mmrm(method=1), "REML, ML"),
    ],
)
def test_an_error_lists_the_choices(function: Callable[[], Any], expected: str) -> None:
    with pytest.raises(DataError, match="There are no") as caught:
        function()
    assert expected in str(caught.value)
