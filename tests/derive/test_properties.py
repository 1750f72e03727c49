"""Properties of every derivation, found by walking the package: what DESIGN.md promises of all of them."""

from __future__ import annotations

import copy
import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest

import adamline.derive
from adamline.contract import Case, Contract, Role, contract_of
from adamline.errors import ConditionError, DataError
from adamline.io.dataset import kind_of


def _found() -> Iterator[tuple[str, Callable[..., pd.DataFrame]]]:
    for info in pkgutil.walk_packages(adamline.derive.__path__, "adamline.derive."):
        module = importlib.import_module(info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and contract_of(function):
                yield name, function


DERIVATIONS = dict(_found())
ARGUMENTS = [
    (name, argument) for name, f in DERIVATIONS.items() for argument in list(inspect.signature(f).parameters)[1:]
]
every = pytest.mark.parametrize("name", DERIVATIONS)


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
# What decides which subjects have a record is here the source, not the frame.
BY_SOURCE = {"add_expected_records", "add_nri"}
# A number of every record is never missing, a variable of added records alone always.
NEVER_MISSING = {"derive_aseq"}
ALWAYS_MISSING = {"derive_missing"}


@pytest.fixture(scope="module")
def examples(table) -> Mapping[str, Example]:
    lb = pd.concat([table(LB), table(LB_DATES)], axis=1)
    ex, visits = table(EX), table(VISITS)
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
    dosed = lb.assign(DAY=day, DOSE=day, ADTM=at.where(lb["AVAL"] != 25), DOSEDTM=dose)
    types = [Case("ON", "AVISITN >= 2"), Case("SECOND", "VISITNUM = 4")]
    visit = ["USUBJID", "AVISIT", "AVISITN"]
    of_visits = {
        "parameter": ("NEW1", "NEW2"),
        "where": (None, "ANL01FL = 'Y'"),
        "by": (visit, ["USUBJID"]),
        "set_": ({"WHY": "One"}, {"WHY": "Two"}),
    }
    of_latest = {**of_visits, "latest": (["ADT"], ["ADT", "ADY"])}
    reasons = {"FELL": "No fall", "SAME": "Worse"}
    return {
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
                "parameter": ("SRI4", "SRI5"),
                "reason": ("RESPREAS", "WHY"),
                "dtype": ("NRI", "IMPUTED"),
                "by": (["USUBJID"], ["USUBJID", "SITEID"]),
                "set_": ({"ANL01FL": "Y"}, {}),
            },
        ),
        "add_pga": Example(adrs, {}, {**of_latest, "of": ("PGA", "TOTAL"), "rise": (0.3, 0.29)}),
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
            lb, {"variable": "NEW", "where": "AVISITN >= 0", "order": ["LBSEQ"], "take": "last"}, record | ordered
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
        "derive_anlfl": Example(
            lb, {"variable": "NEW", "order": ["AVAL desc", "LBSEQ"], "take": "first"}, record | ordered
        ),
        "derive_flag": Example(
            lb,
            {"variable": "FL", "where": "AVAL is not missing", "order": ["AVAL", "LBSEQ"], "take": "last"},
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
            lb,
            {"end": "ADT2", "where": "AVISITN <= 2"},
            {
                **new,
                "from_": ("ADT", "TRTSDT"),
                "start": ("TRTSDT", "ADT2"),
                "end": ("ADT2", "TRTSDT"),
                "days_after": (-200, 0),
                "where": (None, "AVISITN <= 2"),
            },
        ),
        "derive_bmi": Example(
            lb,
            {"height": "A1HI", "weight": "AVAL"},
            {**new, "height": ("A1HI", "AVAL2"), "weight": ("AVAL", "AVAL2")},
        ),
        "derive_case_when": Example(
            lb,
            {"variable": "NEW", "rows": cases, "otherwise_from": "AVISIT"},
            {
                **new,
                "rows": (cases, cases[::-1][:1]),
                "otherwise_from": (None, "AVISIT"),
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
            {"variable": "NEW", "source": ex, "from_": "EXDTC", "take": "last", "highest": "day", "impute": "last"},
            {
                **from_source,
                "from_": ("EXDTC", "EXENDTC"),
                "take": ("first", "last"),
                "highest": ("hour", "day"),
                "impute": ("first", "last"),
                "time": ("first", "last"),
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


def records(frame: pd.DataFrame, *, but: str = "") -> list[tuple[Any, ...]]:
    """The records as plain values with one missing, in an order of their own."""
    columns = [frame[name].astype(object) for name in frame.columns if name != but]
    rows = zip(*([None if pd.isna(v) else v for v in column] for column in columns), strict=True)
    return sorted(rows, key=repr)


def run(name: str, example: Example, frame: pd.DataFrame | None = None, **other: Any) -> pd.DataFrame:
    given = example.frame if frame is None else frame
    return DERIVATIONS[name](given, **{**example.arguments, **other})


def contract(name: str) -> Contract:
    found = contract_of(DERIVATIONS[name])
    assert found
    return found


def text_columns(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if isinstance(frame[name].dtype, pd.StringDtype)]


def as_text(frame: pd.DataFrame, form: str) -> pd.DataFrame:
    """The frame with its text of another type; `unsorted` has its levels descending, and some that no record has."""
    made = frame.copy()
    for name in text_columns(frame):
        levels = sorted(frame[name].dropna().unique(), reverse=True)
        forms = {
            "object": object,
            "category": "category",
            "unsorted": pd.CategoricalDtype(pd.Index(["zz", *levels, "2099", "AA"], dtype="str")),
            "object levels": pd.CategoricalDtype(pd.Index(["zz", *levels], dtype=object)),
        }
        made[name] = frame[name].astype(forms[form])
        if form == "object":
            made[name] = made[name].where(made[name].notna(), None)
    return made


def test_every_derivation_has_an_example(examples):
    assert set(examples) == set(DERIVATIONS), "each derivation needs an example here, and no other has one"


@every
def test_an_example_says_something(name, examples):
    """The new variable has values and, records left out, missing ones; or records are added."""
    example = examples[name]
    made = run(name, example)
    if name.startswith("add_"):
        assert len(made) > len(example.frame)
    else:
        (new,) = set(made.columns) - set(example.frame.columns)
        assert made[new].isna().any() or name in NEVER_MISSING
        assert made[new].notna().any() != (name in ALWAYS_MISSING)


@every
@pytest.mark.parametrize("seed", [0, 1])
def test_the_order_of_records_does_not_matter(name, seed, examples):
    example, rng = examples[name], np.random.default_rng(seed)

    def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.iloc[rng.permutation(len(frame))]

    other = {argument: shuffled(example.arguments[argument]) for argument in example.frames()}
    frame = shuffled(example.frame)
    made = run(name, example, frame, **other)
    assert records(made) == records(run(name, example))
    if name.startswith("derive_"):
        kept = [column for column in frame.columns if column in made.columns]
        pd.testing.assert_frame_equal(made[kept], frame[kept])  # same rows, order and index


@every
@pytest.mark.parametrize("label", ["duplicate", "text", "reversed"])
def test_the_index_does_not_matter(name, label, examples):
    example = examples[name]

    def labelled(frame: pd.DataFrame) -> pd.DataFrame:
        size = range(len(frame))
        labels = {"duplicate": [n // 2 for n in size], "text": [f"r{n}" for n in size], "reversed": list(size)[::-1]}
        return frame.set_axis(pd.Index(labels[label]))

    other = {argument: labelled(example.arguments[argument]) for argument in example.frames()}
    made = run(name, example, labelled(example.frame), **other).reset_index(drop=True)
    pd.testing.assert_frame_equal(made, run(name, example).reset_index(drop=True))


@every
@pytest.mark.parametrize("form", ["object", "category", "unsorted", "object levels"])
def test_the_type_of_text_does_not_matter(name, form, examples):
    example = examples[name]
    expected = records(run(name, example))
    other = {argument: as_text(example.arguments[argument], form) for argument in example.frames()}
    frame = as_text(example.frame, form)
    assert records(run(name, example, frame)) == expected
    if other:
        assert records(run(name, example, **other)) == expected
        assert records(run(name, example, frame, **other)) == expected


@every
def test_neither_the_frame_nor_the_arguments_are_changed(name, examples):
    example = examples[name]
    before, arguments = example.frame.copy(deep=True), copy.deepcopy(dict(example.arguments))
    made = run(name, example)
    for column in made.columns:  # nor are they when the result is changed
        made.iloc[0, made.columns.get_loc(column)] = None
    pd.testing.assert_frame_equal(example.frame, before)
    for argument, value in arguments.items():
        if isinstance(value, pd.DataFrame):
            pd.testing.assert_frame_equal(example.arguments[argument], value)
        else:
            assert example.arguments[argument] == value


@every
def test_a_subject_doubled_doubles_its_records_alone(name, examples):
    assert contract(name).within == "subject"
    example = examples[name]

    def doubled(frame: pd.DataFrame) -> pd.DataFrame:
        if "USUBJID" not in frame.columns:
            return frame
        return pd.concat([frame[frame["USUBJID"] == "01"].assign(USUBJID="01X"), frame])

    other = {argument: doubled(example.arguments[argument]) for argument in example.frames()}
    made, single = run(name, example, doubled(example.frame), **other), run(name, example)
    is_new = made["USUBJID"] == "01X"
    assert records(made[~is_new]) == records(single)
    assert records(made[is_new], but="USUBJID") == records(single[single["USUBJID"] == "01"], but="USUBJID")


@every
def test_subject_by_subject_gives_the_whole(name, examples):
    example = examples[name]
    parts = []
    sources = {a: f for a, f in example.arguments.items() if isinstance(f, pd.DataFrame) and "USUBJID" in f.columns}
    deciding = [example.frame, *(sources.values() if name in BY_SOURCE else ())]
    for subject in sorted(pd.concat([frame["USUBJID"] for frame in deciding]).dropna().unique()):
        part = example.frame[example.frame["USUBJID"] == subject]
        other = {a: f[f["USUBJID"] == subject] for a, f in sources.items()}
        parts.append(run(name, example, part, **other))
        if name not in BY_SOURCE:
            assert records(run(name, example, part)) == records(parts[-1])  # and with the whole source
    assert records(pd.concat([part.astype(object) for part in parts])) == records(run(name, example))


@every
def test_no_records(name, examples):
    example = examples[name]
    whole = run(name, example)
    made = run(name, example, example.frame.iloc[:0])
    assert name in BY_SOURCE or len(made) == 0
    assert list(made.columns) == list(whole.columns)
    assert [kind_of(made[c]) for c in made.columns] == [kind_of(whole[c]) for c in whole.columns]
    sources = [a for a in example.frames() if "USUBJID" in example.arguments[a].columns]
    if sources:
        made = run(name, example, **{a: example.arguments[a].iloc[:0] for a in sources})
        if name in BY_SOURCE:
            assert records(made) == records(example.frame)
            return
        (new,) = set(made.columns) - set(example.frame.columns)
        assert made[new].isna().all() and kind_of(made[new]) is kind_of(whole[new])


@every
def test_one_record(name, examples):
    example = examples[name]
    for row in range(len(example.frame)):
        made = run(name, example, example.frame.iloc[[row]])
        assert name in BY_SOURCE or 1 <= len(made) <= 2
        assert kind_of(made.iloc[:, -1]) is kind_of(run(name, example).iloc[:, -1])


@every
@pytest.mark.parametrize("dtype", ["its own", "object", "str"])
def test_a_variable_may_be_all_missing(name, dtype, examples):
    """Of its own type, and of those that pandas gives to a column of nothing."""
    example = examples[name]
    for column in contract(name).reads(example.arguments):
        if contract(name).within == "subject" and column in ("USUBJID", "LBSEQ"):
            continue
        own = example.frame[column].dtype
        empty = pd.Series([None] * len(example.frame), dtype=own if dtype == "its own" else dtype)
        if column == "PARAMCD":  # the keys of one subject would no longer tell its baselines apart
            frame = example.frame.drop_duplicates("USUBJID").assign(PARAMCD=empty)
        else:
            frame = example.frame.assign(**{column: empty})
        made = run(name, example, frame)
        assert list(made.columns) == list(run(name, example).columns)
        if dtype == "its own":
            assert made[column].dtype == own or name in ("add_copied_records", "add_basetype_records")
            last = made.columns[-1]
            assert kind_of(made[last]) is kind_of(run(name, example)[last])


def tallied(name: str, example: Example, frame: pd.DataFrame) -> Counter[tuple[Any, ...]]:
    """What the derivation's check counts."""
    check = contract(name).check
    assert check
    found: Counter[tuple[Any, ...]] = Counter()
    for tally in check(frame, **example.arguments):
        found.update({(tally.severity, tally.check, tally.message, kind): n for kind, n in tally.kinds.items()})
    return found


@pytest.mark.parametrize("name", [name for name in DERIVATIONS if contract(name).check])
def test_what_a_check_counts_is_of_the_records_alone(name, examples):
    """Their order, index and type of text do not matter, and the counts of subjects add up to those of all."""
    example = examples[name]
    whole = tallied(name, example, example.frame)
    assert whole
    assert tallied(name, example, example.frame.iloc[::-1]) == whole
    assert tallied(name, example, example.frame.set_axis(pd.Index([7] * len(example.frame)))) == whole
    for form in ("object", "category", "unsorted", "object levels"):
        assert tallied(name, example, as_text(example.frame, form)) == whole
    parts = [tallied(name, example, part) for _, part in example.frame.groupby("USUBJID")]
    assert sum(parts, Counter()) == whole
    assert tallied(name, example, example.frame.iloc[:0]) == Counter()


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS, ids=lambda value: str(value))
def test_no_argument_is_ignored(name, argument, examples):
    example = examples[name]
    assert argument in example.differ, f"two values of `{argument}` are needed whose outputs differ"
    outputs = []
    for value in example.differ[argument]:
        given = {argument: value}
        if name == "derive_case_when" and argument == "kind":
            given["otherwise_from"] = None
        if name == "derive_lookup" and argument == "unmatched":
            given["table"] = example.arguments["table"].iloc[1:]
        try:
            made = run(name, example, **given)
            outputs.append(([(c, kind_of(made[c])) for c in made.columns], records(made)))
        except DataError as error:
            outputs.append(([], [(error.what,)]))
    assert outputs[0] != outputs[1]


@every
def test_the_contract_reads_what_the_derivation_reads(name, examples):
    """With only those variables it works, and gives the same; without any one of them it is an error."""
    example = examples[name]
    whole = run(name, example)
    needed = list(contract(name).reads(example.arguments))
    frame = example.frame[needed]
    made = run(name, example, frame)
    assert records(made) == records(whole[list(made.columns)])
    for column in needed:
        with pytest.raises((DataError, ConditionError), match=f"no variable {column}"):
            run(name, example, frame.drop(columns=column))
    for argument in example.frames():
        if contract(name).parameters[[p.name for p in contract(name).parameters].index(argument)].role is Role.TABLE:
            continue
        source_needs = list(contract(name).reads(example.arguments, "source"))
        source = example.arguments[argument][source_needs]
        assert records(run(name, example, **{argument: source})) == records(whole)
        for column in source_needs:
            with pytest.raises((DataError, ConditionError), match=f"no variable {column}"):
                run(name, example, **{argument: source.drop(columns=column)})


@every
def test_the_sentence_says_every_argument(name, examples):
    """What a spec may write about a value stands in define.xml; all brackets are resolved."""
    found = contract(name)
    arguments: dict[str, Any] = {
        "variable": "NEWVAR", "source": "SRC", "table": "t.yaml", "from_": "FROMVAR", "to": "TOVAR", "flag": "FLAGVAR",
        "height": "HVAR", "weight": "WVAR", "aval": "AVALVAR", "base": "BASEVAR", "where": "COND = 1",
        "order": ["ORDVAR desc"], "take": "last", "by": ["KEYVAR"], "unit": "months", "decimals": 7,
        "set_": {"SETVAR": "SETVALUE"}, "rows": [Case("CASEVALUE", "C = 1")], "otherwise_from": "OTHERVAR",
    }  # fmt: skip
    given = {p.name: arguments.get(p.name, f"{p.name.upper()}GIVEN") for p in found.parameters}
    sentence = found.sentence(given)
    silent = {Role.NEW, Role.KIND, Role.TABLE}
    for parameter in found.parameters:
        if parameter.role in silent or parameter.name == "unmatched":
            continue
        value = given[parameter.name]
        said = value if isinstance(value, list) else [value]
        words = ["SETVAR = SETVALUE"] if parameter.name == "set_" else said
        words = ["CASEVALUE where C = 1"] if parameter.name == "rows" else words
        assert all(str(word) in sentence for word in words), (parameter.name, sentence)
    plain = found.sentence({key: value for key, value in given.items() if key not in ("where", "order")})
    for text in (sentence, plain):
        assert not set("[]{}") & set(text) and "  " not in text and not text.endswith(("where ", "order ", ", "))
    assert "COND" not in plain and "ORDVAR" not in plain
