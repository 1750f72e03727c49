"""Gives every derivation a condition: a variable is made of the records that it selects, and missing on the others."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Check, Contract, Parameter, Role, Where
from adamline.derive._codes import NO_RECORD, Bools, gather
from adamline.findings import Tally
from adamline.io.dataset import MISSING_SUFFIX
from adamline.study.functions import Derivation

WHERE, ONLY_WHERE = "where", "only_where"


def condition_of(contract: Contract) -> str | None:
    """The name of the condition that an entry may give beside a derivation's own arguments; None where it has one."""
    roles = {parameter.name: parameter.role for parameter in contract.parameters}
    if Role.WHERE in roles.values() or ONLY_WHERE in roles:
        return None
    return ONLY_WHERE if WHERE in roles else WHERE


def narrowed(derivation: Derivation, target: str, name: str) -> Derivation:
    """The derivation with a condition, ``name``, on the records of the dataset: it sees those alone that it selects.

    The name is `where`, or `only_where` where that is a condition on another dataset.
    """
    contract, function, check = derivation.contract, derivation.function, derivation.contract.check

    @functools.wraps(function)
    def of_part(frame: pd.DataFrame, **arguments: Any) -> pd.DataFrame:
        where = arguments.pop(name, None)
        if where is None:
            return function(frame, **arguments)
        keep = selected(frame, where)
        made = function(frame[keep], **arguments)
        if not isinstance(made, pd.DataFrame) or target not in made.columns or len(made) != keep.sum():
            return made  # which whoever called will refuse
        return with_part(frame, made, keep, [target, target + MISSING_SUFFIX])

    def check_part(frame: pd.DataFrame, made: pd.DataFrame, **arguments: Any) -> Iterable[Tally]:
        where = arguments.pop(name, None)
        keep = selected(frame, where)
        given = frame if where is None else frame[keep]
        return replace(contract, check=check).tallies(given, made if where is None else made[keep], arguments)

    def check_arguments(**arguments: Any) -> Iterable[Tally]:
        arguments.pop(name, None)
        return contract.check_arguments(**arguments) if contract.check_arguments else ()

    parameters = (*contract.parameters, Parameter(name, Role.WHERE, Where, None))
    of_check: Check | None = check_part if check else None
    wider: Contract = replace(
        contract,
        parameters=parameters,
        define=f"{contract.define}[ where {{{name}}}]",
        check=of_check,
        check_arguments=check_arguments,
    )
    return replace(derivation, function=of_part, contract=wider)


def with_part(frame: pd.DataFrame, made: pd.DataFrame, part: Bools, names: Iterable[str]) -> pd.DataFrame:
    """The frame with variables that were made of a part of its records, missing on the others."""
    at = np.where(part, np.cumsum(part) - 1, NO_RECORD)
    columns = [name for name in names if name in made.columns]
    return frame.assign(**{name: pd.Series(gather(made[name], at), index=frame.index) for name in columns})
