"""Holds a function to its contract: a derivation makes its variable, and neither moves, drops nor changes a record."""

from __future__ import annotations

import pandas as pd


def broken_contract(frame: pd.DataFrame, made: object, target: str, *, is_program: bool) -> str:
    """What is wrong with what was made of ``frame``, empty where nothing is.

    ``target`` is the variable that was to be made, empty where records were to be added. That a program of the study
    leaves the records that were there as they are is looked at value by value; the tests do so for adamline's own.
    """
    if not isinstance(made, pd.DataFrame):
        return f"{type(made).__name__}, no frame"
    if target:
        if target not in made.columns:
            return f"no variable {target}"
        return "" if made.index.equals(frame.index) else f"{len(made)} records for {len(frame)}, or in another order"
    if len(made) < len(frame):
        return f"{len(made)} of {len(frame)} records"
    changed = _changed(frame, made) if is_program else []
    return f"other values of {', '.join(changed)} in the records that were there" if changed else ""


def _changed(frame: pd.DataFrame, made: pd.DataFrame) -> list[str]:
    """Variables that the records that were there do not have any more as they were."""
    return [name for name in frame.columns if name not in made.columns or not _begins(made[name], frame[name])]


def _begins(after: pd.Series, before: pd.Series) -> bool:
    """Whether a column begins with the values of another, whatever kind of text they are."""
    old, new = (values.iloc[: len(before)].astype(object) for values in (before, after))
    return bool(((old.to_numpy() == new.to_numpy()) | (old.isna().to_numpy() & new.isna().to_numpy())).all())
