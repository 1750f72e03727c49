"""Published tables as specs of studies that are supplied with ADaM: every displayed cell is what was printed."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.files import write_dataset
from adamline.results.csv_file import read_results
from adamline.study.run import run_study
from adamline.study.study import open_study

ARMS = {"Placebo": "Placebo", "Low": "Xanomeline Low Dose", "High": "Xanomeline High Dose", "Total": "Total"}
Texts = Mapping[str, str]
# Each dataset as it was published; SITEGR1, SUBJID and the like are text in it.
PUBLISHED = {
    "ADSL": "data/phuse-tdf/adam/adsl.xpt",
    "ADCIBC": "data/phuse-tdf/adam/adcibc.xpt",
    "ADTTE": "data/phuse-tdf/adam/adtte.xpt",
    "ADADAS": "data/cdisc-msg-datasetjson/adam/adadas.json",
}
STUDY = """
study: PUBLISHED
title: Tables of ADaM that is there
data_cutoff: 2014-07-02
supplied: [%s]
outputs: [table]
"""


@pytest.fixture
def displayed(tmp_path: Path, shared: Path) -> Callable[..., Texts]:
    """Runs a table, and gives the displayed text of every result by its id without the output.

    Its dataset is a published one by name, or one that is given.
    """

    def run(spec: str, dataset: str | Dataset) -> Texts:
        name = dataset if isinstance(dataset, str) else dataset.name
        (tmp_path / "specs" / "tlf").mkdir(parents=True)
        (tmp_path / "adam").mkdir()
        (tmp_path / "specs" / "study.yaml").write_text(STUDY % name)
        (tmp_path / "specs" / "tlf" / "table.yaml").write_text(spec)
        if isinstance(dataset, str):
            shutil.copy(shared / PUBLISHED[name], tmp_path / "adam")
        else:
            write_dataset(dataset, tmp_path / "adam" / f"{name.lower()}.parquet")
        study = open_study(tmp_path / "specs")
        run_study(study, None, tmp_path / "out", adam=tmp_path / "adam")
        output = study.outputs[0].name
        results = read_results(tmp_path / "out" / "results" / f"{output.lower()}.csv")
        ids = results["result"].str.removeprefix(f"{output}/")
        return dict(zip(ids, results["stat_text"], strict=True))

    return run


def of_frame(name: str, frame: pd.DataFrame) -> Dataset:
    """A dataset of texts and numbers."""
    numbers = frame.select_dtypes("number").columns
    kinds = {column: Kind.NUMBER if column in numbers else Kind.TEXT for column in frame}
    frame = frame.astype(dict.fromkeys(numbers, "float64"))
    return Dataset(name, frame, tuple(Variable(column, kind) for column, kind in kinds.items()))


def case(shared: Path, name: str) -> dict[str, str]:
    """The printed figures of a case by key."""
    content = json.loads((shared / "oracles" / name / "expected.json").read_text("utf-8"))
    return {key: figure["printed"] for key, figure in content["expected"].items()}


POPULATIONS = """
output: T-14-1-01
kind: table
title: Summary of Populations
population: {from: ADSL}
columns: {by: TRT01P, order: [Placebo, Xanomeline Low Dose, Xanomeline High Dose], total: Total}
display: {percent: {decimals: 0}}
rows:
  - {count: subjects, where: "ITTFL = 'Y'", as: Intent-To-Treat (ITT)}
  - {count: subjects, where: "SAFFL = 'Y'", as: Safety}
  - {count: subjects, where: "EFFFL = 'Y'", as: Efficacy}
  - {count: subjects, where: "COMP24FL = 'Y'", as: Complete Week 24}
  - {count: subjects, where: "DCDECOD = 'COMPLETED'", as: Complete Study}
