"""Categories: the levels by which subjects are counted, and which of them each record of a cell has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import field_validator, model_validator

from adamline.analyses.cells import Cells, Group, Ints, Level, Texts, coded, level_condition
from adamline.analyses.leaf import Floats, Given, LeafOptions
from adamline.analyses.levels import check_levels, ordered_levels
from adamline.analyses.meeting import counted_places, met_condition, said_of_subjects, who_has_each
from adamline.analyses.options import labelled
from adamline.analyses.records import SUBJECT, require_columns, require_numbers
from adamline.condition.tree import IsMissing, VariableRef
from adamline.errors import DataError, Place, nearest
from adamline.findings import Finding
from adamline.io.yaml_text import Route
from adamline.results.ard import MISSING_LEVEL
from adamline.spec.types import ConditionText, OneOrMore, VariableName

SUBJECTS: Final = "subjects"
LEVELS: Final = "levels"
# Records without a category: blank text stands for them.
MISSING = Level(MISSING_LEVEL, ("",))
Denominator = Literal["population", "values", "above", "subgroup"]
Of = Literal["subjects"] | OneOrMore[VariableName]


class CategoryOptions(LeafOptions):
    """What a row says of the categories that it counts.

    ``of`` is ``subjects``, or variables from the outermost in (`[AEBODSYS, AEDECOD]`). ``levels`` are the categories of
    the innermost in order, shown also where nobody has them, with their labels if it is a mapping. ``order_by`` is the
    number that orders them instead, or such a number by variable where there are several; without either it is their
    ADaM partner (AGEGR1N of AGEGR1), else they are in the order of their text. ``missing`` says
    whether records without a category stand in a row of their own: where there are any (``auto``), always, or never
    (``drop``, with a warning). ``worst`` is a number by which a subject counts once, in the innermost category of its
    highest; with ``levels`` the last of them is the worst.
    Per cents are of the subjects of the ``population``, of those with ``values``, of those counted in the category
    ``above``, or of those of the population in the same ``subgroup`` of the rows.

    ``meets`` are conditions of the records that are counted, ``where`` being those of all at hand: the ``values`` of
    ``denominator``. Of several a subject needs a record of each. ``never`` are conditions of which a counted subject
    has no record. With ``having`` there are at hand only subjects with a record of each of these.
    """

    of: Of = SUBJECTS
    levels: Mapping[str, str] | None = None
    order_by: VariableName | Mapping[VariableName, VariableName] | None = None
    missing: Literal["auto", "show", "drop"] = "auto"
    missing_label: str = "Missing"
    worst: Literal["levels"] | VariableName | None = None
    denominator: Denominator = "population"
    meets: OneOrMore[ConditionText] | None = None
    never: OneOrMore[ConditionText] | None = None
    having: OneOrMore[ConditionText] | None = None

    @field_validator("levels", mode="before", json_schema_input_type=tuple[str, ...] | Mapping[str, str] | None)
    @classmethod
    def _labels(cls, levels: object) -> object:
        return labelled(levels)

    # Whether each inner category is counted in each outer one, also where nobody has the two.
    is_crossed: ClassVar[bool] = False

    @model_validator(mode="after")
    def _levels_of_a_variable(self) -> CategoryOptions:
        if self.levels is not None and not self.variables:
            raise ValueError("levels: subjects have none; leave them out")
        if self.levels is not None and self.order_by is not None:
            raise ValueError("give either levels (the categories in order) or order_by (a numeric variable)")
        if isinstance(self.order_by, str) and len(self.variables) != 1:
            raise ValueError("order_by: say for which variable, as in {AEBODSYS: SOCN}")
        if isinstance(self.order_by, Mapping) and (unknown := sorted(self.order_by.keys() - set(self.variables))):
            raise ValueError(f"order_by: {unknown[0]} is not counted; {nearest(unknown[0], self.variables)}")
        if self.worst == LEVELS and self.levels is None:
            raise ValueError("worst: levels needs `levels`, the worst one last")
        if self.worst is not None and (self.meets or self.never):
            raise ValueError("worst: a subject's worst record may not be the one that `meets`; give one of the two")
        return self

    @property
    def placed_conditions(self) -> Mapping[Route, str]:
        """Every condition beside ``where``, by where it stands."""
        named = {"meets": self.meets, "never": self.never, "having": self.having}
        return {(key, n): text for key, texts in named.items() for n, text in enumerate(texts or ())}

    @property
    def said_of_subjects(self) -> str:
        """Which subjects are counted, in words, where their records together decide."""
        return said_of_subjects(self.meets or (), self.never or (), self.having or ())

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables whose categories are counted; none where subjects are."""
        return () if self.of == SUBJECTS else tuple(self.of)

    @property
    def titled_by(self) -> str:
        """The variable of a count by one."""
        return self.variables[0] if len(self.variables) == 1 else ""

    def order_of(self, variable: str) -> str | None:
        """The number that orders the categories of a variable, where the options name one."""
        return self.order_by.get(variable) if isinstance(self.order_by, Mapping) else self.order_by

    def lists(self, variable: str) -> bool:
        """Whether ``levels`` are the categories of a variable."""
        return self.levels is not None and (self.is_crossed or variable == self.variables[-1])

    def level_label(self, variable: str, level: str) -> str:
        """The label of a category, that of a missing one where it is blank."""
        return self.missing_label if level == MISSING_LEVEL else (self.levels or {}).get(level, level)


