"""What an output wants of a dataset that the study makes: the variables that it names, the records that it selects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adamline.analyses.levels import partner_of
from adamline.analyses.records import SUBJECT
from adamline.condition.parse import parse_condition
from adamline.condition.tree import variables_of
from adamline.study.outputs import OutputPlan

# What analyses look at without being told: subjects, parameters, changes and the records they are measured from.
_ALWAYS = ("STUDYID", "USUBJID", "PARAM", "PARAMCD", "PARAMN", "AVAL", "CHG", "PCHG", "ABLFL")


@dataclass(frozen=True)
class Wanted:
    """What an output wants of a dataset: it reads ``variables``, and selects by ``conditions``, None for all records.

    ``named`` are the variables of its conditions on the dataset, those of rows too, ``people`` USUBJID and those of the
    condition on its population. Each of ``identities`` is to name one of all records.
    """

    variables: frozenset[str]
    conditions: frozenset[str | None]
    named: frozenset[str]
    people: frozenset[str]
    identities: frozenset[tuple[str, ...]]

    def __or__(self, other: Wanted) -> Wanted:
        """What both want."""
        return Wanted(
            self.variables | other.variables,
            self.conditions | other.conditions,
            self.named | other.named,
            self.people | other.people,
            self.identities | other.identities,
        )


def wanted_of(output: OutputPlan, dataset: str) -> Wanted:
    """What an output wants of a dataset; names that the dataset does not have may be among its.

    A variable more costs memory, one less another reading (`analyses.whole.NotReadError`): each text of an output's
    spec that is the name of a variable counts, whatever it stands for there, with the number that ADaM pairs it with.
    """
    options = output.options
    texts = {*_texts(options.model_dump(mode="json")), *(name for name, *_ in output.variables)}
    conditions = [where for name, where, _ in output.conditions if name == dataset]
    return Wanted(
        frozenset({*_ALWAYS, *texts, *map(partner_of, texts)}),
        frozenset(source.where for source in options.selecting if source.dataset == dataset),
        frozenset(name for where in conditions for name in variables_of(parse_condition(where))),
        frozenset({SUBJECT, *(options.population.variables if options.population else ())}),
        frozenset(names for name, names in options.identities if name == dataset),
    )


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
