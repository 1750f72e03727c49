"""Joins the parts of a split domain (LBCH, LBHE, LBUR; QSPH, QSSL) into the one dataset that they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import union_categoricals

from adamline.errors import DataError, Place, nearest
from adamline.findings import Finding, Severity, Tally
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.io.domain_checks import STUDYID, check_domain, domain_variable, refuse_other_domain
from adamline.io.domain_file import DomainFile
from adamline.io.find_domain import find_domain, parts_beside
from adamline.io.ibm import SPECIAL_MISSINGS
from adamline.io.text_type import TextType
from adamline.io.xpt_read import Rows


def read_domain(
    folder: Path | str,
    domain: str,
    *,
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    encoding: str = "ascii",
    fallback: str | None = None,
) -> tuple[Dataset, tuple[Tally, ...]]:
    """A domain from its file in a folder, or from all its parts, and what is worth knowing about how they fit.

    Files may be of any of `DOMAIN_FORMATS`; ``encoding`` and ``fallback`` are those of transport files. The rest is as
    in `find_domain` and `read_parts`.

    >>> import tempfile
    >>> from adamline.io.files import write_dataset
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name, test in (("qsa.xpt", "ADAS"), ("QSB.json", "NPI")):
    ...         frame = pd.DataFrame({"DOMAIN": ["QS"], "QSCAT": [test]})
    ...         variables = tuple(Variable(column, Kind.TEXT) for column in frame)
    ...         _ = write_dataset(Dataset(name[:3].upper(), frame, variables), Path(folder) / name)
    ...     sorted(read_domain(folder, "QS")[0].frame["QSCAT"])
    ['ADAS', 'NPI']
    """
    files = [DomainFile(path, encoding, fallback) for path in find_domain(folder, domain)]
    for file in files:
        refuse_other_domain(file, domain)
    dataset, tallies = read_parts(files, domain, columns=columns, text=text)
    return dataset, (*parts_beside(folder, domain), *tallies)


def read_parts(
    files: Sequence[DomainFile],
    domain: str,
    *,
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    only: Mapping[Path, Rows] | None = None,
    keep: Callable[[pd.DataFrame], npt.NDArray[np.bool_]] | None = None,
) -> tuple[Dataset, tuple[Tally, ...]]:
    """A domain from its file, or from all its parts, and what is worth knowing about them.

    ``columns`` chooses variables and their order; a part may lack some of them, one must have each (else DataError).
    ``only`` chooses records of the files that it names, by ascending number from 0; of a single file ``keep`` says
    which of them are wanted, and the others are let go block by block, when what is to be said of them is known. See
    `join_parts` and `check_domain`; errors of the files are those of `DomainFile.read`.

    >>> read_parts([], "QS")
    Traceback (most recent call last):
    adamline.errors.DataError: There is no part of QS.
    """
    wanted = None if columns is None else list(columns)
    known = dict.fromkeys(name for file in files for name in file.variables)
    for name in wanted or ():
        if name not in known:
            place = Place(file=files[0].path.name, dataset=domain, variable=name)
            raise DataError(f"{domain} has no variable {name}.", place=place, hint=nearest(name, known))
    found: list[Finding] = []
    keys = () if len(files) == 1 else ("USUBJID", f"{domain.upper()}SEQ")
    chosen = None if wanted is None else dict.fromkeys([*wanted, domain_variable(domain), STUDYID, *keys])
    parts: list[Dataset] = []
    said: list[Tally] = []
    for file in files:
        # A part without any of them has its records all the same.
        there = file.variables if chosen is None else [n for n in chosen if n in file.variables] or file.variables[:1]
        rows = (only or {}).get(file.path)
        if keep is None or len(files) > 1:
            part = file.read(there, rows=rows, text=text, report=found.append)
            said += check_domain(part, domain, file.path)
            parts.append(part)
            continue
        kept: list[Dataset] = []
        for block in file.blocks(there, rows=rows, text=text, report=found.append):
            said += check_domain(block, domain, file.path)
            kept.append(_kept(block, keep))
        parts.append(_stacked(kept))
    tallies = [*map(as_tally, found), *said]
    joined, more = join_parts(parts, domain)
    return joined if wanted is None else joined.select(wanted), (*tallies, *more)


def _kept(block: Dataset, keep: Callable[[pd.DataFrame], npt.NDArray[np.bool_]]) -> Dataset:
    """The records of a block that are wanted, without the texts of the others."""
    frame = block.frame[keep(block.frame)].reset_index(drop=True)
    texts = [v.name for v in block.variables if isinstance(frame[v.name].dtype, pd.CategoricalDtype)]
    return block.with_frame(frame.assign(**{name: frame[name].cat.remove_unused_categories() for name in texts}))


def _stacked(blocks: Sequence[Dataset]) -> Dataset:
    """The blocks of one file as one dataset."""
    first = blocks[0]
    columns: dict[str, Any] = {}
    for variable in first.variables:
        columns[variable.name] = _joined(blocks, variable)
        letters = variable.name + MISSING_SUFFIX
        if any(letters in block.frame.columns for block in blocks):
            columns[letters] = _joined_letters(blocks, letters)
    index = pd.RangeIndex(sum(len(block.frame) for block in blocks))
    return first.with_frame(pd.DataFrame(columns, index=index, copy=False))


def as_tally(finding: Finding) -> Tally:
    """The finding of a reader; of the file's path only the name, since a study may stand anywhere."""
    place = replace(finding.place, file=Path(finding.place.file).name)
    return Tally(finding.severity, finding.check, finding.message, place, {"": 1})