@dataclass(frozen=True)
class Placed:
    """Records to count: the block of rows and the column of each, its subject, its categories by code.

    ``is_counted`` says which of them are; the others are at hand for denominators alone, ``met`` the condition.
    ``has_ties`` says that subjects have their highest number in several categories, of which the first counts.
    """

    cells: Cells
    columns: int
    blocks: int
    block: Ints
    column: Ints
    subject: Ints
    codes: tuple[Ints, ...]
    groups: tuple[Group, ...]
    is_counted: npt.NDArray[np.bool_]
    met: str = ""
    has_ties: bool = False

    @property
    def subjects(self) -> int:
        """More than the code of any subject."""
        return int(self.subject.max(initial=0)) + 1

    def is_missing(self, number: int) -> npt.NDArray[np.bool_]:
        """Whether each level of a category is that of records without one."""
        return np.array([level is MISSING for level in self.groups[number].levels], dtype=bool)

    def level_conditions(self, number: int) -> Texts:
        """The condition of each level of a category, as text."""
        group = self.groups[number]
        is_number = self.cells.records.is_number(group.variable)
        missing = str(IsMissing(VariableRef(group.variable)))
        found = [
            missing if level is MISSING else str(level_condition(group.variable, level, is_number=is_number))
            for level in group.levels
        ]
        return np.array(found, dtype=object)

    def distinct(self, cell: Ints, kept: npt.NDArray[np.bool_], size: int) -> Ints:
        """How many different subjects stand in each cell, of the places that are kept."""
        pairs = pd.unique(cell[kept] * self.subjects + self.subject[kept])
        return np.bincount(pairs // self.subjects, minlength=size)


def place_categories(given: Given, options: CategoryOptions) -> Placed:
    """The categories of the records of an analysis, for those whom the options count.

    Categories are in the order of ``levels``, else of ``order_by`` or their partner (`ordered_levels`), a missing one
    last. DataError for variables that are not there, for values that are none of ``levels``, and for an ``order_by``
    that does not put them in one order.
    """
    cells = given.cells
    require_columns(cells.records, (SUBJECT, *options.variables))
    groups = tuple(_group(cells, name, options) for name in options.variables)
    codes = tuple(_codes(cells, group) for group in groups)
    subject = coded(cells.records, SUBJECT).wide[cells.record]
    block, column = np.divmod(cells.code, given.columns)
    meets, never = options.meets or (), options.never or ()
    is_counted = counted_places(cells, subject, meets, never)
    met = met_condition(meets)
    placed = Placed(cells, given.columns, given.blocks, block, column, subject, codes, groups, is_counted, met)
    if options.having:
        placed = only(placed, who_has_each(cells, subject, options.having))
    return _of_worst(placed, _rank(placed, options.worst)) if options.worst else placed


def check_order(given: Given, options: CategoryOptions) -> tuple[Finding, ...]:
    """A warning for each variable whose categories would be in the order of a partner that is not one to one."""
    unordered = [name for name in options.variables if options.order_of(name) is None and not options.lists(name)]
    return tuple(finding for name in unordered for finding in check_levels(given.cells.records, name))


def _codes(cells: Cells, group: Group) -> Ints:
    """The level of each place: the last, that of records without one, for what is missing."""
    values = coded(cells.records, group.variable)
    known = pd.Index([level.members[0] for level in group.levels], dtype=object).get_indexer(pd.Index(values.texts))
    codes: Ints = np.append(known, len(group.levels) - 1)[values.codes].astype(np.int64)
    return codes[cells.record]


def _group(cells: Cells, variable: str, options: CategoryOptions) -> Group:
    if options.levels is None or not options.lists(variable):
        found = list(ordered_levels(cells.records, variable, options.order_of(variable)))
    else:
        unknown = [level for level in coded(cells.records, variable).present if level not in options.levels]
        if unknown:
            raise DataError(
                f"{variable} has values that are none of the levels to count.",
                place=Place(dataset=cells.records.dataset.name, variable=variable),
                expected=", ".join(options.levels),
                found=", ".join(sorted(unknown)[:5]),
                hint="list them under `levels`, or leave `levels` out",
            )
        found = list(map(Level.of, options.levels))
    if options.missing == "show" or bool((coded(cells.records, variable).codes < 0).any()):
        found.append(MISSING)
    return Group(variable, tuple(found))


def only(placed: Placed, kept: npt.NDArray[np.bool_]) -> Placed:
    """Some of the places, with the same categories."""
    return replace(
        placed,
        cells=placed.cells.only(kept),
        block=placed.block[kept],
        column=placed.column[kept],
        subject=placed.subject[kept],
        codes=tuple(codes[kept] for codes in placed.codes),
        is_counted=placed.is_counted[kept],
    )


def _rank(placed: Placed, by: str) -> Floats:
    """What is highest in the worst category: the number, or the place among the levels, a missing one last of all."""
    if by == LEVELS:
        return np.where(placed.is_missing(-1)[placed.codes[-1]], -1.0, placed.codes[-1].astype(np.float64))
    require_numbers(placed.cells.records, (by,))
    numbers: Floats = placed.cells.values(by).to_numpy(dtype=np.float64)
    return np.where(np.isnan(numbers), -np.inf, numbers)


def _of_worst(placed: Placed, rank: Floats) -> Placed:
    """The places of each subject's highest rank, in each cell and outer category; of equal ones the first."""
    key = pd.DataFrame(dict(enumerate((placed.block, placed.column, placed.subject, *placed.codes[:-1]))))
    group = key.groupby(list(key.columns), sort=False).ngroup().to_numpy()
    inner = placed.codes[-1] if placed.codes else np.zeros(len(group), dtype=np.int64)
    order = np.lexsort((inner, -rank, group))
    first = np.ones(len(order), dtype=bool)
    first[1:] = group[order][1:] != group[order][:-1]
    kept = np.zeros(len(order), dtype=bool)
    kept[order[first]] = True
    chosen = order[first][np.cumsum(first) - 1]  # the place that each was compared with
    is_tied = (rank[order] == rank[chosen]) & (inner[order] != inner[chosen])
    return replace(only(placed, kept), has_ties=bool(is_tied.any()))
