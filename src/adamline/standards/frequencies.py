"""Reads how many doses a word of CDISC's codelist FREQ means in which time."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# A month and a year are those of the mean calendar: 365.25 days a year, a twelfth of that a month.
_SECONDS = {"MINUTE": 60, "HOUR": 3600, "DAY": 86_400, "WEEK": 604_800, "MONTH": 2_629_800, "YEAR": 31_557_600}


@dataclass(frozen=True)
class Frequency:
    """``doses`` in every ``seconds``; 0 seconds for what is given once, 0 doses for a word that tells no schedule."""

    doses: int
    seconds: int


@cache
def read_frequencies() -> Mapping[str, Frequency]:
    """The words of the codelist, and usual others, each with its schedule.

    >>> known = read_frequencies()
    >>> known["BID"], known["QOD"], known["ONCE"], known["PRN"]  # doctest: +NORMALIZE_WHITESPACE
    (Frequency(doses=2, seconds=86400), Frequency(doses=1, seconds=172800), Frequency(doses=1, seconds=0),
    Frequency(doses=0, seconds=0))
    """
    text = (files(__package__) / "frequencies.csv").read_text(encoding="ascii")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["FREQ"]: _frequency(row["DOSES"], row["PER"], row["UNIT"]) for row in rows}


def _frequency(doses: str, per: str, unit: str) -> Frequency:
    return Frequency(int(doses or 0), int(per or 0) * _SECONDS[unit] if unit else 0)
