"""Holds the rows of `parameters` to what ADaM says of them: PARAM, PARAMCD and PARAMN are one to one."""

from __future__ import annotations

from collections.abc import Iterator

from adamline.errors import AdamlineError
from adamline.io.number_text import number_of, whole_number_of
from adamline.spec.dataset import PARAMCD
from adamline.spec.load import DatasetFile
from adamline.study.row_keys import misspelt_keys

# What identifies a parameter beside its code (ADaMIG 3.3.4).
_IDENTITY = ("PARAM", "PARAMN")
_DECIMALS = "decimals"
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
