"""Build the design matrix of a model from named columns, with class variables in SAS's parametrisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError, nearest
from adamline.stats._arrays import Bools, Floats, Ints, as_list, is_real, label_codes
from adamline.stats._choices import as_choice
from adamline.stats._class_levels import coded_levels, level_text
from adamline.stats._numeric_column import checked_frame, numeric_column
from adamline.stats._same_records import check_same_records

Coding = Literal["glm", "effect", "reference"]
Classes = Mapping[str, Sequence[object] | None]

INTERCEPT = "Intercept"


@dataclass(frozen=True)
class Effect:
    """One effect of a model: its class variables and covariates, its columns, the class levels of each column."""

    name: str
    classes: tuple[str, ...]
    covariates: tuple[str, ...]
    columns: slice
    cells: Ints

    def contains(self, other: Effect) -> bool:
        """Whether this effect contains ``other`` as SAS says it: the same covariates, all its classes and more."""
        same = sorted(self.covariates) == sorted(other.covariates)
        return same and set(other.classes) < set(self.classes)


@dataclass(frozen=True)
class Design:
    """A design matrix with what its columns mean; records without a value of a variable are not in it.

    ``matrix`` has a row for each record used and the intercept as its first column; ``used`` marks these records in
    the frame. ``codes`` has the level of each record of a class variable, counted from 0 in ``levels``; ``covariates``
    has their values. ``margin_codes`` are codes of all records that have every variable of the design, whether they are
    used or not (a missing response): the observed margins of LS means.
    """

    matrix: Floats
    names: tuple[str, ...]
    effects: tuple[Effect, ...]
    levels: dict[str, tuple[object, ...]]
    codes: dict[str, Ints]
    covariates: dict[str, Floats]
    margin_codes: dict[str, Ints]
    used: Bools
    coding: Coding
    warnings: tuple[str, ...] = ()

    def effect(self, name: str) -> Effect:
        """The effect of this name, its variables in any order, or DataError that offers the nearest one."""
        parts = sorted(_parts(name)) if isinstance(name, str) else []
        for each in self.effects:
            if sorted(_parts(each.name)) == parts:
                return each
        raise DataError(
            "No such effect in the model.", found=str(name), hint=nearest(str(name), [e.name for e in self.effects])
        )

    def of_records(self, chosen: Bools) -> Design:
        """The design of some of its records, with the columns and levels of all."""
        return replace(
            self,
            matrix=self.matrix[chosen],
            codes={name: codes[chosen] for name, codes in self.codes.items()},
            covariates={name: values[chosen] for name, values in self.covariates.items()},
        )

    def cell_label(self, effect: Effect, cell: Ints) -> tuple[object, ...]:
        """The levels of one column or combination, a value for each class variable of the effect."""
        return tuple(self.levels[name][code] for name, code in zip(effect.classes, cell.tolist(), strict=True))


def build_design(
    frame: pd.DataFrame,
    effects: Sequence[str],
    classes: Classes,
    *,
    coding: str = "glm",
    references: Mapping[str, object] | None = None,
    usable: npt.ArrayLike | None = None,
) -> Design:
    """The design of an intercept and ``effects``, each a column of ``frame`` or several joined by ``*``.

    ``classes`` names the class variables, each with its levels in order, the last being the reference, or with None for
    sorted levels (ORDER=INTERNAL); ``references`` names the reference of some, which is then last (REF=). The other
    columns of effects are covariates. ``usable`` marks records that may be
    used, such as those with a response. A record is left out where a variable of an effect is missing; blank text is
    missing. Levels without a record used have no column, with a warning.

    ``coding``: "glm", a column for each level, of interactions for each combination with a record (PARAM=GLM);
    "reference", one for each level but the last (PARAM=REF); "effect", the same with -1 in the last level
    (PARAM=EFFECT). The class variables of an interaction are put into the order of ``classes``, as SAS puts them into
    that of the CLASS statement: B*A becomes A*B. The last runs fastest.

    DataError for unknown columns, covariates that are text or infinite, class values outside the levels given, effects
    that are repeated, class variables without an effect, references without a record, and no record. Source:
    SAS/STAT, *Parameterization of PROC GLM Models*; CLASS statement of PROC LOGISTIC.

    >>> frame = pd.DataFrame({"ARM": ["A", "B", "B"], "BASE": [4.0, 5.0, 7.0]})
    >>> design = build_design(frame, ["ARM", "BASE"], {"ARM": ["B", "A"]})
    >>> design.names, design.matrix.tolist()[0]
    (('Intercept', 'ARM B', 'ARM A', 'BASE'), [1.0, 0.0, 1.0, 4.0])
    """
    check_kinds(frame, effects, classes)
    in_coding = checked_coding(coding)
    check_same_records(frame=frame, usable=usable)
    terms = _terms(frame, effects, classes)
    names = list(dict.fromkeys(name for term in terms for name in term))
    labels = {name: label_codes(frame[name]) for name in names if name in classes}
    numbers = {name: _covariate(frame, name) for name in names if name not in classes}
    complete = np.ones(len(frame), dtype=np.bool_)
    for each, _ in labels.values():
        complete &= each >= 0
    for column in numbers.values():
        complete &= ~np.isnan(column)
    used = complete if usable is None else complete & _checked_usable(usable, len(frame))
    if not used.any():
        raise DataError(
            "No record has all variables of the model.",
            expected=", ".join(names) or "a response",
            hint="the response is missing, or a weight or frequency not above 0, in the others"
            if complete.any()
            else "",
        )
    values = {name: column[used] for name, column in numbers.items()}
    levels, codes, margins, warnings = coded_levels(labels, classes, references or {}, used, complete)
    if in_coding != "glm":
        alone = [(name, level_text(each[0])) for name, each in levels.items() if len(each) == 1]
        warnings += tuple(f"{name} has one level alone, {level}: no parameters" for name, level in alone)
    blocks = [_block(term, levels, codes, values, int(used.sum()), in_coding) for term in terms]
    ends = np.cumsum([block.shape[1] for block, _ in blocks]).tolist()
    made = [
        Effect(
            name="*".join(term) or INTERCEPT,
            classes=tuple(name for name in term if name in classes),
            covariates=tuple(name for name in term if name not in classes),
            columns=slice(end - block.shape[1], end),
            cells=cells,
        )
        for term, (block, cells), end in zip(terms, blocks, ends, strict=True)
    ]
    return Design(
        matrix=np.hstack([block for block, _ in blocks]),
        names=tuple(name for effect in made for name in _column_names(effect, levels)),
        effects=tuple(made),
        levels=levels,
        codes=codes,
        covariates=values,
        margin_codes=margins,
        used=used,
        coding=in_coding,
        warnings=warnings,
    )


def checked_coding(coding: object) -> Coding:
    """The coding of that name, as PARAM= writes it too; DataError for another one."""
    return as_choice(get_args(Coding), coding, "codings of class variables", {"REF": "reference"})


def check_kinds(frame: object, effects: object, classes: object) -> None:
    """DataError where one of these is of another type than `build_design` takes."""
    columns = checked_frame(frame).columns
    if columns.has_duplicates:
        found = ", ".join(sorted(set(map(str, columns[columns.duplicated()]))))
        raise DataError("A column stands twice in the frame.", found=found)
    if not isinstance(classes, Mapping):
        raise DataError("Classes must be names with their levels or None.", found=repr(classes))
    if not isinstance(effects, str) and not all(isinstance(each, str) for each in as_list(effects, "The effects")):
        raise DataError("Effects must be a list of names.", found=repr(effects))


def _checked_usable(usable: npt.ArrayLike, count: int) -> Bools:
    marks = np.asarray(usable, dtype=np.bool_)
    if marks.shape != (count,):
        raise DataError("A mark is needed for each record.", expected=f"({count},)", found=str(marks.shape))
    return marks


def _parts(effect: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in effect.split("*"))


def _terms(frame: pd.DataFrame, effects: Sequence[str], classes: Classes) -> list[tuple[str, ...]]:
    """The variables of each effect, class variables in the order of ``classes``; of the intercept none."""
    if isinstance(effects, str):
        raise DataError("Effects must be a list of names.", found=repr(effects), hint=f"write [{effects!r}]")
    terms: list[tuple[str, ...]] = [()]
    for effect in effects:
        written = _parts(effect)
        for name in written:
            if name not in frame.columns:
                raise DataError("No such column.", found=name, hint=nearest(name, map(str, frame.columns)))
            if name in classes and written.count(name) > 1:
                raise DataError("A class variable stands twice in an effect.", found=effect)
        in_order = iter([name for name in classes if name in written])
        term = tuple(next(in_order) if name in classes else name for name in written)
        if any(sorted(term) == sorted(each) for each in terms):
            raise DataError("An effect stands twice in the model.", found=effect)
        terms.append(term)
    unused = sorted(set(map(str, classes)) - {name for term in terms for name in term})
    if unused:
        raise DataError("A class variable is in no effect.", found=", ".join(unused), hint="leave it out of classes")
    return terms


def _covariate(frame: pd.DataFrame, name: str) -> Floats:
    try:
        return numeric_column(frame, name)
    except DataError as error:
        if not is_real(frame[name]):
            error.hint = "name it in classes, unless it is a covariate"
        raise


def _block(
    term: tuple[str, ...],
    levels: Mapping[str, tuple[object, ...]],
    codes: Mapping[str, Ints],
    values: Mapping[str, Floats],
    n: int,
    coding: Coding,
) -> tuple[Floats, Ints]:
    """The columns of one effect, and the codes of their levels."""
    names = [name for name in term if name in levels]
    sizes = [len(levels[name]) if coding == "glm" else len(levels[name]) - 1 for name in names]
    cells = np.array(list(product(*(range(size) for size in sizes))), dtype=np.int64).reshape(prod(sizes), len(names))
    block = np.ones((n, len(cells)))
    for place, name in enumerate(names):
        own = codes[name][:, np.newaxis]
        column = (own == cells[:, place]).astype(np.float64)
        if coding == "effect":
            column -= own == len(levels[name]) - 1
        block *= column
    if coding == "glm" and names:
        filled = block.any(axis=0)
        block, cells = block[:, filled], cells[filled]
    for name in term:
        if name not in levels:
            block *= values[name][:, np.newaxis]
    return block, cells


def _column_names(effect: Effect, levels: Mapping[str, tuple[object, ...]]) -> list[str]:
    """As SAS labels parameters: ``TRTP*SEX Placebo F``."""
    texts = (
        [level_text(levels[name][c]) for name, c in zip(effect.classes, cell, strict=True)] for cell in effect.cells
    )
    return [" ".join([effect.name, *each]) for each in texts]
