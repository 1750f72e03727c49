"""Hazards to a page by name, in choices that exclude each other, and layouts in which each two of them meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, product
from random import Random

from adamline.tlf.layout import Align, Column, HeaderCell, Layout, PageSetup, Row

LONG_WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 2
LONG_VALUE = "Subject reported mild discomfort after dosing, judged related. " * 32  # 2,016 characters
WORLD = "Größe ≥ 5 µg/mL ± 0.5 × 10² αβγ Δ Ελλάδα Привет 東京 検査"
MARKUP = "a<b & c>d \"q\" 'r' {{x}} {%y%} </w:t>]]> &amp; {\\b bold} \\par \\'41 $x$ #let *z* _u_ @v"
LINES = "first\nsecond\n\nfourth"

# What can be wrong at one place; the first choice of each is the harmless one.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "paper": ("letter", "A4", "letter portrait", "A4 portrait"),
    "type": ("Times 9", "Arial 8", "Courier 7", "Times 11"),
    "rows": ("twelve", "none", "one", "500 in one group"),
    "columns": ("four", "thirty", "two", "a forced panel"),
    "cells": ("plain", "long words", "2,000 characters", "line feeds", "taller than a page"),
    "text": ("ascii", "of the world", "markup"),
    "groups": ("none", "one level", "three levels", "rows that head", "one row each"),
    "blocks": ("none", "of three", "of forty"),
    "pages": ("as they come", "forced"),
    "keys": ("one", "two repeated"),
    "header": ("one row", "spanners", "over all", "none"),
    "footnotes": ("one", "none", "twelve"),
    "titles": ("one", "long"),
    "align": ("left", "decimal", "center"),
    "order": ("across", "down"),
}
HAZARDS = [f"{name}: {choice}" for name, choices in CHOICES.items() for choice in choices[1:]]

Case = Mapping[str, str]


def pairs(case: Case) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Which two choices meet in a case."""
    return list(combinations(sorted(case.items()), 2))


def all_pairs() -> set[tuple[tuple[str, str], tuple[str, str]]]:
    """All pairs of choices at two places."""
    places = combinations(sorted(CHOICES), 2)
    return {((a, x), (b, y)) for a, b in places for x, y in product(CHOICES[a], CHOICES[b])}


def cover(count: int) -> list[Case]:
    """At least ``count`` cases in which each pair of choices meets: each case the best of some tried at random.

    Cases beyond those that meet all pairs take the pairs that have met least, without the 500 rows.
    """
    random, met, cases = Random(20), Counter[object](), []
    missing = all_pairs()
    while missing or len(cases) < count:
        tried = [_tried(random, missing) for _ in range(30)]
        best = max(
            tried,
            key=lambda case: (sum(pair in missing for pair in pairs(case)), -sum(map(met.__getitem__, pairs(case)))),
        )
        missing -= set(pairs(best))
        met.update(pairs(best))
        cases.append(best)
    return cases


def _tried(random: Random, missing: set[tuple[tuple[str, str], tuple[str, str]]]) -> Case:
    """A case at random in which one of the missing pairs meets."""
    case = {name: random.choice(choices) for name, choices in CHOICES.items()}
    if missing:
        return case | dict(random.choice(sorted(missing)))
    return case | ({"rows": "twelve"} if case["rows"].startswith("500") else {})


def layout_of(case: Case, name: str = "T-1") -> Layout:
    """The layout of a case."""
    rows = tuple(_rows(case))
    columns = _columns(case)
    return Layout(
        output=name,
        titles=_titles(case),
        population="Safety Population",
        columns=columns,
        header=_header(case, len(columns)),
        rows=rows,
        footnotes=_footnotes(case),
        source="Source: ADLB; run 1a2b",
        study="Study ABC-123",
        repeat_keys=2 if case["keys"] == "two repeated" else 0,
        page=_page(case),
    )


def _page(case: Case) -> PageSetup:
    width, height = (11.69, 8.27) if "A4" in case["paper"] else (11.0, 8.5)
    if "portrait" in case["paper"]:
        width, height = height, width
    face, size = case["type"].split()
    font = {"Times": "Times New Roman", "Arial": "Arial", "Courier": "Courier New"}[face]
    return PageSetup(width, height, font=font, font_size=float(size), panels_down=case["order"] == "down")


