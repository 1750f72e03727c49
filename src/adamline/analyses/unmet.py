"""Unmet: values that a condition names and no record has, as where one is misspelt or was never collected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adamline.analyses.whole import Whole
from adamline.condition.named_values import named_values
from adamline.condition.parse import parse_condition
from adamline.condition.tree import Literal, Number, Text

# The values that a message names.
_SHOWN = 5


def unmet(whole: Whole, where: str) -> Iterator[str]:
    """What is to be said of each variable of which a condition names values that no record has: these, and which are.

    Values that a variable is equal or not equal to are looked at, of texts and numbers: ``SEX <> 'FF'`` keeps everybody
    as silently as ``SEX = 'FF'`` keeps nobody. ``whole`` has the variables of the condition.

    >>> import pandas as pd
    >>> from adamline.io.dataset import Dataset, Kind, Variable
    >>> adsl = Dataset("ADSL", pd.DataFrame({"SEX": ["F", "M", None]}), (Variable("SEX", Kind.TEXT),))
    >>> list(unmet(Whole(adsl), "SEX = 'FF' or SEX in ('F', 'M')"))
    ["no record has SEX 'FF'; there are 'F', 'M'"]
    """
    named: dict[str, dict[Literal, None]] = {}
    for one in named_values(parse_condition(where)):
        named.setdefault(one.variable.name, {})[one.value] = None
    for name, asked in named.items():
        is_number = isinstance(next(iter(asked)), Number)
        there = [Number(float(text)) if is_number else Text(text) for text in whole.present(name)]
        lacking = [value for value in asked if value not in there]
        if lacking:
            present = _listed(sorted(there, key=lambda one: one.value))
            yield f"no record has {name} {_listed(lacking)}; {f'there are {present}' if there else 'all are missing'}"


def _listed(values: Sequence[Literal]) -> str:
    more = len(values) - _SHOWN
    return f"{', '.join(map(str, values[:_SHOWN]))}{f' and {more} more' if more > 0 else ''}"
