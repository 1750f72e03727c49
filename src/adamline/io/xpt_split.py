"""Writes a dataset that is too large for one transport file as several, each with whole subjects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError, Place
from adamline.findings import Finding
from adamline.io.dataset import Dataset
from adamline.io.ibm import NUMBER_BYTES
from adamline.io.text_encoder import longest_values
from adamline.io.xpt_fields import Lengths, XptOptions
from adamline.io.xpt_layout import CARD, LIMITS, XptVersion
from adamline.io.xpt_submission import LARGEST_FILE, file_bytes
from adamline.io.xpt_write import write_xpt

Codes = npt.NDArray[np.intp]

_NAME_BYTES: Final = LIMITS[XptVersion.V5].name


@dataclass(frozen=True)
class SplitPart:
    """One row of the manifest of a split dataset: a file, what it holds, why it was made, what `write_xpt` found."""

    file: str
    dataset: str
    records: int
    subjects: int
    first_subject: str
    last_subject: str
    size: int
    reason: str
    findings: tuple[Finding, ...]


def write_xpt_split(
    dataset: Dataset,
    folder: Path | str,
    *,
    limit: int = LARGEST_FILE,
    by: str = "USUBJID",
    lengths: Lengths | Mapping[str, int] = Lengths.SPEC,
) -> tuple[SplitPart, ...]:
    """Write the dataset into ``folder`` as lb1.xpt, lb2.xpt, ... of at most ``limit`` bytes; a manifest row for each.

    The records of one value of ``by`` stay together and in their order; subjects go into the files in the order in
    which they first appear, each file taking as many as fit (records without a value count as one subject). Lengths
    are chosen once for the whole dataset, as the guide asks for splitting after resizing, so that the parts can be
    set together. The dataset inside is named as its file (LB1); a domain's DOMAIN stays. A dataset that fits is
    written whole, under its own name.

    Raises DataError for a subject whose records alone are over the limit, a name that has no room for a number, and
    a folder that holds parts of an earlier split which this one would leave behind; and what `write_xpt` raises.

    Source: FDA Study Data Technical Conformance Guide, section 3.3.2: files over 5 GB are split, and the split is
    explained in the reviewer's guide; the whole dataset is submitted too.
    """
    place = Place(dataset=dataset.name)
    subject, values = pd.factorize(dataset.frame[dataset[by].name], use_na_sentinel=False)
    sized = _resized(dataset, lengths)
    record = sum(variable.length or 0 for variable in sized.variables)
    room = (limit - file_bytes(len(sized.variables), record, 0)) // CARD * CARD // record
    names = ["" if pd.isna(value) else str(value) for value in values]
    ends = _ends(np.bincount(subject, minlength=len(names)), room, names, place)
    stem = dataset.name.lower()
    if len(ends) > 1 and len(f"{stem}{len(ends)}") > _NAME_BYTES:
        raise DataError(
            f"The name of dataset {dataset.name} has no room for the number of its part.",
            place=place,
            expected=f"at most {_NAME_BYTES - len(str(len(ends)))} characters for {len(ends)} parts",
            hint="rename the dataset, as split domains are named (QSCG, LBCH)",
        )
    files = [f"{stem}.xpt"] if len(ends) <= 1 else [f"{stem}{number}.xpt" for number in range(1, len(ends) + 1)]
    _check_folder(Path(folder), stem, files, place)
    part_of = np.searchsorted(np.array(ends), subject, side="right")
    reason = f"{file_bytes(len(sized.variables), record, len(subject))} bytes as one file, {limit} allowed; by {by}"
    parts = []
    for number, (file, begin, end) in enumerate(zip(files, [0, *ends], ends, strict=False)):
        whole = len(ends) == 1
        name = dataset.name if whole else Path(file).stem.upper()
        part = replace(sized, name=name, frame=sized.frame[part_of == number])
        findings = write_xpt(part, Path(folder) / file)
        size = (Path(folder) / file).stat().st_size
        first, last = (names[begin], names[end - 1]) if names else ("", "")
        why = "fits into one file" if whole else reason
        parts.append(SplitPart(file, name, len(part.frame), end - begin, first, last, size, why, findings))
    return tuple(parts)


def _resized(dataset: Dataset, lengths: Lengths | Mapping[str, int]) -> Dataset:
    """The dataset with the length of every variable written down."""
    options = XptOptions(XptVersion.V5, lengths)
    longest = longest_values(dataset)
    variables = tuple(
        replace(variable, length=options.length(variable) or longest.get(variable.name, NUMBER_BYTES))
        for variable in dataset.variables
    )
    return replace(dataset, variables=variables)


def _ends(counts: Codes, room: int, names: list[str], place: Place) -> list[int]:
    """Behind which subject each part ends, where a part takes ``room`` records."""
    total = np.cumsum(counts)
    ends: list[int] = []
    done = 0
    while not ends or ends[-1] < len(counts):
        end = int(np.searchsorted(total, done + room, side="right"))
        begin = ends[-1] if ends else 0
        if end == begin and len(counts):
            raise DataError(
                "The records of one subject are more than one file may hold.",
                place=replace(place, keys=names[begin]),
                expected=f"at most {max(room, 0)} records",
                found=str(int(counts[begin])),
            )
        ends.append(end)
        done = int(total[end - 1]) if end else 0
    return ends


def _check_folder(folder: Path, stem: str, files: list[str], place: Place) -> None:
    """Refuse to leave parts of an earlier split behind, which would pass for parts of this one."""
    numbered = re.compile(re.escape(stem) + r"[0-9]*\.xpt")
    left = sorted(
        entry.name for entry in folder.iterdir() if numbered.fullmatch(entry.name) and entry.name not in files
    )
    if left:
        raise DataError(
            "The folder holds parts of an earlier split that this one does not replace.",
            place=replace(place, file=str(folder)),
            expected=", ".join(files),
            found=", ".join(left),
            hint="remove them first",
        )
