"""Proposes keys: the identifying variables that tell the records of both datasets apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from adamline.io.dataset import Dataset
from adamline.qc.keys import KeyCodes, key_codes
from adamline.qc.model import VariablePair
from adamline.qc.pairing import conflicts

# Variables that identify a record in SDTM and ADaM, the most telling first; `..` is the domain's two letters. The
# source's sequence number comes before dates; ADaM's own, which is given anew at each run, comes last.
PREFERENCE = (
    *("USUBJID", "SUBJID", "RDOMAIN", "PARAMCD", "..TESTCD", "..PARMCD", "IDVAR", "IDVARVAL", "QNAM"),
    *("AVISITN", "VISITNUM", "AVISIT", "VISIT", "ATPTN", "..TPTNUM", "ATPT", "..TPT", "BASETYPE", "DTYPE"),
    *("..SEQ", "ADTM", "ADT", "ASTDTM", "ASTDT", "..DTC", "..STDTC", "SRCDOM", "SRCVAR", "SRCSEQ"),
    *("ARMCD", "TAETORD", "ETCD", "..VERS", "..CAT", "..SPEC", "..TERM", "STUDYID", "ASEQ"),
)
_PATTERNS = tuple(re.compile(name.replace("..", "[A-Z]{2}"), re.IGNORECASE) for name in PREFERENCE)


def propose_keys(base: Dataset, compare: Dataset, common: Iterable[VariablePair]) -> tuple[tuple[str, ...], bool]:
    """Names of the keys proposed, in the order of preference, and whether they are unique on both sides.

    Rule: of the identifying variables in common (`PREFERENCE`), the first is taken, then each that tells more records
    apart, until all are told apart on both sides; then each that is not needed for that is dropped, the least
    preferred first. If all together do not tell all records apart, those that help stay, and the rest of the records
    are duplicates. No names where no identifying variable is in common.
    """
    pairs = _candidates(common)
    codes = {pair.base.name: key_codes(base, compare, [pair]) for pair in pairs}
    most = len(base.frame) + len(compare.frame)
    chosen: list[str] = []
    told_apart = 0
    for name in codes:
        further = _told_apart([codes[key] for key in (*chosen, name)])
        if not chosen or further > told_apart:
            chosen, told_apart = [*chosen, name], further
        if told_apart == most:
            break
    for name in reversed(chosen):
        rest = [key for key in chosen if key != name]
        if rest and _told_apart([codes[key] for key in rest]) == told_apart:
            chosen = rest
    return tuple(chosen), told_apart == most


def _candidates(common: Iterable[VariablePair]) -> list[VariablePair]:
    pairs = [pair for pair in common if not conflicts(pair)]
    return [pair for pattern in _PATTERNS for pair in pairs if pattern.fullmatch(pair.base.name)]


def _told_apart(keys: Sequence[KeyCodes]) -> int:
    """How many keys there are in the base and in the comparison together."""
    total = keys[0]
    for codes in keys[1:]:
        total = total.joined(codes)
    dense = total.dense()
    return sum(int(np.count_nonzero(np.bincount(side, minlength=1))) for side in (dense.base, dense.compare))
