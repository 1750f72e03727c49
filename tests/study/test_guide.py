"""The entries that the guide shows for baselines, criteria, categories and flags, run in a study as they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Variable, kind_of
from adamline.io.xpt_read import read_xpt
from adamline.io.xpt_write import write_xpt
from adamline.study.check import check_study
from adamline.study.run import run_study
from adamline.study.study import open_study

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "derivations.md"
BEFORE = """\
dataset: ADLB
label: Laboratory Analysis
class: BDS
keys: {keys}
source: {{domain: LB}}
subject: {{ADSL: [STUDYID, USUBJID, TRTSDT, TRTEDT]}}
"""
USUAL = """\
  PARAMCD:  copy
  LBSEQ:    copy
  ADT:      {derive: date, from: LBDTC}
  ADY:      ady
  AVAL:     {derive: copy, from: LBSTRESN}
"""
VISITS = """\
  AVISIT:   {derive: windows, table: windows.yaml}
  AWTARGET: {derive: lookup, table: windows.yaml, by: AVISIT, type: number}
  AWTDIFF:  awtdiff
  ABLFL:    {derive: ablfl_predose, order: LBSEQ}
  BASE:     base
  CHG:      {derive: chg, where: ABLFL is missing}
  R2ANRHI:  {derive: ratio, from: AVAL, to: LBSTNRHI, label: Ratio to Analysis Range Upper Limit}
"""
WINDOWS = """\
- {AVISIT: Week 0, AVISITN: 0, AWTARGET: 1, AWHI: 1}
- {AVISIT: Week 2, AVISITN: 2, AWTARGET: 15, AWLO: 2, AWHI: 21}
- {AVISIT: Week 4, AVISITN: 4, AWTARGET: 29, AWLO: 22, AWHI: 42}
"""
CATEGORIES = """\
- {AVALCAT1: "< 90 mg/dL", AVALCA1N: 1}
- {AVALCAT1: ">= 90 mg/dL", AVALCA1N: 2}
"""
# First dose is on 2020-01-01.
LB = """
    USUBJID LBSEQ LBTESTCD LBDTC      LBSTRESN LBSTNRHI EPOCH
    M-1     1     C3       2019-12-20 100      180      RUN-IN
    M-1     2     C3       2020-01-01 95       180      RUN-IN
    M-1     3     C3       2020-01-14 80       180      TREATMENT
    M-1     4     C3       2020-01-16 85       180      TREATMENT
    M-1     5     C3       2020-01-29 92       180      TREATMENT
    M-1     6     ALT      2019-12-28 30       40       RUN-IN
    M-1     7     ALT      2020-01-15 130      40       TREATMENT
    M-1     8     ALT      2020-01-29 60       40       TREATMENT
    M-1     9     ALT      2020-01-30 .        40       TREATMENT
    """


def block(heading: str) -> str:
    """The YAML below a heading of the guide."""
    found = re.search(rf"^## {heading}$.*?^```yaml\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


@pytest.fixture
def run(
    study: Path, sdtm: Path, tmp_path: Path, edit: Callable[[str, str, str], None], table: Callable[[str], pd.DataFrame]
) -> Callable[..., pd.DataFrame]:
    """Runs the mini study with an ADLB of the guide's entries, after the usual ones and others."""

    def made(entries: str, others: str, keys: str, without: Sequence[int] = ()) -> pd.DataFrame:
        lb = table(LB)
        lb = lb[~lb["LBSEQ"].isin(without)].reset_index(drop=True)
        lb["LBDTC"] = lb["LBDTC"].dt.strftime("%F").astype("str")
        variables = tuple(Variable(name, kind_of(lb[name]), label=name) for name in lb.columns)
        write_xpt(Dataset("LB", lb, variables), sdtm / "lb.xpt")
        edit("adsl.yaml", "  ITTFL:", "  TRTEDT: {derive: missing, type: date}\n  ITTFL:")
        edit("study.yaml", "outputs: [t-1]", "outputs: []")
        (study / "windows.yaml").write_text(WINDOWS)
        (study / "avalcat1.yaml").write_text(CATEGORIES)
        text = BEFORE.format(keys=keys) + entries.replace("variables:\n", f"variables:\n{USUAL}{others}")
        (study / "adlb.yaml").write_text(text)
        assert check_study(open_study(study)) == []
        run_study(open_study(study), sdtm, tmp_path / "out")
        return read_xpt(tmp_path / "out" / "adam" / "adlb.xpt").frame

    return made


