"""Fifteen layouts with the pages that a reader works out by hand.

Type is Courier at 10 points: a line is 240 twips, half a line 120. A page has room for as many lines of rows as its
case says, and a little more than half a line: 70 twips stand above the first row and below the last, half a line before
a heading under other rows and between blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adamline.tlf.layout import Column, HeaderCell, Layout, PageSetup, Row

LINE = 240 / 1440


@dataclass(frozen=True)
class ByHand:
    """A layout, and for each of its pages the texts of its rows; ``why`` counts the lines."""

    layout: Layout
    pages: list[list[str]]
    why: str


def page_of(lines: int, header: int = 0, notes: int = 0) -> PageSetup:
    """A page with room for ``lines``: beside them stand study, title, a line of space, half a free one, and a bit."""
    rest = 1 + 1 + 1 + 0.5 + 0.6
    head = header * LINE + (80 / 1440 if header else 0)
    below = notes * LINE + (60 / 1440 if notes else 0)
    height = (lines + rest) * LINE + head + below + 2
    return PageSetup(height=height, margin_top=1, margin_bottom=1, font="Courier New", font_size=10)


def rows(text: str) -> tuple[Row, ...]:
    """Rows from lines such as ``A/B: cell|cell #block @page``; a row that heads others begins with ``+``."""
    made = []
    for line in text.strip().splitlines():
        group, _, rest = line.strip().rpartition(": ")
        rest, _, page = rest.partition(" @")
        cell, _, block = rest.partition(" #")
        cells = tuple(part.replace("/n", "\n") for part in cell.removeprefix("+").split("|"))
        above = tuple(group.split("/")) if group else ()
        made.append(Row(cells, group=above, heads=cell.startswith("+"), block=block, page=page))
    return tuple(made)


def table(text: str, lines: int, columns: int = 1, **parts: object) -> Layout:
    layout = Layout("T-1", ("Table 1",), columns=(Column(1),) * columns, rows=rows(text), study="Study")
    return replace(layout, page=page_of(lines), **parts)  # type: ignore[arg-type]


def _numbers(first: int, last: int, before: str = "", after: str = "") -> str:
    return "\n".join(f"{before}{number}{after}" for number in range(first, last + 1))


def _texts(first: int, last: int) -> list[str]:
    return [str(number) for number in range(first, last + 1)]


def _wide(names: Sequence[str], spans: Sequence[tuple[str, int]] = (), starts: str = "") -> Layout:
    """Columns of headings of 15 characters: 15 x 120 twips and 129 about them are 1929, six of them fit 12960."""
    header = (tuple(HeaderCell(f"{name}{'w' * 14}") for name in names),)
    upper = (tuple(HeaderCell(text, span) for text, span in spans),) if spans else ()
    made = table("|".join(names).lower(), 3, len(names), header=(*upper, *header))
    columns = tuple(Column(1, starts_panel=name in starts) for name in names)
    page = page_of(3, len((*upper, *header)))
    height = page.height + (110 / 1440 if spans else 0)
    return replace(made, columns=columns, page=replace(page, height=height))


CASES = {
    "rows alone": ByHand(
        table(_numbers(1, 8), 3), [_texts(1, 3), _texts(4, 6), _texts(7, 8)], "3 lines a page: 3 + 3 + 2 rows"
    ),
    "a small block is whole": ByHand(
        table(_numbers(1, 5) + "\n" + _numbers(6, 8, after=" #b") + "\n9", 7),
        [_texts(1, 5), _texts(6, 9)],
        "the block of 3 is at most half of 7; after 5 rows and half a line 8.5 lines would stand; then 3 + 0.5 + 1",
    ),
    "a tall block is cut, two rows at its ends": ByHand(
        table("1\n" + _numbers(2, 6, after=" #b"), 4),
        [_texts(1, 3), _texts(4, 6)],
        "5 rows are more than half of 4: 1 + 0.5 + 2 = 3.5, the next would be 4.5; the last two stay together",
    ),
    "a heading has two rows": ByHand(
        table(_numbers(1, 3, "ALT: ") + "\n" + _numbers(4, 7, "AST: "), 6),
        [["ALT", *_texts(1, 3)], ["AST", *_texts(4, 7)]],
        "ALT takes 4; half a line, AST and two rows would be 7.5",
    ),
    "a heading is continued over two rows": ByHand(
        table(_numbers(1, 5, "ALT: "), 5),
        [["ALT", *_texts(1, 3)], ["ALT (continued)", "4", "5"]],
        "heading and 4 rows are 5 lines, but the fifth row would stand alone: 4 and 5 stay together",
    ),
    "nested headings": ByHand(
        table("A/B: 1\nA/B: 2\nA/C: 3\nA/C: 4", 6),
        [["A", "B", "1", "2"], ["A (continued)", "C", "3", "4"]],
        "2 + 2; half a line, C and its two rows would be 7.5",
    ),
    "a row that heads others": ByHand(
        table("+S\nS: a\nS: b\n+T\nT: c\nT: d\nT: e\nT: f", 5),
        [["S", "a", "b"], ["T", "c", "d", "e", "f"]],
        "3; half a line, T and two under it would be 6.5; then 5",
    ),
    "a row that heads others is continued": ByHand(
        table("+S\n" + "\n".join(f"S: {letter}" for letter in "abcdef"), 5),
        [["S", "a", "b", "c", "d"], ["S (continued)", "e", "f"]],
        "S and four; e and f, the last two, stay together under S again",
    ),
    "pages that the layout asks for": ByHand(
        table("1 @x\n2 @x\n3 @y\n4 @y\n5 @y\n6 @y", 3),
        [["1", "2"], ["3", "4", "5"], ["6"]],
        "a page for x; y takes 3 + 1",
    ),
    "lines in a cell": ByHand(
        table("a/nb\nc\nd/ne/nf\ng", 4, footnotes=()),
        [["a\nb", "c"], ["d\ne\nf", "g"]],
        "2 + 1, 3 more would be 6; then 3 + 1",
    ),
    "a row taller than a page": ByHand(
        table("k|" + "/n".join("12345") + "\nl|6", 3, 2),
        [["k|1\n2\n3"], ["k\n(continued)|4\n5", "l|6"]],
        "5 lines are cut after 3; the rest has 2 lines, as the key and its mark, and 1 follows",
    ),
    "repeated keys": ByHand(
        table("A|1\nA|2\nA|3\nA|4\nB|5", 3, 2, repeat_keys=1),
        [["A|1", "|2", "|3"], ["A|4", "B|5"]],
        "3 + 2; the key stands again on top of the second page",
    ),
    "more columns than a page": ByHand(
        _wide("KABCDEFGH"),
        [["k|a|b|c|d"], ["k|e|f|g|h"]],
        "nine columns need 17361 twips of 12960: two panels, filled alike, four and the key in each",
    ),
    "spanners over a split": ByHand(
        _wide("KABCDEFGH", (("", 1), ("X", 3), ("Y", 3), ("Z", 2))),
        [["k|a|b|c"], ["k|d|e|f|g|h"]],
        "key, X and Y are seven columns, one too many: X alone, then Y and Z with the key are six",
    ),
    "a panel that is asked for": ByHand(
        _wide("KABCDE", starts="C"),
        [["k|a|b"], ["k|c|d|e"]],
        "six columns would fit; C begins a panel",
    ),
}
