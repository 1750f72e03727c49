"""ANCOVA and LS means against PROC GLM and the CDISC pilot's tables: the open cases of the ancova oracle."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.stats.descriptive import describe
from adamline.stats.linear_model import fit_linear_model

ARMS = {0: "Placebo", 54: "Low", 81: "High"}
DESCRIBED = ("n", "mean", "sd", "median", "min", "max")


def described(values: pd.Series, label: str, names: tuple[str, ...] = DESCRIBED) -> dict[str, float]:
    found = describe(values)
    figures = dict(
        zip(DESCRIBED, (found.n, found.mean, found.sd, found.median, found.minimum, found.maximum), strict=True)
    )
    return {label.format(name): figures[name] for name in names}


def test_drugtest(shared: Path, agree: Callable[..., None]) -> None:
    data = pd.read_csv(shared / "oracles/ancova/open/drugtest-glm/data.csv")
    model = fit_linear_model(data, "post", ["drug", "pre"], {"drug": None})
    means = model.ls_means("drug")
    found = {
        "model_ss": model.ss_model,
        "error_ss": model.ss_error,
        "total_ss": model.ss_total,
        "mse": model.ms_error,
        "f": model.f,
        "rsquare": model.r_square,
        "cv": model.cv,
        "root_mse": model.root_mse,
        "mean": model.mean,
    }
    for kind, table in (("1", model.type1()), ("3", model.type3())):
        for row in table.to_dict("records"):
            found |= {f"{name}{kind}_{row['effect']}": row[name] for name in ("ss", "f", "p")}
    for name, row in zip(
        ("intercept", "drug_a", "drug_d", None, "pre"), model.parameters.to_dict("records"), strict=True
    ):
        found |= {f"{name}": row["estimate"], f"{name}_se": row["se"], f"{name}_p": row["p"]}
    for row in means.means.to_dict("records"):
        found |= {f"lsmean_{row['drug']}": row["estimate"], f"lsmean_{row['drug']}_se": row["se"]}
    for place, row in enumerate(means.differences.to_dict("records")):
        pair = f"{row['level']}{row['other']}"
        first, second = [(0, 1), (0, 2), (1, 2)][place]
        found |= {f"p_{pair}": row["p"], f"cov_{pair}": means.covariance[first, second]}
    agree("ancova/drugtest-glm", found)


@pytest.mark.parametrize(
    ("case", "file", "visit", "response", "covariates"),
    [
        ("pilot-14-3-03", "adas_actot.csv", 8, "CHG", ["BASE"]),
        ("pilot-14-3-02", "adcibc.csv", 24, "AVAL", []),
    ],
)
def test_pilot_tables(
    shared: Path, agree: Callable[..., None], case: str, file: str, visit: int, response: str, covariates: list[str]
) -> None:
    data = pd.read_csv(shared / "oracles/data" / file)
    chosen = (data[["EFFFL", "ITTFL", "ANL01FL"]] == "Y").all(axis=1) & (data["AVISITN"] == visit)
    records = data[chosen].assign(ARM=lambda frame: frame["TRTPN"].map(ARMS))
    found: dict[str, float] = {}
    for arm, own in records.groupby("ARM"):
        found |= described(own["AVAL"], f"Week {visit}|{arm}|{{}}")
        if "BASE" in own:
            found |= described(own["BASE"], f"Baseline|{arm}|{{}}")
            found |= described(own["CHG"], f"Change from Baseline|{arm}|{{}}")
    classes = {"ARM": list(ARMS.values()), "SITEGR1": None}
    model = fit_linear_model(records, response, ["ARM", "SITEGR1", *covariates], classes)
    names = {("Low", "Placebo"): "low_pbo", ("High", "Placebo"): "high_pbo", ("High", "Low"): "high_low"}
    # The differences do not depend on how the sites are weighted.
    for against, margins in (("Placebo", "equal"), ("Low", "observed")):
        for row in model.ls_means("ARM", against=against, margins=margins).differences.to_dict("records"):  # type: ignore[arg-type]
            name = names.get((row["level"], row["other"]))
            found |= {f"{name}_{key}": row[key] for key in ("p", "se", "lower", "upper")} | {
                f"{name}_diff": row["estimate"]
            }
    dose = fit_linear_model(records, response, ["TRTPN", "SITEGR1", *covariates], {"SITEGR1": None})
    found["dose_response_p"] = dose.type3()["p"][0]
    agree(f"ancova/{case}", found)


def test_glucose_of_pilot_1(shared: Path, agree: Callable[..., None]) -> None:
    data = pd.read_csv(shared / "oracles/data/adlbc_gluc.csv")
    data = data[(data["PARAMCD"] == "GLUC") & data["TRTPN"].isin([0, 81])]
    week20 = data[data["AVISITN"] == 20]
    model = fit_linear_model(week20, "CHG", ["BASE", "TRTPN"], {"TRTPN": None})
    means = model.ls_means("TRTPN", against=0)
    difference = means.differences.iloc[0]
    found = {
        "diff": difference["estimate"],
        "p": difference["p"],
        # The source multiplies the SE by 1.96 here, not by a quantile of t.
        "lower_196": difference["estimate"] - 1.96 * difference["se"],
        "upper_196": difference["estimate"] + 1.96 * difference["se"],
        "rmse_ml": math.sqrt(model.ss_error / model.n),
    }
    for row in means.means.to_dict("records"):
        arm = "high" if row["TRTPN"] == 81 else "placebo"
        own = week20[week20["TRTPN"] == row["TRTPN"]]
        baseline = data[(data["AVISITN"] == 0) & (data["TRTPN"] == row["TRTPN"])]
        found |= described(baseline["AVAL"], f"{arm}_{{}}_base", ("n", "mean", "sd"))
        found |= described(own["AVAL"], f"{arm}_{{}}_w20", ("n", "mean", "sd"))
        found |= described(own["CHG"], f"{arm}_{{}}_chg", ("mean", "sd"))
        found |= {f"{arm}_{key}": row[key] for key in ("lower", "upper")} | {f"{arm}_lsmean": row["estimate"]}
    agree("ancova/pilot1-glucose-w20", found)


def test_primary_endpoint_of_the_pilot(shared: Path) -> None:
    """Table 14-3.01 as RConsortium/submissions-pilot1 prints it in output/tlf-primary.rtf."""
    data = pd.read_csv(shared / "oracles/data/adas_actot.csv")
    chosen = (data[["EFFFL", "ITTFL", "ANL01FL"]] == "Y").all(axis=1) & (data["AVISITN"] == 24)
    records = data[chosen].assign(ARM=lambda frame: frame["TRTPN"].map(ARMS))
    dose = fit_linear_model(records, "CHG", ["TRTPN", "SITEGR1", "BASE"], {"SITEGR1": None})
    assert f"{dose.type3()['p'][0]:.3f}" == "0.245"
    model = fit_linear_model(
        records, "CHG", ["ARM", "SITEGR1", "BASE"], {"ARM": ["High", "Low", "Placebo"], "SITEGR1": None}
    )
    printed = [
        f"{row['p']:.3f} {row['estimate']:.1f} ({row['se']:.2f}) ({row['lower']:.1f};{row['upper']:.1f})"
        for row in model.ls_means("ARM").differences.to_dict("records")
    ]
    assert printed == [
        "0.520 -0.5 (0.84) (-2.2;1.1)",
        "0.233 -1.0 (0.84) (-2.7;0.7)",
        "0.569 -0.5 (0.82) (-2.1;1.1)",
    ]