def test_criteria_categories_and_flags(run, table, plain):
    made = run(block("Criteria, categories, flags"), VISITS, "[USUBJID, LBSEQ]")
    expected = table("""
        LBSEQ AVISIT   ABLFL BASE CHG ONTRTFL LVOTFL ANL01FL ANL02FL CRIT1FL CRIT1FN ELEVPFL AVALCA1N BASECA1N
        1     'Week 0' .     95   5   .       .      .       .       .       .       Y       2        2
        2     'Week 0' Y     95   .   .       .      Y       .       .       .       Y       2        2
        3     'Week 2' .     95   -15 Y       .      .       Y       .       .       Y       1        2
        4     'Week 2' .     95   -10 Y       .      Y       .       .       .       Y       1        2
        5     'Week 4' .     95   -3  Y       Y      Y       .       .       .       Y       2        2
        6     'Week 0' Y     30   .   .       .      Y       .       N       0       .       .        .
        7     'Week 2' .     30   100 Y       .      Y       Y       Y       1       .       .        .
        8     'Week 4' .     30   30  Y       Y      Y       .       N       0       .       .        .
        9     'Week 4' .     30   .   Y       .      .       .       .       .       .       .        .
        """)
    for name in expected.columns:
        assert plain(made[name]) == plain(expected[name]), name
    assert plain(made["CRIT1"]) == [None] * 5 + ["R2ANRHI >= 3"] * 4
    assert plain(made["AVALCAT1"].iloc[:5]) == [">= 90 mg/dL"] * 2 + ["< 90 mg/dL"] * 2 + [">= 90 mg/dL"]
    assert plain(made["SHIFT1"].iloc[1:4]) == [None, *[">= 90 mg/dL to < 90 mg/dL"] * 2]


def test_a_record_for_each_basetype(run, table, plain):
    entries = block("Baselines")
    rows = [f"  - {{PARAMCD: {name}, PARAM: {name}, LBTESTCD: {name}}}\n" for name in ("C3", "ALT")]
    parameters = "".join(["parameters:\n", *rows])
    others = "  EPOCH:    copy\n  CHG:      {derive: chg, where: ABLFL is missing}\n"
    made = run(parameters + entries, others, "[USUBJID, PARAMCD, BASETYPE, LBSEQ]")
    expected = table("""
        PARAMCD BASETYPE  LBSEQ ABLFL BASE CHG
        ALT     RUN-IN    6     Y     30   .
        ALT     RUN-IN    7     .     30   100
        ALT     RUN-IN    8     .     30   30
        ALT     RUN-IN    9     .     30   .
        ALT     TREATMENT 7     Y     130  .
        ALT     TREATMENT 8     .     130  -70
        ALT     TREATMENT 9     .     130  .
        C3      RUN-IN    1     Y     100  .
        C3      RUN-IN    2     .     100  -5
        C3      RUN-IN    3     .     100  -20
        C3      RUN-IN    4     .     100  -15
        C3      RUN-IN    5     .     100  -8
        C3      TREATMENT 3     Y     80   .
        C3      TREATMENT 4     .     80   5
        C3      TREATMENT 5     .     80   12
        """)
    for name in expected.columns:
        assert plain(made[name]) == plain(expected[name]), name


def test_dates_and_treatment(study, sdtm, tmp_path, edit, table, plain):
    """Of M-1 a partial start and end, of M-2 a time, of M-3 a dose of nothing."""
    ex = table("""
        USUBJID EXTRT   EXDOSE EXSTDTC            EXENDTC
        M-1     A       54     '2020-01'          '2020-02-03'
        M-1     A       54     '2020-02-04'       '2020-02'
        M-2     PLACEBO 0      '2020-01-02T10:30' '2020-01-02T11'
        M-3     A       0      '2020-01-03X'      '2020-01-04X'
        """)
    for name in ("EXSTDTC", "EXENDTC"):
        ex[name] = ex[name].str.removesuffix("X")
    write_xpt(Dataset("EX", ex, tuple(Variable(name, kind_of(ex[name]), label=name) for name in ex)), sdtm / "ex.xpt")
    adsl = (study / "adsl.yaml").read_text()
    work, variables = block("Dates and treatment").split("variables:\n")
    adsl = adsl.replace("variables:\n", f"{work}variables:\n").replace(
        "  TRTSDT: {derive: date, from: RFSTDTC}\n", variables
    )
    (study / "adsl.yaml").write_text(adsl)
    assert [found for found in check_study(open_study(study)) if found.place.file == "adsl.yaml"] == []
    run_study(open_study(study), sdtm, tmp_path / "out")
    made = read_xpt(tmp_path / "out" / "adam" / "adsl.xpt").frame
    for name in ("TRTSDTM", "TRTEDTM"):
        made[name] = made[name].dt.strftime("%FT%T")
    expected = [
        ("M-1", "2020-01-01T00:00:00", "D", "H", "2020-02-29T23:59:59", 60),
        ("M-2", "2020-01-02T10:30:00", None, "S", "2020-01-02T11:59:59", 1),
        ("M-3", None, None, None, None, None),
    ]
    columns = ["USUBJID", "TRTSDTM", "TRTSDTF", "TRTSTMF", "TRTEDTM", "TRTDURD"]
    assert [tuple(plain(row)) for row in made[columns].to_numpy(object)] == expected


