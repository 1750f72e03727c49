"""Test the independence of rows and columns of r x c tables by the exact test of Fisher, Freeman and Halton."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from adamline.errors import DataError
from adamline.stats._counts import Floats, checked_tables
from adamline.stats._tables2x2 import one

Ints = npt.NDArray[np.int64]

METHOD = "PROC FREQ, Fisher's exact test (Freeman-Halton)"

# A table counts as no more likely than the observed one up to this: rounding must not part tables of one probability.
_TOLERANCE = 1e-7
# Steps of the default budget: about 5 s on one core.
BUDGET = 90_000_000
# Steps of one thing that is kept, which takes more time, and memory too.
_KEPT = 6
# Logarithms of probabilities nearer than 1 / _GRID are one number; far finer than the tolerance.
_GRID = 1e9
_CHUNK = 2_000_000
# The same where lists are searched: what is worked on together stays near the processor.
_NEAR = 50_000


@dataclass(frozen=True)
class FisherFreemanHalton:
    """The exact test of one r x c table."""

    n: int
    p: float
    p_table: float
    work: int
    method: str = METHOD
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Stage:
    """The ways on from the nodes of one stage; a node is the sorted row totals that remain after some columns.

    Edges stand by node, ``start`` bounds them; each has the ``child`` it leads to and the ``log`` of its probability.
    """

    start: Ints
    child: Ints
    log: Floats

    @property
    def node(self) -> Ints:
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))


@dataclass(frozen=True, eq=False)
class _Paths:
    """Ways to nodes, or on from them: the log of each one's probability, and the mass of all that share it."""

    node: Ints
    log: Floats
    mass: Floats


def fisher_rxc(table: npt.ArrayLike, *, budget: int = BUDGET) -> FisherFreemanHalton:
    """The exact test of one r x c table of counts.

    ``p`` is the sum of the probabilities of all tables with the same totals that are no more likely than the observed
    one (to a relative 1e-7), ``p_table`` the probability of the observed table; ``work`` the steps that it took. Empty
    rows and columns are left out. If fewer than two rows or columns remain no other table is possible: p is 1, with a
    warning, where SAS gives no test. For 2 x 2 tables the two-sided p of `fisher_exact` is the same.

    The work grows fast with the total and the size of the table. DataError, before memory runs out, when it would take
    more than ``budget`` steps; also for bad counts. Source: SAS PROC FREQ, TABLES / FISHER or EXACT FISHER; the network
    of Mehta and Patel (1983).

    >>> made = fisher_rxc([[3, 0, 2], [1, 4, 0], [0, 2, 5]])
    >>> round(made.p, 6), round(made.p_table, 6)
    (0.008896, 0.000257)
    """
    counts = checked_tables(one(table), 3)[0]
    filled = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    n = int(filled.sum())
    if min(filled.shape) < 2:
        return FisherFreemanHalton(
            n, 1.0, 1.0, 0, warnings=("fewer than 2 rows or columns: no other table is possible",)
        )
    # Few rows make few nodes.
    filled = filled.T if filled.shape[0] > filled.shape[1] else filled
    rows = np.sort(filled.sum(axis=1)).astype(np.int64)
    columns = np.sort(filled.sum(axis=0)).astype(np.int64)[::-1]
    log_factorial = gammaln(np.arange(n + 2) + 1.0)
    observed = float(
        log_factorial[rows].sum()
        + log_factorial[columns].sum()
        - log_factorial[n]
        - log_factorial[filled.astype(np.int64)].sum()
    )
    work = _Work(budget, n, filled.shape)
    stages = _network(rows, columns, log_factorial, work)
    p = _sum_up_to(stages, observed + np.log1p(_TOLERANCE), work)
    return FisherFreemanHalton(n, min(p, 1.0), float(np.exp(observed)), work.done)


