"""Takes dates as SAS numbers where the other dataset has the variable as numbers with a format of dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from adamline.io.dataset import Kind, Variable
from adamline.qc.attributes import meaning_of
from adamline.qc.columns import numbers_of
from adamline.qc.pairing import Side, common_variables

_NO_DATE = (Kind.TEXT, Kind.NUMBER)


def with_dates_as_numbers(base: Side, compare: Side) -> tuple[Side, Side]:
    """The two sides, so that 21915 stands beside 21915.5 and not 2020-01-01.

    A reader leaves a variable as numbers if one of its values cannot be held as a date. Its partner is then shown as
    the numbers that are compared; format and special missings stay.
    """
    pairs = common_variables(base, compare)
    ours = [pair.base for pair in pairs if _is_held_as_numbers(pair.compare) and pair.base.kind not in _NO_DATE]
    theirs = [pair.compare for pair in pairs if _is_held_as_numbers(pair.base) and pair.compare.kind not in _NO_DATE]
    return _with_numbers(base, ours), _with_numbers(compare, theirs)


def _is_held_as_numbers(variable: Variable) -> bool:
    return variable.kind is Kind.NUMBER and meaning_of(variable) not in _NO_DATE


def _with_numbers(side: Side, chosen: Iterable[Variable]) -> Side:
    made = {variable.name: numbers_of(side.dataset, variable).floats for variable in chosen}
    if not made:
        return side
    dataset = side.dataset
    all_, considered = (
        tuple(replace(v, kind=Kind.NUMBER) if v.name in made else v for v in variables)
        for variables in (dataset.variables, side.variables)
    )
    changed = replace(dataset, frame=dataset.frame.assign(**made), variables=all_)
    return replace(side, dataset=changed, variables=considered)
