"""DTYPE of a result beyond a limit of quantification, whose AVAL stands for a value that nobody measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import NO_RECORD, numbers_of, text_from_codes
from adamline.derive._limits import limits_of, unread_limits
from adamline.derive._tallies import counted
from adamline.findings import Severity, Tally

# Terms of the extensible codelist DTYPE (C81224).
HALF, LOWER, UPPER = "HALFLLOQ", "LLOQ", "ULOQ"


def check_limit_dtype(
    frame: pd.DataFrame,
    *,
    variable: New = "DTYPE",
    beyond: Literal["half", "limit"],
    text: Column = "LBSTRESC",
    value: Column = "AVAL",
) -> Iterator[Tally]:
    """Texts that look like a limit and are not read as one; limits for which no value stands."""
    has_value = ~np.isnan(numbers_of(frame, value))
    message = f"{{count}} records have {value} and a {text} that looks like a limit and cannot be read"
    yield from counted(frame, unread_limits(frame, text) & has_value, "unread limit", message, by=text)
    message = f"{{count}} records have a limit in {text} and no {value}, and so no {variable}"
    lost = ~np.isnan(limits_of(frame, text).number) & ~has_value
    yield from counted(frame, lost, "limit without a value", message, severity=Severity.NOTE)


@derivation(
    define="Where {value} is there: [beyond=half:HALFLLOQ][beyond=limit:LLOQ] where {text} is a lower limit (< or <= "
    "and a plain number, as <10, blanks aside), ULOQ where it is an upper limit (> or >=); missing on all other "
    "records.",
    check=check_limit_dtype,
)
def derive_limit_dtype(
    frame: pd.DataFrame,
    *,
    variable: New = "DTYPE",
    beyond: Literal["half", "limit"],
    text: Column = "LBSTRESC",
    value: Column = "AVAL",
) -> pd.DataFrame:
    """Derivation type of the records on which `derive_result` put a limit, or half of it, in the place of a value.

    ``beyond`` is the word that AVAL is derived with. Where ``text`` is a lower limit, as "<10": HALFLLOQ for "half",
    LLOQ for "limit"; where it is an upper limit, as ">200": ULOQ. Missing on all other records, and where ``value`` is.
    AVALC is null on such records, since it would not be one to one with AVAL; ``text`` is kept as it is.

    Raises DataError for a variable that is unknown, and a ``value`` that is no number. Terms: CDISC DTYPE (C81224).

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"LBSTRESC": ["<10", ">200", "12"], "AVAL": [5.0, 200, 12]})
    >>> derive_limit_dtype(adlb, beyond="half").DTYPE.tolist()
    ['HALFLLOQ', 'ULOQ', nan]
    """
    limits, has_value = limits_of(frame, text), ~np.isnan(numbers_of(frame, value))
    below = 0 if beyond == "half" else 1
    codes = np.select([has_value & limits.is_lower, has_value & limits.is_upper], [below, 2], NO_RECORD)
    return frame.assign(**{variable: text_from_codes(codes, [HALF, LOWER, UPPER])})
