"""Functions of SciPy that load it when they are first called: reading and checking specs needs none of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any


def _of(module: str, name: str) -> Callable[..., Any]:
    """The function of this name, whose module is loaded by the first call."""

    @cache
    def found() -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(import_module(module), name)
        return function

    def call(*arguments: Any, **named: Any) -> Any:
        return found()(*arguments, **named)

    return call


bdtr = _of("scipy.special", "bdtr")
betainc = _of("scipy.special", "betainc")
betaincc = _of("scipy.special", "betaincc")
betaincinv = _of("scipy.special", "betaincinv")
chdtrc = _of("scipy.special", "chdtrc")
chdtri = _of("scipy.special", "chdtri")
expit = _of("scipy.special", "expit")
fdtrc = _of("scipy.special", "fdtrc")
gammaln = _of("scipy.special", "gammaln")
ndtr = _of("scipy.special", "ndtr")
ndtri = _of("scipy.special", "ndtri")
stdtr = _of("scipy.special", "stdtr")
stdtrit = _of("scipy.special", "stdtrit")
xlogy = _of("scipy.special", "xlogy")
cho_factor = _of("scipy.linalg", "cho_factor")
cho_solve = _of("scipy.linalg", "cho_solve")
solve_triangular = _of("scipy.linalg", "solve_triangular")
block_array = _of("scipy.sparse", "block_array")
csr_array = _of("scipy.sparse", "csr_array")
eye_array = _of("scipy.sparse", "eye_array")
linprog = _of("scipy.optimize", "linprog")
find_root = _of("scipy.optimize.elementwise", "find_root")
