"""The specs of the guide for a crossover study, run: periods, treatments, strata and categories of four subjects."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_read import read_xpt
from adamline.io.xpt_write import write_xpt
from adamline.study.check import check_study
from adamline.study.run import run_study
from adamline.study.study import open_study

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "derivations.md"
STUDY = "study: XO\ntitle: A crossover study\ndata_cutoff: 2020-12-31\ndatasets: [adsl, adlb]\n"
REGIONS = "- {COUNTRY: DEU, REGION1: Europe}\n- {COUNTRY: JPN, REGION1: Asia}\n"
# 03 was to have B second, and stopped in the first period; 04 had the treatments of the other sequence.
SDTM = {
    "dm": """
        STUDYID USUBJID SUBJID ARMCD ARM     COUNTRY AGE
        XO      01      01     AB    'A - B' DEU     17
        XO      02      02     BA    'B - A' JPN     18
        XO      03      03     AB    'A - B' DEU     64
        XO      04      04     AB    'A - B' DEU     65
        """,
    "suppdm": """
        STUDYID RDOMAIN USUBJID IDVAR IDVARVAL QNAM    QLABEL    QVAL QORIG
        XO      DM      01      .     .        STRAT1R 'Stratum' LOW  IRT
        XO      DM      02      .     .        STRAT1R 'Stratum' HIGH IRT
        XO      DM      03      .     .        STRAT1R 'Stratum' LOW  IRT
        XO      DM      04      .     .        STRAT1R 'Stratum' HIGH IRT
        """,
    "ta": """
        STUDYID DOMAIN ARMCD TAETORD ELEMENT   EPOCH
        XO      TA     AB    1       Screening SCREENING
        XO      TA     AB    2       'Drug A'  'TREATMENT 1'
        XO      TA     AB    3       Washout   WASHOUT
        XO      TA     AB    4       'Drug B'  'TREATMENT 2'
        XO      TA     BA    1       Screening SCREENING
        XO      TA     BA    2       'Drug B'  'TREATMENT 1'
        XO      TA     BA    3       Washout   WASHOUT
        XO      TA     BA    4       'Drug A'  'TREATMENT 2'
        """,
    "se": """
        STUDYID DOMAIN USUBJID ELEMENT  EPOCH         SESTDTC      SEENDTC
        XO      SE     01      'Drug A' 'TREATMENT 1' '2020-01-01' '2020-01-14'
        XO      SE     01      Washout  WASHOUT       '2020-01-15' '2020-01-31'
        XO      SE     01      'Drug B' 'TREATMENT 2' '2020-02-01' '2020-02-14'
        XO      SE     02      'Drug B' 'TREATMENT 1' '2020-01-02' '2020-01-15'
        XO      SE     02      'Drug A' 'TREATMENT 2' '2020-02-02' '2020-02-15'
        XO      SE     03      'Drug A' 'TREATMENT 1' '2020-01-03' '2020-01-05'
        XO      SE     04      'Drug B' 'TREATMENT 1' '2020-01-04' '2020-01-17'
        XO      SE     04      'Drug A' 'TREATMENT 2' '2020-02-04' '2020-02-17'
        """,
    "lb": """
        STUDYID DOMAIN USUBJID LBSEQ LBTESTCD LBSTRESN LBLOBXFL LBDTC
        XO      LB     01      1     CRP      5        Y        '2019-12-31'
        XO      LB     01      2     CRP      4        .        '2020-01-01'
        XO      LB     01      3     CRP      3        .        '2020-01-14'
        XO      LB     01      4     CRP      6        .        '2020-01-20'
        XO      LB     01      5     CRP      2        .        '2020-02-01'
        XO      LB     02      1     CRP      10       Y        '2020-01-01'
        XO      LB     02      2     CRP      8        .        '2020-01-15'
        XO      LB     02      3     CRP      7        .        '2020-02-10'
        XO      LB     03      1     CRP      12       Y        '2020-01-02'
        XO      LB     03      2     CRP      11       .        '2020-01-05'
        XO      LB     03      3     CRP      9        .        '2020-02-05'
        XO      LB     04      1     CRP      9        .        '2020-01-04'
        XO      LB     04      2     CRP      9        .        '2020-02-04'
        """,
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of the guide's specs."""
    folder = tmp_path_factory.mktemp("crossover")
    blocks = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    (adsl,) = [block for block in blocks if block.startswith("dataset: ADSL\n")]
    (adlb,) = [block for block in blocks if block.startswith("dataset: ADLB\n") and "APERIOD" in block]
    (ages,) = [block for block in blocks if block.startswith("# agegroups.yaml")]
    files = {"study": STUDY, "adsl": adsl, "adlb": adlb, "agegroups": ages, "regions": REGIONS}
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def made(study: Path, tmp_path_factory: pytest.TempPathFactory, table) -> dict[str, pd.DataFrame]:
    sdtm = tmp_path_factory.mktemp("sdtm")
    for name, text in SDTM.items():
        frame = table(text)
        numbers = frame.columns.intersection(["AGE", "TAETORD", "LBSEQ", "LBSTRESN"])
        frame = frame.astype({column: "float64" if column in numbers else "str" for column in frame.columns})
        variables = [Variable(c, Kind.NUMBER if c in numbers else Kind.TEXT, label=c) for c in frame.columns]
        write_xpt(Dataset(name.upper(), frame, tuple(variables)), sdtm / f"{name}.xpt")
    run_study(open_study(study), sdtm, sdtm / "out")
    return {name: read_xpt(sdtm / "out" / "adam" / f"{name}.xpt").frame for name in ("adsl", "adlb")}


