"""Model fits: a linear model, or a mixed model for repeated measures, of each block of rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from adamline.analyses.cells import Cells, coded
from adamline.analyses.options import OptionsModel
from adamline.analyses.records import SUBJECT, require_columns, require_numbers
from adamline.errors import DataError
from adamline.io.dataset import Kind
from adamline.spec.types import VariableName
from adamline.stats.linear_model import fit_linear_model
from adamline.stats.ls_means import LsMeans
from adamline.stats.mmrm.fit import fit_mmrm
from adamline.stats.mmrm.inference import Ddfm


class Repeated(OptionsModel):
    """Repeated measures: the variable of the visits, and how they vary together, as REPEATED of PROC MIXED says it.

    ``fallback`` are structures to take in turn where the data cannot carry ``covariance``; a note on the page says so.
    """

    visit: VariableName = "AVISIT"
    covariance: str = "UN"
    fallback: tuple[str, ...] = ()
    ddfm: Ddfm = "kenward-roger"


@dataclass(frozen=True)
class Model:
    """What a model is of: the response, effects beside the treatment, repeated measures, the level of limits."""

    response: str
    effects: tuple[str, ...]
    repeated: Repeated | None
    level: float

    @property
    def names(self) -> tuple[str, ...]:
        """The variables of its effects."""
        return tuple(dict.fromkeys(part for effect in self.effects for part in effect.split("*")))


@dataclass(frozen=True)
class Fit:
    """One model: the LS means, the cell of each visit and treatment, and what it has to say.

    Without repeated measures the visit is blank. ``failed`` says why there is no model.
    """

    means: LsMeans | None
    cells: Mapping[tuple[str, str], int]
    method: str = ""
    said: str = ""
    note: str = ""
    failed: str = ""


def single_treatments(cells: Cells) -> tuple[str, ...]:
    """The columns that hold one treatment, in order."""
    return tuple(level.name for level in cells.groups[-1].levels if len(level.members) == 1)


def model_frame(cells: Cells, model: Model) -> pd.DataFrame:
    """The records in the columns of one treatment, with what the model needs; ``_cell`` is the cell of each.

    DataError for variables that are not there, and for a response that is no number.
    """
    visit = [model.repeated.visit] if model.repeated else []
    require_columns(cells.records, (SUBJECT, *model.names, *visit))
    require_numbers(cells.records, (model.response,))
    treatment = cells.groups[-1]
    is_single = np.isin(treatment.names, single_treatments(cells))
    kept = is_single[cells.code % treatment.size]
    places = cells.record[kept]
    names = list(dict.fromkeys([SUBJECT, model.response, *model.names]))
    frame: pd.DataFrame = cells.records.frame[names].iloc[places].reset_index(drop=True)
    for name in visit:
        values = coded(cells.records, name)
        frame[name] = np.array([*values.texts, None], dtype=object)[values.codes[places]]
    frame[treatment.variable] = treatment.names[cells.code[kept] % treatment.size]
    return frame.assign(_cell=cells.code[kept])


def fit_blocks(cells: Cells, frame: pd.DataFrame, model: Model, against: str | None) -> Iterator[Fit]:
    """A model for each block of rows; where repeated, one for all visits of a block of the other groupings.

    DataError where the visits of repeated measures are no grouping of the rows.
    """
    names = [group.variable for group in cells.groups]
    own = [len(names) - 1]
    if model.repeated is not None:
        if model.repeated.visit not in names[:-1]:
            what = f"The visits of repeated measures, {model.repeated.visit}, are no grouping of the rows."
            raise DataError(what, hint=f"put the row below `by: {model.repeated.visit}`")
        own.append(names.index(model.repeated.visit))
    levels = cells.levels(np.arange(cells.size))
    key = np.zeros(cells.size, dtype=np.int64)
    for index in (index for index in range(len(names)) if index not in own):
        key = key * cells.shape[index] + levels[index]
    block_of = key[frame["_cell"].to_numpy(dtype=np.int64)]
    treatments = cells.code_level(-1)
    visits = cells.code_level(own[1]) if model.repeated else np.full(cells.size, "", dtype=object)
    for block in np.unique(key):
        places = {(str(visits[cell]), str(treatments[cell])): int(cell) for cell in np.flatnonzero(key == block)}
        yield _fit(frame[block_of == block], places, cells, model, against)


def _fit(
    frame: pd.DataFrame, places: Mapping[tuple[str, str], int], cells: Cells, model: Model, against: str | None
) -> Fit:
    by = cells.groups[-1].variable
    seen = frame[frame[model.response].notna()]
    present = [name for name in single_treatments(cells) if name in set(seen[by])]
    classes: dict[str, list[str] | None] = {by: present}
    for name in model.names:
        if name != by and cells.records.dataset[name].kind is Kind.TEXT:
            classes[name] = None
    known = against if against in present else None
    try:
        if model.repeated is None:
            fitted = fit_linear_model(frame, model.response, [by, *model.effects], classes, level=model.level)
            said = ", ".join([by, *model.effects])
            return Fit(fitted.ls_means(by, against=known), places, fitted.method, said)
        return _repeated_fit(frame, seen, places, classes, model, by, known)
    except DataError as error:
        return Fit(None, places, failed=f"{error.what} {error.found}".strip())


def _repeated_fit(
    frame: pd.DataFrame,
    seen: pd.DataFrame,
    places: Mapping[tuple[str, str], int],
    classes: dict[str, list[str] | None],
    model: Model,
    by: str,
    against: str | None,
) -> Fit:
    rule = model.repeated
    assert rule is not None  # noqa: S101 - its one caller asked
    there = set(seen[rule.visit])
    visits = list(dict.fromkeys(visit for visit, _ in places if visit in there))
    effects = [by, rule.visit, f"{by}*{rule.visit}", *model.effects]
    mixed = fit_mmrm(
        frame,
        model.response,
        effects,
        {**classes, rule.visit: visits},
        subject=SUBJECT,
        visit=rule.visit,
        covariance=rule.covariance,
        fallback=rule.fallback,
        ddfm=rule.ddfm,
        level=model.level,
    )
    means = mixed.ls_means(f"{by}*{rule.visit}", by=rule.visit, against=against)
    is_other = mixed.structure.upper() != rule.covariance.upper()
    note = f"Covariance structure {mixed.structure}: {'; '.join(mixed.warnings)}" if is_other else ""
    said = f"covariance={mixed.structure}, ddfm={mixed.ddfm}, {', '.join(effects)}"
    return Fit(means, places, mixed.method, said, note)
