"""Gather repeated measures by pattern of visits, so that the cost of a likelihood does not grow with the subjects.

A pattern is a covariance group with a set of visits. Subjects of patterns that few share are kept as rows; of the
others only the cross-products of all pairs of visits are kept. All algebra is batched over the patterns of one size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adamline.stats._arrays import Bools, Floats, Ints

# Numbers in one piece of work of a batch.
_PIECE = 4_000_000


@dataclass(frozen=True)
class Batch:
    """Patterns of one number of visits: the visits (P, m), the group, the number of subjects of each.

    With ``is_summed``, ``grams`` (P, m, m, packed) has the cross-products summed over subjects, symmetric in the visits
    and packed in the columns; else ``rows`` (n, m, q) has the subjects, with the ``pattern`` of each, in order.
    """

    visits: Ints
    group: Ints
    count: Floats
    is_summed: bool
    rows: Floats
    pattern: Ints
    grams: Floats

    @property
    def size(self) -> int:
        """How many visits."""
        return int(self.visits.shape[1])


@dataclass(frozen=True)
class Gathered:
    """All batches; ``q`` columns of the design and the response after them; t visits; the number of groups."""

    batches: tuple[Batch, ...]
    t: int
    groups: int
    q: int
    n: int
    n_subjects: int
    # Raw records of each subject, for the sandwich: subject of a record in order, visit, group.
    subject: Ints
    visit: Ints
    group: Ints
    columns: Floats


def gather(columns: Floats, subject: Ints, visit: Ints, group: Ints, t: int, groups: int) -> Gathered:
    """Batches of the records: ``columns`` is the design and the response, the codes count from 0."""
    order = np.lexsort((visit, subject))
    columns, subject, visit, group = columns[order], subject[order], visit[order], group[order]
    starts = np.flatnonzero(np.diff(subject, prepend=-1))
    sizes = np.diff(np.append(starts, len(subject)))
    width = columns.shape[1]
    seen = np.zeros((len(starts), t), dtype=np.bool_)
    seen[np.repeat(np.arange(len(starts)), sizes), visit] = True
    batches: list[Batch] = []
    for m in np.unique(sizes).tolist():
        own = np.flatnonzero(sizes == m)
        key = np.column_stack([group[starts[own]], seen[own]])
        patterns, code, count = np.unique(key, axis=0, return_inverse=True, return_counts=True)
        code = code.ravel()
        sorted_own = own[np.argsort(code, kind="stable")]
        code = np.sort(code)
        z = columns[starts[sorted_own][:, np.newaxis] + np.arange(m)]
        visits = np.nonzero(patterns[:, 1:])[1].reshape(-1, m)
        many = count > 2 * m
        for kind, chosen in ((False, np.flatnonzero(~many)), (True, np.flatnonzero(many))):
            if not len(chosen):
                continue
            inside = np.isin(code, chosen)
            place = np.searchsorted(chosen, code[inside])
            rows = z[inside]
            batches.append(
                Batch(
                    visits[chosen],
                    patterns[chosen, 0].astype(np.int64),
                    count[chosen].astype(np.float64),
                    kind,
                    rows[:0] if kind else rows,
                    place[:0] if kind else place,
                    _grams(rows, place, len(chosen)) if kind else np.zeros((0, m, m, 0)),
                )
            )
    return Gathered(tuple(batches), t, groups, width - 1, len(subject), len(starts), subject, visit, group, columns)


def _grams(rows: Floats, place: Ints, count: int) -> Floats:
    _, m, width = rows.shape
    upper = np.triu_indices(width)
    out = np.empty((count, m, m, len(upper[0])))
    ends = np.searchsorted(place, np.arange(count + 1))
    for p in range(count):
        flat = rows[ends[p] : ends[p + 1]].reshape(-1, m * width)
        gram = (flat.T @ flat).reshape(m, width, m, width).transpose(0, 2, 1, 3)[:, :, upper[0], upper[1]]
        out[p] = (gram + gram.transpose(1, 0, 2)) / 2
    return out


def unpacked(packed: Floats, width: int) -> Floats:
    """Symmetric matrices from their packed upper triangles, along the last axis."""
    upper = np.triu_indices(width)
    full = np.empty((*packed.shape[:-1], width, width))
    full[..., upper[0], upper[1]] = packed
    full[..., upper[1], upper[0]] = packed
    return full


def _packed_weights(matrix: Floats) -> Floats:
    """The packed triangle that gives tr(K S) as a scalar product with a packed S."""
    upper = np.triu_indices(len(matrix))
    return np.where(upper[0] == upper[1], 1.0, 2.0) * matrix[upper]


def total(batch: Batch, weight: Floats, width: int) -> Floats:
    """Sum over subjects of Z' M Z, M by pattern (P, m, m), symmetric."""
    if batch.is_summed:
        flat = batch.grams.reshape(-1, batch.grams.shape[-1])
        return unpacked(weight.reshape(-1) @ flat, width)
    turned = weight[batch.pattern] @ batch.rows
    return batch.rows.reshape(-1, width).T @ turned.reshape(-1, width)


