"""Turns text fields of a fixed width, padded with blanks, into columns of a frame, block by block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from adamline.errors import Place
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
# Bytes of the longest text that is told apart as a whole number.
_WORD: Final = 8


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
            encoded = _fixed(fields).dictionary_encode()
            indices = encoded.indices.to_numpy()
            strings, _ = _decoded(
                _rows_of(encoded.dictionary),
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
            self._coded.append(_narrow(_numbered(np.concatenate(self._waiting))))
        self._waiting, self._waiting_rows = [], 0

    def _choose(self, sample: list[Bytes]) -> None:
        coded = _numbered(np.concatenate(sample))
        if len(coded) >= _FIRST and 2 * len(coded.dictionary) >= len(coded):
            self._many = sample
        else:
            self._coded = [_narrow(coded)]
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
            return self._categorical(*found, is_sorted=True)
        coded = [*map(_wide, self._coded), *map(_numbered, many)]
        del many
        chunks = pa.chunked_array(coded).unify_dictionaries().chunks
        self._coded = []
        codes = np.concatenate([chunk.indices.to_numpy() for chunk in chunks])
        levels = _rows_of(chunks[0].dictionary)
        if len(levels) > _FIRST and (found := sorted_levels([levels])) is not None:
            return self._categorical(found[0][codes], found[1], is_sorted=True)
        return self._categorical(codes, levels, is_sorted=False)

    def _categorical(self, codes: npt.NDArray[np.int32], levels: Bytes, *, is_sorted: bool) -> Any:
        """The categorical of texts by number among these different ones, which may be sorted, and different trimmed."""
        strings, is_ascii = _decoded(levels, self._decoder, lambda code: self._place_of(int(np.argmax(codes == code))))
        if is_sorted and is_ascii:
            # The one that may be blank is the first.
            blanks = strings.null_count
            return _from_codes(codes - np.int32(blanks), strings[blanks:])
        # Two encodings of one text, in a file that mixes them, are one category.
        distinct = strings.dictionary_encode()
        order = pc.sort_indices(distinct.dictionary).to_numpy()
        rank = np.empty(len(order) + 1, dtype=np.min_scalar_type(-len(order) - 1))
        rank[order] = np.arange(len(order))
        rank[-1] = -1
        found = rank[distinct.indices.fill_null(len(order)).to_numpy()][codes]
        return _from_codes(found, distinct.dictionary.take(pa.array(order)))


def _numbered(fields: Bytes) -> pa.DictionaryArray:
    """The number of each text among the different ones, in the order in which they come, and these."""
    count, width = fields.shape
    if width > _WORD:
        return _fixed(fields).dictionary_encode()
    # As whole numbers texts are told apart in half the time.
    padded = np.zeros((count, _WORD), dtype=np.uint8)
    padded[:, :width] = fields
    coded = pa.array(padded.view(np.uint64)[:, 0]).dictionary_encode()
    levels = coded.dictionary.to_numpy().view(np.uint8).reshape(-1, _WORD)[:, :width]
    return pa.DictionaryArray.from_arrays(coded.indices, _fixed(np.ascontiguousarray(levels)))


def _narrow(coded: pa.DictionaryArray) -> pa.DictionaryArray:
    """A block in few bytes: all columns are kept so until the last block is there."""
    kind = pa.from_numpy_dtype(np.min_scalar_type(-len(coded.dictionary) - 1))
    return pa.DictionaryArray.from_arrays(coded.indices.cast(kind), coded.dictionary)


def _wide(coded: pa.DictionaryArray) -> pa.DictionaryArray:
    """A block with room for the numbers of the texts of all blocks."""
    return pa.DictionaryArray.from_arrays(coded.indices.cast(pa.int32()), coded.dictionary)


def _from_codes(codes: npt.NDArray[np.signedinteger[Any]], categories: Any) -> Any:
    return pd.Categorical.from_codes(codes, dtype=_category_type(categories), validate=False)


def _category_type(categories: Any) -> pd.CategoricalDtype:
    """The type of these categories, which differ and are there."""
    index = pd.Index(STRING.__from_arrow__(categories))
    if len(index) < _FIRST:
        return pd.CategoricalDtype(index)
    # To see that they differ, pandas would make each a text of Python, and a table of them.
    made: pd.CategoricalDtype = pd.CategoricalDtype._from_fastpath(index, False)  # type: ignore[attr-defined]
    return made


def _fixed(fields: Bytes) -> Any:
    """The block as an Arrow array of fixed-size binaries, without a copy."""
    count, width = fields.shape
    return pa.Array.from_buffers(pa.binary(width), count, [None, pa.py_buffer(fields)])


def _trimmed(fields: Bytes) -> Any:
    """The block as Arrow strings without trailing blanks and zero bytes, null where nothing is left.

    The bytes are not checked.
    """
    count, width = fields.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int64) if count else np.zeros(1, dtype=np.int64)
    padded = pa.LargeStringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(fields))
    last = fields[:, -1:]
    if not ((last == _BLANK) | (last == 0)).any():
        return padded  # as of identifiers and dates: each fills its field
    _, ends, data = pc.ascii_rtrim(padded, characters=" \0").buffers()
    lengths = np.diff(np.frombuffer(ends, dtype=np.int64, count=count + 1))
    valid = np.packbits(lengths > 0, bitorder="little")
    return pa.LargeStringArray.from_buffers(count, ends, data, pa.py_buffer(valid))


def _rows_of(values: Any) -> Bytes:
    """Fixed-size binaries as rows of bytes, without a copy."""
    count, width = len(values), values.type.byte_width
    begin = values.offset * width
    return np.frombuffer(values.buffers()[1], dtype=np.uint8)[begin : begin + count * width].reshape(count, width)


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
