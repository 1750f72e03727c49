"""An example call of every derivation, from which the laws for all of them are tested."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import pytest

import adamline.derive
from adamline.contract import Case, DatedSource, Role, contract_of
from adamline.study.arguments import with_frames


def _found() -> Iterator[tuple[str, Callable[..., pd.DataFrame]]]:
    for info in pkgutil.walk_packages(adamline.derive.__path__, "adamline.derive."):
        module = importlib.import_module(info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and contract_of(function):
                yield name, _with_named_sources(function)


def _with_named_sources(function: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """The function whose rows of dates name their datasets, which then are arguments of these names."""
    found = contract_of(function)
    assert found
    roles = {parameter.name: parameter.role for parameter in found.parameters}
    if Role.DATED_SOURCES not in roles.values():
        return function

    def placed(called: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(called)
        def call(*frames: pd.DataFrame, **given: Any) -> Any:
            rows = {name for name, role in roles.items() if role is Role.DATED_SOURCES}
            own = {name: value for name, value in given.items() if name in roles}
            return called(*frames, **{k: with_frames(roles[k], v, given) if k in rows else v for k, v in own.items()})

        return call

    made = placed(function)
    vars(made)["__adamline_contract__"] = replace(found, check=placed(found.check) if found.check else None)
    return made


DERIVATIONS = dict(_found())


@dataclass(frozen=True)
class Example:
    """A call that a derivation can answer, and for each argument two values that must give different outputs."""

    frame: pd.DataFrame
    arguments: Mapping[str, Any]
    differ: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    def frames(self) -> list[str]:
        return [name for name, value in self.arguments.items() if isinstance(value, pd.DataFrame)]


LB = """
USUBJID PARAMCD PARAMX AVISIT   VISITNUM AVISITN LBSEQ AVAL AVAL2 BASE A1HI ABLFL ABL2FL
01      ALT     A      Baseline 1        0       1     20   5     20   40   Y     .
01      ALT     A      'Week 2' 4        2       2     25   .     21   0    .     Y
01      ALT     A      .        4.1      .       3     .    6     20   40   .     .
01      AST     A      Baseline 1        0       4     .    7     .    30   Y     .
01      AST     A      'Week 2' 4        2       5     31   8     .    30   .     Y
02      ALT     B      Baseline 1        0       1     18.5 9     18.5 40   Y     .
02      ALT     B      'Week 2' 4        2       2     18.5 1.25  18.5 .    .     .
02      .       B      'Week 4' 5        4       3     11   2.5   11   40   .     Y
03      AST     A      'Week 4' 5        4       1     2.45 3     .    30   .     .
"""
# Further columns of the same records.
LB_DATES = """
LBDTC            LBDTC2     ADT        ADT2       TRTSDT
2014-01-02T10:00 2014-01-05 2014-01-02 2014-02-02 2014-01-01
2014-01-16       2014-01    2014-01-16 2014-01-16 2014-01-01
.                2014-01-05 .          2014-03-02 2014-01-01
2014-01-02       .          2014-01-02 2014-04-02 2014-01-01
2014-01-16       2014-01-05 2014-01-16 2014-05-02 2014-01-01
2014-01-03       2014-01-05 2014-01-03 2014-06-02 2014-01-04
2014-02          2014-01-05 .          2014-07-02 2014-01-04
2014-02-03T11:00 2014-01-05 2014-02-03 2014-08-02 2014-01-04
2014-02-03       2014-01-05 2014-02-03 2014-09-02 .
"""
EX = """
USUBJID PARAMCD EXSEQ EXDOSE EXAMT EXTRT   EXENDTC    EXCAT EXDTC
01      ALT     1     54     1     Active  2014-03-01 A     2014-03
01      ALT     2     81     2     Active  2014-05-01 B     2014-03-02
01      AST     3     .      .     Active  2014-06-01 B     2014-03-02T10:00
02      ALT     1     54     4     Placebo .          B     2014-02-01T10:00
02      AST     2     .      8     .       2014-02-01 B     '2014-02-01'
05      ALT     1     54     16    Placebo 2014-02-01 A     '2014-02-01'
"""
VISITS = """
VISITNUM AVISIT     AVISITN NEW  NEW2 NEW3
'1'      Baseline   '0'     '10' B    one
'4'      'Week 2'   '2'     '20' W    two
'4.1'    'Week 2.1' '2.1'   '21' W    two
'5'      'Week 4'   '4'     .    W    .
"""
# Two visits of lupus patients: items of a score, organ systems, PGA, and components of a response.
ADRS = """
USUBJID PARAMCD AVISIT   AVISITN ADT        ADY AVAL AVALC BASEC CHG  ANL01FL DTYPE RESPREAS WHY  RESCDT     SITEID
01      ITEM1   'Week 4' 4       2016-05-03 30  4    .     .     .    Y       .     .        .    2016-05-04 s1
01      ITEM2   'Week 4' 4       2016-05-03 30  2    .     .     .    Y       .     .        .    2016-05-04 s1
01      ITEM3   'Week 4' 4       2016-05-03 30  1    .     .     .    .       .     .        .    2016-05-04 s1
01      TOTAL   'Week 4' 4       2016-05-03 30  6    .     .     -4   Y       .     .        .    2016-05-04 s1
01      PGA     'Week 4' 4       2016-05-04 31  1.4  .     .     0.29 Y       .     .        .    2016-05-04 s1
01      MUCO    'Week 4' 4       2016-05-03 30  .    B     C     .    Y       .     .        .    2016-05-04 s1
01      RENAL   'Week 4' 4       2016-05-04 31  .    A     E     .    Y       .     .        .    2016-05-04 s1
01      FELL    'Week 4' 4       2016-05-03 30  1    Y     .     .    Y       .     .        .    2016-05-04 s1
01      SAME    'Week 4' 4       2016-05-04 31  1    Y     .     .    Y       .     .        .    2016-05-04 s1
02      TOTAL   'Week 4' 4       2016-05-08 29  9    .     .     -3   Y       .     .        .    .          s1
02      PGA     'Week 4' 4       2016-05-08 29  1.4  .     .     0.3  .       .     .        .    .          s1
02      MUCO    'Week 4' 4       2016-05-08 29  .    B     C     .    .       .     .        .    .          s1
02      RENAL   'Week 4' 4       2016-05-09 30  .    C     C     .    .       .     .        .    .          s1
02      FELL    'Week 4' 4       2016-05-08 29  0    N     .     .    .       .     .        .    .          s1
02      SAME    'Week 4' 4       2016-05-08 29  0    N     .     .    Y       .     .        .    .          s1
02      SRI4    'Week 4' 4       2016-05-08 29  0    N     .     .    Y       .     'As was' 'As was' .       s1
"""
ADRS_ADSL = """
USUBJID ITTFL TRTSDT     TRTSDT2    DCDT       DCDT2      RESCDT     RESCDT2    SITEID
01      Y     2016-04-03 2016-04-03 .          2016-04-10 2016-05-02 2016-06-30 s1
02      Y     2016-04-03 2016-01-01 2016-05-02 2016-06-01 .          2016-04-10 s1
03      .     2016-04-10 2016-04-10 2016-04-12 .          .          2016-06-30 s2
"""
# Assessments of tumours.
RS = """
USUBJID SITEID PARAMCD AVISIT    ADT        AVAL AVALC         ANL01FL WHY
01      s1     OVR     'Week 3'  2020-01-22 2    PR            Y       .
01      s1     OVR     'Week 6'  2020-02-12 .    ND            .       .
01      s1     OVR     'Week 9'  2020-03-04 3    SD            Y       .
01      s1     OVR     'Week 12' 2020-03-25 2    PR            Y       .
01      s1     OVR     'Week 15' 2020-04-15 5    PD            Y       .
02      s1     OVR     'Week 3'  2020-01-20 1    CR            .       .
02      s1     OVR     'Week 6'  2020-02-19 2    PR            Y       .
02      s1     OVR     'Week 9'  2020-03-10 6    NE            Y       .
02      s1     OVR     'Week 12' 2020-03-30 6    NE            Y       .
02      s1     OVR     'Week 15' 2020-04-20 2    PR            Y       .
03      s2     OVR     'Week 3'  2020-01-22 .    ND            Y       .
04      s2     OVR     'Week 3'  2020-01-22 3    SD            Y       .
04      s2     OVR     'Week 6'  2020-02-01 5    PD            Y       .
04      s2     OVR     'Week 9'  2020-05-01 3    SD            Y       .
06      s3     OVR     'Week 6'  2020-02-12 4    NON-CR/NON-PD Y       .
06      s3     OVR     'Week 9'  2020-03-04 .    .             Y       .
"""
RS_ADSL = """
USUBJID SITEID ITTFL RANDDT     TRTSDT     DTHDT      DTHDT2
01      s1     Y     2020-01-01 2020-01-20 .          2020-06-01
02      s1     Y     2020-01-01 2020-01-20 2020-05-01 .
03      s2     Y     2020-01-01 2020-01-20 .          .
04      s2     .     2020-01-01 2020-01-20 2020-05-02 2020-06-02
05      s2     Y     2020-01-01 2020-01-20 .          .
06      s4     Y     2020-01-01 2020-02-20 .          .
"""
LESIONS = """
USUBJID PARAMCD AVISIT   AVISITN ADT        ADY AVAL AVALC         ANL01FL WHY
01      TRG     'Week 6' 6       2020-02-12 43  .    CR            Y       .
01      NTRG    'Week 6' 6       2020-02-13 44  .    NON-CR/NON-PD Y       .
01      NTRG2   'Week 6' 6       2020-02-13 44  .    PD            Y       .
01      TRG2    'Week 6' 6       2020-02-13 44  .    SD            Y       .
02      NTRG    'Week 6' 6       2020-02-12 43  .    CR            Y       .
02      NEWL    'Week 6' 6       2020-02-12 43  .    EQUIVOCAL     Y       .
02      NEWL2   'Week 6' 6       2020-02-12 43  .    UNEQUIVOCAL   Y       .
03      TRG     'Week 6' 6       2020-02-12 43  .    PR            .       .
03      NTRG    'Week 6' 6       2020-02-12 43  .    ND            Y       .
03      NEWL    'Week 6' 6       2020-02-12 43  .    N             Y       .
"""
TTE = """
USUBJID SITEID PARAMCD STARTDT    STARTDTF ADT        ADTF AVAL CNSR EVNTDESC CNSDTDSC SRCDOM SRCVAR SRCSEQ WHY
01      s1     OLD     2020-01-01 D        2020-02-01 D    32   0    Done     .        AE     ASTDT  1      .
02      s1     OLD     2020-01-01 .        2020-02-02 .    33   1    .        Left     DS     DSDT   1      .
"""
TTE_ADSL = """
USUBJID SITEID ITTFL TRTSDT     TRTSDTF TRTSDT2
01      s1     Y     2020-01-05 D       2020-01-06
02      s1     Y     2020-01-05 .       2020-01-05
03      s2     .     2020-01-05 .       2020-01-05
04      s2     Y     2020-01-05 .       2020-01-05
05      s2     Y     .          .       2020-01-05
06      s2     Y     2020-01-05 .       2020-01-05
"""
TTE_AE = """
USUBJID SITEID AESEQ ASTDT      ASTDTF AEDECOD
01      s1     1     2020-02-01 .      RASH
01      s1     2     2020-01-20 D      COUGH
02      s1     1     2020-01-01 .      COUGH
02      s1     2     2020-01-20 .      RASH
03      s2     1     .          .      RASH
06      s2     1     2020-03-01 .      COUGH
"""
TTE_DS = """
USUBJID SITEID DSSEQ DSDT       DSDTF DSCAT
01      s1     1     2020-06-01 .     VISIT
02      s1     1     2020-06-01 .     VISIT
03      s2     1     2020-06-01 .     VISIT
03      s2     2     2020-06-01 D     LAST
06      s2     1     2020-02-01 D     THERAPY
06      s2     2     2020-03-01 D     LAST
"""
DOSES = """
USUBJID PARAMCD EXSEQ EXDOSFRQ EXFRQ2 ASTDT      ASTDT2     AENDT      AENDT2     ADT ADT2 DOSENO NFRLT EXCAT
01      ALT     1     BID      QD     2014-01-01 2013-12-31 2014-01-01 2014-01-04 .   .    .      0     A
01      ALT     2     QOD      QD     2014-01-04 2014-01-04 2014-01-06 2014-01-10 .   .    .      96    B
01      AST     3     PRN      ONCE   2014-01-10 2014-01-10 2014-01-20 2014-01-20 .   .    .      .     A
02      ALT     1     ONCE     QD     2014-01-01 2014-01-01 2014-01-01 2014-01-01 .   .    .      0     A
02      ALT     2     .        QD     2014-01-10 2014-01-10 2014-01-12 2014-01-12 .   .    .      0     B
03      AST     1     QW       QD     2014-01-01 2014-01-02 .          2014-01-09 .   .    .      0     A
"""
# Events of before the treatment and under it, of which some are recorded again.
AE = """
USUBJID AEGRP ASTDT      ASTDT2     AENDT      AENDT2     TRTSDT     TRTSDT2    TRTEDT     TRTEDT2    ASEVN ASEVN2 AEIN
01      G1    2014-01-01 2014-01-01 .          2014-01-02 2014-01-04 2013-12-10 2014-01-31 2014-01-05 2     1      1
01      G1    2014-01-05 2014-01-01 .          .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 1     1      1
01      G1    2014-01-08 2014-01-08 .          .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 2     2      .
01      G1    2014-01-10 2014-06-10 .          .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 3     2      .
01      G1    2014-01-12 2014-01-12 .          .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 2     2      .
01      G2    2013-12-01 2013-12-01 2013-12-05 .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 3     3      3
01      G2    2013-12-20 2013-12-20 .          .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 1     1      1
01      G2    2014-01-08 2014-01-08 .          .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 2     2      .
02      G1    2013-12-01 2013-12-01 2013-12-05 .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 2     2      2
02      G1    2014-01-06 2014-01-06 .          .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 1     1      .
02      .     .          2014-01-06 .          .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 1     1      .
02      G3    2014-02-20 2014-02-20 .          .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 1     1      .
02      G4    2014-01-01 2014-01-01 .          .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 .     1      1
02      G5    2014-01-04 2014-01-04 .          .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 1     1      1
02      G6    2014-01-04 2014-01-04 .          .          2014-01-04 2013-12-10 2014-01-31 2014-01-05 2     2      2
03      G1    2014-01-06 2014-01-06 .          .          .          2014-01-10 .          2014-01-05 1     1      1
"""
# What decides which subjects have a record is here the source, not the frame.
BY_SOURCE = {
    "add_bor",
    "add_cbor",
    "add_death",
    "add_expected_records",
    "add_last_assessment",
    "add_nri",
    "add_progression",
    "add_time_to_event",
}
# A number of every record is never missing, a variable of added records alone always.
NEVER_MISSING = {"derive_aseq"}
ALWAYS_MISSING = {"derive_missing"}


@pytest.fixture(scope="module")
def examples(table) -> Mapping[str, Example]:
    lb = pd.concat([table(LB), table(LB_DATES)], axis=1)
    ex, visits = table(EX), table(VISITS)
    open_ex = ex.assign(EXDTC=ex["EXDTC"].where(ex["EXSEQ"] != 3))
    starts = pd.to_datetime(["2013-12-20", "2014-01-02", "2014-01-02", "2014-01-01", "2014-03-01", "2014-01-01"])
    ends = pd.to_datetime(["2014-02-28", "2014-01-20", "2014-01-20", None, "2014-03-01", "2014-12-31"])
    courses = ex.assign(
        EXSTDT=starts.astype("datetime64[s]"),
        EXENDT=ends.astype("datetime64[s]"),
        EXSTDT2=(starts + pd.Timedelta(days=13)).astype("datetime64[s]"),
        EXENDT2=(ends - pd.Timedelta(days=10)).astype("datetime64[s]"),
    )
    other_visits = visits.assign(NEW="99")
    record = {
        "variable": ("NEW", "NEWFL"),
        "where": (None, "VISITNUM = 4"),
        "by": (["USUBJID", "PARAMCD"], ["USUBJID"]),
    }
    ordered = {"order": (["AVAL", "LBSEQ"], ["AVAL desc", "LBSEQ"]), "take": ("first", "last")}
    new = {"variable": ("NEW", "NEW2")}
    from_source = {
        **new,
        "source": (ex, ex.iloc[:3]),
        "where": (None, "EXCAT = 'A'"),
        "by": (["USUBJID"], ["USUBJID", "PARAMCD"]),
    }
    units = pd.DataFrame({"from": ["A", "B"], "to": ["B", "A"], "factor": ["10", "0.1"]}, dtype="str")
    of_queries = [
        ("SMQ01", "7", "BROAD", "AVISIT", "BASELINE", None),
        ("SMQ01", "7", "NARROW", "AVISIT", "Week 2 ", None),
        ("SMQ01", "7", "NARROW", "LBSEQ", None, "3"),
        ("CQ02", "8", None, "AVISIT", "Week 4", None),
    ]
    columns = ["PREFIX", "GRPNAME", "SCOPE", "SRCVAR", "TERMCHAR", "TERMNUM"]
    queries = pd.DataFrame(of_queries, columns=columns, dtype="str")
    limits = lb.assign(
        LIMIT=["<1", "<1", "<12", "12", None, "1", "2", "<3", None], UNIT="B", STAT=[None] * 8 + ["NOT DONE"]
    )
    limits = limits[lb["PARAMCD"].notna()].astype({"STAT": "str"})
    limits["PARAMX"] = limits["PARAMX"].mask(limits["LBSEQ"] == 5, "C")  # a unit that nobody knows
    cases = [Case("1", "AVAL > 20"), Case("2", "AVAL <= 20 and ABLFL = 'Y'")]
    of_a_unit = {"reported": "PARAMX", "unit": {"ALT": "B", "AST": "B"}, "convert": units}
    results = {"variable": "NEW", "from_": "AVAL", "text": "LIMIT", "beyond": "limit", **of_a_unit}
    targets = {"AWTARGET": ["2", "20", "30"], "PARAMCD": ["ALT", "ALT", "AST"]}
    days = pd.DataFrame({"NEW": ["1", "2", "3"], "NEW2": ["3", None, "4"], **targets}, dtype="str")
    adrs, adsl = table(ADRS).astype(dict.fromkeys(["DTYPE", "RESPREAS", "WHY"], "str")), table(ADRS_ADSL)
    weeks = pd.DataFrame({"AVISIT": ["Week 4", "Week 8"], "AVISITN": ["4", "8"], "AWTARGET": ["29", "57"]}, dtype="str")
    day = lb["ADT"].where(lb["LBDTC"] != "2014-02", pd.Timestamp("2014-01-03"))  # two records of a day
    at, dose = day + pd.Timedelta(hours=9), day + pd.to_timedelta(10 - 2 * (lb["AVAL"] == 31), unit="h")
    at, dose = at.astype("datetime64[us]"), dose.astype("datetime64[us]")
    dosed = lb.assign(DAY=day, DOSE=day, ADTM=at.where(lb["AVAL"] != 25), DOSEDTM=dose)
    adae = table(AE)
    # Two adae of the day of a first dose, at 9:00, before and after it.
    adae["ASTDTM"] = (adae["ASTDT"] + pd.Timedelta(hours=9)).astype("datetime64[us]")
    adae["TRTSDTM"] = (adae["TRTSDT"] + pd.to_timedelta(8 + 2 * (adae["ASEVN"] > 1), unit="h")).astype("datetime64[us]")
    types = [Case("ON", "AVISITN >= 2"), Case("SECOND", "VISITNUM = 4")]
    visit = ["USUBJID", "AVISIT", "AVISITN"]
    of_visits = {
        "parameter": ("NEW1", "NEW2"),
        "where": (None, "ANL01FL = 'Y'"),
        "by": (visit, ["USUBJID"]),
        "set_": ({"WHY": "One"}, {"WHY": "Two"}),
    }
    of_latest = {**of_visits, "latest": (["ADT"], ["ADT", "ADY"])}
    dates, numbers = dict.fromkeys(["ADT", "ADT2"], "datetime64[s]"), {"DOSENO": "float64"}
    doses = table(DOSES).astype({**dates, **numbers})
    lesions = table(LESIONS).astype({"WHY": "str"})
    rs, rs_adsl = table(RS).astype({"WHY": "str"}), table(RS_ADSL)
    of_subjects = {
        "subjects": (rs_adsl, rs_adsl.iloc[:3]),
        "parameter": ("NEW1", "NEW2"),
        "subjects_where": (None, "ITTFL = 'Y'"),
        "by": (["USUBJID"], ["USUBJID", "SITEID"]),
        "set_": ({"WHY": "One"}, {"WHY": "Two"}),
    }
    of_assessments = {**of_subjects, "where": (None, "AVISIT <> 'Week 15'"), "copied": ([], ["AVISIT"])}
    of_best = {
        **of_assessments,
        "where": (None, "ANL01FL = 'Y'"),
        "reference": ("RANDDT", "TRTSDT"),
        "stable_days": (21, 42),
        "cr_pr": (None, "NEW3"),
        "response": (None, "NEW4"),
        "benefit": (None, "CB"),
        "benefit_days": (21, 120),
        "not_done": ("NE", "skip"),
        "none": ("MISSING", "NE"),
    }
    best = {"subjects": rs_adsl, "reference": "RANDDT", "stable_days": 30, "benefit": "CB"}
    reasons = {"FELL": "No fall", "SAME": "Worse"}
    tte, tte_adsl = table(TTE).astype({"WHY": "str"}), table(TTE_ADSL)
    events = [DatedSource("AE", "ASTDT", seq="AESEQ", dtf="ASTDTF", EVNTDESC="Event")]
    left = DatedSource("DS", "DSDT", seq="DSSEQ", dtf="DSDTF", EVNTDESC="Left", CNSDTDSC="Last date", CNSR=2)
    censors = [
        replace(left, where="DSCAT = 'THERAPY'", stops=True),
        replace(left, where="DSCAT = 'VISIT'", CNSR=3),
        replace(left, where="DSCAT = 'LAST'", EVNTDESC="Alive"),
    ]
    return {
        "add_bicla": Example(
            adrs,
            {"components": reasons, "rescue": "RESCDT", "where": "ANL01FL = 'Y'"},
            {
                **of_latest,
                "components": (reasons, {"SAME": "As before"}),
                "rescue": (None, "RESCDT"),
                "rescue_reason": ("RESCUE", "MEDICATION"),
                "reason": ("RESPREAS", "WHY"),
            },
        ),
        "add_bilag_improvement": Example(
            adrs,
            {"systems": ["MUCO", "RENAL"]},
            {**of_latest, "systems": (["MUCO", "RENAL"], ["MUCO"]), "active": ("A1", "A2")},
        ),
        "add_bilag": Example(
            adrs,
            {"systems": ["MUCO", "RENAL"]},
            {
                **of_latest,
                "systems": (["MUCO", "RENAL"], ["MUCO"]),
                "new_a": ("A1", "A2"),
                "new_b": ("B1", "B2"),
                "allowed_b": (0, 1),
            },
        ),
        "add_bor": Example(rs, best, of_best),
        "add_cbor": Example(
            rs,
            {**best, "max_sd": 1, "max_ne": 2, "after_cr": "response"},
            {
                **of_best,
                "confirm_days": (28, 70),
                "confirm_within": (None, 50),
                "max_ne": (0, 2),
                "max_sd": (0, 1),
                "after_cr": ("progression", "response"),
            },
        ),
        "add_death": Example(rs, {"subjects": rs_adsl}, {**of_subjects, "date": ("DTHDT", "DTHDT2")}),
        "add_last_assessment": Example(
            rs,
            {"subjects": rs_adsl},
            {**of_assessments, "of": ("all", "evaluable"), "without": ("no record", "missing")},
        ),
        "add_nri": Example(
            adrs,
            {
                "subjects": adsl,
                "visits": ["Week 4", "Week 8"],
                "table": weeks,
                "discontinued": "DCDT",
                "rescue": "RESCDT",
            },
            {
                "subjects": (adsl, adsl.iloc[:2]),
                "visits": (["Week 4"], ["Week 8"]),
                "table": (weeks, weeks.assign(AVISITN="9")),
                "discontinued": ("DCDT", "DCDT2"),
                "start": ("TRTSDT", "TRTSDT2"),
                "rescue": ("RESCDT", "RESCDT2"),
                "rescue_reason": ("RESCUE", "MEDICATION"),
                "subjects_where": (None, "ITTFL = 'Y'"),
                "parameters": (["SRI4"], ["SRI4", "SRI5"]),
                "reason": ("RESPREAS", "WHY"),
                "dtype": ("NRI", "IMPUTED"),
                "by": (["USUBJID"], ["USUBJID", "SITEID"]),
                "set_": ({"ANL01FL": "Y"}, {}),
            },
        ),
        "add_overall": Example(
            lesions,
            {"target": "TRG", "non_target": "NTRG", "new_lesion": "NEWL"},
            {
                **of_latest,
                "target": ("TRG", "TRG2"),
                "non_target": ("NTRG", "NTRG2"),
                "new_lesion": ("NEWL", "NEWL2"),
                "new_lesion_words": (["UNEQUIVOCAL"], ["EQUIVOCAL"]),
            },
        ),
        "add_pga": Example(adrs, {}, {**of_latest, "of": ("PGA", "TOTAL"), "rise": (0.3, 0.29)}),
        "add_progression": Example(rs, {"subjects": rs_adsl}, of_assessments),
        "add_time_to_event": Example(
            tte,
            {
                "subjects": tte_adsl,
                "start": "TRTSDT",
                "start_dtf": "TRTSDTF",
                "parameter": "TTAE",
                "events": events,
                "censors": censors,
                "set_": {"WHY": "One"},
                "AE": table(TTE_AE),
                "DS": table(TTE_DS),
            },
            {
                **of_subjects,
                "subjects": (tte_adsl, tte_adsl.iloc[:2]),
                "start": ("TRTSDT", "TRTSDT2"),
                "start_dtf": (None, "TRTSDTF"),
                "events": (events, [replace(events[0], where="AEDECOD = 'RASH'")]),
                "censors": (censors, censors[:1]),
                "each": ({}, {"TTRASH": "RASH"}),
                "ties": ("listed", "error"),
                "before_start": ("kept", "start"),
                "unit": ("days", "weeks"),
                "plus": (0, 1),
            },
        ),
        "add_single_doses": Example(
            doses,
            {"date": "ADT", "number": "DOSENO", "nominal": "NFRLT", "unscheduled": "missing"},
            {
                "date": ("ADT", "ADT2"),
                "frequency": ("EXDOSFRQ", "EXFRQ2"),
                "start": ("ASTDT", "ASTDT2"),
                "end": ("AENDT", "AENDT2"),
                "unscheduled": ("missing", "start"),
                "number": (None, "DOSENO"),
                "nominal": (None, "NFRLT"),
                "where": (None, "EXCAT = 'B'"),
            },
        ),
        "add_sledai": Example(
            adrs,
            {"items": ["ITEM1", "ITEM2"], "by": visit, "copied": ["ADT", "ADY"]},
            {
                **of_visits,
                "items": (["ITEM1", "ITEM2"], ["ITEM1"]),
                "where": (None, "ANL01FL is missing"),
                "copied": ([], ["ADT"]),
            },
        ),
        "add_sledai_reduction": Example(
            adrs,
            {"total": "TOTAL"},
            {**of_latest, "where": (None, "AVAL > 6"), "total": ("TOTAL", "PGA"), "at_least": (4, 5)},
        ),
        "add_sledai_worsening": Example(
            adrs.assign(CHG=-adrs["CHG"]),
            {"total": "TOTAL"},
            {**of_latest, "where": (None, "AVAL > 6"), "total": ("TOTAL", "PGA"), "allowed": (3, 2)},
        ),
        "add_sri": Example(
            adrs,
            {"components": reasons, "rescue": "RESCDT", "where": "ANL01FL = 'Y'"},
            {
                **of_latest,
                "components": (reasons, {"SAME": "As before"}),
                "rescue": (None, "RESCDT"),
                "rescue_reason": ("RESCUE", "MEDICATION"),
                "reason": ("RESPREAS", "WHY"),
            },
        ),
        "derive_ablfl": Example(
            lb, {"variable": "NEW", "where": "LBSEQ > 0", "order": ["ADT", "LBSEQ"], "take": "last"}, record | ordered
        ),
        "derive_ablfl_predose": Example(
            dosed,
            {"variable": "NEW", "day": "DAY", "dose": "DOSE", "times": ["ADTM", "DOSEDTM"], "order": ["LBSEQ"]},
            {
                "variable": ("NEW", "NEWFL"),
                "where": (None, "AVAL is missing"),
                "day": ("DAY", "ADT2"),
                "dose": ("DOSE", "TRTSDT"),
                "times": ([], ["ADTM", "DOSEDTM"]),
                "untimed": ("before", "after"),
                "order": (["LBSEQ"], ["LBSEQ desc"]),
                "by": (["USUBJID", "PARAMCD"], ["USUBJID"]),
            },
        ),
        "add_basetype_records": Example(
            lb.assign(**dict.fromkeys(["BASETYPE", "EMPTY"], pd.Series([None] * len(lb), dtype="str"))),
            {"rows": types, "unmatched": "missing"},
            {
                "rows": (types, types[:1]),
                "variable": ("BASETYPE", "EMPTY"),
                "unmatched": ("missing", "error"),
            },
        ),
        "derive_agreement": Example(
            lb,
            {"variable": "NEW", "with_": "BASE"},
            {
                **new,
                "with_": ("BASE", "AVAL2"),
                "from_": ("AVAL", "A1HI"),
                "where": (None, "AVISITN = 0"),
            },
        ),
        "derive_anlfl": Example(
            lb, {"variable": "NEW", "order": ["AVAL desc", "LBSEQ"], "take": "first"}, record | ordered
        ),
        "derive_query": Example(
            lb,
            {"variable": "SMQ01NAM", "table": queries, "by": ["AVISIT", "LBSEQ"]},
            {
                "variable": ("SMQ01NAM", "SMQ01SC"),
                "table": (queries, queries.assign(GRPNAME="Other")),
                "by": (["AVISIT", "LBSEQ"], ["AVISIT"]),
                "prefix": (None, "CQ02"),
                "column": (None, "SCOPE"),
                "kind": ("text", "number"),
            },
        ),
        "derive_aocc": Example(
            lb.assign(AVISIT2=lb["AVISIT"].iloc[::-1].array),
            {
                "variable": "NEW",
                "where": "LBSEQ > 0",
                "order": ["LBSEQ"],
                "worst": "AVISIT",
                "levels": ["Baseline", "Week 2"],
            },
            {
                **record,
                "order": (["AVAL", "LBSEQ"], ["LBSEQ desc"]),
                "worst": ("AVISIT", "AVISIT2"),
                "levels": (["Baseline", "Week 2"], ["Week 2", "Baseline"]),
                "missing": ("lowest", "highest"),
            },
        ),
        "derive_flag": Example(
            lb,
            {"variable": "FL", "where": "LBSEQ > 0", "order": ["AVAL", "LBSEQ"], "take": "last"},
            record | ordered,
        ),
        "derive_ady": Example(lb, {}, {**new, "from_": ("ADT", "ADT2"), "start": ("TRTSDT", "ADT2")}),
        "derive_awtdiff": Example(
            lb, {"day": "AVAL", "target": "A1HI"}, {**new, "day": ("AVAL", "AVAL2"), "target": ("A1HI", "BASE")}
        ),
        "derive_base": Example(
            lb,
            {"variable": "NEW", "from_": "AVISIT"},
            {
                **new,
                "from_": ("AVAL", "AVISIT"),
                "flag": ("ABLFL", "ABL2FL"),
                "by": (["USUBJID", "PARAMCD"], ["USUBJID", "PARAMCD", "AVISITN"]),
                "where": (None, "VISITNUM = 4"),
            },
        ),
        "derive_aseq": Example(
            lb,
            {"order": ["LBSEQ"], "by": ["USUBJID"]},
            {**new, "order": (["LBSEQ"], ["LBSEQ desc"]), "by": (["USUBJID"], ["USUBJID", "PARAMCD"])},
        ),
        "add_average": Example(
            adrs,
            {"by": ["USUBJID", "AVISIT"], "where": "AVAL > 0", "common": ["ADT"]},
            {
                "where": (None, "AVAL > 3"),
                "by": (["USUBJID", "AVISIT"], ["USUBJID", "ADT"]),
                "at_least": (2, 6),
                "common": ([], ["SITEID"]),
                "set_": ({"WHY": "One"}, {"WHY": "Two"}),
            },
        ),
        "add_carried_forward": Example(
            lb,
            {
                "visits": ["Week 4"],
                "table": visits,
                "set_": {"PARAMX": "LOCF"},
                "order": ["AVISITN", "LBSEQ"],
                "where": "AVAL is not missing",
            },
            {
                "visits": (["Week 4"], ["Week 2.1"]),
                "table": (visits, visits.assign(AVISITN="9")),
                "set_": ({"PARAMX": "LOCF"}, {"PARAMX": "WOCF"}),
                "where": (None, "AVISITN = 0"),
                "order": (["AVISITN", "LBSEQ"], ["AVAL desc", "LBSEQ"]),
                "take": ("first", "last"),
                "by": (["USUBJID", "PARAMCD"], ["USUBJID"]),
            },
        ),
        "add_expected_records": Example(
            lb,
            {
                "subjects": adsl,
                "parameters": ["ALT", "AST"],
                "visits": ["Week 2", "Week 4"],
                "table": visits,
                "set_": {"PARAMX": "MISSED"},
            },
            {
                "subjects": (adsl, adsl.iloc[:2]),
                "parameters": (["ALT", "AST"], ["ALT"]),
                "visits": (["Week 2", "Week 4"], ["Week 4"]),
                "table": (visits, visits.assign(AVISITN="9")),
                "subjects_where": (None, "ITTFL = 'Y'"),
                "where": (None, "LBSEQ > 2"),
                "by": (["USUBJID"], ["USUBJID", "PARAMCD"]),
                "set_": ({"PARAMX": "MISSED"}, {"PARAMX": "NONE"}),
            },
        ),
        "add_differential": Example(
            adrs,
            {"parameter": "NEW1", "total": "TOTAL", "fraction": "PGA", "by": visit},
            {
                **of_visits,
                "total": ("TOTAL", "ITEM1"),
                "fraction": ("PGA", "ITEM1"),
                "whole": (1.0, 100.0),
                "copied": ([], ["ADT"]),
            },
        ),
        "add_composite": Example(
            adrs,
            {"parameter": "NEW1", "when": "ITEM1 > 3 and PGA < 1.5"},
            {
                **of_latest,
                "when": ("ITEM1 > 3 and PGA < 1.5", "ITEM1 > 4 and PGA < 1.5"),
                "of": ("AVAL", "CHG"),
                "undecided": ("missing", "no record"),
            },
        ),
        "derive_anrind": Example(
            lb,
            {"from_": "AVAL", "lower": "AVAL2", "upper": "A1HI"},
            {**new, "from_": ("AVAL", "BASE"), "lower": ("AVAL2", "A1HI"), "upper": ("A1HI", "AVAL2")},
        ),
        "derive_atoxgr": Example(
            lb.assign(ANRLO=1.0, ANRHI=lb["AVAL2"], BNRIND=pd.Series(["HIGH", "NORMAL"] * 5).iloc[: len(lb)]),
            {
                "variable": "NEW",
                "direction": "high",
                "term": {"ALT": "Creatinine increased", "AST": "Lymphocyte count increased"},
                "unit": {"AST": "10^9/L"},
            },
            {
                **new,
                "direction": ("high", "low"),
                "term": ({"ALT": "Creatinine increased"}, {"ALT": "Lipase increased"}),
                "unit": ({"AST": "10^9/L"}, {"AST": "g/L"}),
                "criteria": ("v4-si", "v4-us"),
            },
        ),
        "derive_pchg": Example(
            lb.assign(BASE=-lb["BASE"]),
            {"where": "ABLFL is missing"},
            {
                **new,
                "aval": ("AVAL", "AVAL2"),
                "base": ("BASE", "A1HI"),
                "divisor": ("base", "size"),
                "where": (None, "ABLFL is missing"),
            },
        ),
        "derive_shift": Example(
            lb,
            {"from_": "PARAMX", "to": "AVISIT"},
            {
                **new,
                "from_": ("PARAMX", "ABLFL"),
                "to": ("AVISIT", "PARAMX"),
                "missing": (None, "NULL"),
                "where": (None, "AVISITN = 0"),
            },
        ),
        "derive_ontrtfl": Example(
            lb.assign(ADT3=lb["ADT2"].where(lb["LBSEQ"] > 1)),
            {"end": "ADT2", "where": "AVISITN <= 2"},
            {
                **new,
                "from_": ("ADT", "TRTSDT"),
                "start": ("TRTSDT", "ADT2"),
                "end": ("ADT2", "TRTSDT"),
                "days_after": (-200, 0),
                "undated": ("missing", "flagged"),
                "to": (None, "ADT3"),
                "where": (None, "AVISITN <= 2"),
            },
        ),
        "derive_prefl": Example(
            lb,
            {"from_": "ADT", "start": "ADT2", "where": "AVISITN <= 2"},
            {
                **new,
                "from_": ("ADT", "TRTSDT"),
                "start": ("TRTSDT", "ADT2"),
                "undated": ("missing", "flagged"),
                "where": (None, "AVISITN <= 2"),
            },
        ),
        "derive_fupfl": Example(
            lb,
            {"from_": "ADT", "end": "TRTSDT", "where": "AVISITN <= 2"},
            {
                **new,
                "from_": ("ADT", "TRTSDT"),
                "end": ("TRTSDT", "ADT2"),
                "days_after": (0, 10),
                "undated": ("missing", "flagged"),
                "where": (None, "AVISITN <= 2"),
            },
        ),
        "derive_trtemfl": Example(
            adae,
            {"days_after": 30, "severity": "ASEVN", "initial": "AEIN", "event": ["AEGRP"]},
            {
                **new,
                "from_": ("ASTDT", "ASTDT2"),
                "to": ("AENDT", "AENDT2"),
                "start": ("TRTSDT", "TRTSDT2"),
                "end": ("TRTEDT", "TRTEDT2"),
                "days_after": (30, 0),
                "times": ([], ["ASTDTM", "TRTSDTM"]),
                "undated": ("emergent", "missing"),
                "severity": ("ASEVN", "ASEVN2"),
                "initial": ("AEIN", None),
                "event": (["AEGRP"], []),
                "against": ("last", "previous"),
                "ended": ("counts", "ignored"),
                "later": ("compared", "emergent"),
                "ungraded": ("emergent", "missing"),
            },
        ),
        "derive_bmi": Example(
            lb,
            {"height": "A1HI", "weight": "AVAL"},
            {**new, "height": ("A1HI", "AVAL2"), "weight": ("AVAL", "AVAL2")},
        ),
        "derive_constant": Example(
            lb,
            {"variable": "NEW", "value": "2", "where": "AVISITN = 0"},
            {**new, "value": ("2", "3"), "where": (None, "AVISITN = 0"), "kind": ("text", "number")},
        ),
        "derive_parameter_number": Example(
            lb,
            {"variable": "NEW", "number": {"ALT": "3.5"}},
            {**new, "number": ({"ALT": "3.5"}, {"AST": "3.5"}), "where": (None, "AVISITN = 0")},
        ),
        "derive_plus_days": Example(
            lb,
            {"variable": "NEW", "from_": "ADT", "days": 30},
            {**new, "from_": ("ADT", "ADT2"), "days": (30, -1), "where": (None, "AVISITN = 0")},
        ),
        "add_summary": Example(
            adrs,
            {
                "parameter": "NEW1",
                "statistic": "sum",
                "of": ["ITEM1", "ITEM2", "TOTAL", "RENAL"],
                "by": ["USUBJID", "ADT"],
                "common": ["RESCDT"],
            },
            {
                "parameter": ("NEW1", "NEW2"),
                "statistic": ("sum", "maximum"),
                "of": (["ITEM1", "ITEM2"], ["ITEM1"]),
                "where": (None, "ANL01FL = 'Y' and AVAL > 3"),
                "by": (["USUBJID"], ["USUBJID", "AVAL"]),
                "common": ([], ["SITEID"]),
                "without_value": ("no record", "missing"),
                "earliest": ([], ["ADY"]),
                "latest": ([], ["ADY"]),
                "set_": ({"WHY": "One"}, {"WHY": "Two"}),
            },
        ),
        "add_any": Example(
            adrs,
            {"parameter": "NEW1", "of": ["ITEM1", "ITEM2", "TOTAL"], "when": "AVAL > 6"},
            {
                "parameter": ("NEW1", "NEW2"),
                "of": (["TOTAL"], ["ITEM2"]),
                "when": ("AVAL > 6", "AVAL < 3"),
                "unmet": ("missing", "N"),
                "where": (None, "AVAL < 9"),
                "by": (["USUBJID"], ["USUBJID", "AVISIT"]),
                "common": ([], ["SITEID"]),
                "earliest": ([], ["ADT"]),
                "latest": ([], ["ADY"]),
                "set_": ({"WHY": "One"}, {"WHY": "Two"}),
            },
        ),
        "derive_contains": Example(
            lb,
            {"variable": "NEW", "from_": "AVISIT", "words": ["week"]},
            {
                **new,
                "from_": ("AVISIT", "PARAMCD"),
                "words": (["week"], ["line"]),
                "where": (None, "AVISITN = 2"),
            },
        ),
        "derive_cleaned": Example(
            lb.assign(AVISIT=lb["AVISIT"].str.replace(" ", "   ")),
            {"variable": "NEW", "from_": "AVISIT"},
            {
                **new,
                "from_": ("AVISIT", "PARAMCD"),
                "case": ("kept", "upper"),
                "where": (None, "AVISITN = 2"),
            },
        ),
        "derive_number": Example(
            limits,
            {"variable": "NEW", "from_": "LIMIT"},
            {**new, "from_": ("LIMIT", "STAT"), "where": (None, "AVISITN = 4")},
        ),
        "derive_formula": Example(
            lb,
            {"variable": "NEW", "formula": "AVAL / A1HI", "where": "LBSEQ <= 3"},
            {
                **new,
                "formula": ("AVAL / A1HI", "AVAL - A1HI"),
                "decimals": (None, 1),
                "where": (None, "AVISITN = 0"),
            },
        ),
        "add_formula": Example(
            adrs,
            {
                "parameter": "NEW1",
                "formula": "ITEM2 * TOTAL",
                "constant": ["ITEM2"],
                "where": "PARAMCD <> 'ITEM2'",
            },
            {
                **of_latest,
                "where": (None, "ANL01FL is missing"),
                "formula": ("ITEM1 + 2 * ITEM2", "ITEM1 / ITEM2"),
                "without_value": ("no record", "missing"),
                "constant": (["ITEM2"], []),
                "constant_where": (None, "AVISITN > 4"),
                "constant_by": (["USUBJID"], ["AVISIT"]),
                "of": ("AVAL", "ADY"),
                "decimals": (None, -1),
            },
        ),
        "derive_case_when": Example(
            lb,
            {"variable": "NEW", "rows": [*cases, Case(from_="AVISIT")]},
            {
                **new,
                "rows": (cases, cases[::-1][:1]),
                "kind": ("text", "number"),
            },
        ),
        "derive_chg": Example(
            lb,
            {"where": "ABLFL is missing"},
            {
                **new,
                "aval": ("AVAL", "AVAL2"),
                "base": ("BASE", "A1HI"),
                "where": (None, "ABLFL is missing"),
                "decimals": (None, -1),
            },
        ),
        "derive_coalesce": Example(
            lb,
            {"variable": "NEW", "from_": ["ABL2FL", "AVISIT"]},
            {**new, "from_": (["ABL2FL", "AVISIT"], ["AVISIT", "ABL2FL"])},
        ),
        "derive_choose": Example(
            lb.assign(ONE=[1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, None, 2.0]),
            {"variable": "NEW", "index": "ONE", "from_": ["ABL2FL", "AVISIT"]},
            {
                **new,
                "index": ("ONE", "VISITNUM"),
                "from_": (["ABL2FL", "AVISIT"], ["AVISIT", "ABL2FL"]),
            },
        ),
        "derive_extreme": Example(
            lb,
            {"variable": "NEW", "from_": ["AVISIT", "ABL2FL"], "take": "first", "dates": ["ADT", "ADT2"]},
            {
                **new,
                "from_": (["AVISIT", "ABL2FL"], ["ABL2FL", "AVISIT"]),
                "take": ("first", "last"),
                "dates": (["ADT", "ADT2"], ["ADT2", "ADT"]),
            },
        ),
        "add_copied_records": Example(
            lb,
            {"where": "ABL2FL = 'Y'", "set_": {"AVISIT": "End", "AVISITN": "99"}},
            {"where": ("ABL2FL = 'Y'", "ABLFL = 'Y'"), "set_": ({"AVISIT": "End"}, {"AVISIT": "Last"})},
        ),
        "derive_converted": Example(
            limits,
            {"variable": "NEW", "from_": "AVAL", **of_a_unit},
            {
                **new,
                "from_": ("AVAL", "AVAL2"),
                "reported": ("PARAMX", "UNIT"),
                "unit": ({"ALT": "B", "AST": "B"}, {"ALT": "B", "AST": "A"}),
                "convert": (units, units.assign(factor="100")),
            },
        ),
        "derive_copy": Example(
            lb,
            {"variable": "NEW", "from_": "AVISIT", "where": "AVAL > 11"},
            {**new, "from_": ("AVISIT", "AVAL"), "where": (None, "AVAL > 11")},
        ),
        "derive_date": Example(
            lb.assign(EARLY=pd.Timestamp("2014-02-01"), LATE=pd.Timestamp("2014-02-20")).astype(
                {"EARLY": "datetime64[s]", "LATE": "datetime64[s]"}
            ),
            {"variable": "NEW", "from_": "LBDTC", "highest": "day", "impute": "mid"},
            {
                **new,
                "from_": ("LBDTC", "LBDTC2"),
                "highest": ("none", "day"),
                "impute": ("first", "last"),
                "not_before": ([], ["LATE"]),
                "not_after": ([], ["EARLY"]),
            },
        ),
        "derive_datetime": Example(
            lb.assign(EARLY=pd.Timestamp("2014-02-01"), LATE=pd.Timestamp("2014-02-20")).astype(
                {"EARLY": "datetime64[s]", "LATE": "datetime64[us]"}
            ),
            {"variable": "NEW", "from_": "LBDTC", "highest": "day", "impute": "mid"},
            {
                **new,
                "from_": ("LBDTC", "LBDTC2"),
                "highest": ("hour", "day"),
                "impute": ("first", "last"),
                "time": ("first", "last"),
                "not_before": ([], ["LATE"]),
                "not_after": ([], ["EARLY"]),
            },
        ),
        "derive_dtc": Example(
            lb,
            {
                "variable": "NEW",
                "source": open_ex,
                "from_": "EXDTC",
                "take": "last",
                "highest": "day",
                "impute": "last",
            },
            {
                **from_source,
                "source": (open_ex, open_ex.iloc[3:]),
                "from_": ("EXDTC", "EXENDTC"),
                "take": ("first", "last"),
                "highest": ("hour", "day"),
                "impute": ("first", "last"),
                "time": ("first", "last"),
                "undated": ("skip", "missing"),
            },
        ),
        "derive_dtf": Example(
            lb.assign(DAY=lb["ADT2"].where(lb["LBSEQ"] > 1)),
            {"variable": "NEW", "from_": "LBDTC", "date": "DAY"},
            {**new, "from_": ("LBDTC", "LBDTC2"), "date": ("DAY", "ADT")},
        ),
        "derive_duration": Example(
            lb,
            {"variable": "NEW", "from_": "TRTSDT", "to": "ADT"},
            {
                **new,
                "from_": ("TRTSDT", "ADT"),
                "to": ("ADT", "ADT2"),
                "unit": ("days", "weeks"),
                "plus": (1, 0),
            },
        ),
        "derive_exists": Example(lb, {"variable": "NEW", "source": ex, "where": "EXCAT = 'B'"}, from_source),
        "derive_limit_dtype": Example(
            limits,
            {"variable": "NEW", "text": "LIMIT", "beyond": "half"},
            {**new, "beyond": ("half", "limit"), "text": ("LIMIT", "AVISIT"), "value": ("AVAL", "AVAL2")},
        ),
        "derive_lookup": Example(
            lb,
            {"variable": "NEW", "table": visits, "by": "VISITNUM"},
            {
                "variable": ("NEW2", "NEW3"),
                "table": (visits, other_visits),
                "by": ("VISITNUM", "AVISITN"),
                "unmatched": ("missing", "error"),
                "kind": ("text", "number"),
            },
        ),
        "derive_missing": Example(lb, {"variable": "NEW"}, {**new, "kind": ("text", "date")}),
        "derive_parameter_criterion": Example(
            lb,
            {"variable": "NEW", "criterion": {"ALT": "BASE >= 20", "AST": "AVAL > 20"}},
            {**new, "criterion": ({"ALT": "BASE >= 20"}, {"ALT": "BASE > 20"}), "unmet": ("missing", "N")},
        ),
        "derive_parameter_text": Example(
            lb,
            {"variable": "NEW", "text": {"ALT": "one"}},
            {**new, "text": ({"ALT": "one"}, {"ALT": "two"})},
        ),
        "derive_pick": Example(
            lb,
            {"variable": "NEW", "source": ex, "from_": "EXTRT", "order": ["EXDOSE desc", "EXSEQ"], "take": "first"},
            {
                **from_source,
                "from_": ("EXTRT", "EXDOSE"),
                "order": (["EXSEQ"], ["EXDOSE", "EXSEQ desc"]),
                "take": ("first", "last"),
            },
        ),
        "derive_pick_at": Example(
            lb,
            {
                "variable": "NEW",
                "source": courses,
                "from_": "EXDOSE",
                "at": "ADT",
                "date": "EXSTDT",
                "rule": "within",
                "end": "EXENDT",
                "ties": "later",
                "order": ["EXSEQ desc"],
            },
            {
                **from_source,
                "source": (courses, courses[courses["EXSEQ"] != 2]),
                "where": (None, "EXCAT = 'A'"),
                "from_": ("EXTRT", "EXDOSE"),
                "at": ("ADT", "ADT2"),
                "date": ("EXSTDT", "EXSTDT2"),
                "rule": ("on_or_before", "after"),
                "end": ("EXENDT", "EXENDT2"),
                "no_end": ("skip", "open"),
                "ties": ("earlier", "later"),
                "order": (["EXSEQ"], ["EXSEQ desc"]),
            },
        ),
        "derive_previous": Example(
            lb,
            {"variable": "NEW", "from_": "AVAL2", "order": ["LBSEQ"]},
            {
                **new,
                "from_": ("AVAL", "AVISIT"),
                "order": (["LBSEQ"], ["LBSEQ desc"]),
                "where": (None, "AVAL is not missing"),
                "by": (["USUBJID"], ["USUBJID", "PARAMCD"]),
            },
        ),
        "derive_ratio": Example(
            lb,
            {"variable": "NEW", "from_": "AVAL", "to": "A1HI"},
            {**new, "from_": ("AVAL", "AVAL2"), "to": ("A1HI", "AVAL2"), "decimals": (None, 1)},
        ),
        "derive_result": Example(
            limits,
            results,
            {
                **new,
                "from_": ("AVAL", "AVAL2"),
                "text": ("LIMIT", "AVISIT"),
                "reported": ("PARAMX", "UNIT"),
                "unit": ({"ALT": "B", "AST": "B"}, {"ALT": "B", "AST": "A"}),
                "convert": (units, units.assign(factor="100")),
                "beyond": ("missing", "half"),
                "status": (None, "STAT"),
            },
        ),
        "derive_rounded": Example(
            lb,
            {"variable": "NEW", "from_": "AVAL", "decimals": 1},
            {**new, "from_": ("AVAL", "AVAL2"), "decimals": (0, 1)},
        ),
        "derive_tmf": Example(
            lb.assign(MOMENT=lb["ADT2"].where(lb["LBSEQ"] > 1)),
            {"variable": "NEW", "from_": "LBDTC", "datetime": "MOMENT"},
            {**new, "from_": ("LBDTC", "LBDTC2"), "datetime": ("MOMENT", "ADT")},
        ),
        "derive_total": Example(
            lb,
            {"variable": "NEW", "source": ex, "from_": "EXDOSE", "where": "EXCAT = 'B'"},
            {**from_source, "from_": ("EXDOSE", "EXAMT")},
        ),
        "derive_value_of": Example(
            adrs,
            {"variable": "NEW", "parameter": "TOTAL", "by": visit, "where": "PARAMCD <> 'SRI4'"},
            {
                **new,
                "parameter": ("TOTAL", "PGA"),
                "from_": ("AVAL", "CHG"),
                "where": (None, "PARAMCD = 'PGA'"),
                "by": (visit, ["USUBJID", "ADT"]),
            },
        ),
        "derive_windows": Example(
            lb,
            {"variable": "NEW", "table": days, "from_": "AVAL", "ties": "earlier"},
            {
                **new,
                "by": ([], ["PARAMCD"]),
                "ties": ("earlier", "later"),
                "table": (days, days.assign(NEW="9")),
                "from_": ("AVAL", "AVAL2"),
                "where": (None, "ABLFL = 'Y'"),
                "kind": ("text", "number"),
            },
        ),
    }
