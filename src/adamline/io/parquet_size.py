"""Refuses Parquet files that would take absurdly more memory than they have bytes, by what they say of themselves.

A value that stands in every record takes a few bytes in the file, whatever its length and the number of records: six
kilobytes can spell out gigabytes. Real data are far from the limits here.
"""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from adamline.errors import FileFormatError, Place

# Below, nothing is refused.
LARGEST: Final = 1 << 29
# How much larger than its compressed bytes a piece may be.
_RATIO: Final = 5_000
_NUMBER_BYTES: Final = 8


def check_groups(metadata: Any, size: int, place: Place) -> None:
    """FileFormatError where a group of rows unpacks to absurdly more than the ``size`` of the file.

    And where the groups do not have the records that the file says: a reader makes room for what a group says.
    """
    of_groups = sum(metadata.row_group(number).num_rows for number in range(metadata.num_row_groups))
    if of_groups != metadata.num_rows:
        raise FileFormatError(
            "The file tells two numbers of records: it is damaged.",
            place=place,
            found=f"{metadata.num_rows}, and {of_groups} in its groups of rows",
        )
    # Not by column: of a damaged file, pyarrow's metadata of a column can end the process.
    for number in range(metadata.num_row_groups):
        _check(metadata.row_group(number).total_byte_size, size, place)


def check_whole(metadata: Any, columns: list[str], size: int, place: Place) -> None:
    """FileFormatError where all records at once would take absurdly more than the ``size`` of the file."""
    _check(metadata.num_rows * len(columns) * _NUMBER_BYTES, size, place)


def check_spelt(values: Any, place: Place) -> None:
    """FileFormatError where text by code would take absurdly more memory when it is spelt out."""
    spelt = stored = 0
    for chunk in values.chunks:
        if pa.types.is_dictionary(chunk.type):
            lengths = pc.binary_length(chunk.dictionary)
            spelt += pc.sum(lengths.take(chunk.indices), min_count=0).as_py()
            stored += pc.sum(lengths, min_count=0).as_py()
    _check(spelt, stored, place)


def _check(size: int, stored: int, place: Place) -> None:
    if size > LARGEST and size > _RATIO * max(stored, 1):
        raise FileFormatError(
            "The file would take absurdly more memory than it has bytes.",
            place=place,
            expected=f"at most {_RATIO:,} times what is stored",
            found=f"{size:,} bytes out of {stored:,}",
            hint="if all of it is meant, write it in smaller groups of rows, and read it by parts",
        )
