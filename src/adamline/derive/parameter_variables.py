"""PARAM, PARAMCD and what else a study's table of parameters gives to a record, matched on what the record is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, Ints, codes_of, gather, require, rows_by_key, text_from_codes
from adamline.derive._named_records import keys_of
from adamline.errors import NOWHERE, DataError, Place
from adamline.findings import Severity, Tally, where_several, where_unused
from adamline.io.numbers_of_texts import numbers_of_texts

# The column of `parameters` that says of which other parameter a row has the records.
RECORDS_OF = "records_of"


def derive_parameter_variables(
    frame: pd.DataFrame, *, parameters: Sequence[Mapping[str, str | None]], match: Sequence[str], give: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The records that a row of ``parameters`` matches, with the variables it gives; and the records left over.

    A row matches where its text in each variable of ``match`` is the record's; a variable that the row leaves blank is
    not looked at. A row that leaves all blank matches none: it is of a parameter whose records are derived, or with
    `records_of` it is a second parameter of the records of another: these stand twice, once for each, such as glucose
    in mmol/L and in mg/dL. Of ``give``, those whose name ends in N are numbers, the others text. Raises DataError where
    two rows match the same record, and where a number is none.

    >>> import pandas as pd
    >>> rows = [{"LBTESTCD": "UREAN", "PARAMCD": "BUN", "PARAMN": "26"}]
    >>> lb = pd.DataFrame({"LBTESTCD": ["UREAN", "XYZ"], "LBSEQ": [1.0, 2.0]})
    >>> matched, left = derive_parameter_variables(lb, parameters=rows, match=["LBTESTCD"], give=["PARAMCD", "PARAMN"])
    >>> matched
      LBTESTCD  LBSEQ PARAMCD  PARAMN
    0    UREAN    1.0     BUN    26.0
    >>> left.LBTESTCD.tolist()
    ['XYZ']
    """
    if not match:
        raise DataError("The parameters have nothing to match on.", expected="a variable of the source, as LBTESTCD")
    require(frame, *match)
    table = pd.DataFrame({name: pd.Series([row.get(name) for row in parameters], dtype="str") for name in match})
    row_of = np.full(len(frame), NO_RECORD, dtype=np.int64)
    for names, rows in _patterns(table, match):
        found = rows_by_key(frame, table, rows, names)
        _refuse_two(frame, row_of, found, match)
        row_of = np.where(found == NO_RECORD, row_of, found)
    known = row_of != NO_RECORD
    matched, left = (frame, frame.iloc[:0]) if known.all() else (frame[known], frame[~known])
    given = parameter_columns(parameters, give)
    matched, row_of = _with_second_parameters(matched, row_of[known], parameters)
    return matched.assign(**{name: gather(given[name], row_of) for name in give}), left


def check_parameter_variables(
    matched: pd.DataFrame, *, parameters: Sequence[Mapping[str, str | None]], told_apart: Mapping[str, Severity]
) -> Iterator[Tally]:
    """Parameters whose records differ in a variable of ``told_apart`` that their rows do not name, as LBSPEC.

    Urine and serum are one parameter then. Rows that name the variable say that it is meant: one row for SERUM and
    one for PLASMA may have the same PARAMCD. Missing values do not count.
    """
    derived = {row["PARAMCD"] for row in parameters if row.get(RECORDS_OF)}
    codes, names = codes_of(matched["PARAMCD"])
    for variable, severity in told_apart.items():
        unnamed = {row["PARAMCD"] for row in parameters if row.get(variable) is None} - derived
        values, levels = codes_of(matched[variable])
        is_known = (codes >= 0) & (values >= 0)
        pairs = codes[is_known] * len(levels) + values[is_known]
        counts = np.bincount(pairs, minlength=len(names) * len(levels)).reshape(len(names), len(levels))
        for name, of_parameter in zip(map(str, names), counts, strict=True):
            kinds = {str(level): int(count) for level, count in zip(levels, of_parameter, strict=True) if count}
            message = f"{{count}} records of {name} have several {variable}: {{kinds}}"
            hint = "; name it in `parameters`, also where all are meant."
            if name in unnamed and kinds:
                yield Tally(severity, "merged parameter", message + hint, NOWHERE, kinds, where_several)


def check_rows(matched: pd.DataFrame, *, parameters: Sequence[Mapping[str, str | None]], match: Sequence[str]) -> Tally:
    """The rows of ``parameters`` that no record matches, of those that name a variable of ``match``."""
    codes, levels = codes_of(matched["PARAMCD"])
    found = dict(zip(map(str, levels), np.bincount(codes + 1, minlength=len(levels) + 1)[1:], strict=True))
    rows_of = Counter(row["PARAMCD"] for row in parameters)
    kinds: dict[str, int] = {}
    for row in parameters:  # which are few
        code, names = str(row["PARAMCD"]), [name for name in match if row.get(name) is not None and name != "PARAMCD"]
        count = int(found.get(code, 0))
        if count and rows_of[code] > 1 and names:
            count = int(
                np.logical_and.reduce([(matched[name] == row[name]).to_numpy(dtype=bool) for name in names]).sum()
            )
        if names:
            kinds[", ".join([code, *(f"{name}={row[name]}" for name in names)])] = count
    message = "{count} rows of `parameters` match no record: {kinds}"
    return Tally(Severity.WARNING, "unused row", message, NOWHERE, kinds, where_unused)


