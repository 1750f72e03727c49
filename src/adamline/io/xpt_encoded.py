"""Encodes records as they stand in a transport file: straight into it, or into a file of their own, to be joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from adamline.io.dataset import Dataset
from adamline.io.xpt_fields import NumberField, Records, TextField, XptOptions, prepare_field
from adamline.io.xpt_layout import CARD

_BLOCK_BYTES: Final = 1 << 21
Field = TextField | NumberField


@dataclass(frozen=True)
class EncodedPart:
    """Records of a part of a dataset in a file of their own, without any header: how many, the bytes of each field.

    ``lost`` is what each variable loses (see `adamline.io.xpt_fields.losses`).
    """

    path: Path
    records: int
    lengths: tuple[int, ...]
    lost: tuple[int, ...]


def encode_part(dataset: Dataset, path: Path, options: XptOptions) -> EncodedPart:
    """Encode all records of ``dataset`` into ``path``; text without a given length is as long as its longest value.

    Raises DataError as `write_xpt` does; it counts records from the part's first.
    """
    fields = [prepare_field(dataset, variable, options) for variable in dataset.variables]
    with path.open("wb") as handle:
        write_records(handle, fields, len(dataset.frame))
    return EncodedPart(
        path, len(dataset.frame), tuple(field.length for field in fields), tuple(field.lost for field in fields)
    )


def write_records(handle: BinaryIO, fields: Sequence[Field], count: int) -> bytes:
    """Write ``count`` records in blocks; the last bytes of them, up to a card's."""
    positions = [0, *accumulate(field.length for field in fields)]

    def blocks() -> Iterator[Records]:
        rows = _rows_of_block(positions[-1])
        buffer = np.empty((min(rows, count), positions[-1]), dtype=np.uint8)
        for start in range(0, count, rows):
            stop = min(start + rows, count)
            records = buffer[: stop - start]
            for field, position in zip(fields, positions, strict=False):
                field.put(records, position, start, stop)
            yield records

    return _write_blocks(handle, blocks())


def copy_records(handle: BinaryIO, part: EncodedPart, lengths: Sequence[int]) -> bytes:
    """Write the records of a part, its fields padded with blanks to these lengths; the last bytes, up to a card's.

    No length is under that of the part.
    """
    record = sum(part.lengths)
    there, here = [0, *accumulate(part.lengths)], [0, *accumulate(lengths)]
    is_same = tuple(lengths) == part.lengths

    def blocks() -> Iterator[Records]:
        rows = _rows_of_block(here[-1])
        with part.path.open("rb") as source:
            while data := source.read(rows * record):
                given = np.frombuffer(data, dtype=np.uint8).reshape(-1, record)
                if is_same:
                    yield given
                    continue
                records = np.full((len(given), here[-1]), ord(" "), dtype=np.uint8)
                for start, position, length in zip(there, here, part.lengths, strict=False):
                    records[:, position : position + length] = given[:, start : start + length]
                yield records

    return _write_blocks(handle, blocks())


def _rows_of_block(record: int) -> int:
    return max(_BLOCK_BYTES // max(record, 1), 1)


def _write_blocks(handle: BinaryIO, blocks: Iterator[Records]) -> bytes:
    """Write blocks of records, each read before the next is made; the last bytes of them, up to a card's."""
    tail = b""
    for records in blocks:
        handle.write(records.data)
        tail = (tail + records.reshape(-1)[-CARD:].tobytes())[-CARD:]
    return tail
