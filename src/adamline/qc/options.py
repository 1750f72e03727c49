"""What a comparison is asked to do: the options and statements of PROC COMPARE under their own names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from types import MappingProxyType

import numpy as np

from adamline.qc.sysinfo import CompareError

# METHOD=RELATIVE, ABSOLUTE or PERCENT without CRITERION=.
DEFAULT_CRITERION = 0.00001


class Method(StrEnum):
    """METHOD=: how two numbers are judged (x in the base, y in the comparison, criterion g, delta d).

    Unequal are: EXACT y <> x; ABSOLUTE |y - x| > g; RELATIVE |y - x| / ((|x| + |y|) / 2 + d) > g;
    PERCENT 100 |y - x| / |x| > g, and every y <> 0 where x = 0.

    >>> CompareOptions(method=Method.ABSOLUTE, criterion=0.1).method_of("AVAL")
    (<Method.ABSOLUTE: 'ABSOLUTE'>, 0.1)
    """

    EXACT = "EXACT"
    ABSOLUTE = "ABSOLUTE"
    RELATIVE = "RELATIVE"
    PERCENT = "PERCENT"


class Attribute(StrEnum):
    """An attribute of a variable that two datasets can disagree on; LABEL is also the dataset's own.

    >>> CompareOptions(attributes=frozenset({Attribute.LABEL})).attributes
    frozenset({<Attribute.LABEL: 'label'>})
    """

    TYPE = "type"
    LENGTH = "length"
    FORMAT = "format"
    INFORMAT = "informat"
    LABEL = "label"


class Keys(StrEnum):
    """Where the keys come from when there is no ID: GIVEN means none, so records are matched by position.

    >>> CompareOptions(keys=Keys.PROPOSE).keys
    <Keys.PROPOSE: 'propose'>
    """

    GIVEN = "given"
    PROPOSE = "propose"


@dataclass(frozen=True)
class CompareOptions:
    """Options of `compare`; each name is SAS's own, but for the last four.

    - ``id``, ``by``: variables that match the records, and that group them; ``"descending X"`` as in SAS. Names are
      those of the base; capitals and small letters are one everywhere.
    - ``var``, ``with_``: the base's variables to compare, and the comparison's variable for each in turn.
    - ``method``: RELATIVE where there is a criterion, else EXACT. ``criterion``: one number for all numeric variables,
      or a number for each variable named (all others are then compared exactly); negative, it is that many times the
      precision of the machine. ``delta``: the d of RELATIVE.
    - ``nomissbase``, ``nomisscomp``: a missing value on that side equals anything; ``nomissing`` is both.
    - ``notsorted``: records are matched by position, and an ID that differs is an error.
    - ``exclude``: variables left out on both sides, as by DROP=. ``attributes``: those that must agree for PASS.
      ``keys``: PROPOSE looks for keys when neither ``id`` nor ``by`` is given. ``allow_empty``: two datasets without
      records meet the demand that records are matched; the verdict stays EMPTY.

    CompareError for a negative delta, a criterion that is no number, and WITH without VAR.

    >>> CompareOptions(id="USUBJID", criterion=1e-8).method_of("AVAL")
    (<Method.RELATIVE: 'RELATIVE'>, 1e-08)
    """

    id: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    var: tuple[str, ...] = ()
    with_: tuple[str, ...] = ()
    method: Method | None = None
    criterion: float | Mapping[str, float] | None = None
    delta: float = 0.0
    nomissbase: bool = False
    nomisscomp: bool = False
    notsorted: bool = False
    exclude: tuple[str, ...] = ()
    attributes: frozenset[Attribute] = frozenset(Attribute) - {Attribute.INFORMAT}
    keys: Keys = Keys.GIVEN
    allow_empty: bool = False

    def __post_init__(self) -> None:
        """Take a single name or any list of names, text for an enum, and refuse what cannot be meant."""
        for name in ("id", "by", "var", "with_", "exclude"):
            object.__setattr__(self, name, _names(getattr(self, name)))
        if self.method is not None:
            object.__setattr__(self, "method", Method(self.method.upper()))
        object.__setattr__(self, "keys", Keys(self.keys))
        object.__setattr__(self, "attributes", frozenset(map(Attribute, self.attributes)))
        if isinstance(self.criterion, Mapping):
            by_name = {name.upper(): float(value) for name, value in self.criterion.items()}
            object.__setattr__(self, "criterion", MappingProxyType(by_name))
        given = self.criterion.values() if isinstance(self.criterion, Mapping) else [self.criterion or 0.0]
        if not all(map(isfinite, given)):
            raise CompareError("A criterion is not a number.", found=str(list(given)))
        if not (self.delta >= 0 and isfinite(self.delta)):
            raise CompareError("Delta must not be negative.", found=repr(self.delta))
        if self.with_ and not self.var:
            raise CompareError(
                "WITH names variables, but VAR does not.", hint="say with VAR which variables they are the partners of"
            )

    @property
    def nomissing(self) -> bool:
        """NOMISSING: a missing value on either side equals anything."""
        return self.nomissbase and self.nomisscomp

    @property
    def method_in_force(self) -> Method:
        """METHOD= with SAS's default: RELATIVE where there is a criterion, else EXACT."""
        return self.method or (Method.EXACT if self.criterion is None else Method.RELATIVE)

    def method_of(self, variable: str) -> tuple[Method, float]:
        """The method for a numeric variable, and its criterion as a number that is not negative; 0 for EXACT."""
        method, criterion = self.method_in_force, self.criterion
        if isinstance(criterion, Mapping):
            if variable.upper() not in criterion:
                return Method.EXACT, 0.0
            criterion = criterion[variable.upper()]
        if method is Method.EXACT:
            return method, 0.0
        value = DEFAULT_CRITERION if criterion is None else criterion
        return method, value if value >= 0 else -value * float(np.finfo(np.float64).eps)


def _names(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
