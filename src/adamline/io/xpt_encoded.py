"""Encodes records as they stand in a transport file: straight into it, or into a file of their own, to be joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from adamline.io.atomic import begin_to_store, naming
from adamline.io.dataset import Dataset
from adamline.io.xpt_fields import Records, XptOptions, slot
from adamline.io.xpt_layout import CARD
from adamline.io.xpt_neighbours import Neighbours
from adamline.io.xpt_repeats import NOTHING, Field, RepeatedFields, prepare_fields

_BLOCK_BYTES: Final = 1 << 21
# Bytes that are brought to the disk at a time.
_STORED_BYTES: Final = 1 << 25


@dataclass(frozen=True)
class EncodedPart:
    """Records of a part of a dataset in a file, without any header: how many, from which byte on, the bytes of fields.

    ``needed`` are the bytes that the values of each field ask for, ``lost`` is what each variable loses (see
    `adamline.io.xpt_fields`).
    """

    path: Path
    records: int
    lengths: tuple[int, ...]
    needed: tuple[int, ...]
    lost: tuple[int, ...]
    start: int = 0

    @property
    def end(self) -> int:
        """The byte behind the last record."""
        return self.start + self.records * sum(self.lengths)


def encode_part(
    dataset: Dataset,
    path: Path,
    options: XptOptions,
    *,
    room: int = 0,
    after: EncodedPart | None = None,
    expected: Mapping[str, int] = NOTHING,
    beside: Neighbours | None = None,
) -> EncodedPart:
    """Encode all records of ``dataset`` into ``path``, or behind the part ``after`` into its file.

    Or into the file of the first of those ``beside`` it, where it will stand behind those before it.

    Text without a given length is as long as its longest value, and not shorter than in ``after`` or than is
    ``expected`` of all parts, by variable: where that is right, no record is moved when the parts are joined. In a new
    file ``room`` bytes are left for what stands before the records. Raises DataError as `write_xpt` does; it counts
    records from the part's first.
    """
    before = zip((variable.name for variable in dataset.variables), after.lengths, strict=True) if after else ()
    prepared = prepare_fields(dataset, options, {**expected, **dict(before)})
    path, start, count = after.path if after else path, after.end if after else room, len(dataset.frame)
    if not after and not (beside and beside.number):
        path.write_bytes(b"")
    if beside:
        path, start = beside.place(path, room, count, prepared.lengths)
    with naming(path), path.open("r+b" if path.exists() else "wb") as handle:
        handle.seek(start)
        write_records(handle, prepared.pieces, count)
    return EncodedPart(path, count, prepared.lengths, prepared.needed, prepared.lost, start)


def with_records(path: Path, head: bytes, parts: Sequence[EncodedPart], lengths: Sequence[int]) -> tuple[Path, bytes]:
    """A file of ``head`` and the records of all parts: which it is, and the last bytes of the records, up to a card's.

    It is that of the first part, where that has room for the head and fields of these lengths, or else ``path``; what
    is in it already is not copied. Of other parts fields are padded with blanks, or cut where all parts need less.
    A file of parts is removed when they are copied.
    """
    first, *others = parts
    is_first = first.start == len(head) and first.lengths == tuple(lengths)
    end = first.end
    while is_first and others and (others[0].path, others[0].start) == (first.path, end):
        end = others.pop(0).end
    chosen = first.path if is_first else path
    with naming(chosen), chosen.open("r+b" if is_first else "wb") as handle:
        handle.write(head)
        if is_first:
            handle.seek(end)
        others = others if is_first else [*parts]
        last = {part.path: number for number, part in enumerate(others)}
        for number, part in enumerate(others):
            if (part.path, part.start) == (chosen, handle.tell()):
                handle.seek(part.end)
                continue
            _copy_records(handle, part, lengths)
            # Of large data there is never room for two copies of all.
            if part.path != chosen and last[part.path] == number:
                part.path.unlink()
        end = handle.tell()
    with chosen.open("rb") as handle:
        handle.seek(max(end - CARD, len(head)))
        return chosen, handle.read()


def write_records(handle: BinaryIO, fields: Sequence[Field | RepeatedFields], count: int) -> bytes:
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


def _copy_records(handle: BinaryIO, part: EncodedPart, lengths: Sequence[int]) -> None:
    """Write the records of a part, its fields with these lengths."""
    with part.path.open("rb") as source:
        source.seek(part.start)
        if tuple(lengths) == part.lengths:
            _copy_bytes(source, handle, part.end - part.start)
        else:
            _write_blocks(handle, _fitted(source, part, lengths))


def _copy_bytes(source: BinaryIO, handle: BinaryIO, count: int) -> None:
    for begin in range(0, count, _BLOCK_BYTES):
        handle.write(source.read(min(_BLOCK_BYTES, count - begin)))


def _fitted(source: BinaryIO, part: EncodedPart, lengths: Sequence[int]) -> Iterator[Records]:
    """The records of a part in blocks, with fields of these lengths: padded with blanks, or without their last ones."""
    # Fields up to one of another length stand beside each other in both.
    ends = [i + 1 for i, both in enumerate(zip(part.lengths, lengths, strict=True)) if both[0] != both[1]]
    there, here = [0, *accumulate(part.lengths)], [0, *accumulate(lengths)]
    spans = [
        (there[begin], there[end] - max(part.lengths[end - 1] - lengths[end - 1], 0), here[begin])
        for begin, end in zip((0, *ends), (*ends, len(part.lengths)), strict=True)
        if end > begin
    ]
    records = np.full((_rows_of_block(here[-1]), here[-1]), ord(" "), dtype=np.uint8)
    done = 0
    while done < part.records:
        count = min(len(records), part.records - done)
        given = np.frombuffer(source.read(count * there[-1]), dtype=np.uint8).reshape(count, there[-1])
        for begin, end, position in spans:
            slot(records[:count], position, end - begin)[:] = slot(given, begin, end - begin)
        yield records[:count]
        done += count


def _rows_of_block(record: int) -> int:
    return max(_BLOCK_BYTES // max(record, 1), 1)


def _write_blocks(handle: BinaryIO, blocks: Iterator[Records]) -> bytes:
    """Write blocks of records, each read before the next is made; the last bytes of them, up to a card's."""
    tail, begun = b"", handle.tell()
    for records in blocks:
        handle.write(records.data)
        tail = (tail + records.reshape(-1)[-CARD:].tobytes())[-CARD:]
        if (end := handle.tell()) - begun >= _STORED_BYTES:
            begin_to_store(handle, begun, end)
            begun = end
    return tail
