"""AOCCFL and its kin: the first occurrence, or the first of the worst, of a subject, a class or a term."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Columns, New, Order, Where, derivation
from adamline.derive._codes import group_codes, require
from adamline.derive._levels import levels_of_text
from adamline.derive._order_tallies import check_order
from adamline.derive._tallies import counted
from adamline.derive.flag import derive_flag
from adamline.errors import DerivationError, Place
from adamline.findings import Severity, Tally
from adamline.io.dataset import Kind, kind_of


def check_aocc_arguments(
    *,
    variable: New = "AOCCFL",
    where: Where,
    order: Order,
    by: Columns = ("USUBJID",),
    worst: Column | None = None,
    levels: Sequence[str] = (),
    missing: Literal["lowest", "highest"] = "lowest",
) -> Iterator[Tally]:
    """Raise DerivationError for levels, or a place of a missing value, of nothing, and for a level twice."""
    place = Place(variable=variable)
    for name, is_given in (("levels", bool(levels)), ("missing", missing != "lowest")):
        if is_given and worst is None:
            raise DerivationError(f"`{name}` decides nothing without `worst`.", place=place, expected="`worst` with it")
    if len(set(levels)) < len(levels):
        raise DerivationError("`levels` has a level twice.", place=place, found=", ".join(levels), expected="each once")
    yield from ()


def check_aocc(
    frame: pd.DataFrame,
    *,
    variable: New = "AOCCFL",
    where: Where,
    order: Order,
    by: Columns = ("USUBJID",),
    worst: Column | None = None,
    levels: Sequence[str] = (),
    missing: Literal["lowest", "highest"] = "lowest",
) -> Iterator[Tally]:
    """Orders that a missing value decides (`check_order`), values that are no level, and keys that are missing.

    A warning of records whose ``worst`` is none of ``levels``, and so counts as missing; a note of several that count
    as one occurrence since the same key of theirs is missing, as of events that are not coded.
    """
    ranked = _ranked(frame, variable, worst, levels)
    # By default nothing is said of where missing comes, and so a missing value is counted.
    yield from check_order(ranked, by=by, where=where, order=_order(order, worst, missing), take="first")
    if worst and levels:
        unknown = ranked[worst].isna().to_numpy() & frame[worst].notna().to_numpy() & selected(frame, where)
        message = f"{{count}} values of {worst} are none of the levels, and so count as missing"
        yield from counted(frame, unknown, "no level", message, by=worst)
    group, size = group_codes(frame, by)
    is_one = selected(frame, where)
    several = is_one & (np.bincount(group[is_one], minlength=size)[group] > 1)
    for name in by:
        message = f"{{count}} records without {name} count as occurrences of the same"
        rows = several & frame[name].isna().to_numpy()
        yield from counted(frame, rows, "missing key", message, severity=Severity.NOTE, by="")


@derivation(
    define="Of the records[ where {where}], for each {by}: 'Y' on the first[ of those with the highest {worst}], "
    "sorted by {order} (missing lowest); missing on all others.[ From the lowest to the highest {worst} is {levels}, "
    "and any other value counts as missing.][missing=lowest: A missing {worst} is below all others.][missing=highest: "
    "A missing {worst} is above all others.] A tie for that record is an error. A missing key is a key of its own.",
    check=check_aocc,
    check_arguments=check_aocc_arguments,
)
def derive_aocc(
    frame: pd.DataFrame,
    *,
    variable: New = "AOCCFL",
    where: Where,
    order: Order,
    by: Columns = ("USUBJID",),
    worst: Column | None = None,
    levels: Sequence[str] = (),
    missing: Literal["lowest", "highest"] = "lowest",
) -> pd.DataFrame:
    """Occurrence flag (OCCDS 1.0): "Y" on the first record of each key, or on the first of those that are worst.

    Parameters: ``where`` selects the records that count, as `TRTEMFL = 'Y'`; ``by`` is whose first it is: the subject
    (AOCCFL), with AEBODSYS the first of a class (AOCCSFL), with AEBODSYS and AEDECOD of a term (AOCCPFL); ``order``
    says what comes first (ascending, `X desc` for descending, missing lowest as in SAS). With ``worst`` it is the first
    of the records with the highest value of that variable: AOCCIFL, AOCCSIFL, AOCCPIFL of severity, or the most
    related. It is a number, or text whose ``levels`` are listed from the lowest to the highest; ``missing`` says where
    a missing one stands.

    A missing key is a key of its own, as in SAS. Raises DerivationError where the rule leaves several
    records for a key, for text without levels, and for ``levels`` or ``missing`` without ``worst``; DataError for an
    unknown variable.

    >>> import pandas as pd
    >>> adae = pd.DataFrame({"USUBJID": "01", "ASTDY": [-3.0, 5.0, 9.0], "AESEV": ["SEVERE", "MILD", "SEVERE"]})
    >>> severity = ["MILD", "MODERATE", "SEVERE"]
    >>> derive_aocc(adae, where="ASTDY > 0", order=["ASTDY"]).AOCCFL.tolist()
    [nan, 'Y', nan]
    >>> derive_aocc(adae, where="ASTDY > 0", order=["ASTDY"], worst="AESEV", levels=severity).AOCCFL.tolist()
    [nan, nan, 'Y']
    """
    list(
        check_aocc_arguments(
            variable=variable, where=where, order=order, by=by, worst=worst, levels=levels, missing=missing
        )
    )
    ranked = _ranked(frame, variable, worst, levels)
    flagged = derive_flag(
        ranked, variable=variable, where=where, order=_order(order, worst, missing), take="first", by=by
    )
    return frame.assign(**{variable: flagged[variable]})


def _order(order: Sequence[str], worst: str | None, missing: str) -> list[str]:
    """The order with the worst before all else."""
    return [*([f"{worst} desc" + (" missing first" if missing == "highest" else "")] if worst else []), *order]


def _ranked(frame: pd.DataFrame, variable: str, worst: str | None, levels: Sequence[str]) -> pd.DataFrame:
    """The frame with the worst as numbers by which it can be sorted."""
    if worst is None:
        return frame
    require(frame, worst)
    if not levels:
        is_text = kind_of(frame[worst]) is Kind.TEXT and frame[worst].notna().any()
        if is_text:
            what = f"{worst} is text, of which the alphabet says nothing."
            hint = f"list `levels` of {worst} from the lowest to the highest"
            raise DerivationError(what, place=Place(variable=variable), expected="`levels`, or a number", hint=hint)
        return frame
    codes, texts = levels_of_text(frame, worst)
    rank_of = {level: float(rank) for rank, level in enumerate(levels)}
    ranks = np.array([*(rank_of.get(text, np.nan) for text in texts), np.nan])
    return frame.assign(**{worst: ranks[codes]})