class _Work:
    """Counts steps, and stops beyond the budget."""

    def __init__(self, budget: int, n: int, shape: tuple[int, ...]) -> None:
        self.budget, self.done = budget, 0
        self.what = f"{shape[0]} x {shape[1]} with a total of {n:,}"

    def add(self, steps: float) -> None:
        self.done += int(steps)
        if self.done > self.budget:
            raise DataError(
                "The exact test of this table takes too much work.",
                expected=f"at most {self.budget:,} steps",
                found=self.what,
                hint="use the chi-square test, join sparse columns, or raise budget",
            )


def _network(rows: Ints, columns: Ints, log_factorial: Floats, work: _Work) -> list[_Stage]:
    """The stages from the full table to the last column, whose only way is what is left."""
    base = int(rows.max()) + 1
    if (len(rows) - 1) * np.log2(base) > 62:  # a node is one whole number below
        work.add(work.budget + 1)
    stages, nodes, left = [], rows[np.newaxis], int(rows.sum())
    for column in columns[:-1].tolist():
        of_column = log_factorial[left] - log_factorial[column] - log_factorial[left - column]
        node, code, log = [], [], []
        for first, last in _chunks(np.minimum(nodes[:, :-1], column).prod(axis=1, dtype=np.float64) + 1):
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
        stages.append(_Stage(start, child, np.concatenate(log)))
        left -= column
        smaller = codes[:, np.newaxis] // base ** np.arange(len(rows) - 1) % base
        nodes = np.column_stack([smaller, left - smaller.sum(axis=1)])
    return stages


def _ways(nodes: Ints, column: int, work: _Work) -> tuple[Ints, Ints]:
    """All columns of this total that fit under each node: the node's place, and the counts."""
    at, rest = np.arange(len(nodes)), np.full(len(nodes), column)
    counts: list[Ints] = []
    room = np.cumsum(nodes[:, ::-1], axis=1)[:, ::-1]  # of this row and those after it
    for row in range(nodes.shape[1] - 1):
        low = np.maximum(rest - room[at, row + 1], 0)
        choices = np.minimum(nodes[at, row], rest) - low + 1
        work.add(_KEPT * choices.sum())
        item, offset = _ragged(choices)
        value = low[item] + offset
        counts = [each[item] for each in counts] + [value]
        at, rest = at[item], rest[item] - value
    return at, np.column_stack([*counts, rest])


def _sum_up_to(stages: list[_Stage], limit: float, work: _Work) -> float:
    """The sum of the probabilities of all tables whose logarithm is at most ``limit``.

    Ways from the start and lists of ways to the end grow towards each other, always the side that costs less. Where
    even the likeliest end of a way is within the limit all its ends are, and they sum to the way's own probability.
    """
    likeliest, least = _bounds_of_ends(stages)
    past = _bounds_of_pasts(stages)
    first, last, total = 0, len(stages), 0.0
    paths = _Paths(np.zeros(1, dtype=np.int64), np.zeros(1), np.ones(1))
    size = len(likeliest[-1])
    ends, sure = _Paths(np.arange(size), np.zeros(size), np.ones(size)), np.zeros(size)
    stage, reach, shares = _by_likeliest_end(stages[0], likeliest[1])
    while True:
        skipped = _skipped(stage, reach, paths, limit)
        forward = np.diff(stage.start)[paths.node] - skipped
        is_last = last == first + 1
        backward = np.bincount(ends.node, minlength=len(sure))[stages[last - 1].child].sum()
        if not is_last and backward < forward.sum():
            last -= 1
            ends, sure = _one_back(stages[last], ends, sure, past[last], limit, work)
            continue
        total += float((paths.mass * shares[stage.start[paths.node] + paths.node + skipped]).sum())
        work.add(forward.sum() * (1 if is_last else _KEPT))
        if is_last:
            return total + _joined(stage, paths, skipped, (ends, sure), limit)
        paths = _one_on(stage, paths, skipped, forward, least[first + 1], limit)
        first += 1
        stage, reach, shares = _by_likeliest_end(stages[first], likeliest[first + 1])


