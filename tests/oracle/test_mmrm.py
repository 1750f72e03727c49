"""MMRM against listings of PROC MIXED: the open cases of the mmrm oracle."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.stats.mmrm import Mmrm, fit_mmrm

PARTS = {"diff": "estimate", "se": "se", "df": "df", "t": "t", "lower": "lower", "upper": "upper", "p": "p"}
MEANS = {"lsmean": "estimate", "se": "se", "lower": "lower", "upper": "upper", "df": "df"}
# SAS stops short of the optimum: these figures of its listing are 0.0003 to 0.0007 from it.
STOPPED_SHORT = {f"kr_{arm}_{part}" for arm in ("TRT", "PBO") for part in ("lsmean", "lower", "upper")}


def kenward_roger_figures(data: pd.DataFrame, covariance: str, convergence: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for key, ddfm in (("kr", "kenward-roger"), ("kr1", "kenward-roger-linear")):
        fit = fit_mmrm(
            data,
            "FEV1",
            ["ARMCD"],
            {"ARMCD": ["TRT", "PBO"]},
            subject="USUBJID",
            visit="AVISIT",
            covariance=covariance,
            ddfm=ddfm,  # type: ignore[arg-type]
            convergence=convergence,  # type: ignore[arg-type]
        )
        means = fit.lsmeans("ARMCD")
        row = means.differences.iloc[0]
        found |= {f"{key}_{part}": row[column] for part, column in PARTS.items()}
        for mean in means.means.to_dict("records"):
            found |= {f"{key}_{mean['ARMCD']}_{part}": mean[column] for part, column in MEANS.items()}
        found |= {"neg2_res_ll": fit.neg2_log_likelihood, "neg2_res_ll_full": fit.neg2_log_likelihood}
    return found


# Differences of the two arms in listings of PROC MIXED 9.4 for the same data and model (openpharma/mmrm, design/KR and
# design/Robust: kr_csh, kr1_csh, kr_toeph, kr1_toeph, kr_linear_ante, empirical_*_lsmean): structure, ddfm, weights,
# estimate, SE, df, p.
LISTED = [
    ("CSH", "kenward-roger", None, 3.77090812499029, 0.67414806011886, 190.737701349941, 7.6321785400906e-08),
    ("CSH", "kenward-roger-linear", None, 3.77090812499029, 0.67403858183242, 190.737701349941, 7.5979370864976e-08),
    ("TOEPH", "kenward-roger", None, 3.92287746213894, 0.72543828853831, 180.062730071701, 2.0106987035365e-07),
    ("TOEPH", "kenward-roger-linear", None, 3.92287746213894, 0.72537324518435, 180.062730071701, 2.0060237730601e-07),
    (
        "ANTE(1)",
        "kenward-roger-linear",
        None,
        3.72344028834729,
        0.66158550758897,
        162.393385281755,
        7.8243188286883e-08,
    ),
    ("UN", "between-within", None, 3.81972492174648, 0.63959860090712, 195, 1.091355954343e-08),
    ("AR(1)", "between-within", None, 4.22574315817874, 0.82581291651503, 195, 7.4032420379073e-07),
    ("AR(1)", "between-within", "WEIGHT", 3.62838307125478, 0.9766083014759, 195, 0.00026501407627),
    ("TOEP", "between-within", None, 4.47051860580552, 0.87390988854018, 195, 7.4564570361374e-07),
    ("TOEPH", "between-within", "WEIGHT", 3.41120066426548, 0.77628714727105, 195, 1.823396069e-05),
]


@pytest.mark.parametrize(("covariance", "ddfm", "weights", "estimate", "se", "df", "p"), LISTED)
def test_other_structures_empirical_and_weights(
    fev: pd.DataFrame, covariance: str, ddfm: str, weights: str | None, estimate: float, se: float, df: float, p: float
) -> None:
    fit = fit_mmrm(
        fev,
        "FEV1",
        ["ARMCD"],
        {"ARMCD": ["TRT", "PBO"]},
        subject="USUBJID",
        visit="AVISIT",
        covariance=covariance,
        ddfm=ddfm,  # type: ignore[arg-type]
        weights=weights,
        empirical=ddfm == "between-within",
    )
    row = fit.lsmeans("ARMCD").differences.iloc[0]
    # The tolerances of the oracle's cases: SAS stops short of the optimum.
    assert row["estimate"] == pytest.approx(estimate, abs=0.0003)
    assert row["se"] == pytest.approx(se, abs=0.00015)
    assert row["df"] == pytest.approx(df, abs=0.12)
    assert row["p"] == pytest.approx(p, rel=0.01)


@pytest.mark.parametrize(
    ("covariance", "neg2", "aic", "aicc", "bic", "chi_square", "parameters"),
    [
        ("CSH", "3754.2", "3764.2", "3764.3", "3780.7", 136.90, [100.98, 35.2903, 28.6359, 168.89, 0.09475]),
        ("ARH(1)", "3715.3", "3725.3", "3725.4", "3741.8", 175.80, [88.7252, 34.6829, 32.6996, 169.66, 0.3674]),
    ],
)
def test_fit_statistics_of_listings(
    fev: pd.DataFrame,
    covariance: str,
    neg2: str,
    aic: str,
    aicc: str,
    bic: str,
    chi_square: float,
    parameters: list[float],
) -> None:
    """Of kr_csh.txt and kr_arh1.txt in the same place."""
    classes = {"ARMCD": ["TRT", "PBO"]}
    fit = fit_mmrm(fev, "FEV1", ["ARMCD"], classes, subject="USUBJID", visit="AVISIT", covariance=covariance)
    fits = (fit.neg2_log_likelihood, fit.aic, fit.aicc, fit.bic)
    assert tuple(f"{each:.1f}" for each in fits) == (neg2, aic, aicc, bic)
    assert (fit.null_chi_square, fit.null_df) == (pytest.approx(chi_square, abs=0.005), 4)
    # As the oracle allows for covariance parameters: SAS stops short.
    found = fit.covariance_parameters["estimate"].tolist()
    assert found[:-1] == pytest.approx(parameters[:-1], abs=0.02)
    assert found[-1] == pytest.approx(parameters[-1], abs=0.0003)


@pytest.fixture(scope="module")
def fev(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "oracles/mmrm/fev_data.csv")


@pytest.mark.parametrize(("case", "covariance"), [("fev-kr-cs", "CS"), ("fev-kr-ar1", "AR(1)")])
def test_kenward_roger(agree: Callable[..., None], fev: pd.DataFrame, case: str, covariance: str) -> None:
    # The reference is another program's optimum, found less closely.
    agree(f"mmrm/{case}", kenward_roger_figures(fev, covariance, "optimum"), ref=1e-4)


def test_kenward_roger_unstructured_where_sas_stops(agree: Callable[..., None], fev: pd.DataFrame) -> None:
    agree(
        "mmrm/fev-kr-un",
        kenward_roger_figures(fev, "UN", "sas"),
        ref=None,
        remark='with `convergence="sas"`; at the optimum, the default, 20 figures pass, and 6 are up to 0.001 away',
    )


def test_kenward_roger_unstructured_at_the_optimum(shared: Path, fev: pd.DataFrame) -> None:
    text = (shared / "oracles/mmrm/open/fev-kr-un/expected.json").read_text(encoding="utf-8")
    found = kenward_roger_figures(fev, "UN", "optimum")
    beyond = set()
    for key, figure in json.loads(text)["expected"].items():
        printed = figure["printed"]
        half = 0.5 * 10.0 ** -len(printed.partition(".")[2])
        distance = abs(found[key] - float(printed))
        if distance > figure.get("abs_tol", half):
            beyond.add(key)
            assert distance < 0.001, key
    assert beyond == STOPPED_SHORT


def test_unstructured_with_covariates(agree: Callable[..., None], fev: pd.DataFrame) -> None:
    # SAS sorted the reference visit last, which is the order of its covariance parameters.
    classes = {"ARMCD": ["TRT", "PBO"], "AVISIT": ["VIS2", "VIS3", "VIS4", "VIS1"], "RACE": None, "SEX": None}
    effects = ["ARMCD", "AVISIT", "ARMCD*AVISIT", "RACE", "SEX"]
    fit: Mmrm = fit_mmrm(
        fev, "FEV1", effects, classes, subject="USUBJID", visit="AVISIT", covariance="UN", ddfm="satterthwaite"
    )
    means = fit.lsmeans("ARMCD*AVISIT", by="AVISIT")
    found = {
        "neg2_res_ll": fit.neg2_log_likelihood,
        "neg2_res_ll_full": fit.neg2_log_likelihood,
        "aic": fit.aic,
        "aicc": fit.aicc,
        "bic": fit.bic,
        "n_used": fit.n,
        "subjects": fit.n_subjects,
        "null_lrt_chisq": fit.null_chi_square,
        "null_lrt_df": fit.null_df,
    }
    found |= dict(fit.covariance_parameters.set_index("parameter")["estimate"])
    for row in means.means.to_dict("records"):
        label = f"{row['AVISIT']}_{row['ARMCD']}"
        found |= {f"{label}_{part}": row[column] for part, column in MEANS.items()}
    for row in means.differences.to_dict("records"):
        label = f"{row['AVISIT']}_diff"
        found |= {label if part == "diff" else f"{label}_{part}": row[column] for part, column in PARTS.items()}
    agree("mmrm/fev-satterthwaite-un-full", found, ref=1e-3)