def join_parts(parts: Sequence[Dataset], domain: str) -> tuple[Dataset, tuple[Tally, ...]]:
    """One dataset from parts of a domain, records in the order of the parts; and findings.

    The variables are those of the first part, then what the others add; where a part lacks one, it is missing. A
    variable's length is the longest, its other attributes are those of the first part that has any; a WARNING says
    where parts differ in label or format. A variable is of the kind that it has in the parts with values of it: a part
    in which it is all missing may hold it in another (a WARNING too). An ERROR lists where --SEQ is twice within a
    subject. The label is the parts' where they agree, else empty. A part alone is the domain as it is.

    DataError for no part, and for a variable with values of two kinds.

    >>> test = (Variable("LBTESTCD", Kind.TEXT, "Test", 8),)
    >>> chemistry = Dataset("LBCH", pd.DataFrame({"LBTESTCD": ["ALT"]}), test)
    >>> haematology = Dataset("LBHE", pd.DataFrame({"LBTESTCD": ["HGB"]}), test)
    >>> joined, findings = join_parts([chemistry, haematology], "LB")
    >>> joined.frame["LBTESTCD"].tolist(), findings
    (['ALT', 'HGB'], ())
    """
    if not parts:
        raise DataError(f"There is no part of {domain}.")
    if len(parts) == 1:
        return replace(parts[0], name=domain), ()
    parts, tallies = _of_one_kind(parts, domain)
    variables = tuple(_reconciled(versions, domain, tallies) for versions in _versions(parts).values())
    columns: dict[str, Any] = {}
    for variable in variables:
        columns[variable.name] = _joined(parts, variable)
        letters = variable.name + MISSING_SUFFIX
        if any(letters in part.frame.columns for part in parts):
            columns[letters] = _joined_letters(parts, letters)
    labels = {part.label for part in parts}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(sum(len(part.frame) for part in parts)), copy=False)
    joined = Dataset(domain, frame, variables, label=labels.pop() if len(labels) == 1 else "")
    return joined, (*tallies, *_check_sequence(joined))


