"""Reads SAS datasets (.sas7bdat) with their kinds of missing, and the value labels of format catalogues (.sas7bcat)."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyreadstat

from adamline.errors import DataError, FileFormatError, Place, nearest
from adamline.findings import Finding, Report, Severity, ignore
from adamline.io.arrow_columns import text_column
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.io.file_signature import describe_content
from adamline.io.ibm import SPECIAL_MISSINGS
from adamline.io.oddities import Oddities
from adamline.io.sas7bdat_checks import check_counts, check_lengths, check_names
from adamline.io.sas7bdat_header import count_variables, read_sas_file
from adamline.io.sas_dates import DEFAULT_FORMATS, kind_of_format
from adamline.io.text_type import TextType
from adamline.io.xpt_layout import Format

# By format, the label of each raw value: a number or a text; a special missing is its letter (`.A`).
ValueLabels = Mapping[str, Mapping[float | str, str]]


def read_sas7bdat(
    path: Path | str,
    *,
    catalogue: Path | str | None = None,
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    encoding: str | None = None,
    report: Report = ignore,
) -> Dataset:
    """A SAS dataset as its file holds it, raw values whatever the formats.

    Names, labels, lengths, formats and informats are kept; the format decides what is a date, datetime or time, as
    in `read_xpt`, and special missings in X are in ``X.missing``. Text loses trailing blanks; blank text is missing.
    With a ``catalogue`` a variable whose format it defines carries the format's name as its ``codelist``; the
    labels themselves are read by `read_catalogue`. ``encoding`` overrules what the file says of itself.
    ``columns`` chooses variables and their order. ``report`` gets a finding for a variable that stays a number since a
    value is no date, as in `read_xpt`, and for a dataset without variables.

    Raises FileFormatError for a file that is no SAS dataset, is damaged, has text in another encoding or variables
    without names of their own, DataError for an unknown column, OSError for no file. The bytes are read by pyreadstat.

    >>> read_sas7bdat("absent.sas7bdat")
    Traceback (most recent call last):
        ...
    FileNotFoundError: [Errno 2] No such file or directory: 'absent.sas7bdat'
    """
    plan = _Plan.of(path, catalogue, columns, encoding)
    odd = Oddities(plan.place)
    dataset = plan.read(text, 0, 0, odd)
    plan.report(odd, report)
    return dataset


def iter_sas7bdat(
    path: Path | str,
    chunk_rows: int,
    *,
    catalogue: Path | str | None = None,
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    encoding: str | None = None,
    report: Report = ignore,
) -> Iterator[Dataset]:
    """The dataset in parts of ``chunk_rows`` records, in the memory of one part; the rest as in `read_sas7bdat`.

    What kind a variable is, all records decide, for every part. A part has ``X.missing`` and categories of its own
    records only. A dataset without records gives no part.
    """
    if chunk_rows < 1:
        raise DataError("A part needs at least one record.", expected="chunk_rows of 1 or more", found=str(chunk_rows))
    plan = _Plan.of(path, catalogue, columns, encoding)
    odd = Oddities(plan.place)
    plan = plan.settled(max(chunk_rows, _SCAN_ROWS), odd)
    for start in range(0, plan.records, chunk_rows):
        yield plan.read(text, start, chunk_rows, odd)
    plan.report(odd, report)


def read_catalogue(path: Path | str, *, encoding: str | None = None) -> ValueLabels:
    """The value labels of a format catalogue: by format name (text formats begin with ``$``) and raw value.

    FileFormatError for a file that is no catalogue; OSError for no file.
    """
    _, about = _call(pyreadstat.read_sas7bcat, Path(path), "a format catalogue (.sas7bcat)", encoding=encoding)
    return {
        name.upper(): {
            f".{value}" if not name.startswith("$") and isinstance(value, str) else value: label
            for value, label in labels.items()
        }
        for name, labels in about.value_labels.items()
    }


# How many records of dates are looked through at once.
_SCAN_ROWS: Final = 100_000
# What pyreadstat raises over damaged files: its own errors, and Python's where it takes for granted what a file should
# say, such as the name of a variable.
_DAMAGED: Final = (
    pyreadstat.ReadstatError,
    pyreadstat.PyreadstatError,
    TypeError,
    ValueError,
    ArithmeticError,
    MemoryError,
)


def _call(function: Any, path: Path, what: str, **options: Any) -> Any:
    """Call a reader of pyreadstat; its errors become ours."""
    with path.open("rb") as handle:
        head = handle.read(64)
    try:
        with warnings.catch_warnings():
            # It would rename the second of two variables of one name, and print that.
            warnings.filterwarnings("error", message="column .* is duplicated")
            return function(str(path), **options)
    except (*_DAMAGED, UserWarning) as error:
        raise FileFormatError(
            f"The file cannot be read as {what}.",
            place=Place(file=str(path)),
            found=f"{describe_content(head)}: {error}",
            hint="--encoding on the command line, encoding= in Python, name another encoding"
            if "convert string" in str(error)
            else "",
        ) from error


@dataclass(frozen=True)
class _Plan:
    """What to read of which file."""

    path: Path
    name: str
    label: str
    records: int
    variables: tuple[Variable, ...]
    encoding: str | None

    @classmethod
    def of(
        cls, path: Path | str, catalogue: Path | str | None, columns: Iterable[str] | None, encoding: str | None
    ) -> _Plan:
        """Read the attributes and choose."""
        file = Path(path)
        counts = count_variables(file)
        if counts.columns == 0 and not counts.rows:
            with file.open("rb") as handle:
                about = read_sas_file(handle.read(288))
            return cls(file, about.name if about else file.stem.upper(), "", 0, (), encoding)
        about = _about(file, encoding)
        check_counts(counts, about, file)
        check_names(about.column_names, file)
        labels = {} if catalogue is None else read_catalogue(catalogue, encoding=encoding)
        known = {name: _variable(name, about, labels) for name in about.column_names}
        check_lengths(known.values(), file)
        name = about.table_name or Path(path).stem.upper()
        chosen = list(known) if columns is None else list(columns)
        for column in chosen:
            if column not in known:
                place = Place(file=str(path), dataset=name)
                raise DataError(f"There is no variable {column}.", place=place, hint=nearest(column, known))
        variables = tuple(known[column] for column in chosen)
        return cls(Path(path), name, about.file_label or "", int(about.number_rows), variables, encoding)

    @property
    def place(self) -> Place:
        """The dataset in its file."""
        return Place(file=str(self.path), dataset=self.name)

    def report(self, odd: Oddities, report: Report) -> None:
        """All findings."""
        if not self.variables and not self.records:
            report(Finding(Severity.WARNING, "sas7bdat.no_variables", "The dataset has no variables.", self.place))
        odd.report(self.variables, report)

    def settled(self, chunk_rows: int, odd: Oddities) -> _Plan:
        """The plan in which the variables are what all records of the dataset allow them to be."""
        dated = replace(self, variables=tuple(v for v in self.variables if v.kind in DEFAULT_FORMATS))
        if not dated.variables:
            return self
        for start in range(0, self.records, chunk_rows):
            dated.read(TextType.STR, start, chunk_rows, odd)
        return replace(self, variables=tuple(map(odd.settled, self.variables)))

    def read(self, text: TextType, start: int, count: int, odd: Oddities) -> Dataset:
        """``count`` records from ``start`` (from 0); all that follow where ``count`` is 0."""
        names = [variable.name for variable in self.variables]
        if not names:
            return Dataset(self.name, pd.DataFrame(index=pd.RangeIndex(0)), (), self.label)
        values, about = _call(
            pyreadstat.read_sas7bdat,
            self.path,
            _DATASET,
            output_format="dict",
            disable_datetime_conversion=True,
            user_missing=True,
            encoding=self.encoding,
            usecols=names,
            row_offset=start,
            row_limit=count,
        )
        columns: dict[str, Any] = {}
        variables = []
        records = range(start, start + len(values[names[0]]))
        for variable in self.variables:
            raw, kept = values[variable.name], variable
            if variable.kind is Kind.TEXT:
                columns[variable.name] = text_column(_trimmed(raw), text)
            else:
                numbers, letters = _numbers(raw, about.missing_user_values.get(variable.name))
                kept, columns[variable.name] = odd.dated(variable, numbers, records)
                if letters is not None:
                    columns[variable.name + MISSING_SUFFIX] = letters
            variables.append(kept)
        frame = pd.DataFrame(columns, index=pd.RangeIndex(len(records)), copy=False)
        return Dataset(self.name, frame, tuple(variables), self.label)


_DATASET: Final = "a SAS dataset (.sas7bdat)"


def _about(path: Path, encoding: str | None) -> Any:
    return _call(pyreadstat.read_sas7bdat, path, _DATASET, metadataonly=True, encoding=encoding)[1]


def _variable(name: str, about: Any, labels: ValueLabels) -> Variable:
    shown, read = _format(about.original_variable_types[name]), _format(about.original_variable_informats[name])
    form = Format.parse(shown)
    stem = form.name if form else shown.rstrip(".")
    is_text = about.readstat_variable_types[name] == "string"
    return Variable(
        name,
        Kind.TEXT if is_text else kind_of_format(stem),
        label=about.column_names_to_labels[name] or "",
        length=about.variable_storage_width[name],
        format=shown,
        informat=read,
        codelist=stem if stem in labels else "",
    )


def _format(text: str | None) -> str:
    """A format as SAS writes it; pyreadstat leaves out the dot where no decimals follow."""
    if not text or text == "NULL":
        return ""
    return text.upper() if "." in text else f"{text.upper()}."


def _trimmed(values: Any) -> Any:
    strings = pa.array(values, pa.large_string(), from_pandas=True)
    return pc.ascii_rtrim(strings, characters=" ")


def _numbers(values: Any, letters: list[str] | None) -> tuple[Any, Any]:
    """Doubles, and the letters of special missings; pyreadstat puts these among the numbers."""
    if not letters:
        return np.array(values, dtype=np.float64), None
    mixed = pd.Series(values, dtype=object)
    is_letter = mixed.isin(list(SPECIAL_MISSINGS))
    kinds = pd.Categorical(mixed.where(is_letter, None), categories=list(SPECIAL_MISSINGS))
    return mixed.mask(is_letter, None).to_numpy().astype(np.float64), kinds
