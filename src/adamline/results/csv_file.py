"""Files of results: CSV that reads back exactly what was written."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError, FileFormatError, Place
from adamline.io.atomic import replace_file
from adamline.io.csv_text import read_lines
from adamline.io.number_text import number_of
from adamline.results.ard import LISTING_COLUMNS, NUMBER, RESULT, group_count, result_columns

# How pandas writes what has no digits.
_WRITTEN = {"": np.nan, "inf": np.inf, "-inf": -np.inf}
# All control characters but the line feed: they can neither be printed nor be relied upon in a CSV file.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_TO_QUOTE = re.compile('[,"\n]')


def results_csv(frame: pd.DataFrame) -> bytes:
    """The bytes of a results file: UTF-8, a header, one line a row, numbers that read back exactly.

    The same frame gives the same bytes. DataError when ids are absent or not unique, or text is missing where the
    model wants blank text, or holds a control character other than a line feed.
    """
    if RESULT not in frame.columns:
        raise DataError("Results have no column with their ids.", expected=RESULT)
    twice = frame[RESULT][frame[RESULT].duplicated()]
    if len(twice):
        raise DataError("Results have an id twice.", found=", ".join(sorted(set(twice))[:5]))
    texts = frame.drop(columns=NUMBER, errors="ignore")
    _require_texts(texts)
    text = ",".join(_fields([str(name) for name in frame.columns])) + "\n" + csv_lines(frame)
    if _CONTROL.search(text):
        _refuse_control(texts)
    return text.encode("utf-8")


def csv_lines(frame: pd.DataFrame) -> str:
    r"""The lines of a results file without that of the names: a missing number is blank.

    >>> csv_lines(pd.DataFrame({"result": ["a", "b, c"], "stat": [0.1, None]}))
    'a,0.1\n"b, c",\n'
    """
    columns = (_fields(_number_texts(frame[name]) if name == NUMBER else frame[name].tolist()) for name in frame)
    return "\n".join([*map(",".join, zip(*columns, strict=True)), ""])


def _number_texts(numbers: pd.Series) -> list[str]:
    """The shortest decimals that read back as the same doubles."""
    texts: list[str] = np.where(numbers.isna(), "", numbers.to_numpy().astype(str)).tolist()
    return texts


def _fields(texts: list[str]) -> list[str]:
    """Texts as fields of CSV: in quotes where they need them, each of the few distinct ones looked at once."""
    quoted = {text: '"' + text.replace('"', '""') + '"' for text in dict.fromkeys(texts) if _TO_QUOTE.search(text)}
    return [quoted.get(text, text) for text in texts] if quoted else texts


def names_of(path: Path) -> list[str]:
    """The names of the columns of a file of results, without reading more."""
    with path.open(encoding="utf-8", newline="") as handle:
        return next(csv.reader(handle), [])


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
    lines = [(line, fields) for line, fields in read_lines(path) if fields]
    if not lines:
        raise FileFormatError("The file of results has no line of names.", place=Place(file=path.name))
    header, rows = lines[0][1], lines[1:]
    for line, fields in rows:
        if len(fields) != len(header):
            what, expected = "A line of the file of results has another number of fields.", f"{len(header)} fields"
            raise FileFormatError(what, place=Place(path.name, line), expected=expected, found=f"{len(fields)} fields")
    frame = pd.DataFrame([fields for _, fields in rows], columns=header, dtype="str")
    names = tuple(frame.columns)
    known = result_columns(group_count(frame.columns))
    if names != known and names[: len(LISTING_COLUMNS)] != LISTING_COLUMNS:
        raise FileFormatError(
            "The file does not have the columns of results.",
            place=Place(file=path.name),
            expected=", ".join(known),
            found=", ".join(names[:20]),
        )
    if names == known:
        frame[NUMBER] = _numbers(frame[NUMBER], path)
    return frame


def _numbers(texts: pd.Series, path: Path) -> npt.NDArray[np.float64]:
    """Doubles from their shortest texts, exactly; blank is missing."""
    try:
        return np.array([_WRITTEN[text] if text in _WRITTEN else number_of(text) for text in texts], dtype=np.float64)
    except ValueError as error:
        place = Place(file=path.name, variable=NUMBER)
        raise FileFormatError(
            "The file of results holds a number that is none.", place=place, found=str(error)
        ) from error


def _require_texts(texts: pd.DataFrame) -> None:
    """DataError for text that is missing."""
    missing = texts.columns[texts.isna().any()]
    if len(missing):
        raise DataError("Results have missing text.", expected="blank text", found=", ".join(missing))


def _refuse_control(texts: pd.DataFrame) -> None:
    """DataError for the first text that cannot be printed."""
    for name in texts.columns:
        control = [text for text in texts[name].unique() if _CONTROL.search(text)]
        if control:
            row = texts.iloc[int((texts[name] == control[0]).to_numpy().argmax())]
            raise DataError(
                f"Text of the results in {name} holds a control character, which cannot be printed.",
                place=Place(file=row["output"], variable=str(name), keys=row[RESULT]),
                expected="text, and line feeds where a line should end",
                found=repr(control[0])[:80],
                hint="give the value another text where it is derived, by lookup or case_when",
            )
