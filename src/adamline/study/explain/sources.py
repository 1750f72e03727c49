"""Sources: the SDTM records behind ADaM records, by what these keep of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.results.selection import SUBJECT, Selection, Selector
from adamline.study.explain.files import Files, Ints, Table
from adamline.study.explain.matters import matters_of_source

_SEQ = re.compile(r"([A-Z]{2})SEQ")
_SRC = ("SRCDOM", "SRCSEQ")
if TYPE_CHECKING:
    from adamline.study.explain.derived import Step

Mask = npt.NDArray[np.bool_]
# How far records are followed through datasets, and steps of one.
_DEEPEST = 4


@dataclass(frozen=True)
class Source:
    """Records of one domain, or ADaM dataset, behind ADaM records: how they were found, which, of how many records.

    ``of`` counts the ADaM records that they are behind, ``missing`` those whose source is not in the file; ``why``
    says why there are no records where none could be looked for, ``steps`` which can have derived them.
    """

    dataset: str
    by: str
    records: pd.DataFrame
    of: int
    missing: int = 0
    why: str = ""
    steps: tuple[Step, ...] = ()
    depth: int = 0


def sources_of(files: Files, table: Table, rows: Ints, depth: int = 0) -> Iterator[Source]:
    """The sources of these records of an ADaM dataset, domain by domain; a dataset between, and then its own.

    What says where a record is from are SRCDOM with SRCSEQ, --SEQ of a domain, and USUBJID for a dataset with one
    record a subject (DM). Records without any of them are counted in a source without a name.
    """
    names = _links(files, table)
    sequences = [name for name in names if _SEQ.fullmatch(name)]
    frame = table.read([SUBJECT, *names], rows)
    open_ = np.ones(len(frame), dtype=bool)
    if set(_SRC) <= set(names):
        for name in frame["SRCDOM"].dropna().astype(str).unique():
            here = (frame["SRCDOM"].astype(object) == name).to_numpy()
            open_ &= ~here
            yield from _by_number(files, name, frame[here], "SRCSEQ", depth, variables=_named(frame[here], "SRCVAR"))
    for sequence in sequences:
        here = open_ & frame[sequence].notna().to_numpy()
        if here.any():
            yield from _by_number(files, sequence[:2], frame[here], sequence, depth)
    found = np.logical_or.reduce([frame[name].notna().to_numpy() for name in sequences]) if sequences else False
    open_ &= ~np.broadcast_to(np.asarray(found, dtype=bool), open_.shape)
    if not open_.any():
        return
    if not sequences and "PARAMCD" not in table.variables:
        yield from _by_subject(files, "DM", frame[open_])
    else:
        yield from _derived(files, table, rows[open_], depth)


def _derived(files: Files, table: Table, rows: Ints, depth: int) -> Iterator[Source]:
    """What is behind records that a step has derived, parameter by parameter: the step, and the records it reads."""
    # Binds entries of a spec to their functions, whose libraries most cells do without.
    from adamline.study.explain.derived import steps_of, steps_that_make

    names = [name for name in (SUBJECT, "PARAMCD", "AVISIT", "ADT", "DTYPE") if name in table.variables]
    frame = table.read(names, rows)
    steps = (
        steps_of(files.study, table.name) if files.study is not None and table.name in files.manifest.entries else ()
    )
    if not steps or "PARAMCD" not in names:
        yield Source("", "", pd.DataFrame(), len(rows), why="derived", depth=depth)
        return
    at = next((name for name in ("AVISIT", "ADT") if name in names and frame[name].notna().all()), None)
    for code in frame["PARAMCD"].astype(str).unique():
        here = frame[(frame["PARAMCD"].astype(object) == code).to_numpy()]
        makers = steps_that_make(steps, code)
        yield Source("", code, pd.DataFrame(), len(here), why="derived", steps=makers, depth=depth)
        reads = tuple(dict.fromkeys(read for step in makers for read in step.reads))
        if not reads or depth >= _DEEPEST:
            continue
        keys = [SUBJECT, *([at] if at else [])]
        known = files.columns(table.name, (*keys, "PARAMCD"))
        of_code = known["PARAMCD"].astype(object).isin(reads).to_numpy()
        same = _pairs(known, keys).isin(_pairs(here, keys))
        selector = Selector(files.columns)
        wheres = [selector.rows(Selection(table.name, step.where)) for step in makers if step.where]
        chosen = of_code & same & (np.logical_or.reduce(wheres) if wheres else True)
        read = np.flatnonzero(chosen).astype(np.int64)
        yield _source(table, read, f"{', '.join(keys)} and PARAMCD {', '.join(reads)}", len(here), 0, None, depth)
        yield from sources_of(files, table, read, depth + 1)


def _pairs(frame: pd.DataFrame, names: list[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([frame[name].astype(object) for name in names])


def _links(files: Files, table: Table) -> list[str]:
    """The variables of a dataset that lead to its sources."""
    src = [name for name in (*_SRC, "SRCVAR") if name in table.variables]
    numbers = [name for name in table.variables if (found := _SEQ.fullmatch(name)) and _is_known(files, found[1])]
    return [*src, *numbers]


def _is_known(files: Files, domain: str) -> bool:
    return domain in files.manifest.inputs or files.find(domain) is not None


def _named(frame: pd.DataFrame, name: str) -> list[str]:
    return sorted(frame[name].dropna().astype(str).unique()) if name in frame.columns else []


def _by_number(
    files: Files, name: str, frame: pd.DataFrame, sequence: str, depth: int, variables: list[str] | None = None
) -> Iterator[Source]:
    """The records of a dataset that have the subject and the number of these."""
    found = files.find(name)
    number = f"{name[-2:]}SEQ"
    of = len(frame)
    if found is None:
        yield Source(name, sequence, pd.DataFrame(), of, why="not there", depth=depth)
        return
    numbered = frame[sequence].notna().to_numpy()
    if number not in found.variables or not numbered.any():
        yield from _by_subject(files, name, frame, variables, depth)
        return
    known = files.columns(name, (SUBJECT, number))
    pairs = pd.MultiIndex.from_arrays([known[SUBJECT].astype(object), known[number]])
    wanted = pd.MultiIndex.from_arrays([frame[SUBJECT].astype(object), frame[sequence]])
    rows = np.flatnonzero(pairs.isin(wanted)).astype(np.int64)
    missing = int((~wanted.isin(pairs)).sum())
    yield _source(found, rows, f"{SUBJECT}, {number}", of, missing, variables, depth)
    if depth < _DEEPEST and name in files.manifest.entries:
        yield from sources_of(files, found, rows, depth + 1)


def _by_subject(
    files: Files, name: str, frame: pd.DataFrame, variables: list[str] | None = None, depth: int = 0
) -> Iterator[Source]:
    """The records of a dataset of the same subjects."""
    found = files.find(name)
    if found is None:
        yield Source(name, SUBJECT, pd.DataFrame(), len(frame), why="not there", depth=depth)
        return
    known = files.columns(name, (SUBJECT,))[SUBJECT].astype(object)
    rows = np.flatnonzero(known.isin(frame[SUBJECT].astype(object)).to_numpy()).astype(np.int64)
    missing = int((~frame[SUBJECT].astype(object).isin(known)).sum())
    yield _source(found, rows, SUBJECT, len(frame), missing, variables, depth)
    if depth < _DEEPEST and name in files.manifest.entries:
        yield from sources_of(files, found, rows, depth + 1)


def _source(
    table: Table, rows: Ints, by: str, of: int, missing: int, variables: list[str] | None, depth: int
) -> Source:
    named = [name for name in variables or [] if name in table.variables]
    names = dict.fromkeys([*matters_of_source(table), *named])
    return Source(table.name, by, table.read(names, rows).assign(_row=rows + 1), of, missing, depth=depth)
