"""Behind counts: of which subjects records count, and whom per cents are of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adamline.analyses.categories import LEVELS, CategoryOptions, Placed
from adamline.analyses.cells import Ints, Level, Texts, joined, level_condition
from adamline.analyses.records import has_value
from adamline.condition.parse import parse_condition
from adamline.condition.tree import Or
from adamline.results.selection import Kind, Limit, limits_text


def whom_of(placed: Placed, options: CategoryOptions, base: Texts, paths: Ints) -> Texts:
    """The limits on the subjects whose records count in each path; ``base`` are the conditions of the cells.

    ``paths`` has a row of codes for each of ``base``, the block first, then the categories from the outermost in.
    """
    parts = [_given(placed, len(base)), _having(placed, options, base)]
    meets = options.meets or ()
    parts += _each(placed, Kind.WITH, base, meets if len(meets) > 1 else ())
    parts += _each(placed, Kind.WITHOUT, base, options.never or ())
    if options.worst is not None and paths.shape[1] - 1 == len(options.variables):
        parts.append(_highest(placed, options, base, paths))
    return lines(parts, len(base))


def whom_of_values(placed: Placed, options: CategoryOptions, base: Texts) -> Texts:
    """The limits on the subjects at hand, of whom those with values are."""
    return lines([_given(placed, len(base)), _having(placed, options, base)], len(base))


def denominators(dataset: str, where: Texts, whom: str | Texts = "") -> Texts:
    """Selections as the denominators of results.

    >>> denominators("ADSL", np.array(["SAFFL = 'Y'", ""], dtype=object)).tolist()
    ["ADSL: SAFFL = 'Y'", 'ADSL']
    """
    first: Texts = dataset + np.where(where == "", "", ": " + where).astype(object)
    return lines([first, np.full(len(where), whom, dtype=object) if isinstance(whom, str) else whom], len(where))


def lines(parts: Sequence[Texts], count: int) -> Texts:
    """Texts one below the other, blank ones left out."""
    text: Texts = np.full(count, "", dtype=object)
    for part in parts:
        between = np.where((text != "") & (part != ""), "\n", "").astype(object)
        text = text + between + part
    return text


def _given(placed: Placed, count: int) -> Texts:
    return np.full(count, limits_text(*placed.cells.records.whom), dtype=object)


def _having(placed: Placed, options: CategoryOptions, base: Texts) -> Texts:
    return lines(_each(placed, Kind.WITH, base, options.having or ()), len(base))


def _each(placed: Placed, kind: Kind, base: Texts, conditions: Sequence[str]) -> list[Texts]:
    """A limit for each condition, within the cell."""
    dataset = placed.cells.records.dataset.name
    made = []
    for written in conditions:
        parsed = parse_condition(written)
        text = f"({parsed})" if isinstance(parsed, Or) else str(parsed)
        made.append(f"{kind.value} {dataset}: " + joined([base, text], len(base)))
    return made


def _highest(placed: Placed, options: CategoryOptions, base: Texts, paths: Ints) -> Texts:
    """What makes a record the worst of its subject, in the cell and the outer categories."""
    dataset, inner = placed.cells.records.dataset.name, paths[:, -1]
    outer = [placed.level_conditions(number)[paths[:, number + 1]] for number in range(len(options.variables) - 1)]
    among = joined([base, *outer], len(base))
    if options.worst != LEVELS:
        order = tuple(level.members[0] for level in placed.groups[-1].levels) if placed.has_ties else ()
        tie = options.variables[-1] if order else ""
        limit = Limit(Kind.HIGHEST, dataset, "", str(options.worst), tie, order)
        highest: Texts = str(limit) + np.where(among == "", "", ": " + among).astype(object)
        return highest
    worse = np.array([_worse(placed, code) for code in range(placed.groups[-1].size)], dtype=object)[inner]
    found: Texts = np.where(
        worse == "", "", f"{Kind.WITHOUT.value} {dataset}: " + joined([among, worse], len(base))
    ).astype(object)
    return found


def _worse(placed: Placed, code: int) -> str:
    """The condition that a category is worse than one, blank for the worst: a later level, any where it is missing."""
    group, missing = placed.groups[-1], placed.is_missing(-1)
    if missing[code]:
        return str(has_value(group.variable))
    later = [level.members[0] for n, level in enumerate(group.levels) if n > code and not missing[n]]
    is_number = placed.cells.records.is_number(group.variable)
    return str(level_condition(group.variable, Level("", tuple(later)), is_number=is_number)) if later else ""