def _bounds_of_ends(stages: list[_Stage]) -> tuple[list[Floats], list[Floats]]:
    """For each stage the largest and the smallest logarithm of the probability of an end, of each node."""
    size = int(stages[-1].child.max()) + 1
    largest, smallest = [np.zeros(size)], [np.zeros(size)]
    for stage in reversed(stages):
        for bounds, reduce in ((largest, np.maximum), (smallest, np.minimum)):
            bounds.insert(0, reduce.reduceat(stage.log + bounds[0][stage.child], stage.start[:-1]))
    return largest, smallest


def _bounds_of_pasts(stages: list[_Stage]) -> list[tuple[Floats, Floats]]:
    """For each stage the largest and the smallest logarithm of the probability of a way to each node."""
    bounds = [(np.zeros(1), np.zeros(1))]
    for stage in stages:
        size, node = int(stage.child.max()) + 1, stage.node
        largest, smallest = np.full(size, -np.inf), np.full(size, np.inf)
        np.maximum.at(largest, stage.child, bounds[-1][0][node] + stage.log)
        np.minimum.at(smallest, stage.child, bounds[-1][1][node] + stage.log)
        bounds.append((largest, smallest))
    return bounds


def _by_likeliest_end(stage: _Stage, likeliest: Floats) -> tuple[_Stage, Floats, Floats]:
    """The edges of each node in the order of their likeliest ends, these, and sums of their probabilities from 0 on."""
    reach = stage.log + likeliest[stage.child]
    order = np.argsort(_keys(stage.node, reach, *_scale(reach)))
    return (
        _Stage(stage.start, stage.child[order], stage.log[order]),
        reach[order],
        _sums_by_node(np.exp(stage.log[order]), stage.start),
    )


def _sums_by_node(mass: Floats, start: Ints) -> Floats:
    """Running sums of each node, each from 0 on: one more than the node has, and none loses digits to another's."""
    sums = np.zeros(len(mass) + len(start) - 1)
    for node, (first, last) in enumerate(zip(start[:-1].tolist(), start[1:].tolist(), strict=True)):
        np.cumsum(mass[first:last], out=sums[first + node + 1 : last + node + 1])
    return sums


def _skipped(stage: _Stage, reach: Floats, paths: _Paths, limit: float) -> Ints:
    """How many edges of a way's node, in that order, stay within the limit to any end."""
    low, span = _scale(reach)
    found = np.searchsorted(
        _keys(stage.node, reach, low, span), _keys(paths.node, limit - paths.log, low, span), "right"
    )
    return found - stage.start[paths.node]


def _one_on(stage: _Stage, paths: _Paths, skipped: Ints, forward: Ints, least: Floats, limit: float) -> _Paths:
    """The ways one stage further on, but those beyond the limit to any end."""
    made = []
    for first, last in _chunks(forward):
        item, offset = _ragged(forward[first:last])
        item = item + first
        edge = stage.start[paths.node[item]] + skipped[item] + offset
        node, log = stage.child[edge], paths.log[item] + stage.log[edge]
        kept = log + least[node] <= limit
        mass = paths.mass[item[kept]] * np.exp(stage.log[edge[kept]])
        made.append(_joined_alike(node[kept], log[kept], mass))
    return _together(made)


def _one_back(
    stage: _Stage, ends: _Paths, sure: Floats, past: tuple[Floats, Floats], limit: float, work: _Work
) -> tuple[_Paths, Floats]:
    """Lists of ends one stage earlier; and the mass of those that are within the limit after any past."""
    starts = np.searchsorted(ends.node, np.arange(len(sure) + 1))
    lengths = np.diff(starts)[stage.child]
    work.add(_KEPT * lengths.sum())
    made, node_of = [], stage.node
    mass_of = np.exp(stage.log)
    surely = _mass_by_node(node_of, mass_of * sure[stage.child], len(stage.start) - 1)
    for first, last in _chunks(lengths):
        edge, offset = _ragged(lengths[first:last])
        edge = edge + first
        end = starts[stage.child[edge]] + offset
        node, log, mass = node_of[edge], stage.log[edge] + ends.log[end], mass_of[edge] * ends.mass[end]
        is_sure = log + past[0][node] <= limit
        surely += _mass_by_node(node[is_sure], mass[is_sure], len(surely))
        kept = ~is_sure & (log + past[1][node] <= limit)
        made.append(_joined_alike(node[kept], log[kept], mass[kept]))
    return _together(made), surely