"""


def test_summary_of_populations(shared: Path, displayed: Callable[..., Texts]) -> None:
    printed = case(shared, "descriptive_tables/open/pilot-14-1-01")
    found = displayed(POPULATIONS, "ADSL")
    for key, text in printed.items():
        row, arm, stat = key.split("|")
        assert found[f"{row}/TRT01P={ARMS[arm]}/USUBJID/{stat}"] == text, key


DEMOGRAPHICS = """
output: tlf-demographic
kind: table
title: Demographics
population: {from: ADSL, where: "ITTFL = 'Y'"}
columns: {by: TRT01P, order: [Placebo, Xanomeline Low Dose, Xanomeline High Dose]}
rows:
  - summary: [AGE, HEIGHTBL, WEIGHTBL, BMIBL, MMSETOT]
    as: summary
    statistics: [mean_sd, median, min_max]
    decimals: {mean: 2, sd: 2, median: shortest, minimum: shortest, maximum: shortest}
  - {count: AGEGR1}
  - {count: RACE}
"""
NAMES = {
    "Age": "AGE",
    "Baseline Height (cm)": "HEIGHTBL",
    "Baseline Weight (kg)": "WEIGHTBL",
    "Baseline BMI (kg/m^2)": "BMIBL",
    "MMSE Total": "MMSETOT",
    "Pooled Age Group 1": "AGEGR1",
    "Race": "RACE",
}
STATISTICS = {"min": "minimum", "max": "maximum"}


def test_demographics_as_accepted_by_fda(shared: Path, displayed: Callable[..., Texts]) -> None:
    printed = case(shared, "descriptive_tables/open/pilot1-demographic")
    found = displayed(DEMOGRAPHICS, "ADSL")
    for key, text in printed.items():
        label, what, arm, *stat = key.split("|")
        name, column = NAMES[label], f"TRT01P={ARMS[arm]}"
        if name in ("AGEGR1", "RACE"):
            assert found[f"count {name}/{column}/{name}={what}/n"] == text, key
            continue
        statistic = stat[0] if stat else what.lower()
        assert found[f"summary/{column}/{name}/{STATISTICS.get(statistic, statistic)}"] == text, key


EFFICACY = """
output: efficacy
kind: table
title: Efficacy
records:
  from: %(data)s
  where: "PARAMCD = '%(code)s' and EFFFL = 'Y' and ITTFL = 'Y' and ANL01FL = 'Y' and AVISITN = %(week)s"
columns: {by: TRTP, order: [Placebo, Xanomeline Low Dose, Xanomeline High Dose], header_n: records}
rows:
  - summary: %(summary)s
    as: summary
    statistics: [n, mean_sd, median, min_max]
    decimals: {mean: 1, sd: 2, median: 1, minimum: 0, maximum: 0}
  - {type3: %(of)s, model: [TRTPN, %(model)s], effect: TRTPN, column: Xanomeline High Dose, as: dose}
  - lsmeans: %(of)s
    model: [%(model)s]
    against: Placebo
    as: pbo
    statistics: [p, difference_se, difference_limits]
    decimals: 0
  - lsmeans: %(of)s
    model: [%(model)s]
    against: Xanomeline Low Dose
    only: [Xanomeline High Dose]
    as: low
    statistics: [p, difference_se, difference_limits]
    decimals: 0
