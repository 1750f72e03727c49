"""Derived: which step of a dataset's spec made records that have no record of SDTM of their own, and from which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adamline.contract import Role
from adamline.errors import Place
from adamline.io.yaml_text import read_yaml
from adamline.spec.dataset import DatasetSpec
from adamline.spec.listed_names import with_listed_names
from adamline.spec.subject_entries import with_subject_entries
from adamline.spec.typed import typed
from adamline.study.call import Call, Written, bind
from adamline.study.functions import Programs

# Arguments that name what is made, beside those that begin with `new_`.
_MADE = ("parameter", "parameters")
_OVER_PARAMETERS = (Role.PARAMETER_VALUES_WHERE, Role.PARAMETER_VALUES_FORMULA)


@dataclass(frozen=True)
class Step:
    """An entry of a spec that adds records: its function, its line, its rule, and the PARAMCDs it makes and reads.

    ``makes`` is empty where it adds records of any parameter, ``where`` the condition of the records that it reads.
    """

    name: str
    place: Place
    rule: str
    makes: tuple[str, ...]
    reads: tuple[str, ...]
    where: str

    def __str__(self) -> str:
        """Where it stands."""
        return f"{self.name} ({self.place.file}, line {self.place.line})"


def steps_of(folder: Path, dataset: str) -> tuple[Step, ...]:
    """The steps that add records to a dataset, in their order; none where there is no spec of it that can be read."""
    path = folder / f"{dataset.lower()}.yaml"
    if not path.is_file():
        return ()
    listed, faults = with_listed_names(read_yaml(path))
    file, more = with_subject_entries(listed)
    spec, others = typed(file, DatasetSpec)
    if spec is None or faults or more or others:
        return ()
    codes = [str(row["PARAMCD"]) for row in spec.parameters]
    made = []
    for number, entry in enumerate(spec.records):
        place = file.place(("records", number), dataset=dataset)
        written = Written(entry.add, "add", "", entry.arguments, None, place, spec.parameters)
        call, _ = bind(written, folder, Programs.READ)
        if call is not None:
            made.append(_step(entry.add, call, codes))
    return tuple(made)


def _step(name: str, call: Call, codes: Sequence[str]) -> Step:
    contract = call.derivation.contract
    makes: list[str] = []
    reads: list[str] = []
    for parameter in contract.parameters:
        value = call.arguments.get(parameter.name, None if parameter.required else parameter.default)
        is_made = parameter.name in _MADE or parameter.name.startswith("new_")
        (makes if is_made else reads).extend(_codes(value, parameter.role, codes))
    where = call.arguments.get("where")
    others = tuple(code for code in dict.fromkeys(reads) if code not in makes)
    rule = contract.sentence(call.arguments)
    return Step(name, call.place, rule, tuple(makes), others, where if isinstance(where, str) else "")


def _codes(value: Any, role: Role | None, codes: Sequence[str]) -> Iterator[str]:
    """The PARAMCDs that an argument names, as they stand or in a formula or condition over values of parameters."""
    if isinstance(value, str):
        words = set(re.findall(r"\w+", value)) if role in _OVER_PARAMETERS else {value}
        yield from (code for code in codes if code in words)
    elif isinstance(value, Mapping):
        for part in (*value, *value.values()):
            yield from _codes(part, role, codes)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _codes(part, role, codes)


def steps_that_make(steps: Sequence[Step], code: str) -> tuple[Step, ...]:
    """The steps that can have made records of a parameter: those that name it, else those that name none."""
    named = tuple(step for step in steps if code in step.makes)
    return named or tuple(step for step in steps if not step.makes)