def check_units(matched: pd.DataFrame, *, variable: str, unit: Mapping[str, str]) -> Iterator[Tally]:
    """Records whose unit in ``variable`` is not that of their parameter, which nothing converts.

    Case does not count, nor a unit that is missing.
    """
    codes, names = codes_of(matched["PARAMCD"])
    values, levels = codes_of(matched[variable])
    is_known = (codes >= 0) & (values >= 0)
    pairs = codes[is_known] * len(levels) + values[is_known]
    counts = np.bincount(pairs, minlength=len(names) * len(levels)).reshape(len(names), len(levels))
    kinds: dict[str, int] = {}
    for name, level in zip(*np.nonzero(counts), strict=True):
        code, has = str(names[name]), str(levels[level])
        if code in unit and has.lower() != unit[code].lower():
            kinds[f"{code} in {has}, not {unit[code]}"] = int(counts[name, level])
    if kinds:
        message = f"{{count}} records have another unit in {variable} than `parameters` gives them: {{kinds}}"
        yield Tally(Severity.WARNING, "unit of the parameter", message, NOWHERE, kinds)


def _with_second_parameters(
    matched: pd.DataFrame, row_of: Ints, parameters: Sequence[Mapping[str, str | None]]
) -> tuple[pd.DataFrame, Ints]:
    """The records, and behind them those of each parameter that has the records of another; with their rows."""
    records, rows = [np.arange(len(matched))], [row_of]
    for number, row in enumerate(parameters):
        if row.get(RECORDS_OF):
            firsts = [n for n, other in enumerate(parameters) if other["PARAMCD"] == row[RECORDS_OF]]
            records.append(np.flatnonzero(np.isin(row_of, firsts)))
            rows.append(np.full(len(records[-1]), number))
    if len(records) == 1:
        return matched, row_of
    return matched.take(np.concatenate(records)).reset_index(drop=True), np.concatenate(rows).astype(np.int64)


def parameter_columns(parameters: Sequence[Mapping[str, str | None]], names: Sequence[str]) -> pd.DataFrame:
    """The rows of ``parameters`` as a table: a name that ends in N is a number, the others are text.

    Raises DataError for text where a number stands.

    >>> parameter_columns([{"PARAMCD": "BUN", "PARAMN": "26"}, {"PARAMCD": "ALT"}], ["PARAMCD", "PARAMN"])
      PARAMCD  PARAMN
    0     BUN    26.0
    1     ALT     NaN
    """
    return pd.DataFrame({name: _column([row.get(name) for row in parameters], name) for name in names})


def _column(texts: list[str | None], name: str) -> pd.Series | pd.Categorical:
    values = pd.Series(texts, dtype="str")
    if name.endswith("N"):
        try:
            return pd.Series(numbers_of_texts(values), index=values.index)
        except ValueError as error:
            raise DataError(f"{name} is a number.", place=Place(variable=name), found=str(error)) from error
    codes, levels = pd.factorize(values)
    return text_from_codes(codes, [str(level) for level in levels])


def _patterns(table: pd.DataFrame, match: Sequence[str]) -> Iterator[tuple[list[str], Ints]]:
    """The rows of the table by the variables they are matched on, which those variables tell apart."""
    patterns, pattern_of = np.unique(table[list(match)].notna().to_numpy(), axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        rows = np.flatnonzero(pattern_of == number).astype(np.int64)
        names = [name for name, is_written in zip(match, pattern, strict=True) if is_written]
        if not names:
            continue
        twice = table.iloc[rows][table.iloc[rows].duplicated(names)]
        if len(twice):
            raise _two_parameters(twice, names)
        yield names, rows


def _refuse_two(frame: pd.DataFrame, row_of: Ints, found: Ints, match: Sequence[str]) -> None:
    both = (row_of != NO_RECORD) & (found != NO_RECORD)
    if both.any():
        raise _two_parameters(frame[both].drop_duplicates(list(match)), match)


def _two_parameters(records: pd.DataFrame, names: Sequence[str]) -> DataError:
    keys = keys_of(records, np.arange(len(records)), names)
    hint = f"add a variable to match, or say `{RECORDS_OF}` where both are meant"
    return DataError("Two parameters match the same records.", place=Place(keys=keys), hint=hint)
