"""Turns text fields of a fixed width, padded with blanks, into columns of a frame, block by block."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from adamline.errors import Place
from adamline.io.numbered_texts import Codes, Ints, fixed, joined, narrow, numbered, rows_of
from adamline.io.sorted_levels import sorted_levels
from adamline.io.text_decoder import TextDecoder
from adamline.io.text_type import TextType

Bytes = npt.NDArray[np.uint8]
PlaceOf = Callable[[int], Place]

# Typed loosely: the stubs lack the protocol that makes pandas strings of Arrow ones without a copy.
STRING: Final[Any] = pd.StringDtype("pyarrow", na_value=np.nan)
# Records that tell whether a text differs in most, and different texts that are many.
_FIRST: Final = 1 << 16
_BLANK: Final = ord(" ")


class TextBlocks(Protocol):
    """A text column in the making."""

    def add(self, fields: Bytes) -> None:
        """Take the next block: a row of bytes for each record."""

    def finish(self) -> Any:
        """The column: trailing blanks and zero bytes gone, leading blanks kept, blank text missing."""

    @property
    def zeros(self) -> tuple[int, int]:
        """How many values hold zero bytes, and the row of the first."""


def text_blocks(text: TextType, decoder: TextDecoder, place_of: PlaceOf) -> TextBlocks:
    """A column that is to come as ``text``; ``place_of`` names the place of a record (from 0) for messages."""
    return StringBlocks(decoder, place_of) if text is TextType.STR else CategoryBlocks(decoder, place_of)


class _Zeros:
    """Counts the values with zero bytes, with which some writers pad instead of blanks."""

    def __init__(self) -> None:
        self._rows = self._count = self._first = 0

    @property
    def zeros(self) -> tuple[int, int]:
        """How many values hold zero bytes, and the row of the first."""
        return self._count, self._first

    def _look(self, fields: Bytes) -> None:
        if fields.min(initial=1) == 0:
            odd = np.flatnonzero((fields == 0).any(axis=1))
            self._first = self._first if self._count else self._rows + int(odd[0])
            self._count += len(odd)
        self._rows += len(fields)


class StringBlocks(_Zeros):
    """Blocks that become pandas strings."""

    def __init__(self, decoder: TextDecoder, place_of: PlaceOf) -> None:
        super().__init__()
        self._decoder = decoder
        self._place_of = place_of
        self._parts: list[Any] = []

    def add(self, fields: Bytes) -> None:
        """Trim the block; only blocks with bytes above 127 are decoded, a distinct value once."""
        begin = self._rows
        self._look(fields)
        if fields.max(initial=0) < 128:
            self._parts.append(_trimmed(fields))
        else:
            encoded = fixed(fields).dictionary_encode()
            indices = encoded.indices.to_numpy()
            strings, _ = _decoded(
                rows_of(encoded.dictionary),
                self._decoder,
                lambda code: self._place_of(begin + int(np.argmax(indices == code))),
            )
            self._parts.append(strings.take(encoded.indices))

    def finish(self) -> Any:
        """One array of pandas strings; the blocks stay as Arrow chunks, since joining them would copy every byte."""
        return STRING.__from_arrow__(pa.chunked_array(self._parts, pa.large_string()))


class CategoryBlocks(_Zeros):
    """Blocks that become a categorical with sorted categories, none of them unused.

    Where at least half of the first records differ, all are numbered by sorting them, else by a table of the texts
    seen: the one takes the same for any texts, the other less the fewer they are, and more for very many.
    """

    def __init__(self, decoder: TextDecoder, place_of: PlaceOf) -> None:
        super().__init__()
        self._decoder = decoder
        self._place_of = place_of
        self._sample: list[Bytes] | None = []
        self._waiting: list[Bytes] = []
        self._waiting_rows = 0
        self._coded: list[Any] = []
        self._many: list[Bytes] = []

    def add(self, fields: Bytes) -> None:
        """Number the distinct values of the blocks that are waiting, or keep this one for later."""
        self._look(fields)
        if self._sample is not None:
            self._sample.append(fields)
            if self._rows >= _FIRST:
                self._choose(self._sample)
        elif self._many:
            self._many.append(fields)
        else:
            self._waiting.append(fields)
            self._waiting_rows += len(fields)
            if self._waiting_rows >= _FIRST:
                self._number_waiting()

    def _number_waiting(self) -> None:
        """Several blocks are numbered at a time, which takes less than one by one."""
        if self._waiting:
            self._coded.append(narrow(numbered(np.concatenate(self._waiting))))
        self._waiting, self._waiting_rows = [], 0

    def _choose(self, sample: list[Bytes]) -> None:
        coded = numbered(np.concatenate(sample))
        if len(coded) >= _FIRST and 2 * len(coded.dictionary) >= len(coded):
            self._many = sample
        else:
            self._coded = [narrow(coded)]
        self._sample = None

    def finish(self) -> Any:
        """One categorical; only distinct values are trimmed, decoded and sorted."""
        if not self._rows:
            return pd.Categorical.from_codes([], dtype=_category_type(pa.array([], pa.large_string())))
        if self._sample is not None:
            self._choose(self._sample)
        self._number_waiting()
        many, self._many = self._many, []
        if many and (found := sorted_levels(many)) is not None:
            return self._categorical(Codes([found[0]], [None]), found[1], is_sorted=True)
        coded = [*self._coded, *map(numbered, many)]
        del many
        self._coded = []
        codes, levels = joined(coded)
        if len(levels) > _FIRST and (found := sorted_levels([levels])) is not None:
            return self._categorical(Codes([codes.numbers(found[0])], [None]), found[1], is_sorted=True)
        return self._categorical(codes, levels, is_sorted=False)

    def _categorical(self, codes: Codes, levels: Bytes, *, is_sorted: bool) -> Any:
        """The categorical of texts by number among these different ones, which may be sorted, and different trimmed."""
        strings, is_ascii = _decoded(levels, self._decoder, lambda code: self._place_of(codes.first(code)))
        if is_sorted and is_ascii:
            # The one that may be blank is the first.
            blanks = strings.null_count
            numbers = codes.blocks[0]
            if blanks:
                numbers -= np.int32(blanks)
            return _from_codes(numbers, strings[blanks:])
        # Two encodings of one text, in a file that mixes them, are one category.
        distinct = strings.dictionary_encode()
        order = pc.sort_indices(distinct.dictionary).to_numpy()
        rank = np.empty(len(order) + 1, dtype=np.min_scalar_type(-len(order) - 1))
        rank[order] = np.arange(len(order))
        rank[-1] = -1
        found = rank[distinct.indices.fill_null(len(order)).to_numpy()]
        return _from_codes(codes.numbers(found), distinct.dictionary.take(pa.array(order)))


def _from_codes(codes: Ints, categories: Any) -> Any:
    return pd.Categorical.from_codes(codes, dtype=_category_type(categories), validate=False)


def _category_type(categories: Any) -> pd.CategoricalDtype:
    """The type of these categories, which differ and are there."""
    index = pd.Index(STRING.__from_arrow__(categories))
    if len(index) < _FIRST:
        return pd.CategoricalDtype(index)
    # To see that they differ, pandas would make each a text of Python, and a table of them.
    made: pd.CategoricalDtype = pd.CategoricalDtype._from_fastpath(index, False)  # type: ignore[attr-defined]
    return made


def _trimmed(fields: Bytes) -> Any:
    """The block as Arrow strings without trailing blanks and zero bytes, null where nothing is left.

    The bytes are not checked.
    """
    count, width = fields.shape
    padded = pa.LargeStringArray.from_buffers(count, _even_offsets(count, width), pa.py_buffer(fields))
    last = fields[:, -1:]
    if not ((last == _BLANK) | (last == 0)).any():
        return padded  # as of identifiers and dates: each fills its field
    # Made as long as the fields and then cut: the pool of the system gives back what is cut, without a copy and without
    # asking for fresh pages each time, which takes longer than the trimming.
    _, ends, data = pc.ascii_rtrim(padded, characters=" \0", memory_pool=pa.system_memory_pool()).buffers()
    lengths = np.diff(np.frombuffer(ends, dtype=np.int64, count=count + 1))
    is_there = lengths > 0
    valid = None if is_there.all() else pa.py_buffer(np.packbits(is_there, bitorder="little"))
    return pa.LargeStringArray.from_buffers(count, ends, data, valid)


@lru_cache(maxsize=16)
def _even_offsets(count: int, width: int) -> pa.Buffer:
    """Where texts of one width begin and end: the blocks of all columns of this width share them."""
    return pa.py_buffer(np.arange(count + 1, dtype=np.int64) * width)


def _decoded(fields: Bytes, decoder: TextDecoder, place_of: PlaceOf) -> tuple[Any, bool]:
    """Distinct fields as Arrow strings, and whether all are ASCII.

    ``place_of`` names the place of a value that does not decode.
    """
    strings = _trimmed(fields)
    if fields.max(initial=0) < 128:
        return strings, True
    high = np.flatnonzero((fields > 127).any(axis=1))
    texts = [decoder.decode(fields[code].tobytes().rstrip(b" \0"), place_of(int(code))) for code in high]
    mask = np.zeros(len(fields), dtype=np.bool_)
    mask[high] = True
    return pc.replace_with_mask(strings, pa.array(mask), pa.array(texts, pa.large_string())), False
