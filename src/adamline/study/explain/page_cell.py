"""Finds a cell of a page by what a reader sees: the label of its row, with headings, and that of its column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adamline.errors import DataError, Place, nearest
from adamline.tlf.layout import Layout, Row

_BETWEEN = " / "
_CUT = r"\s/\s"
_SHOWN = 12


@dataclass(frozen=True)
class PageCell:
    """A cell as the page has it: headings and label of its row, label of its column, its text, the ids of results."""

    row: str
    column: str
    text: str
    results: tuple[str, ...]


def find_cell(layout: Layout, row: str, column: str) -> PageCell:
    """The one cell that the texts of a reader mean; DataError, with what there is, where it is none, or not one.

    ``row`` is a label, behind those of headings above it (`Week 12 / n`), or a number from 1; capitals and the width of
    blanks do not count, and a part of a label is enough. Labels that are equal go before those that contain the text.
    ``column`` is the label of a column, or some of its lines or of those over it.
    """
    place = Place(layout.output)
    rows = _chosen([_chain(each) for each in layout.rows], row)
    labels = [_column_chain(layout, number) for number in range(len(layout.columns))]
    # A column of labels is shown by no one who asks for a number.
    numbered = [n for n in range(len(labels)) if any(_ids(each, n) for each in layout.rows)]
    columns = [numbered[n] for n in _chosen([labels[n] for n in numbered], column)]
    if not columns:
        known = [_joined(labels[n]) for n in numbered]
        raise DataError(
            f"No column of {layout.output} is {column!r}.",
            place=place,
            expected="; ".join(known[:_SHOWN]),
            hint=nearest(column, [*known, *(text for n in numbered for text in labels[n])]),
        )
    if not rows:
        # Labels behind as many headings as were given.
        parts = len(re.split(_CUT, row))
        named = dict.fromkeys(_joined(_chain(each)[-parts:]) for each in layout.rows)
        raise DataError(
            f"No row of {layout.output} is {row!r}.",
            place=place,
            expected="a label of the page, behind headings as in `Week 12 / n`, or the number of a row",
            hint=nearest(row, named),
        )
    if len(columns) > 1:
        raise _several(layout, "columns", column, [_joined(labels[n]) for n in columns])
    [number] = columns
    # Of rows with one label those that have something in the column.
    filled = [n for n in rows if _ids(layout.rows[n], number)] or rows
    if len(filled) > 1:
        raise _several(layout, "rows", row, [f"{n + 1}: {_joined(_chain(layout.rows[n]))}" for n in filled])
    found = layout.rows[filled[0]]
    label, head = _joined(_chain(found)), _joined(labels[number])
    ids = _ids(found, number)
    if not ids:
        raise DataError(
            f"The cell {label!r} under {head!r} shows no result.",
            place=place,
            found=found.cells[number] or "a blank cell",
            hint=f"columns with a result in this row: {_with_results(layout, found, labels)}",
        )
    return PageCell(label, head, found.cells[number], ids)


def cell_of_result(layout: Layout, result: str) -> PageCell | None:
    """The first cell that shows a result, None where no cell does."""
    for row in layout.rows:
        for number, ids in enumerate(row.results):
            if result in ids.split("\n"):
                return PageCell(
                    _joined(_chain(row)), _joined(_column_chain(layout, number)), row.cells[number], _ids(row, number)
                )
    return None


def _ids(row: Row, column: int) -> tuple[str, ...]:
    return tuple(filter(None, row.results[column].split("\n"))) if column < len(row.results) else ()


def _with_results(layout: Layout, row: Row, labels: Sequence[Sequence[str]]) -> str:
    return "; ".join(_joined(labels[n]) for n in range(len(layout.columns)) if _ids(row, n)) or "none"


def _chain(row: Row) -> tuple[str, ...]:
    """What names a row, outermost first: its headings, then the texts of its cells that show no result."""
    own = [text for text, ids in zip(row.cells, row.results or ("",) * len(row.cells), strict=True) if not ids]
    stub = [own[0]] if own else []
    leading = []
    for text, ids in zip(row.cells, row.results or ("",) * len(row.cells), strict=True):
        if ids:
            break
        leading.append(text)
    return tuple(text for text in (*row.group, *(leading or stub)) if text)


def _column_chain(layout: Layout, column: int) -> tuple[str, ...]:
    """The lines of the heads over a column, from above."""
    found: list[str] = []
    for row in layout.header:
        at = 0
        for cell in row:
            if at <= column < at + cell.span:
                found += [line for line in cell.text.split("\n") if line]
            at += cell.span
    return tuple(found)


def _joined(chain: Sequence[str]) -> str:
    return _BETWEEN.join(chain)


def _several(layout: Layout, what: str, asked: str, found: Sequence[str]) -> DataError:
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return DataError(
        f"{len(found)} {what} of {layout.output} are {asked!r}.",
        place=Place(layout.output),
        expected="one: more of the label, or of the headings above it" + ("; or its number" if what == "rows" else ""),
        found="\n".join(found[:_SHOWN]) + more,
    )


def _chosen(chains: Sequence[Sequence[str]], asked: str) -> list[int]:
    """The places of the chains that a text means: the most equal ones of those that contain it."""
    if re.fullmatch(r"[0-9]+", asked) and 1 <= int(asked) <= len(chains):
        exact = [n for n, chain in enumerate(chains) if _plain(asked) in map(_plain, chain)]
        return exact or [int(asked) - 1]
    ranks = {n: rank for n, chain in enumerate(chains) if (rank := _rank(chain, asked)) is not None}
    best = min(ranks.values(), default=0)
    return [n for n, rank in ranks.items() if rank == best]


def _rank(chain: Sequence[str], asked: str) -> int | None:
    """How far a chain is from the text, None where it is not meant."""
    return min((rank for parts in _splits(asked) if (rank := _rank_of(chain, parts)) is not None), default=None)


def _splits(asked: str) -> Iterator[tuple[str, ...]]:
    """The ways to read a text as parts: whole, and cut at each ` / `, which may also be a part of a label."""
    yield (_plain(asked),)
    cut = tuple(filter(None, map(_plain, re.split(_CUT, asked))))
    if len(cut) > 1:
        yield cut


def _rank_of(chain: Sequence[str], parts: Sequence[str]) -> int | None:
    """0 where each part is a text of the chain, in order, the last one the last; more for parts that are contained."""
    texts = [_plain(text) for text in chain]
    if not texts or not parts:
        return None
    whole = _plain(" / ".join(chain))
    if len(parts) == 1 and parts[0] == whole:
        return 0
    rank, end = 0, len(texts)
    for number, part in enumerate(reversed(parts)):
        equal = next((n for n in range(end - 1, -1, -1) if texts[n] == part), None)
        at = equal if equal is not None else next((n for n in range(end - 1, -1, -1) if part in texts[n]), None)
        if at is None:
            return None
        rank += 0 if equal is not None else 2
        rank += 1 if number == 0 and at < len(texts) - 1 else 0  # a heading is meant, not the row
        end = at
    return rank


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
