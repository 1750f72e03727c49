"""Holds the rows of `parameters` to what ADaM says of them: PARAM, PARAMCD and PARAMN are one to one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adamline.contract import Role
from adamline.errors import AdamlineError
from adamline.io.number_text import number_of, whole_number_of
from adamline.spec.dataset import PARAMCD, DatasetSpec, is_given, is_matched
from adamline.spec.load import DatasetFile
from adamline.study.call import Call
from adamline.study.row_keys import like, misspelt_keys

# What identifies a parameter beside its code (ADaMIG 3.3.4).
_IDENTITY = ("PARAM", "PARAMN")
_DECIMALS = "decimals"
# Columns that mean something by themselves; of others it is an argument that names them.
_WORDS = (_DECIMALS, "records_of")
_MOST_DECIMALS = 22


def parameter_faults(file: DatasetFile) -> list[AdamlineError]:
    """Every fault of the rows: no number where one belongs, a text or number of two parameters, keys misspelt.

    A parameter may have several rows, one for each test that is of it; they say the same of it.
    """
    rows = file.spec.parameters
    places = [file.file.place(("parameters", n), dataset=file.spec.dataset) for n in range(len(rows))]
    faults = [*misspelt_keys(rows, places)]
    for row, place in zip(rows, places, strict=True):
        faults += [fault.at(place) for fault in _numbers(row.get("PARAMN"), row.get(_DECIMALS))]
    for name in _IDENTITY:
        said = {n: str(row[name]) for n, row in enumerate(rows) if row.get(name) is not None}
        for number, row in enumerate(rows) if said else ():
            code = str(row[PARAMCD])
            if number not in said:
                what = f"{code} has no {name}."
                faults.append(AdamlineError(what, place=places[number], expected="one, as the other parameters have"))
                continue
            first = {text: n for n, text in reversed(said.items()) if rows[n][PARAMCD] != code}.get(said[number])
            own = next(text for n, text in said.items() if rows[n][PARAMCD] == code)
            if first is not None and first < number:
                what = f"{code} has the {name} of another parameter."
                found = f"{said[number]}, which is that of {rows[first][PARAMCD]} (line {places[first].line})"
                faults.append(AdamlineError(what, place=places[number], expected="one of its own", found=found))
            elif own != said[number]:
                what, found = f"{code} has several {name}.", f"{own}, {said[number]}"
                faults.append(AdamlineError(what, place=places[number], expected="one for each PARAMCD", found=found))
    return faults


def idle_columns(spec: DatasetSpec, calls: Iterable[Call]) -> Iterator[tuple[str, int, str]]:
    """Columns of `parameters` that are no variables and that no step names, with the first row that has each.

    With each stands what it may be meant to be, empty where it is like no column that means something by itself: an
    output may show it.
    """
    written = [*(entry.arguments for entry in spec.entries.values()), *(entry.arguments for entry in spec.records)]
    named = {value for arguments in written for value in arguments.values() if isinstance(value, str)}
    asked = [parameter for call in calls for parameter in call.derivation.contract.parameters]
    of_columns = (Role.PARAMETER_TEXT, Role.PARAMETER_WHERE)
    named |= {str(parameter.default) for parameter in asked if parameter.role in of_columns} | set(_WORDS)
    first = {name: number for number, row in reversed([*enumerate(spec.parameters)]) for name in row}
    lacking = [word for word in _WORDS if word not in first]
    for name, number in first.items():
        if name not in named and not is_given(name) and not is_matched(name):
            yield name, number, like(name, lacking)


def misspelt_columns(file: DatasetFile, calls: Iterable[Call]) -> list[AdamlineError]:
    """A fault for each column that nothing names and that is like one which means something."""
    return [
        AdamlineError(
            f"`{name}` is a column of `parameters` that nothing uses.",
            place=file.file.place(("parameters", number), dataset=file.spec.dataset),
            hint=f"did you mean {meant}?",
        )
        for name, number, meant in idle_columns(file.spec, calls)
        if meant
    ]


def _numbers(number: str | None, decimals: str | None) -> Iterator[AdamlineError]:
    """What is no number, and decimals that are none."""
    for name, text, read in (("PARAMN", number, number_of), (_DECIMALS, decimals, whole_number_of)):
        if text is None:
            continue
        expected = "a number" if name == "PARAMN" else f"a whole number from 0 to {_MOST_DECIMALS}"
        try:
            value = read(text)
        except ValueError:
            yield AdamlineError(f"`{name}` of a parameter does not fit.", expected=expected, found=text)
            continue
        if name == _DECIMALS and not 0 <= value <= _MOST_DECIMALS:
            yield AdamlineError(f"`{name}` of a parameter does not fit.", expected=expected, found=text)
