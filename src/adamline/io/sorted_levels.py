"""Numbers many texts of a fixed width in their order by sorting them, without a table of those seen before."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Keys = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.int32]

# Texts that are looked at at a time, which the processor's cache holds.
_BLOCK: Final = 1 << 13
# Whole numbers by which a text is sorted; more take longer than comparing the texts.
_MOST_KEYS: Final = 3
_BLANK, _ZERO = ord(" "), 0


@dataclass(frozen=True)
class _Digits:
    """Which bytes texts have at each position, and the positions that make each number.

    A text is a number whose digits are the ranks of its bytes among those at their position, so that numbers are in
    the order of the texts; what is the same in all needs no digit.
    """

    alphabets: Sequence[Bytes]
    keys: Sequence[Sequence[int]]

    def size(self, key: int) -> int:
        """How many values a number can have."""
        return math.prod(len(self.alphabets[position]) for position in self.keys[key])


def sorted_levels(blocks: Sequence[Bytes]) -> tuple[Codes, Bytes] | None:
    r"""The number of each text among the different ones in order, from 0, and these.

    A block has a row of bytes for each text. Trailing blanks and zero bytes do not count: texts that differ in these
    alone are one, of which any is given. None where texts are so long and so different at their positions that
    comparing them is better.

    >>> texts = np.frombuffer(b"B AB\0\0A B ", dtype=np.uint8).reshape(5, 2)
    >>> codes, levels = sorted_levels([texts])
    >>> codes.tolist(), [level.tobytes().rstrip(b" \0") for level in levels]
    ([3, 2, 0, 1, 3], [b'', b'A', b'AB', b'B'])
    """
    digits = _digits(blocks)
    if len(digits.keys) > _MOST_KEYS:
        return None
    keys = _numbers(blocks, digits)
    order = _put_in_order(keys, digits)
    is_new = np.zeros(len(keys[0]), dtype=np.bool_)
    is_new[:1] = True
    for key in keys:
        is_new[1:] |= key[1:] != key[:-1]
    codes = np.cumsum(is_new, dtype=np.int32)
    codes -= 1
    texts = np.flatnonzero(is_new)
    if order is None:
        return codes, _taken(blocks, texts)
    levels = _taken(blocks, order[texts])
    of_each = np.empty_like(codes)
    of_each[order] = codes
    return of_each, levels


def _put_in_order(keys: list[Keys], digits: _Digits) -> npt.NDArray[np.integer[Any]] | None:
    """Sort the numbers in place; which text each then is of, None where they were in order, as those of subjects are.

    Numbers that leave room for the place of their text are sorted with it in their last bits: in half the time that it
    takes to find the order.
    """
    first, count = keys[0], len(keys[0])
    if len(keys) == 1 and (first[1:] >= first[:-1]).all():
        return None
    bits = count.bit_length()
    if len(keys) == 1 and digits.size(0) <= 1 << (64 - bits):
        first <<= np.uint64(bits)
        first |= np.arange(count, dtype=np.uint64)
        first.sort()
        places = (first & np.uint64((1 << bits) - 1)).view(np.int64)
        first >>= np.uint64(bits)
        return places
    order = np.lexsort(keys[::-1]) if len(keys) > 1 else np.argsort(first)
    keys[:] = [key[order] for key in keys]
    return order


def _taken(blocks: Sequence[Bytes], texts: npt.NDArray[np.integer[Any]]) -> Bytes:
    """The bytes of these texts."""
    fields = np.concatenate(blocks) if len(blocks) > 1 else np.ascontiguousarray(blocks[0])
    count, width = fields.shape
    if len(texts) == count and (texts[1:] > texts[:-1]).all():
        return fields
    return fields.view(f"V{width}")[:, 0].take(texts).view(np.uint8).reshape(-1, width)


def _columns(blocks: Sequence[Bytes]) -> Iterator[Bytes]:
    """The bytes of texts position by position, block by block, what is to be trimmed made zero."""
    for block in blocks:
        for start in range(0, len(block), _BLOCK):
            columns = np.array(block[start : start + _BLOCK].T, order="C")
            inside = np.zeros(columns.shape[1], dtype=np.bool_)
            for column in columns[::-1]:
                inside |= (column != _BLANK) & (column != _ZERO)
                if inside.all():
                    break
                column *= inside
            yield columns


def _digits(blocks: Sequence[Bytes]) -> _Digits:
    seen = np.zeros((blocks[0].shape[1], 256), dtype=np.bool_)
    for columns in _columns(blocks):
        for known, column in zip(seen, columns, strict=True):
            if (column == column[0]).all():
                known[column[0]] = True
            else:
                known[column] = True
    alphabets = [np.flatnonzero(known).astype(np.uint8) for known in seen]
    keys: list[list[int]] = [[]]
    size = 1
    for position, alphabet in enumerate(alphabets):
        if len(alphabet) < 2:
            continue
        if size * len(alphabet) >= 1 << 64:
            keys.append([])
            size = 1
        keys[-1].append(position)
        size *= len(alphabet)
    return _Digits(alphabets, keys)


def _numbers(blocks: Sequence[Bytes], digits: _Digits) -> list[Keys]:
    """The numbers of each text."""
    count = sum(map(len, blocks))
    keys = [np.zeros(count, dtype=np.uint64) for _ in digits.keys]
    worth = {}
    for positions in digits.keys:
        weight = 1
        for position in reversed(positions):
            alphabet = digits.alphabets[position]
            table = np.zeros(256, dtype=np.uint64)
            table[alphabet] = np.arange(len(alphabet), dtype=np.uint64) * np.uint64(weight)
            worth[position] = table
            weight *= len(alphabet)
    start = 0
    for columns in _columns(blocks):
        stop = start + columns.shape[1]
        for key, positions in zip(keys, digits.keys, strict=True):
            for position in positions:
                key[start:stop] += worth[position][columns[position]]
        start = stop
    return keys
