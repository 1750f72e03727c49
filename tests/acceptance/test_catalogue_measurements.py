"""Templates of laboratory, vital signs and ECG on the pilot's data: levels, quadrants, grades, against plain pandas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind
from tests.acceptance.catalogue_data import ACTIVE, ARMS, CATALOGUE, CONTROL, Made, made_of, pharmaverse, pilot, wald

from adamline.errors import DataError
from adamline.spec.criteria import read_criteria

ADSL = pilot("adsl")


def laboratory() -> pd.DataFrame:
    """Chemistry of the pilot, with the ratios of the ADaM guide; every 40th value after baseline is tenfold."""
    adlb = pilot("adlbc")
    adlb = adlb[adlb["AVISITN"].notna() & adlb["AVAL"].notna()].reset_index(drop=True)
    factor = np.where((np.arange(len(adlb)) % 40 == 0) & (adlb["AVISITN"] > 0), 10.0, 1.0)
    aval = adlb["AVAL"] * factor
    return adlb.assign(
        AVAL=aval, R2ANRHI=aval / adlb["A1HI"], R2BASE=aval / adlb["BASE"], PCHG=100 * (aval / adlb["BASE"] - 1)
    )


ADLB = laboratory()
POST = ADLB[ADLB["AVISITN"] > 0]


def n_and_total(records: pd.DataFrame, met: pd.Series) -> dict[str, tuple[int, int]]:
    by = {arm: records["TRTA"] == arm for arm in ARMS}
    return {
        arm: (records.loc[here & met, "USUBJID"].nunique(), records.loc[here, "USUBJID"].nunique())
        for arm, here in by.items()
    }


def same(made: Made, name: str, expected: dict[str, tuple[int, int]], *block: str) -> None:
    """n and Ns of a count are these, and so are its risk differences, where it has any."""
    n, total = made.found(name), made.found(name, "N")
    assert {arm: (n[(arm, *block)], total[(arm, *block)]) for arm in ARMS} == expected, name
    if f"difference of {name}" in set(made.results["analysis"]):
        found = made.found(f"difference of {name}", "lower")
        for arm in ACTIVE:
            assert found[(arm, *block)] == pytest.approx(wald(*expected[arm], *expected[CONTROL])[1], abs=1e-9)


Met = Callable[[pd.DataFrame], pd.Series]
LEVELS: list[tuple[str, str, str, Met]] = [
    ("fda-chemistry-si Potassium, high (mmol per L) Level 2 (>6)", "K", "", lambda r: r["AVAL"] > 6),
    ("fda-chemistry-si Sodium, low (mmol per L) Level 1 (<132)", "SODIUM", "", lambda r: r["AVAL"] < 132),
    ("fda-chemistry-si Glucose, random (mmol per L) Level 2 (≥11.1)", "GLUC", "", lambda r: r["AVAL"] >= 11.1),
    ("fda-chemistry-si Albumin, low (g per L) Level 1 (<31)", "ALB", "", lambda r: r["AVAL"] < 31),
    ("fda-kidney Creatinine, increase Level 1 (≥1.5 x baseline)", "CREAT", "R2BASE", lambda r: r["R2BASE"] >= 1.5),
    ("fda-liver Alanine aminotransferase, high Level 1 (>3 x ULN)", "ALT", "R2ANRHI", lambda r: r["R2ANRHI"] > 3),
]


@pytest.mark.parametrize(("name", "code", "needs", "met"), LEVELS)
def test_levels(name: str, code: str, needs: str, met: Met) -> None:
    criteria = name.split(" ")[0]
    made = made_of("lab-levels", {"ADSL": ADSL, "ADLB": ADLB}, rows=[{"criteria": criteria, "statistics": ["n_N_pct"]}])
    chosen = POST[(POST["PARAMCD"] == code) & (POST[needs].notna() if needs else True)]
    expected = n_and_total(chosen, met(chosen))
    same(made, name, expected)
    assert any(n for n, _ in expected.values()) or "low" in name


def test_kidney_and_last_values() -> None:
    made = made_of("kidney-levels", {"ADSL": ADSL, "ADLB": ADLB})
    chosen = POST[(POST["PARAMCD"] == "CREAT") & POST["R2BASE"].notna()]
    same(made, "fda-kidney Creatinine, increase Level 2 (≥2 x baseline)", n_and_total(chosen, chosen["R2BASE"] >= 2))
    assert [row.cells[0] for row in made.layout.rows][:3] == [
        f"Level {n} (≥{times} x baseline)" for n, times in ((1, 1.5), (2, 2), (3, 3))
    ]
    rows = [{"criteria": "fda-chemistry-si", "levels": [2], "statistics": ["n_N_pct"]}]
    made = made_of("last-chemistry-level-2", {"ADSL": ADSL, "ADLB": ADLB}, rows=rows)
    last = ADLB[(ADLB["AENTMTFL"] == "Y") & (ADLB["PARAMCD"] == "CA")]
    name = "fda-chemistry-si Calcium, low (mmol per L) Level 2 (<2)"
    same(made, name, n_and_total(last, last["AVAL"] < 2))
    assert not [row for row in made.layout.rows if row.cells[0].startswith("Level 1")]


def in_unit(adlb: pd.DataFrame, unit: str, factor: float) -> pd.DataFrame:
    """The records with hemoglobin, in mmol/L in the pilot, in another unit."""
    is_hgb = adlb["PARAMCD"] == "HGB"
    scaled = {name: adlb[name].where(~is_hgb, adlb[name] * factor) for name in ("AVAL", "CHG")}
    return adlb.assign(**scaled, PARAM=adlb["PARAM"].where(~is_hgb, f"Hemoglobin ({unit})"))


@pytest.mark.parametrize(
    ("criteria", "unit", "factor", "low"),
    [("fda-hematology-si", "g/L", 16.114, "125"), ("fda-hematology-us", "g/dL", 1.6114, "12.5")],
)
def test_last_hematology_values(criteria: str, unit: str, factor: float, low: str) -> None:
    pilots = pilot("adlbh")
    pilots = pilots[pilots["AVAL"].notna()].assign(R2ANRHI=lambda frame: frame["AVAL"] / frame["A1HI"])
    adlb = in_unit(pilots, unit, factor)
    rows = {"rows": [{"criteria": criteria, "levels": [2], "statistics": ["n_N_pct"]}]}
    made = made_of("last-hematology-level-2", {"ADSL": ADSL, "ADLB": adlb}, **rows)
    last = adlb[adlb["AENTMTFL"] == "Y"]
    male = f"Hemoglobin, males, low ({unit.replace('/', ' per ')}) Level 2 (<{low})"
    for code, name, met in (
        ("PLAT", "Platelets, low (x 10^9 per L) Level 2 (<125)", last["AVAL"] < 125),
        ("WBC", "Leukocytes, high (x 10^9 per L) Level 2 (>13)", last["AVAL"] > 13),
        ("LYM", "Lymphocytes, low (x 10^9 per L) Level 2 (<0.75)", last["AVAL"] < 0.75),
        ("HGB", male, last["AVAL"] < float(low)),
    ):
        chosen = (last["PARAMCD"] == code) & ((last["SEX"] == "M") | (code != "HGB"))
        same(made, f"{criteria} {name}", n_and_total(last[chosen], met[chosen]))


def test_hemoglobin_in_another_unit_is_refused() -> None:
    with pytest.raises(DataError, match=r"Hemoglobin \(mmol/L\) is in another unit than the criterion"):
        made_of("last-hematology-level-2", {"ADSL": ADSL, "ADLB": pilot("adlbh")})


@pytest.mark.parametrize("parameter", ["SYSBP", "DIABP"])
def test_blood_pressure(parameter: str) -> None:
    advs = pilot("advs")
    made = made_of("blood-pressure-categories", {"ADSL": ADSL, "ADVS": advs})
    post = advs[(advs["AVISITN"] > 0) & (advs["PARAMCD"] == parameter) & advs["AVAL"].notna()]
    highest = post.groupby(["TRTA", "USUBJID"])["AVAL"].max().reset_index()
    what = {"SYSBP": ("systolic", 90, (90, 120, 140, 160, 180)), "DIABP": ("diastolic", 60, (60, 80, 90, 110, 120))}
    word, low, limits = what[parameter]
    for limit in limits:
        name = f"fda-blood-pressure Maximum {word} blood pressure (mmHg) ≥{limit}"
        same(made, name, n_and_total(highest, highest["AVAL"] >= limit))
    name = f"fda-blood-pressure Maximum {word} blood pressure (mmHg) <{low}"
    same(made, name, n_and_total(highest, highest["AVAL"] < low))
    made = made_of("hypotension-levels", {"ADSL": ADSL, "ADVS": advs})
    same(made, f"fda-hypotension Hypotension (mmHg) {word.title()} <{low}", n_and_total(post, post["AVAL"] < low))


def test_qtc() -> None:
    adeg = pharmaverse("adeg")
    adeg = adeg[adeg["TRTA"].isin(ARMS)]
    adsl = pharmaverse("adsl")
    made = made_of("qtc-categories", {"ADSL": adsl, "ADEG": adeg})
    post = adeg[(adeg["AVISITN"] > 0) & (adeg["PARAMCD"] == "QTCFR")]
    for limit in (450, 480, 500):
        chosen = post[post["AVAL"].notna()]
        same(made, f"qtc QTcF after baseline (ms) >{limit}", n_and_total(chosen, chosen["AVAL"] > limit))
    for limit in (30, 60):
        chosen = post[post["CHG"].notna()]
        same(made, f"qtc Increase of QTcF from baseline (ms) >{limit}", n_and_total(chosen, chosen["CHG"] > limit))


@pytest.mark.parametrize(
    ("template", "codes", "least"),
    [("hepatocellular-quadrants", ["ALT", "AST"], 3), ("cholestatic-quadrants", ["ALP"], 2)],
)
def test_quadrants(template: str, codes: list[str], least: float) -> None:
    made = made_of(template, {"ADSL": ADSL, "ADLB": ADLB})
    ratios = POST.dropna(subset=["R2ANRHI"])
    enzyme = ratios[ratios["PARAMCD"].isin(codes)].groupby(["TRTA", "USUBJID"])["R2ANRHI"].max()
    bilirubin = ratios[ratios["PARAMCD"] == "BILI"].groupby(["TRTA", "USUBJID"])["R2ANRHI"].max()
    both = pd.concat([enzyme.rename("enzyme"), bilirubin.rename("bili")], axis=1, join="inner").reset_index()
    right, upper = both["enzyme"] >= least, both["bili"] >= 2
    for name, met in {
        "right upper": right & upper,
        "left upper": ~right & upper,
        "right lower": right & ~upper,
        "total": right | upper,
    }.items():
        same(made, name, n_and_total(both, met))
    assert (right & upper).any() and (right & ~upper).any()


def test_abnormal_values() -> None:
    number = np.arange(len(POST))
    adlb = POST.assign(
        ANRIND=np.select([number % 9 == 0, number % 7 == 0], ["L", "H"], "N"),
        BNRIND=np.where(POST["USUBJID"].str[-1].isin(["1", "2"]), "H", "N"),
    )
    made = made_of("lab-abnormal", {"ADSL": ADSL, "ADLB": adlb})
    for name, letter in (("low", "L"), ("high", "H")):
        chosen = adlb[(adlb["PARAMCD"] == "ALT") & (adlb["BNRIND"] != letter)]
        same(made, name, n_and_total(chosen, chosen["ANRIND"] == letter), "ALT")


def test_grades() -> None:
    grade = pd.cut(POST["R2ANRHI"], [-np.inf, 1, 3, 5, 20, np.inf], labels=["0", "1", "2", "3", "4"]).astype("str")
    adlb = POST.assign(ATOXGRH=grade, ATOXGRL="0")
    made = made_of("lab-grades", {"ADSL": ADSL, "ADLB": adlb})
    worst = adlb[adlb["PARAMCD"] == "ALT"].groupby(["TRTA", "USUBJID"])["ATOXGRH"].max().reset_index()
    n = made.found("high")
    for arm in ARMS:
        for one in "01234":
            assert n[arm, "ALT", one] == ((worst["TRTA"] == arm) & (worst["ATOXGRH"] == one)).sum()


def test_mean_change_and_results_by_visit() -> None:
    adlb = ADLB[(ADLB["PARAMCD"] == "ALT") & (ADLB["AVISITN"] <= 24)]
    made = made_of("mean-change-by-visit", {"ADSL": ADSL, "ADLB": adlb})
    week = adlb[adlb["AVISITN"] == 8]
    visit = week["AVISIT"].iloc[0]
    values = {arm: week.loc[week["TRTA"] == arm, "CHG"].dropna() for arm in ARMS}
    found = made.found("t_test CHG", "difference")
    limits = made.found("t_test CHG", "upper")
    for arm in ACTIVE:
        other = ttest_ind(values[arm], values[CONTROL])
        assert found[arm, "ALT", visit] == pytest.approx(values[arm].mean() - values[CONTROL].mean())
        assert limits[arm, "ALT", visit] == pytest.approx(other.confidence_interval().high)
    assert next(row for row in made.layout.rows if row.cells[0] == "Week 8").cells[-1]
    made = made_of("subjects-by-visit", {"ADSL": ADSL, "ADLB": adlb})
    for arm in ARMS:
        assert made.found("count subjects")[arm, "ALT", visit] == week.loc[week["TRTA"] == arm, "USUBJID"].nunique()


def test_criteria_are_those_of_their_source() -> None:
    """Levels of FDA's table 56 and 57, retyped here for some parameters."""
    us = {(line["GROUP"], line["LEVEL"]): line["MEETS"] for line in read_criteria("fda-chemistry-us", [CATALOGUE])}
    assert [us["Sodium, low (mEq/L)", n] for n in "123"] == ["AVAL < 132", "AVAL < 130", "AVAL < 125"]
    assert [us["Potassium, high (mEq/L)", n] for n in "123"] == ["AVAL > 5.5", "AVAL > 6", "AVAL > 6.5"]
    assert us["Bicarbonate, high (mEq/L)", "3"] == "AVAL > 30" and ("Bicarbonate, high (mEq/L)", "1") not in us
    si = {(line["GROUP"], line["LEVEL"]): line["MEETS"] for line in read_criteria("fda-chemistry-si", [CATALOGUE])}
    assert [si["Calcium, high (mmol/L)", n] for n in "123"] == ["AVAL > 2.62", "AVAL > 2.74", "AVAL > 2.99"]
    for path in sorted((CATALOGUE / "criteria").glob("*.csv")):
        assert path.read_text(encoding="utf-8").startswith(("# FDA, ", "# ICH "))


