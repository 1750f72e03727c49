"""Reads datasets from SAS transport files, version 5 or 8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from adamline.errors import DataError, Place, nearest
from adamline.findings import Report, ignore
from adamline.io.dataset import Dataset, Kind
from adamline.io.text_decoder import TextDecoder
from adamline.io.text_type import TextType
from adamline.io.xpt_members import Member, find_members
from adamline.io.xpt_records import Field, Plan, Rows

__all__ = ["Member", "Rows", "TextType", "iter_xpt", "read_xpt", "read_xpt_members"]


class SeveralDatasetsError(DataError):
    """A file of which one dataset must be named; ``names`` are those that it has."""

    names: tuple[str, ...] = ()


def read_xpt_members(path: Path | str, *, encoding: str = "ascii", fallback: str | None = None) -> tuple[Member, ...]:
    """Every dataset in a transport file: names, labels, times, variables, number of records; no record is decoded.

    ``Member.layout`` tells the version, 5 or 8. Version 8 keeps the number of records (some writers leave it out);
    in version 5 it follows from the size of the file: where a record is shorter than 80 bytes, all-blank records at
    the very end cannot be told from padding and are not counted (SAS itself loses them).

    Raises FileFormatError, with the byte, for a file that is no transport file (and says what it looks like), is from
    PROC CPORT, is truncated, or whose headers contradict each other or the length of the file; OSError for no file.
    """
    return find_members(path, TextDecoder(encoding, fallback))


def read_xpt(
    path: Path | str,
    *,
    member: str | Member | None = None,
    columns: Iterable[str] | None = None,
    rows: Rows | None = None,
    text: TextType = TextType.STR,
    encoding: str = "ascii",
    fallback: str | None = None,
    dates: bool = True,
    is_settled: bool = False,
    report: Report = ignore,
) -> Dataset:
    """One dataset of a transport file.

    ``member`` names it, and may be left out where there is only one; one of `read_xpt_members` saves looking through
    the file for others. ``columns`` chooses variables and their order, ``rows`` records, by ascending number from 0: of
    the others nothing is decoded.

    - Text loses trailing blanks and zero bytes, keeps leading blanks; blank text is missing. It must be in
      ``encoding``; a text that is not is read in ``fallback``, else FileFormatError names the byte, the variable and
      the record.
    - Numbers are float64, NaN where missing. If there are special missings in X, a categorical ``X.missing`` keeps
      their letters.
    - Numbers with a date, datetime or time format become ``datetime64[s]``, ``datetime64[us]``, ``timedelta64[us]``,
      if all values of the variable in the file can be held so. If one cannot (a fraction of a day in a date, a year
      outside 1582 to 9999), all stay SAS numbers, as Kind.NUMBER with their format, and a finding names the first
      record; ``dates=False`` keeps all variables so. Where it is known that all can (``is_settled``), as in a file that
      `write_xpt` made of dates, records that are not chosen are not looked at.

    ``report`` gets what is odd: values as above, zero bytes in text, positions that contradict the order of the
    variables, no variables at all.

    Also raises what `read_xpt_members` raises, and DataError for an unknown member or column.

    >>> import pandas as pd, tempfile
    >>> from adamline.io import Dataset, Kind, Variable, write_xpt
    >>> date = Variable("TRTSDT", Kind.DATE, "Date of First Exposure", format="DATE9.")
    >>> adsl = Dataset("ADSL", pd.DataFrame({"TRTSDT": pd.to_datetime(["2014-01-02"])}), (date,))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_xpt(adsl, Path(folder) / "adsl.xpt")
    ...     read_xpt(Path(folder) / "adsl.xpt").frame["TRTSDT"].astype(str).tolist()
    ()
    ['2014-01-02']
    """
    plan = _plan(path, member, columns, TextDecoder(encoding, fallback), text, dates)
    with Path(path).open("rb") as handle:
        odd = plan.oddities()
        if rows is None:
            dataset = plan.read(handle, range(plan.member.records), odd)
        else:
            plan = plan if is_settled else plan.settled(handle, odd)
            dataset = plan.read(handle, _checked(rows, plan.member), odd)
    plan.report(odd, report)
    return dataset


def iter_xpt(
    path: Path | str,
    chunk_rows: int,
    *,
    member: str | Member | None = None,
    columns: Iterable[str] | None = None,
    rows: Rows | None = None,
    text: TextType = TextType.STR,
    encoding: str = "ascii",
    fallback: str | None = None,
    dates: bool = True,
    is_settled: bool = False,
    report: Report = ignore,
) -> Iterator[Dataset]:
    """The dataset in parts of ``chunk_rows`` records, one after the other, in the memory of one part.

    The rest is as in `read_xpt`, findings come at the end; what kind a variable is, all records decide, for every part.
    A part has ``X.missing`` and categories of its own records only. A dataset without
    records gives no part.
    """
    if chunk_rows < 1:
        raise DataError("A part needs at least one record.", expected="chunk_rows of 1 or more", found=str(chunk_rows))
    plan = _plan(path, member, columns, TextDecoder(encoding, fallback), text, dates)
    odd = plan.oddities()
    with Path(path).open("rb") as handle:
        plan = plan if is_settled else plan.settled(handle, odd)
        chosen = range(plan.member.records) if rows is None else _checked(rows, plan.member)
        for start in range(0, len(chosen), chunk_rows):
            yield plan.read(handle, chosen[start : start + chunk_rows], odd)
    plan.report(odd, report)


def _checked(rows: Rows, member: Member) -> Rows:
    """The numbers of records, or DataError where they are not ascending or not in the file."""
    inside = not len(rows) or (rows[0] >= 0 and rows[-1] < member.records)
    if not inside or not (np.diff(rows) > 0).all():
        expected = f"ascending numbers from 0 to {member.records - 1}"
        raise DataError(
            "`rows` does not name records of the file.", place=Place(dataset=member.name), expected=expected
        )
    return rows


def _plan(
    path: Path | str,
    member: str | Member | None,
    columns: Iterable[str] | None,
    decoder: TextDecoder,
    text: TextType,
    dates: bool,
) -> Plan:
    """Look at the headers and choose."""
    chosen = member if isinstance(member, Member) else _choose(find_members(path, decoder), member, str(path))
    known = {
        variable.name: Field(
            variable if dates or variable.kind is Kind.TEXT else replace(variable, kind=Kind.NUMBER), position, length
        )
        for variable, position, length in zip(chosen.variables, chosen.positions, chosen.lengths, strict=True)
    }
    names = tuple(known) if columns is None else tuple(columns)
    for name in names:
        if name not in known:
            raise DataError(
                f"There is no variable {name}.",
                place=Place(file=str(path), dataset=chosen.name),
                hint=nearest(name, known),
            )
    return Plan(str(path), chosen, tuple(known[name] for name in names), decoder, TextType(text))


def _choose(members: tuple[Member, ...], name: str | None, path: str) -> Member:
    """The member of this name, in any case where none is spelt so; the only one where no name is given."""
    found = [member for member in members if name is None or member.name.upper() == name.upper()]
    found = [member for member in found if member.name == name] or found
    if len(found) == 1:
        return found[0]
    names = [member.name for member in members]
    place = Place(file=path)
    if name is None and names:
        hint = f"--member {names[0]} on the command line, member={names[0]!r} in Python"
        what = f"The file has {len(names)} datasets."
        error = SeveralDatasetsError(what, place=place, found=", ".join(names), hint=hint)
        error.names = tuple(names)
        raise error
    if name is None or found:
        what = "The file has no dataset." if name is None else f"The file has dataset {name} more than once."
        raise DataError(what, place=place, found=", ".join(names))
    raise DataError(f"There is no dataset {name} in the file.", place=place, hint=nearest(name, names))