def shown(frame: pd.DataFrame, columns: str) -> list[str]:
    """Its records as text, dates as such, missing as a dot."""
    texts = {
        name: frame[name].dt.strftime("%F") if frame[name].dtype.kind == "M" else frame[name]
        for name in columns.split()
    }
    rows = pd.DataFrame(texts).astype(object)
    return [
        " | ".join("." if pd.isna(v) else f"{v:g}" if isinstance(v, float) else v for v in r) for r in rows.to_numpy()
    ]


def test_the_specs_have_no_findings(study: Path) -> None:
    assert check_study(open_study(study)) == []


def test_planned_and_actual_treatments_of_each_period(made: dict[str, pd.DataFrame]) -> None:
    assert shown(made["adsl"], "USUBJID TRT01P TRT02P TRT01A TRT02A TRTSEQP") == [
        "01 | Drug A | Drug B | Drug A | Drug B | A - B",
        "02 | Drug B | Drug A | Drug B | Drug A | B - A",
        "03 | Drug A | Drug B | Drug A | . | A - B",
        "04 | Drug A | Drug B | Drug B | Drug A | A - B",
    ]
    assert shown(made["adsl"], "USUBJID AP01SDT AP01EDT AP02SDT AP02EDT") == [
        "01 | 2020-01-01 | 2020-01-14 | 2020-02-01 | 2020-02-14",
        "02 | 2020-01-02 | 2020-01-15 | 2020-02-02 | 2020-02-15",
        "03 | 2020-01-03 | 2020-01-05 | . | .",
        "04 | 2020-01-04 | 2020-01-17 | 2020-02-04 | 2020-02-17",
    ]


def test_strata_regions_and_categories(made: dict[str, pd.DataFrame]) -> None:
    assert shown(made["adsl"], "USUBJID REGION1 AGE AGEGR1 AGEGR1N STRAT1R STRAT1V") == [
        "01 | Europe | 17 | <18 | 1 | LOW | LOW",
        "02 | Asia | 18 | 18-64 | 2 | HIGH | HIGH",
        "03 | Europe | 64 | 18-64 | 2 | LOW | HIGH",
        "04 | Europe | 65 | >=65 | 3 | HIGH | .",
    ]


def test_the_period_and_the_treatment_of_a_record(made: dict[str, pd.DataFrame]) -> None:
    """None before the first period, in the washout, and in a period that the subject did not reach."""
    assert shown(made["adlb"], "USUBJID ADT APERIOD APERSDT TRTP TRTA") == [
        "01 | 2019-12-31 | . | . | . | .",
        "01 | 2020-01-01 | 1 | 2020-01-01 | Drug A | Drug A",
        "01 | 2020-01-14 | 1 | 2020-01-01 | Drug A | Drug A",
        "01 | 2020-01-20 | . | . | . | .",
        "01 | 2020-02-01 | 2 | 2020-02-01 | Drug B | Drug B",
        "02 | 2020-01-01 | . | . | . | .",
        "02 | 2020-01-15 | 1 | 2020-01-02 | Drug B | Drug B",
        "02 | 2020-02-10 | 2 | 2020-02-02 | Drug A | Drug A",
        "03 | 2020-01-02 | . | . | . | .",
        "03 | 2020-01-05 | 1 | 2020-01-03 | Drug A | Drug A",
        "03 | 2020-02-05 | . | . | . | .",
        "04 | 2020-01-04 | 1 | 2020-01-04 | Drug A | Drug B",
        "04 | 2020-02-04 | 2 | 2020-02-04 | Drug B | Drug A",
    ]
