"""Matches the records of two datasets by position or by keys, one to one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from adamline.errors import Place
from adamline.io.dataset import Dataset
from adamline.qc.keys import KeyCodes, key_codes
from adamline.qc.model import Bools, Ints, Observation
from adamline.qc.pairing import Pairing
from adamline.qc.sysinfo import CompareError
from adamline.qc.value_text import key_text


def _none() -> Ints:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Groups:
    """The BY group of each row, from 0 to below ``count``."""

    base: Ints
    compare: Ints
    count: int

    def present(self) -> tuple[Bools, Bools]:
        """Whether the base, and whether the comparison, has a record of each group."""
        return (
            np.bincount(self.base, minlength=self.count) > 0,
            np.bincount(self.compare, minlength=self.count) > 0,
        )


@dataclass(frozen=True, eq=False)
class Matching:
    """Pairs of rows, unmatched rows, and the sequence of all of them in the order of the keys.

    ``base_at`` and ``compare_at`` are the rows at each place of the sequence, -1 where a side has none; ``place`` is
    the place of each pair.
    """

    base_rows: Ints
    compare_rows: Ints
    place: Ints
    base_at: Ints
    compare_at: Ints
    base_duplicates: Ints = field(default_factory=_none)
    compare_duplicates: Ints = field(default_factory=_none)
    base_missing_keys: Ints = field(default_factory=_none)
    compare_missing_keys: Ints = field(default_factory=_none)
    is_base_sorted: bool = True
    is_compare_sorted: bool = True
    groups: Groups | None = None

    @property
    def base_only(self) -> Ints:
        """Rows of the base without partner, in the order of the keys."""
        return self.base_at[self.compare_at < 0]

    @property
    def compare_only(self) -> Ints:
        """Rows of the comparison without partner, in the order of the keys."""
        return self.compare_at[self.base_at < 0]

    def at(self, place: int) -> Observation:
        """What stands at a place of the sequence; nothing in an empty one."""
        if len(self.base_at) == 0:
            return Observation(None, None)
        base, compare = int(self.base_at[place]), int(self.compare_at[place])
        return Observation(None if base < 0 else base, None if compare < 0 else compare)


def match_records(base: Dataset, compare: Dataset, pairing: Pairing, *, notsorted: bool = False) -> Matching:
    """Match the records of two datasets.

    Without keys the first goes with the first (within each BY group); with keys those of one key, duplicates one to
    one in order of appearance, whatever the order of the rows. ``notsorted``: by position, and CompareError at the
    first position whose keys differ.
    """
    if not (pairing.by or pairing.keys):
        return _by_position(len(base.frame), len(compare.frame))
    if pairing.by_everywhere:
        return _every_group_with_all(base, compare, pairing)
    by = key_codes(base, compare, pairing.by, pairing.descending)
    codes = by.joined(key_codes(base, compare, pairing.keys, pairing.descending))
    groups = None
    if pairing.by:
        dense = by.dense()
        groups = Groups(dense.base, dense.compare, dense.size)
    if notsorted:
        _require_equal_keys(codes, base, pairing)
        return _by_position(len(base.frame), len(compare.frame), groups)
    return _by_codes(codes, groups, has_keys=bool(pairing.keys))


def _by_position(n: int, m: int, groups: Groups | None = None) -> Matching:
    rows = np.arange(max(n, m), dtype=np.int64)
    common = rows[: min(n, m)]
    return Matching(common, common, common, np.where(rows < n, rows, -1), np.where(rows < m, rows, -1), groups=groups)


def _by_codes(codes: KeyCodes, groups: Groups | None, *, has_keys: bool) -> Matching:
    if _are_same_in_order(codes):
        return _row_by_row(codes, groups, has_keys=has_keys)
    sorted_ = _is_sorted(codes.base), _is_sorted(codes.compare)
    # Few codes are counted as they are; many, with gaps, are renumbered first.
    if codes.size > 4 * (len(codes.base) + len(codes.compare)) + 1024:
        codes = codes.dense()
    ours, theirs = (np.bincount(side, minlength=codes.size) for side in (codes.base, codes.compare))
    slots = np.maximum(ours, theirs)
    start = np.cumsum(slots) - slots
    base_turn, compare_turn = _turn(codes.base, ours), _turn(codes.compare, theirs)
    base_place, compare_place = start[codes.base] + base_turn, start[codes.compare] + compare_turn
    base_at, compare_at = _rows_at(base_place, int(slots.sum())), _rows_at(compare_place, int(slots.sum()))
    partner = compare_at[base_place]
    base_rows = np.flatnonzero(partner >= 0).astype(np.int64)
    return Matching(
        base_rows,
        partner[base_rows],
        base_place[base_rows],
        base_at,
        compare_at,
        base_duplicates=_where(base_turn > 0) if has_keys else _none(),
        compare_duplicates=_where(compare_turn > 0) if has_keys else _none(),
        base_missing_keys=_where(codes.base_missing) if has_keys else _none(),
        compare_missing_keys=_where(codes.compare_missing) if has_keys else _none(),
        is_base_sorted=sorted_[0],
        is_compare_sorted=sorted_[1],
        groups=groups,
    )


def _are_same_in_order(codes: KeyCodes) -> bool:
    """Whether both sides have the same keys, each once and in order: what two versions of a sorted dataset have."""
    return np.array_equal(codes.base, codes.compare) and bool((codes.base[1:] > codes.base[:-1]).all())


def _row_by_row(codes: KeyCodes, groups: Groups | None, *, has_keys: bool) -> Matching:
    """Each row of the one side with that of the other."""
    rows = np.arange(len(codes.base), dtype=np.int64)
    return Matching(
        *(rows, rows, rows, rows, rows),
        base_missing_keys=_where(codes.base_missing) if has_keys else _none(),
        compare_missing_keys=_where(codes.compare_missing) if has_keys else _none(),
        groups=groups,
    )


def _every_group_with_all(base: Dataset, compare: Dataset, pairing: Pairing) -> Matching:
    """BY variables that the comparison does not have: each group of the base against the whole comparison."""
    by = key_codes(base, base, pairing.by, pairing.descending).dense()
    keys = key_codes(base, compare, pairing.keys, pairing.descending).dense()
    m = len(compare.frame)
    rows, group = np.tile(np.arange(m), by.size), np.repeat(np.arange(by.size), m)
    repeated = KeyCodes(
        by.base * keys.size + keys.base,
        group * keys.size + keys.compare[rows],
        by.size * keys.size,
        by.base_missing | keys.base_missing,
        keys.compare_missing[rows],
    )
    found = _by_codes(repeated, Groups(by.base, group, by.size), has_keys=bool(pairing.keys))
    back = np.append(rows, -1)
    return Matching(
        found.base_rows,
        back[found.compare_rows],
        found.place,
        found.base_at,
        back[found.compare_at],
        base_duplicates=found.base_duplicates,
        compare_duplicates=np.unique(back[found.compare_duplicates]),
        base_missing_keys=found.base_missing_keys,
        compare_missing_keys=np.unique(back[found.compare_missing_keys]),
        is_base_sorted=found.is_base_sorted,
        is_compare_sorted=found.is_compare_sorted,
        groups=found.groups,
    )


def _require_equal_keys(codes: KeyCodes, base: Dataset, pairing: Pairing) -> None:
    common = min(len(codes.base), len(codes.compare))
    differs = np.flatnonzero(codes.base[:common] != codes.compare[:common])
    if len(differs):
        row = int(differs[0])
        names = [pair.base.name for pair in (*pairing.by, *pairing.keys)]
        keys = key_text(base, names, row)
        raise CompareError(
            "NOTSORTED matches by position, and the keys differ at one.",
            place=Place(dataset=base.name, record=row + 1, keys=keys),
            hint="without notsorted, records are matched by their keys in any order",
        )


def _turn(codes: Ints, counts: Ints) -> Ints:
    """How many earlier rows have the code of each row."""
    turn = np.zeros(len(codes), dtype=np.int64)
    if len(counts) and counts.max() > 1:
        order = np.argsort(codes, kind="stable")
        turn[order] = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
    return turn


def _rows_at(place: Ints, count: int) -> Ints:
    rows = np.full(count, -1, dtype=np.int64)
    rows[place] = np.arange(len(place))
    return rows


def _is_sorted(codes: Ints) -> bool:
    return bool((codes[1:] >= codes[:-1]).all())


def _where(mask: Bools) -> Ints:
    return np.flatnonzero(mask).astype(np.int64)