def spread(batch: Batch, kernel: Floats) -> Floats:
    """Sum over the subjects of each pattern of Z K Z', (P, m, m)."""
    p, m = batch.visits.shape
    if batch.is_summed:
        flat = batch.grams.reshape(-1, batch.grams.shape[-1])
        return (flat @ _packed_weights(kernel)).reshape(p, m, m)
    each = (batch.rows @ kernel) @ batch.rows.transpose(0, 2, 1)
    return np.add.reduceat(each, np.searchsorted(batch.pattern, np.arange(p)), axis=0)


def twisted(data: Gathered, weights: Sequence[Floats]) -> Floats:
    """The sums of (M Z)_a' (M Z)_b over the subjects of each group, (groups, t, t, packed), symmetric in a and b."""
    t, width = data.t, data.q + 1
    out = np.zeros((data.groups, t, t, width * (width + 1) // 2))
    flat = np.zeros((data.groups, t * width, t * width))
    for batch, weight in zip(data.batches, weights, strict=True):
        p, m = batch.visits.shape
        tall = np.zeros((p, t, m))
        tall[np.arange(p)[:, np.newaxis], batch.visits] = weight
        for group in np.unique(batch.group).tolist():
            if batch.is_summed:
                _add_grams(out[group], batch, tall, np.flatnonzero(batch.group == group))
            else:
                _add_rows(flat[group], batch, tall, np.flatnonzero(batch.group[batch.pattern] == group))
    if any(not batch.is_summed for batch in data.batches):
        upper = np.triu_indices(width)
        full = flat.reshape(-1, t, width, t, width)
        both = (full + full.transpose(0, 3, 2, 1, 4)) / 2
        out += both.transpose(0, 1, 3, 2, 4)[..., upper[0], upper[1]]
    return out


def _add_grams(out: Floats, batch: Batch, tall: Floats, own: Ints) -> None:
    t, m, packed = len(out), batch.size, batch.grams.shape[-1]
    step = max(1, _PIECE // (m * t * packed))
    for first in range(0, len(own), step):
        piece = own[first : first + step]
        half = tall[piece][:, np.newaxis] @ batch.grams[piece]
        wide = tall[piece].transpose(1, 0, 2).reshape(t, -1)
        out += (wide @ half.reshape(len(piece) * m, -1)).reshape(t, t, packed)


def _add_rows(out: Floats, batch: Batch, tall: Floats, own: Ints) -> None:
    step = max(1, _PIECE // len(out))
    for first in range(0, len(own), step):
        piece = own[first : first + step]
        flat = (tall[batch.pattern[piece]] @ batch.rows[piece]).reshape(len(piece), -1)
        out += flat.T @ flat


def embedded(batch: Batch, matrices: Floats, t: int) -> Floats:
    """Matrices of patterns as matrices of all visits, 0 where a visit is missing."""
    out = np.zeros((len(matrices), t, t))
    visits = batch.visits
    out[np.arange(len(matrices))[:, np.newaxis, np.newaxis], visits[:, :, np.newaxis], visits[:, np.newaxis, :]] = (
        matrices
    )
    return out


def chosen(batch: Batch, matrices: Floats) -> Floats:
    """The matrices of the groups (groups, t, t) at the visits of each pattern."""
    visits = batch.visits
    found: Floats = matrices[batch.group[:, np.newaxis, np.newaxis], visits[:, :, np.newaxis], visits[:, np.newaxis, :]]
    return found


def seen_together(gathered: Gathered) -> Bools:
    """For each group which pairs of visits some subject has, (groups, t, t)."""
    found = np.zeros((gathered.groups, gathered.t, gathered.t), dtype=np.bool_)
    for batch in gathered.batches:
        ones = embedded(batch, np.ones((len(batch.visits), batch.size, batch.size)), gathered.t) > 0
        for group in np.unique(batch.group).tolist():
            found[group] |= ones[batch.group == group].any(axis=0)
    return found
