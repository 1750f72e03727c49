"""What a run says of the conditions of any derivation: records left open, none selected, values that select none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from adamline.condition.named_values import named_values, records_by_value
from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import selected
from adamline.condition.undecided import undecided
from adamline.contract import Contract, Role
from adamline.derive._tallies import keys_at
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally, where_unused

# What is counted beside the values of a condition: the records that it selects.
_SELECTED = "selected"


def check_conditions(
    contract: Contract, frame: pd.DataFrame, made: pd.DataFrame, arguments: Mapping[str, Any]
) -> Iterator[Tally]:
    """Of each condition that selects records: how many a missing value keeps out, and whether none is selected.

    And of each condition the values that it names in vain (`check_values`). The argument is `where`, or another of its
    role; ``made`` is the frame that the derivation has made.
    """
    named = {parameter.role: parameter.name for parameter in contract.parameters}
    for parameter in contract.parameters:
        where = arguments.get(parameter.name, parameter.default)
        if parameter.role is Role.WHERE and where:
            yield from _left_open(frame, where, parameter.spec_name)
            # Where something was made, something was selected; parts of the data add up.
            made_some = _made_some(made, frame, arguments.get(named.get(Role.NEW, "")))
            yield _selects(where, 1 if made_some else int(selected(frame, where).sum()), parameter.spec_name)
            yield from check_values(frame, where, parameter.spec_name)
        elif parameter.role is Role.SOURCE_WHERE and where:
            source = arguments[named[Role.SOURCE]]
            yield from _left_open(source, where, parameter.spec_name)
            yield _selects(where, int(selected(source, where).sum()), parameter.spec_name)
            yield from check_values(source, where, parameter.spec_name, has_all=False)
        elif parameter.role is Role.DATED_SOURCES:
            for row in where or ():
                if row.where:
                    yield from _left_open(row.source, row.where, parameter.spec_name)
                    yield _selects(row.where, int(selected(row.source, row.where).sum()), parameter.spec_name)
                    yield from check_values(row.source, row.where, parameter.spec_name, has_all=False)
        elif parameter.role is Role.CASES:
            for case in where or ():
                if case.when:
                    yield from check_values(frame, case.when, "when")


def check_condition(frame: pd.DataFrame, condition: str, what: str, *, severity: Severity) -> Iterator[Tally]:
    """Records that ``condition`` leaves open, by the variable that is missing; ``what`` says what becomes of them."""
    found = undecided(frame, condition)
    if len(found.rows):
        count = np.bincount(found.which, minlength=len(found.names))
        kinds = {f"{name} is missing": int(n) for name, n in zip(found.names, count, strict=True) if n}
        message = f"{{count}} records {what}, since a comparison with a missing value is open: {{kinds}}"
        yield Tally(severity, "open condition", message, NOWHERE, kinds, keys=keys_at(frame, found.rows))


def check_values(frame: pd.DataFrame, condition: str, name: str, *, has_all: bool = True) -> Iterator[Tally]:
    """Values that the condition ``name`` has in vain: of several those that select no record, and that leave out none.

    A condition that selects nothing is said to do so elsewhere, and of its values nothing. Where the frame does not
    have all records of its dataset, and ``has_all`` says so, those that are left out are not to be told.
    """
    tree = parse_condition(condition)
    if any(one.selects and one.is_one for one in named_values(tree)):
        rows = selected(frame, condition)
        kinds = {_SELECTED: int(rows.sum()), **records_by_value(frame, condition, rows, selects=True)}
        message = f"{{count}} values of `{name}` select no record: {{kinds}}"
        yield Tally(Severity.NOTE, "unmet value", message, NOWHERE, kinds, where_others_select)
    if has_all and any(not one.selects for one in named_values(tree)):
        kinds = records_by_value(frame, condition, selected(frame, condition), selects=False)
        message = f"{{count}} values of `{name}` leave out no record, as none has them: {{kinds}}"
        yield Tally(Severity.NOTE, "unmet value", message, NOWHERE, kinds, where_unused)


def where_others_select(kinds: Mapping[str, int]) -> Mapping[str, int]:
    """The values by which no record is selected, where others are: what `Tally` may take for ``matters``."""
    return where_unused({kind: n for kind, n in kinds.items() if kind != _SELECTED}) if kinds[_SELECTED] else {}


def _left_open(frame: pd.DataFrame, where: str, name: str) -> Iterator[Tally]:
    return check_condition(frame, where, f"are not selected by `{name}`", severity=Severity.NOTE)


def _made_some(made: pd.DataFrame, frame: pd.DataFrame, target: str | None) -> bool:
    return len(made) > len(frame) if target is None else bool(made[target].notna().any())


def _selects(where: str, count: int, name: str) -> Tally:
    message = f"`{name}` selects no record: {{kinds}}"
    return Tally(Severity.NOTE, "nothing selected", message, NOWHERE, {where: count}, where_unused)
