"""Levels of class variables: their order, their text, the code of each record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import numpy as np

from adamline.errors import DataError, nearest
from adamline.stats._arrays import Bools, Ints, as_list, is_among


def level_text(level: object) -> str:
    """A class level as text: whole numbers without a decimal point.

    >>> level_text(81.0), level_text("Placebo")
    ('81', 'Placebo')
    """
    return f"{level:.12g}" if isinstance(level, float | np.floating) else str(level)


def ordered_levels(name: str, present: Set[object], order: Sequence[object] | None) -> Sequence[object]:
    """The levels of a class variable in order, sorted without one; DataError where the order does not fit ``present``.

    >>> ordered_levels("ARM", {"B", "A"}, None)
    ['A', 'B']
    """
    if order is None:
        try:
            return sorted(present)  # type: ignore[type-var]
        except TypeError as error:
            raise DataError("Levels of mixed types have no order.", found=name, hint="give the levels") from error
    order = as_list(order, f"The levels of {name}")
    strange = {level for level in present if level not in order}
    if strange:
        found = ", ".join(sorted(map(repr, strange)))
        raise DataError("A class variable has values outside its levels.", found=f"{name}: {found}")
    if any(level in order[:place] for place, level in enumerate(order)):
        raise DataError("A level is given twice.", found=name)
    return order


def coded_levels(
    labels: Mapping[str, tuple[Ints, list[object]]],
    classes: Mapping[str, Sequence[object] | None],
    references: Mapping[str, object],
    used: Bools,
    complete: Bools,
) -> tuple[dict[str, tuple[object, ...]], dict[str, Ints], dict[str, Ints], tuple[str, ...]]:
    """Levels with a record, codes of the records used, codes of all complete records, and warnings."""
    levels: dict[str, tuple[object, ...]] = {}
    everyone: dict[str, Ints] = {}
    warnings: list[str] = []
    for name in references:
        if name not in classes:
            raise DataError("A reference is of no class variable.", found=str(name), hint=nearest(name, classes))
    for name, order in classes.items():
        label, distinct = labels[name]
        present = {distinct[code] for code in np.unique(label[used])}
        order = ordered_levels(name, present, order)
        absent = [level_text(level) for level in order if level not in present]
        if absent:
            warnings.append(f"{name}: no record of level {', '.join(absent)}")
        levels[name] = tuple(level for level in order if level in present)
        if name in references:
            levels[name] = _with_last(name, levels[name], references[name])
        place = {level: code for code, level in enumerate(levels[name])}
        everyone[name] = np.array([place.get(level, -1) for level in distinct], dtype=np.int64)[label[complete]]
    # A margin counts records of known levels alone.
    known = np.ones(int(complete.sum()), dtype=np.bool_)
    for each in everyone.values():
        known &= each >= 0
    codes = {name: each[used[complete]] for name, each in everyone.items()}
    return levels, codes, {name: each[known] for name, each in everyone.items()}, tuple(warnings)


def _with_last(name: str, levels: tuple[object, ...], reference: object) -> tuple[object, ...]:
    if not is_among(reference, levels):
        there = nearest(str(reference), map(level_text, levels))
        raise DataError("The reference level has no record.", found=f"{name}: {reference!r}", hint=there)
    return (*(level for level in levels if level != reference), reference)
