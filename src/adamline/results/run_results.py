"""Results of the outputs of a run, and how those of two runs differ."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from adamline.errors import DataError, Place, nearest
from adamline.results.ard import LISTING_COLUMNS, NUMBER, RESULT, result_columns
from adamline.results.csv_file import read_results

FOLDER = "results"


def is_listing(results: pd.DataFrame) -> bool:
    """Whether results are those of a listing: its selected rows."""
    return are_of_listing(results.columns)


def are_of_listing(names: Iterable[str]) -> bool:
    """Whether these are the names of columns of a listing's results."""
    return tuple(islice(names, len(LISTING_COLUMNS))) == LISTING_COLUMNS


def read_output_results(out: Path, output: str) -> pd.DataFrame:
    """The results of one output of a run; DataError, with the nearest name, where there is no such output."""
    path = out / FOLDER / f"{output.lower()}.csv"
    if not path.is_file():
        known = [each.stem.upper() for each in sorted((out / FOLDER).glob("*.csv"))]
        place = Place(str(out))
        raise DataError(f"There are no results of {output}.", place=place, hint=nearest(output.upper(), known))
    return read_results(path)


def compare_runs(old: Path, new: Path) -> pd.DataFrame:
    """How the results of two runs differ, as `compare_results`; a row of a listing is new or gone, by what it shows."""
    names = dict.fromkeys(path.name for folder in (old, new) for path in sorted((folder / FOLDER).glob("*.csv")))
    parts = [_compared(old / FOLDER / name, new / FOLDER / name) for name in sorted(names)]
    return pd.concat(parts, ignore_index=True) if parts else compare_results(_nothing(), _nothing())


def _compared(old: Path, new: Path) -> pd.DataFrame:
    before, after = (read_results(path) if path.is_file() else None for path in (old, new))
    listed = any(table is not None and is_listing(table) for table in (before, after))
    if listed:
        before, after = _as_results(before), _as_results(after)
    return compare_results(_nothing() if before is None else before, _nothing() if after is None else after)


def _nothing() -> pd.DataFrame:
    """No results."""
    return pd.DataFrame(columns=result_columns(0)).astype({NUMBER: np.float64})


def _as_results(listing: pd.DataFrame | None) -> pd.DataFrame | None:
    """The rows of a listing as results whose ids are what they show, each time they stand there."""
    if listing is None:
        return None
    shown = listing.drop(columns=[RESULT, "where"])
    texts = shown.drop(columns=["output", "dataset"]).agg(" | ".join, axis=1) if len(shown) else pd.Series(dtype=str)
    again = texts.groupby(texts).cumcount().astype(str) if len(texts) else texts
    ids = listing["output"] + "/" + texts + np.where(again == "0", "", " #" + again)
    return pd.DataFrame({RESULT: ids, "output": listing["output"], "stat_text": "", NUMBER: np.nan})


def compare_results(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """How the results of two runs differ, by id: a row for each that is new, gone, or has another number or text.

    Columns: ``output``, ``result``, ``change`` (``new``, ``gone``, ``text``, ``number`` where only digits that are not
    shown differ), ``old_text``, ``new_text``, ``old_stat``, ``new_stat``. Two missing numbers are the same.

    >>> names = ["output", "result", "stat_text", "stat"]
    >>> old = pd.DataFrame([["T-1", "T-1/a", "1", 1.0], ["T-1", "T-1/b", "2", 2.0]], columns=names)
    >>> new = pd.DataFrame([["T-1", "T-1/a", "1", 1.0], ["T-1", "T-1/b", "3", 3.0]], columns=names)
    >>> compare_results(old, new)[["result", "change", "old_text", "new_text"]].values.tolist()
    [['T-1/b', 'text', '2', '3']]
    """
    names = [RESULT, "output", "stat_text", NUMBER]
    both = old[names].merge(new[names], on=RESULT, how="outer", suffixes=("_old", "_new"), indicator=True, sort=False)
    kinds = {"left_only": "gone", "right_only": "new"}
    change = both["_merge"].astype(object).map(kinds).astype(object)
    is_both = (both["_merge"] == "both").to_numpy()
    other_text = is_both & (both["stat_text_old"] != both["stat_text_new"]).to_numpy()
    same = np.isclose(both["stat_old"], both["stat_new"], rtol=0, atol=0, equal_nan=True)
    change = change.mask(is_both & ~same, "number").mask(other_text, "text")
    made = pd.DataFrame(
        {
            "output": both["output_new"].fillna(both["output_old"]),
            RESULT: both[RESULT],
            "change": change,
            "old_text": both["stat_text_old"].fillna(""),
            "new_text": both["stat_text_new"].fillna(""),
            "old_stat": both["stat_old"],
            "new_stat": both["stat_new"],
        }
    )
    return made[change.notna().to_numpy()].reset_index(drop=True)
