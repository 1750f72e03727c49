"""Numbers texts of a fixed width among the different ones, block by block, by a table of those seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.signedinteger[Any]]

# Bytes of the longest text that is told apart as a whole number.
_WORD: Final = 8


def numbered(fields: Bytes) -> pa.DictionaryArray:
    """The number of each text among the different ones, in the order in which they come, and these."""
    count, width = fields.shape
    if width > _WORD:
        return fixed(fields).dictionary_encode()
    # As whole numbers texts are told apart in half the time.
    room = next(room for room in (1, 2, 4, _WORD) if room >= width)
    padded = fields
    if room > width:
        padded = np.zeros((count, room), dtype=np.uint8)
        padded[:, :width] = fields
    coded = pa.array(padded.view(f"u{room}")[:, 0]).dictionary_encode()
    levels = coded.dictionary.to_numpy().view(np.uint8).reshape(-1, room)[:, :width]
    return pa.DictionaryArray.from_arrays(coded.indices, fixed(np.ascontiguousarray(levels)))


def narrow(coded: pa.DictionaryArray) -> pa.DictionaryArray:
    """A block in few bytes: all columns are kept so until the last block is there."""
    kind = pa.from_numpy_dtype(np.min_scalar_type(-len(coded.dictionary) - 1))
    return pa.DictionaryArray.from_arrays(coded.indices.cast(kind), coded.dictionary)


@dataclass(frozen=True)
class Codes:
    """The number of each text among different ones, block by block.

    ``tables`` say which text of all a number of the block stands for, None where it is the number itself.
    """

    blocks: Sequence[Ints]
    tables: Sequence[Ints | None]

    def numbers(self, of_each: Ints) -> Ints:
        """For each text what ``of_each`` has for it, in one array."""
        found = np.empty(sum(map(len, self.blocks)), dtype=of_each.dtype)
        start = 0
        for block, table in zip(self.blocks, self.tables, strict=True):
            found[start : start + len(block)] = (of_each if table is None else of_each[table])[block]
            start += len(block)
        return found

    def first(self, code: int) -> int:
        """The row of the first text of this number."""
        blocks = zip(self.blocks, self.tables, strict=True)
        return int(np.argmax(np.concatenate([(b if table is None else table[b]) == code for b, table in blocks])))


def joined(coded: Sequence[pa.DictionaryArray]) -> tuple[Codes, Bytes]:
    """The numbers of the texts of all blocks, and the different texts in the order in which they come."""
    levels = pa.chunked_array([block.dictionary for block in coded]).combine_chunks().dictionary_encode()
    ends = np.cumsum([len(block.dictionary) for block in coded])
    tables = np.split(levels.indices.to_numpy(), ends[:-1])
    return Codes([block.indices.to_numpy() for block in coded], tables), rows_of(levels.dictionary)


def fixed(fields: Bytes) -> Any:
    """The block as an Arrow array of fixed-size binaries, without a copy."""
    count, width = fields.shape
    return pa.Array.from_buffers(pa.binary(width), count, [None, pa.py_buffer(fields)])


def rows_of(values: Any) -> Bytes:
    """Fixed-size binaries as rows of bytes, without a copy."""
    count, width = len(values), values.type.byte_width
    begin = values.offset * width
    return np.frombuffer(values.buffers()[1], dtype=np.uint8)[begin : begin + count * width].reshape(count, width)
