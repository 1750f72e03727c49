"""Checks that a text and its number (AVISIT and AVISITN) are one to one, and that the number is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally
from adamline.io.dataset import Kind, kind_of

PARAMCD = "PARAMCD"
_IS = " is "


def check_number_pairs(frame: pd.DataFrame, names: Collection[str]) -> Iterator[tuple[str, Tally]]:
    """Values of a variable that have two numbers, or numbers that have two values, with the name of the number.

    Of ``names`` each that is another's with an N behind it, where one is text and the other a number (ADaMIG 3.1.3); of
    records with a PARAMCD within each parameter. Records with one of the two alone are not looked at. And records whose
    number is a text, where both are.

    >>> adsl = pd.DataFrame({"TRT01P": ["A", "B", "A"], "TRT01PN": [1.0, 1.0, 1.0]})
    >>> [tally.finding().message for _, tally in check_number_pairs(adsl, list(adsl))]
    ['3 records have TRT01P and TRT01PN not one to one: 1 is A (2); 1 is B (1)']
    """
    of_parameter = [PARAMCD] if PARAMCD in frame.columns else []
    for name in names:
        number = f"{name}N"
        if number not in names or name == PARAMCD or not {name, number} <= set(frame.columns):
            continue
        kinds_of_both = kind_of(frame[name]), kind_of(frame[number])
        if kinds_of_both == (Kind.TEXT, Kind.TEXT):
            message = f"{{count}} records have a text in {number}, which is the number of {name} by its name"
            there = {"": int(frame[number].notna().sum())}
            yield number, Tally(Severity.WARNING, "text for a number", message, NOWHERE, there)
        if kinds_of_both != (Kind.TEXT, Kind.NUMBER):
            continue
        both = frame.loc[frame[name].notna() & frame[number].notna(), [*of_parameter, name, number]]
        pairs = both.groupby([*of_parameter, number, name], observed=True).size().reset_index(name="count")
        within = pairs[PARAMCD].astype(str) + " " if of_parameter else pd.Series("", index=pairs.index)
        if name.startswith("PARAM"):
            within = pd.Series("", index=pairs.index)
        kinds: Counter[str] = Counter()
        for group, value, text, count in zip(within, pairs[number], pairs[name], pairs["count"], strict=True):
            kinds[f"{group}{value:.14g}{_IS}{text}"] += int(count)
        message = f"{{count}} records have {name} and {number} not one to one: {{kinds}}"
        yield number, Tally(Severity.WARNING, "text and number", message, NOWHERE, kinds, _not_one_to_one)


def _not_one_to_one(kinds: Mapping[str, int]) -> Mapping[str, int]:
    """The pairs of which a part is in another pair too."""
    pairs = [(kind.split(_IS, 1), kind) for kind in kinds]
    numbers = Counter(number for (number, _), _ in pairs)
    texts = Counter((number.rpartition(" ")[0], text) for (number, text), _ in pairs)
    return {
        kind: kinds[kind]
        for (number, text), kind in pairs
        if numbers[number] > 1 or texts[number.rpartition(" ")[0], text] > 1
    }
