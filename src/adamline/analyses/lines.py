"""Lines: how statistics stand together in a cell, and the label of the row that shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

# A segment ends at a bar: one of which a statistic has no text is left out, with what stands around it.
_BAR = "|"
_NAME = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Line:
    """A pattern of statistics (`{mean} ({sd})`) and its label; ``|`` divides what is left out where it has no text."""

    label: str
    pattern: str

    @cached_property
    def statistics(self) -> tuple[str, ...]:
        """Names of the statistics of the pattern, in order."""
        return tuple(dict.fromkeys(_NAME.findall(self.pattern)))

    def fill(self, texts: Mapping[str, str]) -> str:
        """The cell: the pattern with the displayed texts; blank where its first segment has none.

        >>> Line("n (%)", "{n}| ({pct})").fill({"n": "0", "pct": ""})
        '0'
        >>> Line("Mean (SD)", "{mean} ({sd})").fill({"mean": "4.0", "sd": "NA"})
        '4.0 (NA)'
        """
        first, *rest = self.pattern.split(_BAR)
        return _filled(first, texts) and _filled(first, texts) + "".join(_filled(part, texts) for part in rest)


def _filled(segment: str, texts: Mapping[str, str]) -> str:
    names = _NAME.findall(segment)
    if names and not all(texts.get(name) for name in names):
        return ""
    return _NAME.sub(lambda name: texts[name[1]], segment)


def line_of(written: str, known: Mapping[str, Line]) -> Line:
    """The line that a spec names, or writes as a pattern of its own: `{mean} [{min}; {max}]`.

    ValueError for a name that there is not.
    """
    if written in known:
        return known[written]
    if "{" in written:
        return Line("", written)
    raise ValueError(f"there is no {written}; there are {', '.join(known)}, or a pattern such as {{n}} ({{pct}} %)")