def _joined(stage: _Stage, paths: _Paths, skipped: Ints, lists: tuple[_Paths, Floats], limit: float) -> float:
    """The mass of all ways over one more stage with the ends of their lists that keep them within the limit."""
    ends, sure = lists
    start = np.searchsorted(ends.node, np.arange(len(sure) + 1))
    sums = _sums_by_node(ends.mass, start)
    low, span = _scale(ends.log)
    keys = _keys(ends.node, ends.log, low, span)
    # The ways of a node stand by probability, so those that do not skip an edge are its last ones.
    size = len(stage.start) - 1
    past = np.cumsum(np.bincount(paths.node, minlength=size))
    upto = np.cumsum(np.bincount(stage.start[paths.node] + paths.node + skipped, minlength=len(stage.child) + size))
    node = stage.node
    lengths = upto[np.arange(len(node)) + node] - np.where(node > 0, past[node - 1], 0)
    # Edges to one list together: the search then stays in a small part of the memory.
    order = np.argsort(stage.child, kind="stable")
    order = order[lengths[order] > 0]
    child, log, lengths = stage.child[order], stage.log[order], lengths[order]
    mass, first_path = np.exp(log), past[node[order]] - lengths
    within = sums + np.repeat(sure, np.diff(start) + 1)
    total = 0.0
    for first, last in _chunks(lengths, _NEAR):
        item, offset = _ragged(lengths[first:last])
        edge = item + first
        path, to = first_path[edge] + offset, child[edge]
        begin, end = start[child[first]], start[child[last - 1] + 1]
        wanted = _keys(to, limit - log[edge] - paths.log[path], low, span)
        found = begin + np.searchsorted(keys[begin:end], wanted, "right")
        total += float((paths.mass[path] * mass[edge]) @ within[found + to])
    return total


def _scale(logs: Floats) -> tuple[float, int]:
    """The least logarithm, and a whole number above all of them on the grid from there."""
    if not len(logs):
        return 0.0, 2
    low = float(logs.min())
    return low, int((float(logs.max()) - low) * _GRID) + 3


def _keys(node: Ints, logs: Floats, low: float, span: int) -> Ints:
    """Whole numbers that sort by node and then by logarithm; those off the scale stand at its ends."""
    keys: Ints = node * span + np.clip(np.rint((logs - low) * _GRID) + 1, 0, span - 1).astype(np.int64)
    return keys


def _mass_by_node(node: Ints, mass: Floats, size: int) -> Floats:
    return np.bincount(node, mass, size).astype(np.float64)


def _joined_alike(node: Ints, log: Floats, mass: Floats) -> _Paths:
    """Ways of one node and one probability as one, sorted by node and probability."""
    low, span = _scale(log)
    _, place, alike = np.unique(_keys(node, log, low, span), return_index=True, return_inverse=True)
    return _Paths(node[place], log[place], _mass_by_node(alike, mass, len(place)))


def _together(parts: list[_Paths]) -> _Paths:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return _Paths(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    return _joined_alike(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("node", "log", "mass")))


def _ragged(lengths: Ints) -> tuple[Ints, Ints]:
    """The place of each item repeated as often as its length says, and the number within the item."""
    item = np.repeat(np.arange(len(lengths)), lengths)
    return item, np.arange(len(item)) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _chunks(lengths: npt.NDArray[np.int64] | Floats, size: int = _CHUNK) -> list[tuple[int, int]]:
    """Bounds of runs of items whose lengths come to about ``size``."""
    if not len(lengths):
        return []
    run = np.cumsum(lengths) // size
    bounds = [0, *(np.flatnonzero(np.diff(run)) + 1).tolist(), len(lengths)]
    return list(pairwise(bounds))
