"""Joins the parts of a split domain (LBCH, LBHE, LBUR; QSPH, QSSL) into the one dataset that they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from adamline.errors import DataError, Place, nearest
from adamline.findings import Finding, Severity
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.io.files import ReadOptions, iter_dataset, read_dataset
from adamline.io.ibm import SPECIAL_MISSINGS
from adamline.io.text_type import TextType
from adamline.io.xpt_read import Selection

_SHOWN: Final = 5


def find_domain(folder: Path | str, domain: str, *, suffix: str = ".xpt") -> tuple[Path, ...]:
    """The file of a domain (``lb.xpt``), or those of its parts: its name and one or two characters more, sorted.

    The file of the whole domain goes before its parts, which submissions deliver beside it. The parts of SUPPLB are
    those of LB: ``supplbch.xpt``. DataError when there is neither, or two files for one name.
    """
    found = _files_of(Path(folder), domain, suffix)
    chosen = [path for path in found if path.stem.upper() == domain.upper()] or found
    stems = [path.stem.upper() for path in chosen]
    place = Place(file=str(folder), dataset=domain)
    if not chosen:
        hint = nearest(domain, (path.stem.upper() for path in Path(folder).iterdir() if path.suffix.lower() == suffix))
        expected = f"{domain.lower()}{suffix}, or parts such as {domain.lower()}xx{suffix}"
        raise DataError(f"Domain {domain} is missing.", place=place, expected=expected, hint=hint)
    if len(set(stems)) < len(stems):
        names = ", ".join(path.name for path in chosen)
        raise DataError(f"There are two files of {domain}.", place=place, expected="one", found=names)
    return tuple(chosen)


def _files_of(folder: Path, domain: str, suffix: str) -> list[Path]:
    """The files whose names are those of the domain or of a part of it."""
    if not folder.is_dir():
        raise DataError("The folder of datasets is not there.", place=Place(file=str(folder), dataset=domain))
    name = re.compile(rf"{re.escape(domain)}[A-Z0-9]{{0,2}}", re.IGNORECASE)
    files = (path for path in sorted(folder.iterdir()) if path.suffix.lower() == suffix and path.is_file())
    return [path for path in files if name.fullmatch(path.stem)]


def read_domain(
    folder: Path | str,
    domain: str,
    *,
    suffix: str = ".xpt",
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    options: ReadOptions | None = None,
    only: Mapping[Path, Selection] | None = None,
) -> tuple[Dataset, tuple[Finding, ...]]:
    """A domain from its file or from all its parts, and what is worth knowing about how these fit together.

    ``columns`` chooses variables and their order; a part may lack some of them, one must have each. ``only`` chooses
    records of the files that it names (transport files). The rest is as in `find_domain`,
    `read_dataset` and `join_parts`.

    >>> import tempfile
    >>> from adamline.io.files import write_dataset
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name, test in (("qsa", "ADAS"), ("qsb", "NPI")):
    ...         frame = pd.DataFrame({"DOMAIN": ["QS"], "QSCAT": [test]})
    ...         variables = tuple(Variable(column, Kind.TEXT) for column in frame)
    ...         _ = write_dataset(Dataset(name.upper(), frame, variables), Path(folder) / f"{name}.xpt")
    ...     read_domain(folder, "QS")[0].frame["QSCAT"].tolist()
    ['ADAS', 'NPI']
    """
    paths = find_domain(folder, domain, suffix=suffix)
    wanted = None if columns is None else list(columns)
    parts = [_read_part(path, wanted, text, options, (only or {}).get(path)) for path in paths]
    for path, part in zip(paths, parts, strict=True):
        _check_domain(part, domain, path)
    known = {variable.name for part in parts for variable in part.variables}
    for name in wanted or ():
        if name not in known:
            place = Place(file=str(folder), dataset=domain, variable=name)
            raise DataError(f"{domain} has no variable {name}.", place=place, hint=nearest(name, known))
    joined, findings = join_parts(parts, domain)
    beside = [path.name for path in _files_of(Path(folder), domain, suffix) if path not in paths]
    if beside:
        message = f"{paths[0].name} is read as the whole domain, and not {', '.join(beside)} beside it."
        place = Place(file=str(folder), dataset=domain)
        findings = (Finding(Severity.WARNING, "split.beside", message, place), *findings)
    return joined if wanted is None else joined.select(wanted), findings


def _read_part(
    path: Path,
    wanted: list[str] | None,
    text: TextType,
    options: ReadOptions | None,
    only: Selection | None,
) -> Dataset:
    """The variables that are wanted, as far as the part has them, and those that tell its domain and its keys."""
    reading = options or ReadOptions()
    if only is not None:
        options, reading = replace(reading, member=only.member), replace(reading, member=only.member, rows=only.rows)
    if wanted is None:
        return read_dataset(path, text=text, options=reading)
    first = next(iter_dataset(path, 1, options=options))
    names = [variable.name for variable in first.variables]
    keys = [name for name in names if name in ("DOMAIN", "RDOMAIN", "USUBJID") or re.fullmatch("..SEQ", name)]
    chosen = [*(name for name in wanted if name in names), *(key for key in keys if key not in wanted)]
    return read_dataset(path, columns=chosen, text=text, options=reading)


def _check_domain(part: Dataset, domain: str, path: Path) -> None:
    """Refuse a part that says it is of another domain."""
    column = "RDOMAIN" if domain.upper().startswith("SUPP") else "DOMAIN"
    if column not in part.frame.columns:
        return
    expected = domain.upper().removeprefix("SUPP")
    found = sorted(set(part.frame[column].dropna().unique()) - {expected})
    if found:
        place = Place(file=str(path), dataset=part.name, variable=column)
        raise DataError(f"The file is not of {domain}.", place=place, expected=expected, found=", ".join(found))


def join_parts(parts: Sequence[Dataset], domain: str) -> tuple[Dataset, tuple[Finding, ...]]:
    """One dataset from parts of a domain, records in the order of the parts; and findings.

    The variables are those of the first part, then what the others add; where a part lacks one, it is missing. A
    variable's length is the longest, its other attributes are those of the first part that has any; a WARNING says
    where parts differ in label or format. An ERROR lists where --SEQ is twice within a subject. The label is the
    parts' where they agree, else empty.

    DataError for no part, and for a variable that is of two kinds.

    >>> test = (Variable("LBTESTCD", Kind.TEXT, "Test", 8),)
    >>> chemistry = Dataset("LBCH", pd.DataFrame({"LBTESTCD": ["ALT"]}), test)
    >>> haematology = Dataset("LBHE", pd.DataFrame({"LBTESTCD": ["HGB"]}), test)
    >>> joined, findings = join_parts([chemistry, haematology], "LB")
    >>> joined.frame["LBTESTCD"].tolist(), findings
    (['ALT', 'HGB'], ())
    """
    if not parts:
        raise DataError(f"There is no part of {domain}.")
    findings: list[Finding] = []
    variables = tuple(_reconciled(versions, domain, findings) for versions in _versions(parts).values())
    columns: dict[str, Any] = {}
    for variable in variables:
        columns[variable.name] = _joined(parts, variable)
        letters = variable.name + MISSING_SUFFIX
        if any(letters in part.frame.columns for part in parts):
            columns[letters] = _joined_letters(parts, letters)
    labels = {part.label for part in parts}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(sum(len(part.frame) for part in parts)), copy=False)
    joined = Dataset(domain, frame, variables, label=labels.pop() if len(labels) == 1 else "")
    return joined, (*findings, *_check_sequence(joined))


def _versions(parts: Sequence[Dataset]) -> dict[str, list[tuple[str, Variable]]]:
    """For each variable, in order, the parts that have it and what they say of it."""
    versions: dict[str, list[tuple[str, Variable]]] = {}
    for part in parts:
        for variable in part.variables:
            versions.setdefault(variable.name, []).append((part.name, variable))
    return versions


def _reconciled(versions: list[tuple[str, Variable]], domain: str, findings: list[Finding]) -> Variable:
    """One variable from what the parts say; adds findings."""
    first = versions[0][1]
    place = Place(dataset=domain, variable=first.name)
    items: dict[str, str] = {}
    for item in ("kind", "label", "format", "informat", "codelist"):
        said = {name: str(getattr(variable, item)) for name, variable in versions}
        items[item] = next((text for text in said.values() if text), "")
        if len(set(said.values())) == 1:
            continue
        found = ", ".join(f"{name} {text!r}" for name, text in said.items())
        if item == "kind":
            raise DataError("Parts of a domain hold a variable in two kinds.", place=place, found=found)
        findings.append(
            Finding(Severity.WARNING, f"split.{item}", f"Parts differ in the {item} of {first.name}: {found}.", place)
        )
    lengths = [variable.length for _, variable in versions]
    longest = None if None in lengths else max(length for length in lengths if length is not None)
    return Variable(
        first.name, first.kind, items["label"], longest, items["format"], items["informat"], items["codelist"]
    )


def _joined(parts: Sequence[Dataset], variable: Variable) -> Any:
    """The column of all parts, missing where a part lacks it."""
    have = [part.frame[variable.name] for part in parts if variable.name in part.frame.columns]
    if all(isinstance(column.dtype, pd.CategoricalDtype) for column in have):
        filled = [_of_part(part, variable.name, have[0].iloc[:0]) for part in parts]
        return union_categoricals([column.astype("category") for column in filled], sort_categories=True)
    plain = [column.astype(object) if variable.kind is Kind.TEXT else column for column in have]
    filled = [_of_part(part, variable.name, plain[0].iloc[:0]) for part in parts]
    joined = pd.concat(filled, ignore_index=True)
    return joined.astype("str") if variable.kind is Kind.TEXT else joined


def _of_part(part: Dataset, name: str, like: pd.Series[Any]) -> pd.Series[Any]:
    if name in part.frame.columns:
        return part.frame[name]
    return pd.Series(np.full(len(part.frame), np.nan), dtype=object).astype(like.dtype)


def _joined_letters(parts: Sequence[Dataset], letters: str) -> pd.Categorical:
    """The letters of special missings; none for the records of a part without."""
    none = pd.CategoricalDtype(list(SPECIAL_MISSINGS))
    columns = [
        part.frame[letters].astype(object)
        if letters in part.frame.columns
        else pd.Series([None] * len(part.frame), dtype=object)
        for part in parts
    ]
    return pd.Categorical(pd.concat(columns, ignore_index=True), dtype=none)


def _check_sequence(dataset: Dataset) -> list[Finding]:
    """An ERROR where --SEQ does not identify the records of a subject."""
    sequence = dataset.name.upper() + "SEQ"
    if not {"USUBJID", sequence} <= set(dataset.frame.columns):
        return []
    keys = dataset.frame[["USUBJID", sequence]].astype({"USUBJID": object})
    again = keys[keys.duplicated()].drop_duplicates()
    if not len(again):
        return []
    shown = "; ".join(f"USUBJID={a} {sequence}={b:g}" for a, b in again.head(_SHOWN).itertuples(index=False))
    more = f" and {len(again) - _SHOWN} more" if len(again) > _SHOWN else ""
    place = Place(dataset=dataset.name, variable=sequence, keys=shown + more)
    return [Finding(Severity.ERROR, "split.sequence", f"{sequence} is not unique within a subject.", place)]