def test_records_of_visits_that_were_missed(run, plain):
    entries = block("Visits")
    rows = [f"  - {{PARAMCD: {name}, PARAM: {name}, LBTESTCD: {name}}}\n" for name in ("C3", "ALT")]
    others = """\
  AVISIT:   {derive: windows, table: windows.yaml}
  AVISITN:  {derive: windows, table: windows.yaml, type: number}
  DTYPE:    missing
  ANL01FL:  {derive: anlfl, where: AVAL is not missing, order: [ADT, LBSEQ], take: last, by: [USUBJID, PARAMCD, AVISIT]}
"""
    keys = "[USUBJID, PARAMCD, AVISITN, LBSEQ, DTYPE]"
    made = run("".join(["parameters:\n", *rows, "variables:\n", entries]), others, keys, without=[5])
    locf, phantom = made[made["DTYPE"] == "LOCF"], made[made["DTYPE"] == "PHANTOM"]
    columns = ["USUBJID", "PARAMCD", "AVISIT", "AVAL", "LBSEQ", "ADY"]
    assert [plain(row) for row in locf[columns].to_numpy(object)] == [["M-1", "C3", "Week 4", 85, 4, 16]]
    # M-2 and M-3 have no record at all.
    assert len(phantom) == 2 * 2 * 2
    assert set(phantom["USUBJID"]) == {"M-2", "M-3"}
    assert phantom["AVAL"].isna().all()


def test_added_records(run, table, plain):
    """Two values of C3 in Week 2, of two days; the last on treatment of each parameter."""
    entries = block("Added records")
    rows = [f"  - {{PARAMCD: {name}, PARAM: {name}, LBTESTCD: {name}}}\n" for name in ("C3", "ALT")]
    last = "{derive: flag, where: \"ONTRTFL = 'Y' and AVAL is not missing\", order: [ADT, LBSEQ], take: last}"
    others = """\
  AVISITN:  {derive: windows, table: windows.yaml, type: number}
  DTYPE:    missing
  ONTRTFL:  {derive: ontrtfl, where: ABLFL is missing}
""" + VISITS.replace("  R2ANRHI", f"  LVOTFL:   {last}\n  R2ANRHI")
    unused = ("R2ANRHI", "AWTARGET", "AWTDIFF")
    others = "".join(line for line in others.splitlines(keepends=True) if not any(name in line for name in unused))
    made = run("".join(["parameters:\n", *rows, "variables:\n", entries]), others, "[USUBJID, PARAMCD, DTYPE, LBSEQ]")
    expected = table("""
        PARAMCD DTYPE   AVISIT              ADY AVAL LBSEQ BASE CHG   LVOTFL ABLFL
        ALT     LOV     'Last on Treatment' 29  60   8     30   30    .      .
        C3      AVERAGE 'Week 2'            .   82.5 .     95   -12.5 .      .
        C3      LOV     'Last on Treatment' 29  92   5     95   -3    .      .
        """)
    added = made[made["DTYPE"].notna()]
    for name in expected.columns:
        assert plain(added[name]) == plain(expected[name]), name


