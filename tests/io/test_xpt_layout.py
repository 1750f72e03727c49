"""Formats, times and the count of records, which version 5 does not keep."""

from __future__ import annotations

from datetime import datetime

import pytest

from adamline.io.xpt_layout import CARD, Format, count_records, header_card, padding, stamp_text


@pytest.mark.parametrize(
    ("text", "parts", "again"),
    [
        ("", ("", 0, 0), ""),
        ("DATE9.", ("DATE", 9, 0), "DATE9."),
        ("date9", ("DATE", 9, 0), "DATE9."),
        ("8.2", ("", 8, 2), "8.2"),
        ("8.", ("", 8, 0), "8."),
        ("$20.", ("$", 20, 0), "$20."),
        ("E8601DA10.", ("E8601DA", 10, 0), "E8601DA10."),
        ("IS8601DA.", ("IS8601DA", 0, 0), "IS8601DA."),
        ("RACE.", ("RACE", 0, 0), "RACE."),
        ("$SEX_F.", ("$SEX_F", 0, 0), "$SEX_F."),
    ],
)
def test_formats(text: str, parts: tuple[str, int, int], again: str) -> None:
    parsed = Format.parse(text)
    assert parsed is not None
    assert (parsed.name, parsed.width, parsed.decimals) == parts
    assert str(parsed) == again


@pytest.mark.parametrize("text", [".", "$.", "9DATE.", "DATE 9.", "8.2.1", "DÄTE9.", "DATE9..", "99999."])
def test_what_is_no_format(text: str) -> None:
    assert Format.parse(text) is None


def test_cards_and_times() -> None:
    assert len(header_card("OBS")) == CARD
    assert stamp_text(datetime(2009, 3, 5, 7, 8, 9)) == b"05MAR09:07:08:09"


@pytest.mark.parametrize("record", [1, 7, 8, 26, 39, 40, 41, 79, 80, 81, 200])
@pytest.mark.parametrize("rows", [0, 1, 2, 3, 10, 11, 80, 81])
def test_records_that_end_in_text_are_counted(record: int, rows: int) -> None:
    data = (b" " * (record - 1) + b"x") * rows
    whole = data + padding(len(data))
    assert count_records(len(whole), record, whole[-(CARD - 1) :]) == rows


@pytest.mark.parametrize(
    ("record", "rows", "counted", "why"),
    [
        (20, 1, 1, "four records could fill the card; one at least must have caused it"),
        (20, 4, 1, "of four blank records in one card only the first is certain"),
        (20, 5, 5, "the fifth opens a second card"),
        (20, 6, 5, "the sixth may be padding"),
        (80, 3, 3, "a record of a card or more is never padding"),
        (79, 3, 3, "79 bytes of padding after 2 records would make 237, not 240"),
        (100, 2, 2, "the same"),
    ],
)
def test_blank_records(record: int, rows: int, counted: int, why: str) -> None:
    data = b" " * (record * rows)
    whole = data + padding(len(data))
    assert count_records(len(whole), record, whole[-(CARD - 1) :]) == counted, why
