"""A flag of text that contains a word, as of a reported term or a medication."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, New, Where, derivation
from adamline.derive._codes import NO_RECORD, Bools, text_from_codes
from adamline.derive._levels import levels_of_text
from adamline.errors import NOWHERE, DerivationError, Place
from adamline.findings import Severity, Tally, where_unused


def check_contains(
    frame: pd.DataFrame, *, variable: New, from_: Column, words: Sequence[str], where: Where = None
) -> Iterator[Tally]:
    """A note of words that no record contains of those that may be flagged."""
    codes, texts = levels_of_text(frame, from_)
    count = np.bincount(codes[selected(frame, where)] + 1, minlength=len(texts) + 1)[1:]
    kinds = {word: int(count[_containing(texts, word)].sum()) for word in words}
    message = f"{{count}} words of `words` are in no {from_}: {{kinds}}"
    yield Tally(Severity.NOTE, "unused word", message, NOWHERE, kinds, where_unused)


@derivation(
    define="'Y' where {from_} contains one of {words}, whatever the case of letters, also within a word; missing "
    "where it does not, where it is missing[, and on all records but those where {where}].",
    check=check_contains,
)
def derive_contains(
    frame: pd.DataFrame, *, variable: New, from_: Column, words: Sequence[str], where: Where = None
) -> pd.DataFrame:
    """Y where the text of ``from_`` contains one of ``words``, in capitals or not; missing where it does not.

    A word may stand within another: RASH is contained in RASHES. ``where`` selects the records that may have Y. Raises
    DerivationError for no words, and for a blank one; DataError for a variable that is unknown or no text.

    >>> import pandas as pd
    >>> ae = pd.DataFrame({"AETERM": ["Skin rash", "Headache", None]})
    >>> derive_contains(ae, variable="RASHFL", from_="AETERM", words=["rash"]).RASHFL.tolist()
    ['Y', nan, nan]
    """
    if not words or not all(word.strip() for word in words):
        what = "`words` has no word, or a blank one."
        raise DerivationError(what, place=Place(variable=variable), expected="text to look for")
    codes, texts = levels_of_text(frame, from_)
    has = np.append(np.logical_or.reduce([_containing(texts, word) for word in words]), False)
    return frame.assign(
        **{variable: text_from_codes(np.where(has[codes] & selected(frame, where), 0, NO_RECORD), ["Y"])}
    )


def _containing(texts: Sequence[str], word: str) -> Bools:
    return np.array([word.casefold() in text.casefold() for text in texts], dtype=np.bool_)
