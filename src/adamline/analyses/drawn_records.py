"""Drawn records: the records of a dataset that a figure of subjects' values draws, stored with their keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import model_validator

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.figure_options import PlotOptions
from adamline.analyses.levels import ordered_levels
from adamline.analyses.listed_records import record_conditions, require_one_each
from adamline.analyses.options import Source
from adamline.analyses.records import SUBJECT, Records, narrowed, require_columns, require_numbers, select_records
from adamline.condition.parse import parse_condition
from adamline.errors import Place, faults_at
from adamline.findings import Finding, Severity
from adamline.io.yaml_text import Route
from adamline.plurals import said_of
from adamline.results.ard import listing_ids
from adamline.results.check_control import printable
from adamline.spec.types import Distinct, EachOnce, VariableName
from adamline.standards.rounding import format_shortest

# The columns that say which part of a figure a record makes, and the place of its `by` among the groups.
PART, GROUP = "part", "group"
CHECK = "drawn"
_SHOWN = 3


class RecordsOptions(PlotOptions):
    """Options of figures that draw subjects' values: records of a dataset, which are stored as the figure's results.

    USUBJID and ``identify_by`` name one of the selected records each. ``by`` is the variable whose values differ in
    colour, ``order`` lists these; without it they are in the order of its ADaM partner (TRTA by TRTAN), else of their
    text.
    """

    records: Source
    identify_by: EachOnce[VariableName] = ()
    by: VariableName | None = None
    order: Distinct[str] | None = None

    @model_validator(mode="after")
    def _order_of_what(self) -> RecordsOptions:
        if self.order is not None and self.by is None:
            raise ValueError("order: give the variable under `by` whose values these are")
        return self


@dataclass(frozen=True)
class Part:
    """A part of a figure: which records make it, the numbers that are drawn of each, and texts beside these.

    Records of marks (``is_of_bars`` false) need no variable of colours, and may be several of a subject alike.
    """

    name: str
    source: Source
    numbers: tuple[str, ...]
    texts: tuple[str, ...] = ()
    where: str | None = None
    at: Route = ("records",)
    identify_by: tuple[str, ...] = ()
    is_of_bars: bool = True


def drawn_records(data: AnalysisData, options: RecordsOptions, parts: Sequence[Part]) -> Made:
    """The records of each part, in the order of their keys: id, output, dataset, condition, part, keys, values.

    Numbers are stored in the fewest digits that give them back, so that the figure draws the values of the data. A
    record without a number that is drawn is left out, as is one whose ``by`` is not listed: findings count both and
    name the first subjects. DataError when the keys do not name one of the selected records each.
    """
    made, findings = [], []
    for part in parts:
        with faults_at(part.at):
            frame, found = _of_part(data, options, part)
        made.append(frame)
        findings += found
    whole = pd.concat(made, ignore_index=True).fillna("")
    if not len(whole):
        findings.append(Finding(Severity.WARNING, CHECK, "no record to draw"))
    return Made(whole.assign(result=listing_ids(options.output, len(whole))), tuple(findings))


def _of_part(data: AnalysisData, options: RecordsOptions, part: Part) -> tuple[pd.DataFrame, list[Finding]]:
    records = select_records(data, part.source, options.population)
    if part.where is not None:
        records = narrowed(records, parse_condition(part.where))
    by = (options.by,) if options.by and part.is_of_bars else ()
    keys = (SUBJECT, *(part.identify_by or options.identify_by))
    require_columns(records, (*keys, *by, *part.texts))
    require_numbers(records, part.numbers)
    frame = records.frame[list(dict.fromkeys((*keys, *by, *part.texts, *part.numbers)))]
    at = Place(dataset=records.dataset.name)
    lacks = frame[list(part.numbers)].isna().any(axis=1).to_numpy(copy=True)
    findings = _left_out(frame[lacks], f"without {' or '.join(part.numbers)}", at)
    if options.by and by:
        listed = frame[options.by].isin(list(options.order)) if options.order else frame[options.by].notna()
        others = ~listed.to_numpy(dtype=bool) & ~lacks
        findings += _left_out(frame[others], f"whose {options.by} is not listed", at, Severity.WARNING)
        lacks = lacks | others
    kept = frame[~lacks] if part.is_of_bars else frame[~lacks].drop_duplicates()
    require_one_each(records.dataset, kept, keys)
    kept = kept.iloc[np.lexsort([pd.factorize(kept[key].to_numpy(), sort=True)[0] for key in keys[::-1]])]
    kept = kept.reset_index(drop=True)
    condition = str(records.condition) if records.condition is not None else ""
    columns = {
        "result": "",
        "output": options.output,
        "dataset": records.dataset.name,
        "where": record_conditions(records, kept, keys, condition),
        PART: part.name,
        GROUP: _places(records, kept, options) if by else "",
    }
    shown = {name: _texts(records, kept, name) for name in kept.columns}
    return pd.DataFrame(columns | shown, index=range(len(kept))), findings


def _places(records: Records, frame: pd.DataFrame, options: RecordsOptions) -> np.ndarray:
    """The place of each record's ``by``, as listed, else in the order of its ADaM partner or of its text."""
    by = str(options.by)
    known = options.order or tuple(level.name for level in ordered_levels(records, by, None))
    return (pd.Index(known, dtype=object).get_indexer(pd.Index(frame[by], dtype=object)) + 1).astype(str).astype(object)


def _texts(records: Records, frame: pd.DataFrame, name: str) -> np.ndarray:
    if records.has(name) and records.is_number(name):
        return np.asarray(format_shortest(frame[name].to_numpy(dtype=np.float64)), dtype=object)
    return printable(frame[name].astype(str).where(frame[name].notna(), ""))


def _left_out(frame: pd.DataFrame, why: str, at: Place, severity: Severity = Severity.NOTE) -> list[Finding]:
    """A finding that counts records that are not drawn, and names the first of their subjects."""
    if not len(frame):
        return []
    named = sorted(set(frame[SUBJECT].astype(str)))
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    what = said_of(len(frame), f"{{count}} records {why} are not drawn")
    return [Finding(severity, CHECK, f"{what}: {', '.join(named[:_SHOWN])}{more}", at)]


def series_names(results: pd.DataFrame, options: RecordsOptions) -> tuple[str, ...]:
    """The values of ``by`` that have a record, in their order; one blank name without it."""
    if options.by is None:
        return ("",)
    there = results[results[GROUP] != ""].drop_duplicates(options.by)
    return tuple(there.iloc[np.argsort(there[GROUP].to_numpy(dtype=object).astype(int), kind="stable")][options.by])


def parts_of(results: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    """The stored records of each part."""
    return {str(name): frame for name, frame in results.groupby(PART, sort=False)}
