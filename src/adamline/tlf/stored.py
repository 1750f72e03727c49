"""Stored layouts: the file of one output's layout and the number of its pages, which gives it back as it was."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal

from pydantic import TypeAdapter, ValidationError

from adamline.errors import FileFormatError, Place
from adamline.tlf.layout import Layout, Picture, Row

SUFFIX = "jsonl.gz"
# Rows on one line of the file: few enough that no line of a long listing is large.
_ROWS = 1_000


@dataclass(frozen=True)
class Summary:
    """A stored layout without its body: neither rows nor the bytes of a figure.

    ``kind`` is the kind of output, ``pages`` are as many as it was planned on, and ``media`` are the formats in which
    its figure is there.
    """

    layout: Layout
    kind: str
    pages: int
    media: tuple[Literal["png", "svg"], ...] = ()


_SUMMARY = TypeAdapter(Summary)
_BODY = TypeAdapter(tuple[Row, ...])
# PNG, SVG, width, height, text.
_FIGURE = TypeAdapter(
    tuple[bytes, bytes, float, float, str], config={"ser_json_bytes": "base64", "val_json_bytes": "base64"}
)


def media_of(layout: Layout) -> tuple[Literal["png", "svg"], ...]:
    """The formats in which the figure of a layout is there; none of a table or listing."""
    if layout.picture is None:
        return ()
    return ("png", "svg") if layout.picture.svg else ("png",)


def write_layout(layout: Layout, kind: str, pages: int, handle: BinaryIO) -> None:
    """Write a layout that was cut into so many pages; the same bytes for the same layout, its findings left out."""
    head = replace(layout, rows=(), picture=None, findings=())
    lines = [_SUMMARY.dump_json(Summary(head, kind, pages, media_of(layout)), exclude_defaults=True)]
    pictures = layout.picture.pages if layout.picture else ()
    lines += [_FIGURE.dump_json((each.png, each.svg, each.width, each.height, each.alt)) for each in pictures]
    # Neither time nor name: they would be other bytes for each run.
    with gzip.GzipFile(filename="", mode="wb", fileobj=handle, mtime=0) as packed:
        for line in lines:
            packed.write(line + b"\n")
        for start in range(0, len(layout.rows), _ROWS):
            packed.write(_BODY.dump_json(layout.rows[start : start + _ROWS], exclude_defaults=True) + b"\n")


def read_summary(path: Path) -> Summary:
    """All of a stored layout but its body; FileFormatError where the file is none of `write_layout`."""
    with _lines_of(path) as lines:
        return _SUMMARY.validate_json(next(lines, b""))


def read_layout(path: Path) -> Layout:
    """A stored layout as it was; FileFormatError where the file is none of `write_layout`."""
    with _lines_of(path) as lines:
        summary = _SUMMARY.validate_json(next(lines, b""))
        if summary.media:
            first, *further = (Picture(*_FIGURE.validate_json(line)) for line in (next(lines, b""), *lines))
            return replace(summary.layout, picture=replace(first, further=tuple(further)))
        rows = tuple(row for line in lines for row in _BODY.validate_json(line))
    return replace(summary.layout, rows=rows)


@contextmanager
def _lines_of(path: Path) -> Iterator[Iterator[bytes]]:
    try:
        with gzip.open(path, "rb") as packed:
            yield iter(packed)
    except (gzip.BadGzipFile, EOFError, zlib.error, ValidationError) as error:
        raise FileFormatError(
            "The file is no stored layout.",
            place=Place(path.name),
            found=str(error).splitlines()[0],
            hint="run the study again: it makes the file anew where it is removed",
        ) from error
