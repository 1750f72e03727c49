"""The time stamp of pages: when a run began, or the time that the environment gives in its place."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping

from adamline.errors import AdamlineError

# By which a second build is told the time to show, so that it makes the same bytes (reproducible-builds.org).
VARIABLE = "SOURCE_DATE_EPOCH"


def time_stamp(began: dt.datetime, environment: Mapping[str, str] = os.environ) -> str:
    """The time that pages say they were made at, in UTC: that of SOURCE_DATE_EPOCH where it is set.

    >>> time_stamp(dt.datetime(2014, 7, 2, 12, 30, 59, tzinfo=dt.UTC), {})
    '2014-07-02T12:30:59Z'

    AdamlineError where the variable is no number of seconds since 1970.
    """
    given = environment.get(VARIABLE)
    if given:
        try:
            began = dt.datetime.fromtimestamp(int(given), dt.UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise AdamlineError(
                f"{VARIABLE} is no time.", expected="whole seconds since 1970", found=repr(given)
            ) from error
    return began.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
