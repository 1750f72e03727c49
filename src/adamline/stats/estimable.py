"""Find which functions of a design's parameters can be estimated, and those that type III tests and LS means take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.stats._arrays import Bools, Floats, Ints
from adamline.stats.design import INTERCEPT, Design, Effect

# Below this share of its corrected sum of squares a column counts as a combination of those before it: the default of
# SINGULAR= in PROC GLM. PROC LOGISTIC, PHREG and MIXED look closer.
GLM_SINGULAR, LIKELIHOOD_SINGULAR = 1e-7, 1e-12
# Values this small, in units of what they are made of, are 0.
_ZERO = 1e-8


@dataclass(frozen=True)
class Basis:
    """Which columns of a design are independent of those before them, and how the others follow from these.

    ``general`` has a row for each independent column: a function is estimable where it is a combination of these rows
    (the general form of estimable functions; 1 in its own column, 0 in the other independent ones). ``scale`` is the
    size of the covariates of each column, one for all columns of the same covariates.
    """

    kept: Ints
    general: Floats
    scale: Floats

    @property
    def dependent(self) -> Ints:
        """The columns that are combinations of those before them; their parameters are 0."""
        return np.setdiff1d(np.arange(self.general.shape[1]), self.kept)


def find_basis(design: Design, singular: float = GLM_SINGULAR) -> Basis:
    """The independent columns of a design, taken from left to right as SAS does."""
    # The columns of R have the same lengths and angles as those of X, and R is small.
    triangle = np.linalg.qr(design.matrix).R
    corrected = (triangle[1:] ** 2).sum(axis=0)
    # A constant column never stays; what rounding leaves of a large one is no information.
    corrected[corrected <= 1e-24 * triangle[0] ** 2] = np.inf
    directions = np.zeros((len(triangle), 0))
    kept: list[int] = []
    for column in range(triangle.shape[1]):
        left = triangle[:, column]
        for _ in range(2):  # the second pass removes what rounding left in the first
            left = left - directions @ (directions.T @ left)
        if column == 0 or left @ left > singular * corrected[column]:
            directions = np.column_stack([directions, left / np.linalg.norm(left)])
            kept.append(column)
    own = directions.T @ triangle
    general = np.linalg.solve(own[:, kept], own)
    general[:, kept] = np.eye(len(kept))
    scale = np.ones(len(design.names))
    for effect in design.effects:
        size = np.sqrt(np.mean(np.prod([design.covariates[name] for name in effect.covariates], axis=0) ** 2))
        scale[effect.columns] = size or 1.0
    return Basis(np.array(kept), general, scale)


def are_estimable(rows: Floats, basis: Basis) -> Bools:
    """Whether each function, a row of coefficients, can be estimated."""
    left = np.abs(rows - rows[:, basis.kept] @ basis.general) / basis.scale
    found: Bools = (left <= _ZERO * np.abs(rows / basis.scale).max(axis=1, keepdims=True)).all(axis=1)
    return found


def type_three_rows(design: Design, basis: Basis, effect: Effect) -> Floats:
    """The functions that the type III test of an effect takes: a row for each degree of freedom.

    They have coefficients of the effect and of effects that contain it alone, and are orthogonal to every estimable
    function of the latter alone. Source: SAS/STAT User's Guide, *The Four Types of Estimable Functions*; Goodnight
    (1978), SAS Technical Report R-101.
    """
    owner = np.empty(len(design.names), dtype=np.int64)
    for place, each in enumerate(design.effects):
        owner[each.columns] = place
    # Effects of the same covariates have one scale, so that what is orthogonal stays so.
    general = basis.general * basis.scale[basis.kept][:, np.newaxis] / basis.scale
    above = np.array([each.contains(effect) for each in design.effects])[owner]
    own = above | (owner == design.effects.index(effect))
    upper = _within(general, above)
    # An orthonormal base of the functions above; what is left of the others is the hypothesis.
    base = np.linalg.svd(upper, full_matrices=False)[2]
    rows = _within(general, own)
    rows = _independent(rows - rows @ base.T @ base)
    return rows * basis.scale


def _within(general: Floats, columns: Bools) -> Floats:
    """The estimable functions with coefficients of ``columns`` alone."""
    vectors, values, _ = np.linalg.svd(general[:, ~columns], full_matrices=True)
    rank = int((values > _ZERO * values.max(initial=0)).sum())
    return np.where(columns, vectors[:, rank:].T @ general, 0.0)


def _independent(rows: Floats) -> Floats:
    _, values, right = np.linalg.svd(rows, full_matrices=False)
    kept: Floats = right[values > _ZERO * max(1.0, values.max(initial=0))]
    return kept


def dependency_warnings(design: Design, basis: Basis) -> tuple[str, ...]:
    """A sentence for each covariate, and for each effect without any column of its own, that depends on others."""
    found = []
    for effect in design.effects:
        columns = np.arange(effect.columns.start, effect.columns.stop)
        if effect.name == INTERCEPT or np.isin(columns, basis.kept).any() or not len(columns):
            continue
        names = ", ".join(design.names[column] for column in followed(basis, columns))
        found.append(f"{effect.name} is a combination of {names or 'nothing'}: no degrees of freedom")
    return tuple(found)


def followed(basis: Basis, columns: Ints) -> Ints:
    """The independent columns that any of ``columns`` follows from."""
    share = basis.general[:, columns] * basis.scale[basis.kept][:, np.newaxis] / basis.scale[columns]
    return basis.kept[(np.abs(share) > _ZERO).any(axis=1)]
