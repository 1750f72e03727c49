"""The results model (ARD): one long table of statistics a study, and wide tables of listed records, as CSV files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError, FileFormatError, Place
from adamline.io.atomic import replace_file


class Analysis(StrEnum):
    """What a result is part of: the N of a column, a label that the data know, or a summary of a variable."""

    HEADER_N = "header_n"
    ATTRIBUTES = "attributes"
    SUMMARY = "summary"


RESULT = "result"
# The id of the result, then the columns of the R package cards where it has them; `dataset` and `where` select the
# ADaM records behind the number.
RESULT_COLUMNS = (
    RESULT,
    "output",
    "analysis",
    "group1",
    "group1_level",
    "group2",
    "group2_level",
    "group3",
    "group3_level",
    "variable",
    "variable_level",
    "stat_name",
    "stat_label",
    "stat",
    "stat_text",
    "warning",
    "dataset",
    "where",
)
# Columns that a listing's results have before the variables it lists.
LISTING_COLUMNS = (RESULT, "output", "dataset", "where")

_NUMBER = "stat"


def with_ids(frame: pd.DataFrame, output: str) -> pd.DataFrame:
    """The results of one output, in the order of its rows, each with its id.

    Text that is absent or missing becomes blank.
    Ids are the output and the number of the row, so they are unique in a study and the same in every run.
    DataError for a column that the results model does not have.

    >>> with_ids(pd.DataFrame({"stat_name": ["N", "mean"], "stat": [2.0, 4.5]}), "T-1")["result"].tolist()
    ['T-1.0001', 'T-1.0002']
    """
    unknown = sorted(set(frame.columns) - set(RESULT_COLUMNS))
    if unknown:
        raise DataError(
            "Results have columns that the results model does not have.",
            place=Place(file=output),
            expected=", ".join(RESULT_COLUMNS),
            found=", ".join(unknown),
        )
    results = frame.reset_index(drop=True).reindex(columns=list(RESULT_COLUMNS))
    texts = results.columns.drop(_NUMBER)
    results[texts] = results[texts].astype(object).fillna("")
    return results.assign(result=result_ids(output, len(frame)), output=output)


def result_ids(output: str, count: int) -> list[str]:
    """The ids of ``count`` results of an output, numbered from 1 with at least four digits.

    >>> result_ids("L-1", 2)
    ['L-1.0001', 'L-1.0002']
    """
    return [f"{output}.{number:04d}" for number in range(1, count + 1)]


def results_csv(frame: pd.DataFrame) -> bytes:
    """The bytes of a results file: UTF-8, a header, one line a row, numbers that read back exactly.

    The same frame gives the same bytes. DataError when ids are absent or not unique, or text is missing where the
    model wants blank text.
    """
    if RESULT not in frame.columns:
        raise DataError("Results have no column with their ids.", expected=RESULT)
    twice = frame[RESULT][frame[RESULT].duplicated()]
    if len(twice):
        raise DataError("Results have an id twice.", found=", ".join(sorted(set(twice))[:5]))
    texts = frame.drop(columns=_NUMBER, errors="ignore")
    missing = texts.columns[texts.isna().any()]
    if len(missing):
        raise DataError("Results have missing text.", expected="blank text", found=", ".join(missing))
    # pandas writes floats by repr, the shortest decimal that reads back as the same double.
    text = frame.to_csv(index=False, lineterminator="\n")
    assert isinstance(text, str)  # noqa: S101 - given no path, to_csv returns the text
    return text.encode("utf-8")


def write_results(frame: pd.DataFrame, path: Path) -> None:
    """Write results, of an analysis or of a listing, to ``path``; see `results_csv`.

    The file is replaced as a whole: a run that dies leaves the previous one.
    """
    content = results_csv(frame)
    with replace_file(path) as handle:
        handle.write(content)


def read_results(path: Path) -> pd.DataFrame:
    """Read back what `write_results` wrote, exactly: text as text, ``stat`` as the same doubles.

    FileFormatError when the file is not one of results.
    """
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False, encoding="utf-8")
    except (ValueError, pd.errors.ParserError) as error:
        raise FileFormatError(
            "The file of results cannot be read.", place=Place(file=path.name), found=str(error)
        ) from error
    names = tuple(frame.columns)
    if names != RESULT_COLUMNS and names[: len(LISTING_COLUMNS)] != LISTING_COLUMNS:
        raise FileFormatError(
            "The file does not have the columns of results.",
            place=Place(file=path.name),
            expected=", ".join(RESULT_COLUMNS),
            found=", ".join(names[:20]),
        )
    if names == RESULT_COLUMNS:
        frame[_NUMBER] = _numbers(frame[_NUMBER], path)
    return frame


def _numbers(texts: pd.Series, path: Path) -> npt.NDArray[np.float64]:
    """Doubles from their shortest texts, exactly; blank is missing."""
    try:
        return np.array([float(text) if text else np.nan for text in texts], dtype=np.float64)
    except ValueError as error:
        place = Place(file=path.name, variable=_NUMBER)
        raise FileFormatError(
            "The file of results holds a number that is none.", place=place, found=str(error)
        ) from error