def test_categories_and_vital_signs_by_visit() -> None:
    advs = pilot("advs")
    advs = advs[(advs["ATPTN"] == 815) & advs["AVISITN"].isin([0, 8]) & advs["PARAMCD"].isin(["SYSBP", "PULSE"])]
    made = made_of("vital-signs-by-visit", {"ADSL": ADSL, "ADVS": advs})
    means = advs.groupby(["TRTA", "PARAMCD", "AVISIT"])["AVAL"].mean()
    rows = made.results[(made.results["stat_name"] == "mean") & (made.results["variable"] == "AVAL")]
    found = rows.set_index(["group1_level", "group2_level", "group3_level"])["stat"]
    assert len(found) == len(means) == 12
    for key, mean in means.items():
        assert found[key] == pytest.approx(mean)
    advs = advs.assign(AVALCAT1=np.where(advs["AVAL"] > 120, "High", "Normal"))
    made = made_of("categories-by-visit", {"ADSL": ADSL, "ADLB": advs})
    n = advs.groupby(["TRTA", "PARAMCD", "AVISIT", "AVALCAT1"])["USUBJID"].nunique()
    assert {k: v for k, v in made.found("count AVALCAT1").items() if v} == n.to_dict()


def test_shift_of_grades() -> None:
    worst = POST.sort_values("R2ANRHI").drop_duplicates(["USUBJID", "PARAMCD"], keep="last")
    worst = worst[worst["PARAMCD"].isin(["ALT", "BILI"])]
    adlb = worst.assign(
        ATOXGRH=np.select([worst["R2ANRHI"] > 5, worst["R2ANRHI"] > 1], ["3", "1"], "0"),
        BTOXGRH=np.where(worst["BASE"] > worst["A1HI"], "1", "0"),
    )
    made = made_of("grade-shift", {"ADSL": ADSL, "ADLB": adlb})
    rows = made.results[(made.results["variable"] == "ATOXGRH") & (made.results["stat_name"] == "n")]
    n = rows.set_index(["group1_level", "group2_level", "group3_level", "variable_level"])["stat"]
    pairs = adlb.groupby(["TRTA", "PARAMCD", "BTOXGRH", "ATOXGRH"])["USUBJID"].nunique()
    for key, value in pairs.items():
        assert n[key] == value
    assert n.drop(index="Total", level=2).drop(index="Total", level=3).sum() == len(adlb)
