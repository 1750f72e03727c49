"""The variables of each dataset that outputs may ask for: those that their specs name, and what goes with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from adamline.analyses.levels import partner_of
from adamline.study.outputs import OutputPlan

# What analyses look at without being told: subjects, parameters, changes and the records they are measured from.
_ALWAYS = ("STUDYID", "USUBJID", "PARAM", "PARAMCD", "PARAMN", "AVAL", "CHG", "PCHG", "ABLFL")


def variables_to_read(outputs: Iterable[OutputPlan], known: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The variables to read of each dataset of ``known``, in its order; all where a program of the study reads it.

    A variable more costs memory, one less another reading (`analyses.whole.NotReadError`): each text of an output's
    spec that is the name of a variable counts, whatever it stands for there, with the number that ADaM pairs it with.
    """
    wanted: dict[str, set[str]] = {name: set(_ALWAYS) for name in known}
    for output in outputs:
        named = {*_texts(output.options.model_dump(mode="json")), *(name for name, *_ in output.variables)}
        for dataset in filter(known.__contains__, output.datasets):
            wanted[dataset] |= {*named, *map(partner_of, named)} if not output.has_programs else {*known[dataset]}
    return {dataset: tuple(name for name in names if name in wanted[dataset]) for dataset, names in known.items()}


def _texts(value: Any) -> Iterator[str]:
    """Every text in the options of an output, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from (*_texts(key), *_texts(part))
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
