"""Build the network of the tables with given totals, column by column, within a budget of work."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from adamline.errors import WorkBudgetError
from adamline.stats._arrays import Floats, Ints

# Steps of one thing that is kept, which takes more time, and memory too.
KEPT = 6
# Ways listed at one time.
_CHUNK = 2_000_000


@dataclass(frozen=True, eq=False)
class Stage:
    """The ways on from the nodes of one stage; a node is the sorted row totals that remain after some columns.

    Edges stand by node, ``start`` bounds them; each has the ``child`` it leads to and the ``log`` of its probability.
    """

    start: Ints
    child: Ints
    log: Floats

    @property
    def node(self) -> Ints:
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))


class Work:
    """Counts steps, and stops beyond the budget."""

    def __init__(self, budget: int, n: int, shape: tuple[int, ...]) -> None:
        self.budget, self.done = budget, 0
        self.what = f"{shape[0]} x {shape[1]} with a total of {n:,}"

    def add(self, steps: float) -> None:
        self.done += int(steps)
        if self.done > self.budget:
            raise WorkBudgetError(
                "The exact test of this table takes too much work.",
                expected=f"at most {self.budget:,} steps",
                found=self.what,
                hint="use the chi-square test, join sparse columns, or raise budget",
            )


def network_of_tables(rows: Ints, columns: Ints, log_factorial: Floats, work: Work) -> list[Stage]:
    """The stages from the full table to the last column, whose only way is what is left."""
    base = int(rows.max()) + 1
    if (len(rows) - 1) * np.log2(base) > 62:  # a node is one whole number below
        work.add(work.budget + 1)
    stages, nodes, left = [], rows[np.newaxis], int(rows.sum())
    for column in columns[:-1].tolist():
        of_column = log_factorial[left] - log_factorial[column] - log_factorial[left - column]
        node, code, log = [], [], []
        for first, last in chunks(np.minimum(nodes[:, :-1], column).prod(axis=1, dtype=np.float64) + 1):
            at, ways = _ways(nodes[first:last], column, work)
            before = nodes[first + at]
            after = before - ways
            parts = log_factorial[before] - log_factorial[ways] - log_factorial[after]
            log.append(parts.sum(axis=1) - of_column)
            # Nodes of the same totals in another order have the same ways on; the largest total follows from the rest.
            code.append(np.sort(after, axis=1)[:, :-1] @ base ** np.arange(len(rows) - 1))
            node.append(first + at)
        codes, child = np.unique(np.concatenate(code), return_inverse=True)
        start = np.concatenate([[0], np.cumsum(np.bincount(np.concatenate(node), minlength=len(nodes)))])
        stages.append(Stage(start, child, np.concatenate(log)))
        left -= column
        smaller = codes[:, np.newaxis] // base ** np.arange(len(rows) - 1) % base
        nodes = np.column_stack([smaller, left - smaller.sum(axis=1)])
    return stages


def _ways(nodes: Ints, column: int, work: Work) -> tuple[Ints, Ints]:
    """All columns of this total that fit under each node: the node's place, and the counts."""
    at, rest = np.arange(len(nodes)), np.full(len(nodes), column)
    counts: list[Ints] = []
    room = np.cumsum(nodes[:, ::-1], axis=1)[:, ::-1]  # of this row and those after it
    for row in range(nodes.shape[1] - 1):
        low = np.maximum(rest - room[at, row + 1], 0)
        choices = np.minimum(nodes[at, row], rest) - low + 1
        work.add(KEPT * choices.sum())
        item, offset = ragged(choices)
        value = low[item] + offset
        counts = [each[item] for each in counts] + [value]
        at, rest = at[item], rest[item] - value
    return at, np.column_stack([*counts, rest])


def ragged(lengths: Ints) -> tuple[Ints, Ints]:
    """The place of each item repeated as often as its length says, and the number within the item."""
    item = np.repeat(np.arange(len(lengths)), lengths)
    return item, np.arange(len(item)) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def chunks(lengths: npt.NDArray[np.int64] | Floats, size: int = _CHUNK) -> list[tuple[int, int]]:
    """Bounds of runs of items whose lengths come to about ``size``."""
    if not len(lengths):
        return []
    run = np.cumsum(lengths) // size
    bounds = [0, *(np.flatnonzero(np.diff(run)) + 1).tolist(), len(lengths)]
    return list(pairwise(bounds))
