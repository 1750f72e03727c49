"""Options of a fit of an MMRM: their spellings, and which of them go together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from adamline.errors import DataError
from adamline.stats._choices import as_choice
from adamline.stats.mmrm.inference import DDFM, SPELLINGS, Ddfm
from adamline.stats.mmrm.likelihood import Method
from adamline.stats.mmrm.structures import structure_of

Convergence = Literal["optimum", "sas"]


class FitOptions(NamedTuple):
    """The options of a fit by their own names."""

    method: Method
    ddfm: Ddfm
    convergence: Convergence
    names: tuple[str, ...]


def checked_options(method: str, ddfm: str, empirical: bool, convergence: str, names: Sequence[str]) -> FitOptions:
    """The options of a fit in their own spelling; DataError for one that is not there, or not with the others."""
    found = FitOptions(
        as_choice(get_args(Method), method, "methods"),
        as_choice(DDFM, ddfm, "degrees of freedom", SPELLINGS),
        as_choice(get_args(Convergence), convergence, "kinds of convergence"),
        tuple(structure_of(name, 1).name for name in names),
    )
    if found.convergence == "sas" and found.names != ("UN",):
        raise DataError("Where SAS stops is known of TYPE=UN alone.", found=", ".join(names), expected="UN")
    if found.ddfm.startswith("kenward") and found.method == "ML":
        raise DataError("Kenward-Roger is of REML.", found="ML", hint='ddfm="satterthwaite"')
    if empirical and found.ddfm not in ("residual", "between-within"):
        raise DataError(
            "The empirical covariance has counted degrees of freedom alone.", found=ddfm, hint='ddfm="between-within"'
        )
    return found
