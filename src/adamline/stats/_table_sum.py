"""Sum the probabilities of the tables of a network that are no more likely than a limit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.stats._arrays import Floats, Ints
from adamline.stats._table_network import KEPT, Stage, Work, chunks, ragged

# Logarithms of probabilities nearer than 1 / _GRID are one number; far finer than the tolerance.
_GRID = 1e9
# Ways joined with lists of ends at one time: few enough to stay near the processor.
_NEAR = 50_000


@dataclass(frozen=True, eq=False)
class _Paths:
    """Ways to nodes, or on from them: the log of each one's probability, and the mass of all that share it."""

    node: Ints
    log: Floats
    mass: Floats


def sum_up_to(stages: list[Stage], limit: float, work: Work) -> float:
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
        work.add(forward.sum() * (1 if is_last else KEPT))
        if is_last:
            return total + _joined(stage, paths, skipped, (ends, sure), limit)
        paths = _one_on(stage, paths, skipped, forward, least[first + 1], limit)
        first += 1
        stage, reach, shares = _by_likeliest_end(stages[first], likeliest[first + 1])


def _bounds_of_ends(stages: list[Stage]) -> tuple[list[Floats], list[Floats]]:
    """For each stage the largest and the smallest logarithm of the probability of an end, of each node."""
    size = int(stages[-1].child.max()) + 1
    largest, smallest = [np.zeros(size)], [np.zeros(size)]
    for stage in reversed(stages):
        for bounds, reduce in ((largest, np.maximum), (smallest, np.minimum)):
            bounds.insert(0, reduce.reduceat(stage.log + bounds[0][stage.child], stage.start[:-1]))
    return largest, smallest


def _bounds_of_pasts(stages: list[Stage]) -> list[tuple[Floats, Floats]]:
    """For each stage the largest and the smallest logarithm of the probability of a way to each node."""
    bounds = [(np.zeros(1), np.zeros(1))]
    for stage in stages:
        size, node = int(stage.child.max()) + 1, stage.node
        largest, smallest = np.full(size, -np.inf), np.full(size, np.inf)
        np.maximum.at(largest, stage.child, bounds[-1][0][node] + stage.log)
        np.minimum.at(smallest, stage.child, bounds[-1][1][node] + stage.log)
        bounds.append((largest, smallest))
    return bounds


def _by_likeliest_end(stage: Stage, likeliest: Floats) -> tuple[Stage, Floats, Floats]:
    """The edges of each node in the order of their likeliest ends, these, and sums of their probabilities from 0 on."""
    reach = stage.log + likeliest[stage.child]
    order = np.argsort(_keys(stage.node, reach, *_scale(reach)))
    return (
        Stage(stage.start, stage.child[order], stage.log[order]),
        reach[order],
        _sums_by_node(np.exp(stage.log[order]), stage.start),
    )


def _sums_by_node(mass: Floats, start: Ints) -> Floats:
    """Running sums of each node, each from 0 on: one more than the node has, and none loses digits to another's."""
    sums = np.zeros(len(mass) + len(start) - 1)
    for node, (first, last) in enumerate(zip(start[:-1].tolist(), start[1:].tolist(), strict=True)):
        np.cumsum(mass[first:last], out=sums[first + node + 1 : last + node + 1])
    return sums


def _skipped(stage: Stage, reach: Floats, paths: _Paths, limit: float) -> Ints:
    """How many edges of a way's node, in that order, stay within the limit to any end."""
    low, span = _scale(reach)
    found = np.searchsorted(
        _keys(stage.node, reach, low, span), _keys(paths.node, limit - paths.log, low, span), "right"
    )
    return found - stage.start[paths.node]


def _one_on(stage: Stage, paths: _Paths, skipped: Ints, forward: Ints, least: Floats, limit: float) -> _Paths:
    """The ways one stage further on, but those beyond the limit to any end."""
    made = []
    for first, last in chunks(forward):
        item, offset = ragged(forward[first:last])
        item = item + first
        edge = stage.start[paths.node[item]] + skipped[item] + offset
        node, log = stage.child[edge], paths.log[item] + stage.log[edge]
        kept = log + least[node] <= limit
        mass = paths.mass[item[kept]] * np.exp(stage.log[edge[kept]])
        made.append(_joined_alike(node[kept], log[kept], mass))
    return _together(made)


def _one_back(
    stage: Stage, ends: _Paths, sure: Floats, past: tuple[Floats, Floats], limit: float, work: Work
) -> tuple[_Paths, Floats]:
    """Lists of ends one stage earlier; and the mass of those that are within the limit after any past."""
    starts = np.searchsorted(ends.node, np.arange(len(sure) + 1))
    lengths = np.diff(starts)[stage.child]
    work.add(KEPT * lengths.sum())
    made, node_of = [], stage.node
    mass_of = np.exp(stage.log)
    surely = _mass_by_node(node_of, mass_of * sure[stage.child], len(stage.start) - 1)
    for first, last in chunks(lengths):
        edge, offset = ragged(lengths[first:last])
        edge = edge + first
        end = starts[stage.child[edge]] + offset
        node, log, mass = node_of[edge], stage.log[edge] + ends.log[end], mass_of[edge] * ends.mass[end]
        is_sure = log + past[0][node] <= limit
        surely += _mass_by_node(node[is_sure], mass[is_sure], len(surely))
        kept = ~is_sure & (log + past[1][node] <= limit)
        made.append(_joined_alike(node[kept], log[kept], mass[kept]))
    return _together(made), surely


def _joined(stage: Stage, paths: _Paths, skipped: Ints, lists: tuple[_Paths, Floats], limit: float) -> float:
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
    for first, last in chunks(lengths, _NEAR):
        item, offset = ragged(lengths[first:last])
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
