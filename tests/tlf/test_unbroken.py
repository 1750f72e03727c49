"""Unbroken: every form in which SAS formats and ISO 8601 write numbers, dates, times and durations."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.tlf.metrics import Metrics
from adamline.tlf.unbroken import is_number, unbroken

TIMES = Metrics("Times New Roman", 10)
# The names are those of SAS formats or of the representations of ISO 8601.
ONE_WORD = {
    "DATE9": "05MAR2014",
    "DATE11": "05-MAR-2014",
    "DATETIME": "05MAR2014:10:30:00",
    "DATETIME22.3": "05MAR14:10:30:00.123",
    "MONYY7": "MAR2014",
    "MMDDYY10": "03/05/2014",
    "DDMMYYP10": "05.03.2014",
    "YYMMDDN8": "20140305",
    "YYQ6": "2014Q1",
    "TIME8": "12:30:00",
    "negative TIME": "-0:30:00",
    "HHMM": "9:05",
    "COMMA9.1": "1,234.5",
    "NEGPAREN": "(1,234)",
    "DOLLAR10.2": "$1,234.50",
    "PERCENT": "5%",
    "BEST with an exponent": "1.2E-05",
    "minus": "-0.5",
    "no leading zero": "-.5",
    "PVALUE": "<0.001",
    "with tolerance": "1.5±0.2",
    "n and per cent": "12(34.5%)",
    "pressure": "120/80",
    "power": "10^9",
    "flagged": "12.5H",
    "ISO date": "2014-03-05",
    "ISO month": "2014-03",
    "ISO week": "2014-W10-3",
    "ISO ordinal": "2014-064",
    "ISO basic": "20140305T103000",
    "ISO datetime": "2014-03-05T10:30",
    "ISO zone": "2014-03-05T10:30:00.123+01:00",
    "ISO UTC": "2014-03-05T10:30:00Z",
    "SDTM without month": "2014---05",
    "SDTM without year": "--03-05",
    "SDTM without date": "-----T10:30",
    "ISO time": "T12:30",
    "ISO duration": "P1Y2M10DT2H30M",
    "ISO hours": "PT36H",
    "ISO negative": "-P3D",
    "ISO interval": "2014-03-05/2014-03-07",
    "ISO start and duration": "2014-03-05T10:30/PT2H",
}
WITH_SPACES = {
    "per cent": "5 %",
    "below": "< 0.001",
    "plus or minus": "± 0.5",
    "WORDDATE18": "March 5, 2014",
    "WORDDATX18": "5 March 2014",
    "WEEKDATE": "Wednesday, March 5, 2014",
    "YYMMDDB10": "2014 03 05",
    "TIMEAMPM": "10:30:00 AM",
    "date and time": "2014-03-05 10:30:00",
    "DATE9 and time": "05MAR2014 10:30",
    "MONYY apart": "MAR 2014",
    "thousands apart": "1 234.5",
    "n (per cent)": "12 (34.5%)",
    "mean (SD)": "-1.2 (0.34)",
    "mean and SD": "1.2 ± 0.34",
}


@pytest.mark.parametrize("text", [*ONE_WORD.values(), *WITH_SPACES.values()], ids=[*ONE_WORD, *WITH_SPACES])
def test_it_stands_on_one_line_or_is_named(text: str) -> None:
    width = TIMES.width(text)
    assert is_number(text)
    assert TIMES.too_wide_number(text, width - 1) == text
    assert TIMES.wrap(f"drawn {text}", width + 1)[-1] == text


@pytest.mark.parametrize("text", ONE_WORD.values(), ids=ONE_WORD)
def test_it_is_not_cut_inside_a_long_word(text: str) -> None:
    core = text.strip("()<$")
    lines = TIMES.wrap(f"LBORRES={core},LBSTAT", max(TIMES.width(core) + 60, TIMES.width("LBORRES=")))
    assert any(core in line for line in lines)


@pytest.mark.parametrize("text", ["A1B2C3", "PILOT01-701-1015", "May", "PM", "visits", "P", "C3d", "not done", ""])
def test_names_are_no_numbers(text: str) -> None:
    assert not is_number(text)
    assert unbroken(text) == []


def test_a_date_in_running_text_gives_way_where_there_is_no_room() -> None:
    assert TIMES.too_wide_number("died on March 5, 2014 at home", 740) == ""
    assert TIMES.wrap("March 5, 2014 at home", 740) == ("March 5, ", "2014 at ", "home")


@settings(deadline=None, max_examples=100)
@given(st.text(alphabet="0159-:/.,T %PMAR<±(é", max_size=40), st.floats(min_value=100, max_value=3000))
def test_lines_hold_the_text_whatever_it_is(text: str, width: float) -> None:
    assert "".join(TIMES.wrap(text, width)) == text
    is_number(text)
    unbroken(text)
