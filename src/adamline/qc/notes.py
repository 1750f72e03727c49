"""What the figures of a comparison do not show, and its reader should know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from adamline.errors import Place
from adamline.findings import Finding, Severity
from adamline.io.dataset import Dataset, Kind
from adamline.plurals import said_of
from adamline.qc.columns import numbers_of
from adamline.qc.matching import Matching
from adamline.qc.model import Ints, VariableComparison, VariablePair
from adamline.qc.options import CompareOptions, Method
from adamline.qc.pairing import Pairing
from adamline.qc.value_text import key_text


def notes_on_records(base: Dataset, compare: Dataset, pairing: Pairing, matching: Matching) -> Iterator[Finding]:
    """Records out of order, duplicate keys and missing keys; the first of each by its keys."""
    sides = (
        (base, [pair.base.name for pair in (*pairing.by, *pairing.keys)], matching.is_base_sorted),
        (compare, [pair.compare.name for pair in (*pairing.by, *pairing.keys)], matching.is_compare_sorted),
    )
    duplicates = (matching.base_duplicates, matching.compare_duplicates)
    missing = (matching.base_missing_keys, matching.compare_missing_keys)
    for place, (dataset, names, is_sorted) in enumerate(sides):
        if pairing.by_everywhere and place == 1:
            names = names[len(pairing.by) :]
        if not is_sorted:
            message = "The records are not in the order of the keys; they were matched by keys all the same."
            yield Finding(Severity.NOTE, "compare.unsorted", message, Place(dataset=dataset.name))
        yield from _of_rows(dataset, names, duplicates[place], "compare.duplicates", "the key of an earlier record")
        yield from _of_rows(dataset, names, missing[place], "compare.missing_keys", "a missing key")


def notes_on_keys(pairing: Pairing, options: CompareOptions, *, is_proposed: bool, are_unique: bool) -> list[Finding]:
    """How the keys were found, where that was asked for."""
    if not is_proposed:
        asked = options.keys.value == "propose" and not (options.id or options.by)
        message = "No identifying variable is in common: records were matched by position."
        return [Finding(Severity.WARNING, "compare.keys", message)] if asked else []
    names = ", ".join(pair.base.name for pair in pairing.keys)
    if are_unique:
        return [Finding(Severity.NOTE, "compare.keys", f"Keys proposed: {names}.")]
    message = f"Keys proposed: {names}; no identifying variables tell all records apart."
    return [Finding(Severity.WARNING, "compare.keys", message)]


def notes_on_options(base: Dataset, compare: Dataset, pairing: Pairing, options: CompareOptions) -> Iterator[Finding]:
    """Options without effect, and names that match only when capitals are ignored."""
    known = {variable.name.upper() for variable in (*base.variables, *compare.variables)}
    for name in options.exclude:
        if name.upper() not in known:
            yield Finding(Severity.NOTE, "compare.exclude", f"{name} is excluded, but neither dataset has it.")
    if options.method is Method.EXACT and options.criterion is not None:
        yield Finding(Severity.WARNING, "compare.criterion", "With METHOD=EXACT the criterion is ignored.")
    compared = {pair.base.name.upper() for pair in pairing.compared}
    if isinstance(options.criterion, Mapping):
        for name in options.criterion:
            if name not in compared:
                message = f"There is a criterion for {name}, which is not compared."
                yield Finding(Severity.WARNING, "compare.criterion", message)
    for pair in pairing.summary.common:
        if pair.base.name != pair.compare.name:
            message = f"{pair.base.name} and {pair.compare.name} are one name in SAS, and were compared."
            yield Finding(Severity.NOTE, "compare.names", message, Place(variable=pair.base.name))


def notes_on_values(
    base: Dataset, matching: Matching, values: Iterable[VariableComparison], options: CompareOptions
) -> Iterator[Finding]:
    """Criteria that apply to datetimes: a share of so large a number is hours."""
    for entry in values:
        if Kind.DATETIME in (entry.pair.base.kind, entry.pair.compare.kind) and entry.method is not Method.EXACT:
            seconds = _allowed(base, entry.pair, matching.base_rows, entry, options.delta)
            message = (
                f"A criterion applies to the datetime {entry.name}: values up to {_span(seconds)} apart count as "
                f"equal; {entry.n_within} are equal only so."
            )
            yield Finding(Severity.WARNING, "compare.datetime", message, Place(variable=entry.pair.base.name))


def _of_rows(dataset: Dataset, names: Iterable[str], rows: Ints, check: str, has: str) -> Iterator[Finding]:
    if len(rows) == 0:
        return
    first = int(rows[0])
    keys = key_text(dataset, names, first)
    message = said_of(len(rows), f"{{count}} records have {has}.")
    yield Finding(Severity.WARNING, check, message, Place(dataset=dataset.name, record=first + 1, keys=keys))


def _allowed(base: Dataset, pair: VariablePair, rows: Ints, entry: VariableComparison, delta: float) -> float:
    """The largest difference, in seconds, that the criterion lets pass."""
    if entry.method is Method.ABSOLUTE:
        return entry.criterion
    sizes = np.abs(numbers_of(base, pair.base, rows).floats)
    largest = float(np.nanmax(sizes)) if len(sizes) and not np.isnan(sizes).all() else 0.0
    return entry.criterion * (largest / 100 if entry.method is Method.PERCENT else largest + delta)


def _span(seconds: float) -> str:
    for unit, size in (("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.3g} seconds"
