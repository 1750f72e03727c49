"""Finds and reads the ADaM datasets that a study reads and does not make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from adamline.errors import AdamlineError, DataError, FileFormatError, Place, nearest
from adamline.findings import Finding, Severity, Tally
from adamline.io.dataset import Dataset, Kind
from adamline.io.domain_checks import STUDYID, check_studies
from adamline.io.domain_file import DomainFile
from adamline.io.find_dataset import find_dataset
from adamline.io.split_domains import as_tally
from adamline.io.text_type import TextType
from adamline.io.xpt_read import Rows
from adamline.study.inputs import Input, InputsError
from adamline.study.study import Study

# Text by the standard; whoever writes other formats than SAS's may have made numbers of them.
_TEXTS = (STUDYID, "USUBJID", "PARAMCD", "PARAM")


@dataclass(frozen=True)
class Supplied:
    """A supplied dataset as outputs read it, what is to be said of its file, and what it says of its parameters."""

    dataset: Dataset
    tallies: tuple[Tally, ...]
    parameters: Mapping[str, Mapping[str, str]]


def find_supplied(study: Study, folder: Path) -> dict[str, Input]:
    """The file of each supplied dataset that the study reads: ``adsl.xpt``, ``ADSL.json``, ``adsl.sas7bdat``.

    Raises InputsError with every fault: files missing, damaged, two for one dataset, of another dataset than their name
    says, or without a variable that the study needs, with the line of the spec that does.
    """
    if study.reads_supplied and not folder.is_dir():
        what = "The folder of supplied ADaM datasets is not there, or is no folder."
        raise InputsError([DataError(what, place=Place(str(folder)), expected="a folder with a file a dataset")])
    faults: list[AdamlineError] = []
    found: dict[str, Input] = {}
    for name, variables in study.reads_supplied.items():
        try:
            file = DomainFile(find_dataset(folder, name), study.spec.adam_encoding, study.spec.fallback)
            for text in _TEXTS:
                file.require_text(text)
            faults += _missing(study, name, file, variables)
            found[name] = Input(name, (file,), is_supplied=True)
        except (FileFormatError, DataError) as error:
            faults.append(error)
        except OSError as error:
            place = Place(Path(error.filename or folder).name, dataset=name)
            faults.append(FileFormatError("The file cannot be read.", place=place, found=str(error)))
    if faults:
        raise InputsError(faults)
    return found


def kinds_supplied(inputs: Mapping[str, Input]) -> dict[str, dict[str, Kind]]:
    """The kinds of the variables of each supplied dataset among the inputs."""
    return {name: found.parts[0].kinds for name, found in inputs.items() if found.is_supplied}


def _missing(study: Study, name: str, file: DomainFile, variables: Iterable[str]) -> list[AdamlineError]:
    """Variables that the study needs of a supplied dataset, and that it does not have."""
    return [
        DataError(
            f"{name} has no variable {variable}.",
            place=study.place_reading(name, variable),
            found=f"{file.path.name} without it",
            hint=nearest(variable, file.variables),
        )
        for variable in variables
        if variable not in file.variables
    ]


def read_whole(given: Input) -> Supplied:
    """All of a supplied dataset, with a WARNING where it is empty; see `read_supplied` and `parameters_of`."""
    dataset, tallies = read_supplied(given, given.variables)
    place = Place(given.parts[0].path.name, dataset=dataset.name)
    kinds = {"": int(not len(dataset.frame))}
    empty = Tally(Severity.WARNING, "no records", "The supplied dataset has no records.", place, kinds)
    return Supplied(dataset, (*tallies, empty), parameters_of(dataset))


def read_supplied(
    given: Input,
    variables: Iterable[str],
    only: Mapping[Path, Rows] | None = None,
    optional: Iterable[str] = (),
) -> tuple[Dataset, tuple[Tally, ...]]:
    """Variables of a supplied dataset, and what is to be said of its file and records.

    ``only`` chooses records of its file, by ascending number from 0; ``optional`` variables are read where it has them.
    Text comes as categories, without trailing blanks whatever the format, as SAS reads it; DOMAIN, which ADaM may carry
    over from SDTM, is not looked at.
    """
    (file,) = given.parts
    wanted = list(dict.fromkeys(variables))
    wanted += [name for name in optional if name not in wanted and name in file.variables]
    study = [STUDYID] if STUDYID in file.variables and STUDYID not in wanted else []
    found: list[Finding] = []
    rows = (only or {}).get(file.path)
    dataset = file.read([*wanted, *study], rows=rows, text=TextType.CATEGORY, report=found.append)
    tallies = (*map(as_tally, found), *check_studies(dataset, file.path))
    return _without_trailing_blanks(dataset.select(wanted)), tallies


def _without_trailing_blanks(dataset: Dataset) -> Dataset:
    """The dataset with text as transport files give it: blanks at its end are padding, blank text is missing."""
    changed = {}
    for variable in dataset.variables:
        column = dataset.frame[variable.name]
        if variable.kind is Kind.TEXT:
            texts = column.cat.categories.astype("str")
            stripped = texts.str.rstrip(" ")
            if not texts.equals(stripped):
                codes, distinct = pd.factorize(stripped.where(stripped != ""), sort=True)
                changed[variable.name] = pd.Categorical.from_codes(np.append(codes, -1)[column.cat.codes], distinct)
    return dataset.with_frame(dataset.frame.assign(**changed)) if changed else dataset


def parameters_of(dataset: Dataset) -> dict[str, dict[str, str]]:
    """What the records of a supplied dataset say of each PARAMCD, as `parameters` of a spec does of one that is made.

    ``decimals`` are those of its AVAL, at most four.

    >>> from adamline.io.dataset import Variable
    >>> frame = pd.DataFrame({"PARAMCD": ["ALT", "ALT", "BILI"], "AVAL": [20.0, 31.0, 0.75]})
    >>> kinds = (Variable("PARAMCD", Kind.TEXT), Variable("AVAL", Kind.NUMBER))
    >>> parameters_of(Dataset("ADLB", frame, kinds))
    {'ALT': {'decimals': '0'}, 'BILI': {'decimals': '2'}}
    """
    if not {"PARAMCD", "AVAL"} <= set(dataset.frame.columns) or dataset["AVAL"].kind is not Kind.NUMBER:
        return {}
    values = dataset.frame["AVAL"].groupby(dataset.frame["PARAMCD"], observed=True)
    # Of outputs alone, and it loads what they are made of.
    from adamline.analyses.decimals import decimals_of

    return {str(code): {"decimals": str(decimals_of(of_code))} for code, of_code in values}
