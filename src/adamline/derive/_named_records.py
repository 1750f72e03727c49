"""Names of records in findings: the variables by which a reader of the data finds them again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from adamline.derive._codes import Bools, Ints, codes_of
from adamline.derive._tallies import USUBJID, text_of
from adamline.findings import first_keys

# Where a record has no sequence number, what else tells it from others of its subject.
_ELSE = ("PARAMCD", "AVISIT", "VISITNUM")
_FEW = 20
# So many records an error names.
_NAMED = 5


def named_records(frame: pd.DataFrame, rows: Bools, *shown: str) -> tuple[str, ...]:
    """The first by name of the records that ``rows`` selects, as "USUBJID=01, AESEQ=2", with the values of ``shown``.

    A record is named by its subject and its sequence number (--SEQ), else by parameter and visit: those that the frame
    has.

    >>> ae = pd.DataFrame({"USUBJID": "01", "AESEQ": [1.0, 2.0], "AESTDTC": ["2024-02-03", "2024-02-30"]})
    >>> named_records(ae, (ae.AESEQ > 1).to_numpy(), "AESTDTC")
    ('USUBJID=01, AESEQ=2, AESTDTC=2024-02-30',)
    """
    return _named(frame, rows, (*naming_variables(map(str, frame.columns)), *shown))


def naming_variables(columns: Iterable[str]) -> tuple[str, ...]:
    """The variables that tell a record from others of its subject: sequence numbers, else those that may be there.

    >>> naming_variables(["USUBJID", "AESEQ", "AETERM"])
    ('AESEQ',)
    """
    return tuple(name for name in columns if name.endswith("SEQ") and len(name) <= 5) or _ELSE


def named_subjects(frame: pd.DataFrame, rows: Bools, *shown: str) -> tuple[str, ...]:
    """As `named_records`, by the subject alone."""
    return _named(frame, rows, shown)


def keys_of(frame: pd.DataFrame, rows: Ints, names: Sequence[str]) -> str:
    """The first five of the records in ``rows``, each once by its values of ``names``, as an error names them.

    >>> lb = pd.DataFrame({"USUBJID": ["01", "01", "02"], "VISITNUM": [1.0, 1.0, None]})
    >>> keys_of(lb, np.array([0, 1, 2]), ["USUBJID", "VISITNUM"])
    'USUBJID=01, VISITNUM=1; USUBJID=02, VISITNUM=missing'
    """
    shown = frame.loc[:, list(dict.fromkeys(names))].iloc[rows[:_NAMED]]
    texts = [[f"{name}={text_of(value)}" for value in shown[name].astype(object)] for name in shown.columns]
    return "; ".join(dict.fromkeys(", ".join(of) for of in zip(*texts, strict=True)))


def _named(frame: pd.DataFrame, rows: Bools, wanted: tuple[str, ...]) -> tuple[str, ...]:
    names = [name for name in dict.fromkeys((USUBJID, *wanted)) if name in frame.columns]
    if not rows.any() or not names:
        return ()
    told = frame.loc[_of_first_subjects(frame, rows), names]
    texts = [[text_of(value) for value in told[name].astype(object)] for name in names]
    return first_keys(", ".join(f"{n}={t}" for n, t in zip(names, of, strict=True)) for of in zip(*texts, strict=True))


def _of_first_subjects(frame: pd.DataFrame, rows: Bools) -> Bools:
    """Of the rows those of the subjects that come first: few of many millions are put into words."""
    if USUBJID not in frame.columns:
        return rows
    codes, levels = codes_of(frame[USUBJID])
    # A name goes on with a comma, which counts where one subject's text begins with another's.
    order = np.argsort(np.array([*(f"{level}," for level in levels), "missing,"], dtype=object), kind="stable")
    place = np.argsort(order)[codes]
    of_first: Bools = rows & np.isin(place, np.unique(place[rows])[:_FEW])
    return of_first
