"""Refuses to write datasets without variables, or with names that SAS takes for one."""

from __future__ import annotations

from collections.abc import Sequence

from adamline.errors import DataError, Place
from adamline.io.dataset import Variable


def check_written(name: str, variables: Sequence[Variable], path: str = "") -> None:
    """DataError for no variable, and for names that differ in capitals only; readers take both, as they find them.

    >>> from adamline.io.dataset import Kind
    >>> check_written("ADLB", (Variable("AVAL", Kind.NUMBER),))
    """
    place = Place(file=path, dataset=name)
    if not variables:
        raise DataError("A dataset in a file has at least one variable.", place=place, found="none")
    spelt: dict[str, list[str]] = {}
    for variable in variables:
        spelt.setdefault(variable.name.upper(), []).append(variable.name)
    same = [" and ".join(names) for names in spelt.values() if len(names) > 1]
    if same:
        raise DataError(
            "Names of variables differ in capitals only: SAS takes them for one.",
            place=place,
            found=", ".join(same),
            hint="rename one of them",
        )