"""
VARIABLES = {"Baseline": "BASE", "Change from Baseline": "CHG"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "pilot-14-3-02",
            {"data": "ADCIBC", "code": "CIBICVAL", "week": "24", "summary": "AVAL", "of": "AVAL", "model": "SITEGR1"},
        ),
        (
            "pilot-14-3-03",
            {
                "data": "ADADAS",
                "code": "ACTOT",
                "week": "8",
                "summary": "[BASE, AVAL, CHG]",
                "of": "CHG",
                "model": "SITEGR1, BASE",
            },
        ),
    ],
)
def test_efficacy_by_ancova(shared: Path, displayed: Callable[..., Texts], name: str, said: dict[str, str]) -> None:
    printed = case(shared, f"ancova/open/{name}")
    found = displayed(EFFICACY % said, said["data"])
    parts = {
        "diff": "difference",
        "p": "p",
        **{name: f"difference_{name}" for name in ("se", "lower", "upper")},
    }
    for key, text in printed.items():
        if "|" in key:
            what, arm, stat = key.split("|")
            variable = VARIABLES.get(what, "AVAL")
            id_ = f"summary/TRTP={ARMS[arm]}/{variable}/{STATISTICS.get(stat, stat)}"
        elif key == "dose_response_p":
            id_ = f"dose/TRTP={ARMS['High']}/{said['of']}/p"
        else:
            one, other, part = re.fullmatch(r"(\w+?)_(pbo|low)_(\w+)", key).groups()  # type: ignore[union-attr]
            id_ = f"{other}/TRTP={ARMS[one.capitalize()]}/{said['of']}/{parts[part]}"
        assert found[id_] == text, key


GLUCOSE = """
output: glucose
kind: table
title: Glucose
records: {from: ADLBC, where: "PARAMCD = 'GLUC' and TRTPN in (0, 81)"}
columns: {by: TRTP, order: [Placebo, Xanomeline High Dose], header_n: records}
rows:
  - {summary: AVAL, where: "AVISITN = 0", as: base, decimals: {mean: 1, sd: 2}}
  - {summary: [AVAL, CHG], where: "AVISITN = 20", as: week20, decimals: {mean: 1, sd: 2}}
  - lsmeans: CHG
    where: "AVISITN = 20"
    model: [BASE]
    against: Placebo
    statistics: [lsmean_ci, difference, p]
    decimals: {lsmean: 2, lower: 2, upper: 2, difference: 2}
"""


def test_glucose_by_ancova(shared: Path, displayed: Callable[..., Texts]) -> None:
    """ADLBC was published in R, of which there is a CSV of glucose alone."""
    printed = case(shared, "ancova/open/pilot1-glucose-w20")
    found = displayed(GLUCOSE, of_frame("ADLBC", pd.read_csv(shared / "oracles/data/adlbc_gluc.csv")))
    model = "lsmeans CHG where AVISITN = 20"
    for arm, name in (("high", ARMS["High"]), ("placebo", "Placebo")):
        parts = {"base": ("base", "AVAL"), "w20": ("week20", "AVAL"), "chg": ("week20", "CHG")}
        ids = {
            f"{arm}_{stat}_{part}": f"{row}/TRTP={name}/{variable}/{stat}"
            for part, (row, variable) in parts.items()
            for stat in ("n", "mean", "sd")[part == "chg" :]
        }
        ids |= {f"{arm}_{stat}": f"{model}/TRTP={name}/CHG/{stat}" for stat in ("lsmean", "lower", "upper")}
        assert {key: found[id_] for key, id_ in ids.items()} == {key: printed[key] for key in ids}
    assert found[f"{model}/TRTP={ARMS['High']}/CHG/difference"] == printed["diff"]
    assert found[f"{model}/TRTP={ARMS['High']}/CHG/p"] == printed["p"]


LEPROSY = """
output: leprosy
kind: table
title: Leprosy drug test
records: {from: ADLEP}
columns: {by: DRUG, order: [A, D, F], header_n: records}
display: {p: {decimals: 4}}
rows:
  - {type3: POST, model: [DRUG, PRE], effect: DRUG, as: drug}
  - {lsmeans: POST, model: [PRE], against: F, statistics: [lsmean_se, p], decimals: {lsmean: 7, se: 7}, as: vs_f}
  - {lsmeans: POST, model: [PRE], against: D, statistics: [p], as: vs_d}
