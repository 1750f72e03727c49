"""Every derivation counts what it leaves out: a value that is there and not used, or that something missing decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import pytest
from tests.derive.conftest import DERIVATIONS, Example

from adamline.contract import Case, Contract, contract_of


@dataclass(frozen=True)
class Lost:
    """What is to be counted, and by which arguments and variables the example of a derivation loses it."""

    check: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    frame: Mapping[str, Any] = field(default_factory=dict)

    def example(self, example: Example) -> Example:
        made = {name: value(example.frame) if callable(value) else value for name, value in self.frame.items()}
        given = {name: value(example) if callable(value) else value for name, value in self.arguments.items()}
        return replace(example, frame=example.frame.assign(**made), arguments={**example.arguments, **given})


def renamed(argument: str) -> Any:
    """The other dataset, in which each subject is written otherwise."""
    return lambda example: example.arguments[argument].assign(USUBJID=lambda frame: "S" + frame["USUBJID"])


def without(variable: str, parameter: str) -> Any:
    """The variable without its values on the records of a parameter."""
    return lambda frame: frame[variable].mask(frame["PARAMCD"] == parameter)


def without_dates(example: Example, variable: str) -> pd.DataFrame:
    """The subjects without a date."""
    subjects: pd.DataFrame = example.arguments["subjects"]
    return subjects.assign(**{variable: pd.Series(pd.NaT, index=subjects.index, dtype=subjects[variable].dtype)})


def replaced(old: str, new: str) -> Any:
    """AVALC or BASEC with another grade in place of one."""
    return lambda frame: frame["AVALC" if new == "E" else "BASEC"].replace(old, new)


def one_renamed(example: Example) -> pd.DataFrame:
    """The other dataset, in which the first subject is written otherwise."""
    source: pd.DataFrame = example.arguments["source"]
    return source.assign(USUBJID=source["USUBJID"].replace(source["USUBJID"].min(), "S-1"))


# The other dataset has one more key, and another value of it than any record here.
OTHER_KEY = {
    "by": ["USUBJID", "PARAMCD"],
    "source": lambda example: example.arguments["source"].assign(PARAMCD="CREAT"),
}
NO_KEY = {"USUBJID": lambda frame: frame["USUBJID"].mask(frame["USUBJID"] == frame["USUBJID"].min())}
PARTNERS = (
    Lost("no partner", {"source": renamed("source")}),
    Lost("unused source record", {"source": one_renamed}),
    Lost("unused source record", OTHER_KEY),
    Lost("unmatched key", OTHER_KEY),
    Lost("no key", frame=NO_KEY),
)
LOST: dict[str, Lost | tuple[Lost, ...]] = {
    "add_any": Lost("open answer", {"when": "AVAL > 900"}, {"AVAL": without("AVAL", "ITEM2")}),
    "add_average": Lost("not averaged", {"at_least": 6}),
    "add_basetype_records": Lost("no baseline type"),
    "add_bicla": Lost("open visit", frame={"AVALC": without("AVALC", "SAME")}),
    "add_bilag": Lost("open visit", frame={"BASEC": without("BASEC", "MUCO")}),
    "add_bilag_improvement": (
        Lost("open visit", frame={"BASEC": without("BASEC", "MUCO")}),
        Lost("nothing to improve"),
        Lost("grade E after A or B", frame={"AVALC": replaced("C", "E"), "BASEC": replaced("C", "B")}),
    ),
    "add_bor": (
        Lost("unknown response", frame={"AVALC": lambda frame: frame["AVALC"].replace("SD", "CHECK")}),
        Lost("assessment before the reference", {"reference": "TRTSDT"}),
        Lost("no reference date", {"subjects": lambda example: without_dates(example, "RANDDT")}),
        Lost("assessment after progression"),
    ),
    "add_carried_forward": Lost("nothing to carry", {"visits": ["Baseline"]}),
    "add_cbor": Lost("disease after CR"),
    "add_composite": Lost("open visit", frame={"AVAL": without("AVAL", "PGA")}),
    "add_differential": Lost("no total", {"total": "ITEM9"}),
    "add_expected_records": Lost("visit without records", {"visits": ["Week 2.1"]}),
    "add_formula": Lost("open visit", frame={"AVAL": without("AVAL", "ITEM2")}),
    "add_last_assessment": Lost("assessment without a date", frame={"ADT": without("ADT", "OVR")}),
    "add_summary": Lost("incomplete summary", frame={"AVAL": without("AVAL", "ITEM2")}),
    "add_nri": Lost("imputed"),
    "add_overall": (
        Lost("unknown response", frame={"AVALC": lambda frame: frame["AVALC"].replace("PR", "MR")}),
        Lost("lesions not evaluated", {"by": ["USUBJID", "ADT"]}),
    ),
    "add_pga": Lost("no change", frame={"CHG": without("CHG", "PGA")}),
    "add_progression": Lost("subject not expected", {"subjects": renamed("subjects")}),
    "add_single_doses": (Lost("no schedule"), Lost("no interval")),
    "add_sledai": Lost("open visit", frame={"AVAL": without("AVAL", "ITEM2")}),
    "add_sledai_reduction": Lost("no change", frame={"CHG": without("CHG", "TOTAL")}),
    "add_sledai_worsening": Lost("no change", frame={"CHG": without("CHG", "TOTAL")}),
    "add_sri": Lost("open visit", frame={"AVALC": without("AVALC", "SAME")}),
    "add_time_to_event": (
        Lost("no start"),
        Lost("no event and no censor"),
        Lost("record without a date"),
        Lost("before the start"),
        Lost("before the start", {"before_start": "not counted"}),
        Lost("several of one date"),
        Lost("row of no record", {"AE": lambda example: example.arguments["AE"].iloc[:0]}),
        Lost(
            "of no parameter",
            {
                "parameter": None,
                "each": {"TTRASH": "RASH"},
                "events": lambda example: [replace(example.arguments["events"][0], each="AEDECOD")],
            },
        ),
    ),
    "derive_ablfl": Lost("order"),
    "derive_ablfl_predose": Lost("untimed"),
    "derive_ady": Lost("no reference date"),
    "derive_anlfl": Lost("order"),
    "derive_aocc": (
        Lost("order"),
        Lost("no level"),
        Lost("missing key", {"by": ["USUBJID", "PARAMX"]}, {"PARAMX": None}),
    ),
    "derive_agreement": (Lost("disagreement"), Lost("nothing to compare")),
    "derive_anrind": Lost("range open on a side"),
    "derive_atoxgr": Lost("unit of criteria", {"unit": {"AST": "g/L"}}),
    "derive_awtdiff": Lost("missing day"),
    "derive_formula": (Lost("number of a formula"), Lost("undefined", {"formula": "ln(AVAL - 2.45)"})),
    "derive_number": Lost("no number"),
    "derive_base": Lost("no baseline", {"from_": "AVAL"}),
    "derive_bmi": Lost("no body mass index"),
    "derive_case_when": Lost(
        "value without a row",
        {"rows": [Case("1", "AVISIT = 'Baseline'"), Case("2", "AVISIT = 'Week 2'")]},
    ),
    "derive_chg": Lost("no baseline", {"base": "A1HI"}, {"A1HI": None}),
    "derive_choose": Lost("no number"),
    "derive_coalesce": Lost("next in line"),
    "derive_contains": Lost("unused word", {"words": ["week", "month"]}),
    "derive_converted": Lost("unknown unit"),
    "derive_date": Lost("no date", frame={"LBDTC": "2014-02-30"}),
    "derive_datetime": Lost("partial date", {"highest": "none"}),
    "derive_dtc": (Lost("undated record"), *PARTNERS),
    "derive_dtf": Lost("not of its text"),
    "derive_duration": Lost("end before start", {"from_": "ADT", "to": "TRTSDT"}),
    "derive_exists": Lost("no partner", {"source": renamed("source")}),
    "derive_extreme": Lost("value without a date"),
    "derive_flag": Lost("order"),
    "derive_fupfl": Lost("missing date"),
    "derive_limit_dtype": Lost("unread limit", frame={"LIMIT": "<1,000"}),
    "derive_lookup": Lost(
        "unmatched key", {"table": lambda example: example.arguments["table"].iloc[1:], "unmatched": "missing"}
    ),
    "derive_ontrtfl": Lost("missing date"),
    "derive_parameter_criterion": Lost("open condition", {"criterion": {"ALT": "AVAL > 20"}}),
    "derive_pchg": (Lost("negative baseline"), Lost("division by zero", frame={"BASE": 0.0})),
    "derive_pick": (Lost("order"), *PARTNERS),
    "derive_pick_at": (Lost("source record without a date"), Lost("no date"), Lost("no record by date"), *PARTNERS),
    "derive_prefl": Lost("missing date"),
    "derive_previous": Lost("record before without a value"),
    "derive_query": (Lost("no term"), Lost("unused term", frame={"AVISIT": "Week 4"})),
    "derive_ratio": Lost("division by zero"),
    "derive_result": Lost("unknown unit"),
    "derive_shift": Lost("no shift"),
    "derive_trtemfl": (
        Lost("missing start"),
        Lost("missing severity"),
        Lost("not treated"),
        Lost("no event"),
        Lost("no end", frame={"TRTEDT": lambda frame: frame["TRTEDT2"].mask(frame["USUBJID"] == "01")}),
        Lost("end before treatment", frame={"AENDT": lambda frame: frame["TRTSDT2"]}),
    ),
    "derive_tmf": Lost("not of its text"),
    "derive_total": Lost("incomplete sum", {"source": lambda example: example.arguments["source"].assign(EXCAT="B")}),
    "derive_value_of": Lost("no record of it", {"parameter": "ITEM1"}),
    "derive_windows": (Lost("no window"), Lost("left out of a window", {"where": "PARAMCD = 'AST'"})),
}
CASES = [(name, lost) for name, one in LOST.items() for lost in (one if isinstance(one, tuple) else (one,))]


def contract(name: str) -> Contract:
    found = contract_of(DERIVATIONS[name])
    assert found
    return found


def counted(name: str, example: Example) -> Counter[tuple[Any, ...]]:
    """What is counted of an example, by severity, check, message and kind."""
    found: Counter[tuple[Any, ...]] = Counter()
    made = DERIVATIONS[name](example.frame, **example.arguments)
    for tally in contract(name).tallies(example.frame, made, example.arguments):
        found.update({(tally.severity, tally.check, tally.message, kind): n for kind, n in tally.kinds.items()})
    return found


def findings(name: str, example: Example) -> list[str]:
    made = DERIVATIONS[name](example.frame, **example.arguments)
    tallies = contract(name).tallies(example.frame, made, example.arguments)
    return [tally.check for tally in tallies if tally.finding()]


@pytest.mark.parametrize("name", sorted(DERIVATIONS))
def test_every_derivation_counts_what_is_lost_or_says_why_nothing_is(name: str) -> None:
    """The short list of those without a check is in their contracts, each with its reason."""
    found = contract(name)
    assert (found.check is None) == bool(found.loses_nothing)
    assert (found.check is None) == (name not in LOST), "a derivation with a check needs an example of a loss here"


@pytest.mark.parametrize(("name", "lost"), CASES)
def test_a_value_that_is_not_used_is_counted(name: str, lost: Lost, examples: Mapping[str, Example]) -> None:
    assert lost.check in findings(name, lost.example(examples[name]))


@pytest.mark.parametrize(("name", "lost"), CASES)
def test_what_is_counted_is_of_the_records_alone(name: str, lost: Lost, examples: Mapping[str, Example]) -> None:
    """The counts of subjects add up to those of all, as a run divides them; the order of records does not matter."""
    example = lost.example(examples[name])
    whole, total = counted(name, example), Counter[tuple[Any, ...]]()
    assert counted(name, replace(example, frame=example.frame.iloc[::-1])) == whole
    sources = {a: example.arguments[a] for a in example.frames() if "USUBJID" in example.arguments[a].columns}
    for subject in sorted(set().union(*(given["USUBJID"].dropna() for given in (example.frame, *sources.values())))):
        own = {a: given[given["USUBJID"] == subject] for a, given in sources.items()}
        frame = example.frame[example.frame["USUBJID"] == subject]
        total.update(counted(name, replace(example, frame=frame, arguments={**example.arguments, **own})))
    nobodys = {a: given[given["USUBJID"].isna()] for a, given in sources.items()}
    frame = example.frame[example.frame["USUBJID"].isna()]
    total.update(counted(name, replace(example, frame=frame, arguments={**example.arguments, **nobodys})))
    assert total == whole


def test_a_tally_names_the_subjects_and_the_kinds(examples: Mapping[str, Example]) -> None:
    example = dict(CASES)["derive_atoxgr"].example(examples["derive_atoxgr"])
    made = DERIVATIONS["derive_atoxgr"](example.frame, **example.arguments)
    tallies = contract("derive_atoxgr").tallies(example.frame, made, example.arguments)
    found = next(finding for tally in tallies if (finding := tally.finding()) and finding.check == "unit of criteria")
    units = "v4-si grades Lymphocyte count increased in 10^9/L, GI/L"
    assert found.message == f"2 values of AST in g/L have no grade: {units}"
    assert found.place.keys == "USUBJID=01; USUBJID=03"


def test_no_check_is_forgotten_by_the_tables_of_frames(examples: Mapping[str, Example]) -> None:
    """Where nothing is lost nothing is said."""
    frame = pd.DataFrame({"USUBJID": ["01"], "PARAMCD": ["ALT"], "AVAL": [20.0], "BASE": [10.0]})
    for name in ("derive_chg", "derive_pchg"):
        assert findings(name, Example(frame, {})) == []