def _of_one_kind(parts: Sequence[Dataset], domain: str) -> tuple[list[Dataset], list[Tally]]:
    """The parts with each variable in one kind: that of its values, where it has any."""
    tallies: list[Tally] = []
    settled: dict[str, Variable] = {}
    for name, versions in _versions(parts).items():
        if len({variable.kind for _, variable in versions}) == 1:
            continue
        place = Place(dataset=domain, variable=name)
        found = ", ".join(f"{part} '{variable.kind}'" for part, variable in versions)
        having = [part for part in parts if name in part.frame.columns and part.frame[name].notna().any()]
        kinds = {part[name].kind for part in having}
        if len(kinds) > 1:
            raise DataError("Parts of a domain hold a variable in two kinds.", place=place, found=found)
        settled[name] = having[0][name] if having else versions[0][1]
        message = f"Parts differ in the kind of {name}, which is all missing where it is no {settled[name].kind}: "
        tallies.append(Tally(Severity.WARNING, "split.kind", f"{message}{found}.", place, {"": 1}))
    return [_retyped(part, settled) for part in parts], tallies


def _retyped(part: Dataset, settled: Mapping[str, Variable]) -> Dataset:
    """The part with the variables that are all missing in it in their settled kinds."""
    wrong = {
        v.name: settled[v.name] for v in part.variables if v.name in settled and v.kind is not settled[v.name].kind
    }
    blank = {name: empty_column(variable.kind, len(part.frame)) for name, variable in wrong.items()}
    variables = tuple(replace(wrong[v.name], label=v.label) if v.name in wrong else v for v in part.variables)
    return replace(part, frame=part.frame.assign(**blank), variables=variables) if wrong else part


def empty_column(kind: Kind, records: int) -> pd.Series[Any]:
    """A column of a kind without any value.

    >>> empty_column(Kind.TEXT, 2).isna().tolist()
    [True, True]
    """
    return pd.Series([None] * records, dtype=_TYPES[kind])


_TYPES: Final[dict[Kind, str]] = {
    Kind.TEXT: "category",
    Kind.NUMBER: "float64",
    Kind.DATE: "datetime64[s]",
    Kind.DATETIME: "datetime64[us]",
    Kind.TIME: "timedelta64[us]",
}


def _versions(parts: Sequence[Dataset]) -> dict[str, list[tuple[str, Variable]]]:
    """For each variable, in order, the parts that have it and what they say of it."""
    versions: dict[str, list[tuple[str, Variable]]] = {}
    for part in parts:
        for variable in part.variables:
            versions.setdefault(variable.name, []).append((part.name, variable))
    return versions


def _reconciled(versions: list[tuple[str, Variable]], domain: str, tallies: list[Tally]) -> Variable:
    """One variable from what the parts say; adds tallies."""
    first = versions[0][1]
    place = Place(dataset=domain, variable=first.name)
    items: dict[str, str] = {}
    for item in ("label", "format", "informat", "codelist"):
        said = {name: str(getattr(variable, item)) for name, variable in versions}
        items[item] = next((text for text in said.values() if text), "")
        if len(set(said.values())) == 1:
            continue
        found = ", ".join(f"{name} {text!r}" for name, text in said.items())
        message = f"Parts differ in the {item} of {first.name}: {found}."
        tallies.append(Tally(Severity.WARNING, f"split.{item}", message, place, {"": 1}))
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


def _check_sequence(dataset: Dataset) -> list[Tally]:
    """An ERROR where --SEQ does not identify the records of a subject."""
    sequence = dataset.name.upper() + "SEQ"
    if not {"USUBJID", sequence} <= set(dataset.frame.columns):
        return []
    keys = dataset.frame[["USUBJID", sequence]].astype({"USUBJID": object})
    again = keys[keys.duplicated()].drop_duplicates()
    if dataset[sequence].kind is Kind.NUMBER:
        again[sequence] = [f"{number:g}" for number in again[sequence]]
    kinds = {f"USUBJID={a} {sequence}={b}": 1 for a, b in again.itertuples(index=False)}
    message = f"{sequence} is not unique within a subject: {{kinds}}."
    place = Place(dataset=dataset.name, variable=sequence)
    return [Tally(Severity.ERROR, "split.sequence", message, place, kinds)] if kinds else []