"""


def test_ls_means_of_the_drug_test(shared: Path, displayed: Callable[..., Texts]) -> None:
    printed = case(shared, "ancova/open/drugtest-glm")
    frame = pd.read_csv(shared / "oracles/ancova/open/drugtest-glm/data.csv").rename(columns=str.upper)
    found = displayed(LEPROSY, of_frame("ADLEP", frame.assign(USUBJID=frame.index.astype(str))))
    ids = {"p3_drug": "drug/POST/p", "p_AF": "vs_f/DRUG=A/POST/p", "p_DF": "vs_f/DRUG=D/POST/p"}
    ids |= {"p_AD": "vs_d/DRUG=A/POST/p"} | {f"lsmean_{drug}": f"vs_f/DRUG={drug}/POST/lsmean" for drug in "ADF"}
    ids |= {f"lsmean_{drug}_se": f"vs_f/DRUG={drug}/POST/se" for drug in "ADF"}
    assert {key: found[id_] for key, id_ in ids.items()} == {key: printed[key] for key in ids}


AT_RISK = """
output: km
kind: table
title: Numbers at risk
records: {from: ADTTE, where: "SAFFL = 'Y' and PARAMCD = 'TTDE'"}
columns: {by: TRTP, order: [Placebo, Xanomeline Low Dose, Xanomeline High Dose], header_n: records}
rows:
  - {survival: AVAL, at: [0, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200], statistics: [at_risk_0], as: km}
"""


def test_numbers_at_risk(shared: Path, displayed: Callable[..., Texts]) -> None:
    printed = case(shared, "survival/open/pilot1-km-at-risk")
    found = displayed(AT_RISK, "ADTTE")
    for key, text in printed.items():
        arm, time = key.split("|")
        assert found[f"km/TRTP={arm}/AVAL/at_risk_{time}"] == text, key


WHAS = """
output: whas500
kind: table
title: WHAS500
records: {from: WHAS}
columns: {by: AFB, order: ["0", "1"], header_n: records}
display: {p: {decimals: 4}, percent: {decimals: 2}}
rows:
  - {survival: AVAL, at: [1, 3, 5], failure: true, statistics: [rate_1], as: failure}
  - {survival: AVAL, at: [1, 3, 5], statistics: [n, q1_ci, median_ci, q3_ci, rate_1], decimals: 5, as: km}
  - {log_rank: AVAL, against: "0", as: logrank}
  - {log_rank: AVAL, against: "0", test: wilcoxon, as: wilcoxon}
"""


@pytest.fixture
def whas(shared: Path, displayed: Callable[..., Texts]) -> Callable[[str], str]:
    read = pd.read_csv(shared / "oracles/survival/open/whas500-lifetest/data.csv")
    frame = pd.DataFrame(
        {
            "USUBJID": read["id"].astype(str),
            "AFB": read["afb"].astype(str),
            "AVAL": (read["lenfol"] / 365.25).round(2),
            "CNSR": 1.0 - read["fstat"],
        }
    )
    return displayed(WHAS, of_frame("WHAS", frame)).__getitem__


def test_quantiles_and_tests_of_whas500(shared: Path, whas: Callable[[str], str]) -> None:
    printed = case(shared, "survival/open/whas500-lifetest")
    quantiles = {"q25": "q1", "q50": "median", "q75": "q3"}
    for key, text in printed.items():
        arm, _, rest = key.partition("_")
        of_quantile = re.fullmatch(r"(q25|q50|q75)(_lower|_upper)?", rest)
        of_test = re.fullmatch(r"(logrank|wilcoxon)_(chisq|p)", key)
        if of_quantile:
            found = whas(f"km/AFB={arm[-1]}/AVAL/{quantiles[of_quantile[1]]}{of_quantile[2] or ''}")
            assert found == ("NE" if text == "." else text), key
        elif of_test:
            statistic = "p" if of_test[2] == "p" else "chi_square"
            assert whas(f"{of_test[1]}/AFB=1/AVAL/{statistic}") == text, key


def test_survival_at_times_of_whas500(shared: Path, whas: Callable[[str], str]) -> None:
    printed = case(shared, "survival/open/whas500-lifetest")
    for arm, time, what in itertools.product("01", "135", ("surv", "fail")):
        # Printed as a share with four decimals: the table has per cents with two.
        row = "km" if what == "surv" else "failure"
        share = Decimal(printed[f"afb{arm}_t{time}_{what}"])
        assert whas(f"{row}/AFB={arm}/AVAL/rate_{time}") == str(share * 100).removesuffix("00"), (arm, time, what)