def test_formulas(run, plain):
    """The guide's entries, of parameters that the data here have."""
    entries = block("Formulas").replace("SYSBP", "C3").replace("DIABP", "ALT").replace("HEIGHT", "C3")
    entries = entries.replace("WEIGHT", "ALT").replace("source}", "[source, LBSEQ], set: {DTYPE: X}}")
    names = {"C3": "LBTESTCD: C3", "ALT": "LBTESTCD: ALT", "MAP": "decimals: 0", "BSA": "decimals: 2"}
    rows = [f"  - {{PARAMCD: {name}, PARAM: {name}, {more}}}\n" for name, more in names.items()]
    others = "  AVISITN:  {derive: windows, table: windows.yaml, type: number}\n  DTYPE:    missing\n" + "".join(
        line for line in VISITS.splitlines(keepends=True) if line.split(":")[0].strip() in ("AVISIT", "ABLFL", "BASE")
    )
    entries = entries.replace("missing: [source, LBSEQ]", "missing: [source, ABLFL]")
    entries = entries.replace("/ 3,", "/ 3, where: ABLFL = 'Y',").replace("3600),", "3600), where: ABLFL = 'Y',")
    made = run("".join(["parameters:\n", *rows, entries]), others, "[USUBJID, PARAMCD, DTYPE, LBSEQ]")
    added = made[made["DTYPE"].notna()]
    assert [plain(row) for row in added[["PARAMCD", "AVAL", "AVISIT"]].to_numpy(object)] == [
        ["BSA", 0.89, "Week 0"],  # sqrt(95 * 30 / 3600) is 0.8897
        ["MAP", pytest.approx(155 / 3), "Week 0"],
    ]
    assert plain(made["LOGVAL"][made["PARAMCD"] == "C3"])[0] == 2


NEW_ADDS = (("formula", "BMI"), ("any", "TADJ"))


def test_a_constant_parameter_and_any_record(run, plain):
    """The guide's entries for BMI and TADJ, of the parameters here: the baseline of C3 at each visit of ALT."""
    section = GUIDE.read_text("utf-8").partition("## Formulas")[2]
    bmi, any_ = (re.search(rf"^  - {{add: {add}, parameter: {name}.*", section, re.MULTILINE) for add, name in NEW_ADDS)
    assert bmi and any_
    formula = bmi[0].replace("WEIGHT", "ALT").replace("HEIGHT", "C3").replace("VISITNUM = 1", "ABLFL = 'Y'")
    formula = formula.replace("missing: source", "where: AVAL is not missing, missing: [source, ABLFL, AVALC]")
    answer = any_[0].replace("of: ADJ", "of: ALT").replace("AVALC = 'Y'", "AVAL > 100")
    answer = re.sub("earliest: .*}", "missing: others}", answer)
    names = {"C3": "LBTESTCD: C3", "ALT": "LBTESTCD: ALT", "BMI": "decimals: 1", "TADJ": "decimals: 0"}
    rows = [f"  - {{PARAMCD: {name}, PARAM: {name}, {more}}}\n" for name, more in names.items()]
    others = "  AVISITN:  {derive: windows, table: windows.yaml, type: number}\n  AVALC:    missing\n" + "".join(
        line for line in VISITS.splitlines(keepends=True) if line.split(":")[0].strip() in ("AVISIT", "ABLFL")
    )
    entries = "".join(["parameters:\n", *rows, "variables:\n", "records:\n", formula, "\n", answer, "\n"])
    made = run(entries, others, "[USUBJID, PARAMCD, AVISITN, LBSEQ]")
    found = made[made["PARAMCD"] == "BMI"]
    assert plain(found["AVISIT"]) == ["Week 0", "Week 2", "Week 4"]
    assert plain(found["AVAL"]) == [33.2, 144, 66.5]  # 30, 130 and 60 by 0.95 ** 2
    assert plain(made[made["PARAMCD"] == "TADJ"]["AVALC"]) == ["Y"]


def test_the_program(run, study, plain):
    """The guide's program and the file that it imports, on dates 2 and 27 days after the first dose."""
    page = (GUIDE.parent / "programs.md").read_text("utf-8")
    program, imported, _ = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (study / "programs").mkdir()
    (study / "programs" / "latefl.py").write_text(program)
    (study / "programs" / "days.py").write_text(imported)
    entries, _ = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    rows = [f"  - {{PARAMCD: {name}, PARAM: {name}, LBTESTCD: {name}}}\n" for name in ("C3", "ALT")]
    entries = "".join(["parameters:\n", *rows, entries.replace("PLANDT", "TRTSDT")])
    made = run(entries, "", "[USUBJID, LBSEQ]")
    assert plain(made["LATEFL"]) == [None, None, "Y", "Y", "Y", None, "Y", "Y", "Y"]
