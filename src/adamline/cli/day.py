"""A day as an option of the command line takes it: a date that is written in full."""

from __future__ import annotations

import datetime as dt
import re

import typer


def day(written: str) -> dt.date:
    """The day that is written, such as 2014-07-02; typer's error for anything else.

    >>> day("2014-07-02")
    datetime.date(2014, 7, 2)
    """
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
            return dt.date.fromisoformat(written)
    except ValueError:
        pass
    raise typer.BadParameter(f"{written!r} is no day such as 2014-07-02.")