def _titles(case: Case) -> tuple[str, ...]:
    long = ("Summary of a Long Title over More than One Line, with a Subtitle. " * 3).strip()
    return (
        ("Table 1", long if case["titles"] == "long" else "Summary", _marked("Title", case))
        if case["text"] != "ascii"
        else (
            "Table 1",
            long if case["titles"] == "long" else "Summary",
        )
    )


def _footnotes(case: Case) -> tuple[str, ...]:
    count = {"none": 0, "one": 1, "twelve": 12}[case["footnotes"]]
    return tuple(_marked(f"Note {number} of {count}.", case) for number in range(1, count + 1))


def _marked(text: str, case: Case) -> str:
    return {"ascii": text, "of the world": f"{text} {WORLD}", "markup": f"{text} {MARKUP}"}[case["text"]]


def _count(case: Case) -> int:
    return {"thirty": 30, "two": 2}.get(case["columns"], 4)


def _columns(case: Case) -> tuple[Column, ...]:
    align = Align(case["align"])
    count = _count(case)
    # The last column is one of texts.
    numbers = [
        Column(1, align, starts_panel=case["columns"] == "a forced panel" and place == 2)
        for place in range(1, count - 1)
    ]
    return (Column(2), *numbers, Column(2))


def _header(case: Case, count: int) -> tuple[tuple[HeaderCell, ...], ...]:
    names = (HeaderCell("Key", align=Align.LEFT), *(HeaderCell(f"Col {number}") for number in range(1, count - 1)))
    names = (*names, HeaderCell(_marked("Text", case) if case["text"] == "markup" else "Text"))
    match case["header"]:
        case "none":
            return ()
        case "spanners":
            spans = [min(3, count - start) for start in range(1, count, 3)]
            upper = (HeaderCell(""), *(HeaderCell(f"Arm {place}\n(N=86)", span) for place, span in enumerate(spans)))
            return upper, names
        case "over all":
            return (HeaderCell(""), HeaderCell("Treatment", count - 1)), names
    return (names,)


def _rows(case: Case) -> Iterator[Row]:
    count = {"none": 0, "one": 1, "twelve": 12}.get(case["rows"], 500)
    width = _count(case)
    for number in range(count):
        key = f"Key {number // 4}" if case["keys"] == "two repeated" else f"Row {number}"
        numbers = [f"{(number * 7 + place) % 100 / 4}" for place in range(1, width - 1)]
        if case["keys"] == "two repeated" and numbers:
            numbers[0] = f"{number // 2}"
        text = _text(case, number)
        yield _grouped(Row((key, *numbers, text)), case, number, count)


def _text(case: Case, number: int) -> str:
    if number % 5 != 2 and number:
        return f"t{number}"
    match case["cells"]:
        case "long words":
            return f"t{number} {LONG_WORD}"
        case "2,000 characters" if number < 10:
            return LONG_VALUE
        case "line feeds":
            return LINES
        case "taller than a page" if number < 5:
            return "\n".join(f"line {line}" for line in range(80))
    return _marked(f"t{number}", case)


def _grouped(row: Row, case: Case, number: int, count: int) -> Row:
    many = 1 if count == 500 else 5
    block = {"none": "", "of three": f"b{number // 3}", "of forty": f"b{number // 40}"}[case["blocks"]]
    row = replace(row, block=block, page=f"p{number // 7}" if case["pages"] == "forced" and count < 500 else "")
    match case["groups"]:
        case "one level":
            return replace(row, group=(f"Group {number // 5 if many > 1 else 0}",), indent=1)
        case "three levels":
            place = number if many > 1 else 0
            return replace(row, group=(f"A {place // 8}", f"B {place // 4}", f"C {place // 2}"), indent=3)
        case "one row each" if count < 500:
            return replace(row, group=(f"Group {number}",), indent=1)
        case "rows that head":
            first = number - number % 6 if many > 1 else 0
            if number == first:
                return replace(row, cells=(f"Head {first}", *row.cells[1:]), heads=number + 1 < count, block="")
            return replace(row, group=(f"Head {first}",), indent=1, block="")
    return row
