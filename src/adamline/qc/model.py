"""The result of a comparison: everything that a report can say, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adamline.findings import Finding
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.qc.answer import Requirement, Verdict
from adamline.qc.options import Attribute, CompareOptions, Method
from adamline.qc.sysinfo import SysInfo

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Concern(StrEnum):
    """What a difference of attributes can change: the meaning of values, how they look, their room, or nothing."""

    MEANING = "meaning"
    DISPLAY = "display"
    STORAGE = "storage"
    NOTHING = "nothing"


@dataclass(frozen=True)
class DatasetSummary:
    """One of the two datasets as it was given; ``has_attributes`` is false for a plain DataFrame."""

    name: str
    label: str
    n_variables: int
    n_records: int
    has_attributes: bool


@dataclass(frozen=True)
class VariablePair:
    """A variable of the base and the one of the comparison that it is matched with.

    For a plain DataFrame only name and kind are known. The kind of a column without a single value is then that of
    its partner.
    """

    base: Variable
    compare: Variable


@dataclass(frozen=True)
class AttributeDifference:
    """One attribute that differs between two matched variables, both values as text, and what it can change."""

    pair: VariablePair
    attribute: Attribute
    base: str
    compare: str
    concern: Concern


@dataclass(frozen=True)
class VariablesSummary:
    """The variables of both datasets, excluded ones apart.

    ``common`` are matched by name, BY and ID variables among them, conflicting ones too; ``conflicting`` are matched
    pairs (by name, or by VAR and WITH) of which one is text and the other is not: they are not compared.
    ``differing`` concerns the variables in common that do not conflict. ``by``, ``id``, ``var``, ``with_`` are the
    statements in force, names as in the data; ``excluded`` are left out by ``exclude``, and ``left_out`` those
    of either dataset that VAR does not name.
    """

    common: tuple[VariablePair, ...]
    base_only: tuple[Variable, ...]
    compare_only: tuple[Variable, ...]
    conflicting: tuple[VariablePair, ...]
    differing: tuple[AttributeDifference, ...]
    by: tuple[str, ...]
    id: tuple[str, ...]
    var: tuple[str, ...]
    with_: tuple[str, ...]
    excluded: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def attribute_differences(self) -> tuple[AttributeDifference, ...]:
        """All differences of attributes: conflicting types first, as TYPE, then ``differing``."""
        types = (
            AttributeDifference(pair, Attribute.TYPE, _type(pair.base), _type(pair.compare), Concern.MEANING)
            for pair in self.conflicting
        )
        return (*types, *self.differing)

    @property
    def n_differing(self) -> int:
        """How many variables differ in an attribute."""
        return len({difference.pair.base.name for difference in self.differing})


def _type(variable: Variable) -> str:
    return "Char" if variable.kind is Kind.TEXT else "Num"


@dataclass(frozen=True)
class Observation:
    """A place in the sequence of both datasets: row of the base, row of the comparison, None where it has none.

    Rows count from 0; SAS's observation number is one more.
    """

    base: int | None
    compare: int | None


NO_OBSERVATION = Observation(None, None)


@dataclass(frozen=True, eq=False)
class ObservationSummary:
    """How the records were matched.

    Rows are positions in the frames, from 0. Pair ``i`` is ``base_rows[i]`` with ``compare_rows[i]``; pairs are in the
    order of the base. ``base_only`` and ``compare_only`` are the unmatched rows, those of a BY group that only one side
    has among them. ``..._duplicates`` are the rows whose key an earlier row of the same dataset has;
    ``..._missing_keys`` those with a missing key; both are empty without keys. ``unequal`` are the pairs with an
    unequal value. ``base_sequence`` and ``compare_sequence`` are all records side by side in the order of the keys
    (without keys, by position), -1 where a side has none; ``first`` to ``last`` are places of it. ``group_of_pair`` is
    the row of ``Comparison.groups`` that a pair belongs to, None without BY.

    ``is_proposed`` says that the keys were not given but found. Without ``keys`` records are matched by position,
    within each BY group if there are any.
    """

    keys: tuple[VariablePair, ...]
    by: tuple[VariablePair, ...]
    is_proposed: bool
    n_base: int
    n_compare: int
    base_rows: Ints
    compare_rows: Ints
    base_only: Ints
    compare_only: Ints
    base_duplicates: Ints
    compare_duplicates: Ints
    base_missing_keys: Ints
    compare_missing_keys: Ints
    is_base_sorted: bool
    is_compare_sorted: bool
    base_sequence: Ints
    compare_sequence: Ints
    group_of_pair: Ints | None
    unequal: Ints
    first: Observation
    first_unequal: Observation
    last_unequal: Observation
    last_match: Observation
    last: Observation

    @property
    def n_common(self) -> int:
        """Number of observations in common."""
        return len(self.base_rows)

    @property
    def n_unequal(self) -> int:
        """Number of observations with some compared variables unequal."""
        return len(self.unequal)

    @property
    def n_equal(self) -> int:
        """Number of observations with all compared variables equal."""
        return self.n_common - self.n_unequal


@dataclass(frozen=True, eq=False)
class VariableComparison:
    """The values of one pair of variables over all pairs of records.

    ``unequal`` are the positions, in the pairs of records, of the values judged unequal; their values, differences and
    percents come from `differences_of`. ``n_missing`` of them have a missing value on a side. ``n_within`` values are
    judged equal by the criterion or by NOMISS, though they are not the same. ``max_difference`` is SAS's "Maximum
    Difference": the largest absolute difference, for RELATIVE and PERCENT the largest value of the criterion's
    measure, over all values that are not the same; None for text and where there is none. ``criterion`` is 0 for EXACT.
    """

    pair: VariablePair
    kind: Kind
    method: Method
    criterion: float
    unequal: Ints
    n_missing: int
    n_within: int
    max_difference: float | None

    @property
    def n_unequal(self) -> int:
        """Number of values judged unequal (Ndif)."""
        return len(self.unequal)

    @property
    def name(self) -> str:
        """The name in the base, and after ``^`` that in the comparison where it is another."""
        base, compare = self.pair.base.name, self.pair.compare.name
        return base if base.upper() == compare.upper() else f"{base}^{compare}"


@dataclass(frozen=True)
class ValuesSummary:
    """Counts over all compared variables; ``max_difference`` is None where no two numbers differ.

    ``n_with_missing`` is the number of variables with missing value differences.
    """

    n_compared: int
    n_all_equal: int
    n_some_unequal: int
    n_with_missing: int
    n_values_unequal: int
    n_values_within: int
    max_difference: float | None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Everything about one comparison.

    ``base`` and ``compare`` hold the records that rows refer to; columns of unusual types are already text, numbers
    or dates in them. ``compared`` has one entry for each compared pair of variables, in the base's order or that of
    VAR. ``groups`` has a row for each BY group (see `by_groups`), None without BY. ``findings`` warn of what the
    figures do not show.

    >>> import pandas as pd
    >>> from adamline.qc.comparison import compare
    >>> found = compare(pd.DataFrame({"AVAL": [80.0, 92.0]}), pd.DataFrame({"AVAL": [84.0, 92.0]}))
    >>> found.verdict, found["AVAL"].n_unequal
    (<Verdict.FAIL: 'FAIL'>, 1)
    """

    base: Dataset
    compare: Dataset
    options: CompareOptions
    base_summary: DatasetSummary
    compare_summary: DatasetSummary
    variables: VariablesSummary
    observations: ObservationSummary
    compared: tuple[VariableComparison, ...]
    values_summary: ValuesSummary
    groups: pd.DataFrame | None
    findings: tuple[Finding, ...]
    sysinfo: SysInfo
    requirements: tuple[Requirement, ...]
    verdict: Verdict

    def __getitem__(self, name: str) -> VariableComparison:
        """The first compared pair of this name, as `VariableComparison.name` writes it; KeyError when there is none."""
        for entry in self.compared:
            if entry.name.upper() == name.upper():
                return entry
        raise KeyError(name)

    def keys_at(self, *, base: Ints | None = None, compare: Ints | None = None) -> pd.DataFrame:
        """BY and key values of rows of one dataset, under the base's names; no columns without BY and keys."""
        dataset, rows = (self.base, base) if base is not None else (self.compare, compare)
        pairs = self.observations.by + self.observations.keys
        columns: dict[str, Any] = {}
        for pair in pairs:
            name = pair.base.name if base is not None else pair.compare.name
            if name in dataset.frame.columns:  # the comparison may have no BY variables
                columns[pair.base.name] = dataset.frame[name].array.take(np.asarray(rows, dtype=np.int64))
        return pd.DataFrame(columns, index=range(0 if rows is None else len(rows)))
