"""Listing: the selected records of a dataset in order, as the texts to show."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.anchors import NotedOptions
from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.levels import check_levels
from adamline.analyses.listed_parts import Flag, InUnit, ListingColumn, PageBy
from adamline.analyses.listed_records import in_order, record_conditions, require_one_each
from adamline.analyses.options import Source
from adamline.analyses.records import Records, require_columns, select_records
from adamline.analyses.unit import require_unit
from adamline.analyses.words import Programs
from adamline.condition.to_pandas import selected
from adamline.errors import DataError, Place, faults_at, nearest
from adamline.findings import Finding
from adamline.io.dataset import Dataset, Kind
from adamline.io.yaml_text import Route
from adamline.results.ard import listing_ids
from adamline.results.check_control import check_control, has_control, printable
from adamline.results.check_decimals import check_decimals
from adamline.spec.named_variables import named_variables
from adamline.spec.types import Distinct, EachOnce, VariableName
from adamline.standards.date_text import date9, datetime18, time8
from adamline.standards.rounding import format_number, format_shortest

Texts = npt.NDArray[np.object_]
# Of numbers without decimals; more say how a file stored them.
SHOWN_DIGITS = 15


class Options(NotedOptions):
    """Options of a listing.

    ``keys`` are the leading columns, shown where they change; with ``identify_by`` they name one record of the
    dataset. Records are in the order of ``page_by``, of ``sort_by``, then of the keys and ``identify_by``. With
    ``distinct`` records that have the same values in all columns are one row, as in a glossary of terms, and
    ``identify_by`` is left out. ``flags`` are marks behind values; their footnotes stand below the others, in this
    order. ``units`` are the units that PARAM of records is to say, as ``criteria`` give them.
    """

    records: Source
    keys: Distinct[VariableName]
    distinct: bool = False
    identify_by: EachOnce[VariableName] = ()
    sort_by: EachOnce[VariableName] = ()
    columns: Annotated[tuple[ListingColumn, ...], Field(min_length=1)]
    page_by: tuple[PageBy, ...] = ()
    flags: tuple[Flag, ...] = ()
    units: tuple[InUnit, ...] = ()

    @model_validator(mode="after")
    def _keys_lead(self) -> Options:
        shown = [name for column in self.columns for name in column.shown]
        if len(set(shown)) < len(shown):
            raise ValueError("a variable stands in two columns")
        if tuple(name for column in self.columns[: self.key_columns] for name in column.shown) != self.keys:
            raise ValueError(f"keys must be the first columns, in the same order: {', '.join(shown)}")
        for column in self.columns[: self.key_columns + 1]:
            if column.new_panel:
                raise ValueError(f"new_panel: {column.variable} stands with the keys, so no panel can begin with it")
        if self.distinct and (self.identify_by or not {*self.sort_by} <= {*shown}):
            raise ValueError("distinct: rows are told apart by the columns; leave out identify_by, and sort by columns")
        for by in self.page_by:
            if by.variable in shown:
                raise ValueError(f"page_by: {by.variable} stands in a column as well; it is said over the rows")
        for flag in self.flags:
            if flag.variable not in shown:
                raise ValueError(f"flags: no column shows {flag.variable}; {nearest(flag.variable, shown)}")
        return self

    @property
    def key_columns(self) -> int:
        """How many columns the keys stand in."""
        ends = accumulate(len(column.shown) for column in self.columns)
        return next((count for count, end in enumerate(ends, start=1) if end >= len(self.keys)), len(self.columns))

    @property
    def in_units(self) -> tuple[Source, ...]:
        """The records that are to be in each of the units."""
        return tuple(self.records.model_copy(update={"where": each.where}) for each in self.units)

    @property
    def selecting(self) -> tuple[Source, ...]:
        """The records that are listed, and those that are to be in a unit."""
        return (*super().selecting, *self.in_units)

    @property
    def identities(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What names one record each; distinct rows are told apart by what they show."""
        return () if self.distinct else ((self.records.dataset, self.identity),)

    @property
    def placed_conditions(self) -> Mapping[Route, tuple[str, str]]:
        """Every condition, those of flags and of units too."""
        name = self.records.dataset
        placed = dict(super().placed_conditions)
        placed |= {("flags", number, "where"): (name, flag.where) for number, flag in enumerate(self.flags)}
        placed |= {("units", number, "where"): (name, unit.where) for number, unit in enumerate(self.units)}
        return placed

    @property
    def placed_variables(self) -> Mapping[Route, tuple[str, tuple[str, ...]]]:
        """Every variable that it names outside conditions, those of the columns too."""
        columns = {
            at: (name, (self.records.dataset,))
            for part, parts in (("columns", self.columns), ("page_by", self.page_by), ("flags", self.flags))
            for number, each in enumerate(parts)
            for at, name in named_variables(each, (part, number))
        }
        return {**super().placed_variables, **columns}

    @property
    def identity(self) -> tuple[str, ...]:
        """The variables that name one record."""
        if self.distinct:
            return tuple(column.variable for column in self.columns)
        return tuple(dict.fromkeys((*self.keys, *self.identify_by)))

    @property
    def shown_attributes(self) -> Mapping[str, tuple[str, ...]]:
        """Decimals, of the parameter of each record."""
        return {"decimals": ()} if any(column.decimals == "parameter" for column in self.columns) else {}


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The selected records in order: id, output, dataset, the condition that selects each, and the texts shown.

    Missing values come first in the order, as in SAS, and are blank. A text is in the order of its ADaM partner
    (TRTA in that of TRTAN), where that is one to one, else of its characters' code points.
    A control character in a text, such as a tab, is set as a space; findings come with the results. Variables of
    ``page_by`` and of ``identify_by`` that have no column follow the others. The order of the dataset does not matter.

    DataError when the keys and ``identify_by`` do not name one record each or hold a line break, when different keys
    are shown as one text, for records in another unit than the criteria, and for variables that are not there.
    """
    with faults_at(("records",)):
        records = select_records(data, options.records, options.population)
        for source, each in zip(options.in_units, options.units, strict=True):
            require_unit(select_records(data, source, options.population), each.unit)
    for number, column in enumerate(options.columns):
        with faults_at(("columns", number)):
            require_columns(records, column.shown)
    columns = {name: column for column in options.columns for name in column.shown}
    columns |= {by.variable: ListingColumn(variable=by.variable, heading=by.heading) for by in options.page_by}
    columns |= {name: ListingColumn(variable=name, heading=name) for name in options.identity if name not in columns}
    require_columns(records, (*columns, *options.sort_by))
    hint = "add a variable such as the sequence number under identify_by"
    if not options.distinct and not records.whole.is_named_by(options.identity):
        require_one_each(records.dataset, records.dataset.frame, options.identity, "listing", hint)
    pages = tuple(name for by in options.page_by for name in (by.order_by, by.variable) if name)
    require_columns(records, pages)
    order = dict.fromkeys((*pages, *options.sort_by, *options.identity))
    frame = in_order(records, tuple(order))
    if options.distinct:
        frame = frame.drop_duplicates(list(dict.fromkeys((*options.identity, *pages))), ignore_index=True)
    results = {
        "result": listing_ids(options.output, len(frame)),
        "output": options.output,
        "dataset": records.dataset.name,
        "where": record_conditions(records, frame, options.identity),
    }
    texts = {name: column_texts(data, records, frame, name, column.decimals) for name, column in columns.items()}
    _require_told_apart(records.dataset, frame, texts, options.keys)
    for number, flag in enumerate(options.flags):
        with faults_at(("flags", number)):
            holds = selected(frame, flag.where) & (texts[flag.variable] != "")
        texts[flag.variable] = np.where(holds, texts[flag.variable] + flag.mark, texts[flag.variable])
    unordered = (finding for name in order for finding in check_levels(records, name))
    return Made(pd.DataFrame(results | texts, index=range(len(frame))), (*_checked(data, records, options), *unordered))


def _checked(data: AnalysisData, records: Records, options: Options) -> tuple[Finding, ...]:
    """Texts with control characters, which are set as spaces, and numbers with more decimals than are shown of them."""
    at = Place(dataset=records.dataset.name)
    findings: list[Finding] = []
    for variable, column in ((name, each) for each in options.columns for name in each.shown):
        values = records.frame[variable]
        kind = records.dataset[variable].kind
        if kind is Kind.TEXT:
            found = has_control(values)
            if found.any():
                named = _named(records, records.frame[found], options.identity)
                findings += check_control(values[found], named, variable, at)
        elif kind is Kind.NUMBER and column.decimals is not None:
            decimals = _decimals(data, records.frame, column.decimals)
            findings += check_decimals(values, decimals, _parameters(records.frame), variable, at)
    return tuple(findings)


def _named(records: Records, frame: pd.DataFrame, identity: tuple[str, ...]) -> pd.Series:
    """What names each of these records, by the variables that do."""
    named: Texts = np.full(len(frame), "", dtype=object)
    for name in identity:
        is_number = records.dataset[name].kind is Kind.NUMBER
        shown = format_shortest(frame[name]) if is_number else printable(frame[name].astype(str))
        named = named + (f", {name} = " if name != identity[0] else f"{name} = ") + shown
    return pd.Series(named, dtype=object)


def _parameters(frame: pd.DataFrame) -> pd.Series:
    """The PARAMCD of each record, by which values are counted."""
    return frame["PARAMCD"] if "PARAMCD" in frame.columns else pd.Series("all", index=frame.index)


def _require_told_apart(
    dataset: Dataset, frame: pd.DataFrame, texts: Mapping[str, Texts], keys: tuple[str, ...]
) -> None:
    """DataError when different numbers, dates or times of a key are shown as one: the second would not be shown."""
    for name in keys:
        if dataset[name].kind is Kind.TEXT:
            continue
        pairs = pd.DataFrame({"value": frame[name].to_numpy(), "shown": texts[name]}).drop_duplicates()
        merged = pairs[pairs["shown"].duplicated(keep=False)]
        if len(merged):
            shown = merged["shown"].iloc[0]
            values = merged["value"][merged["shown"] == shown]
            raise DataError(
                f"Different values of the key {name} are shown as one text.",
                place=Place(dataset=dataset.name, variable=name),
                found=f"{' and '.join(map(str, values[:2]))} as {shown!r}",
                hint="give its column more decimals",
            )


def column_texts(
    data: AnalysisData, records: Records, frame: pd.DataFrame, name: str, decimals: int | Literal["parameter"] | None
) -> Texts:
    """The texts of a variable as they are shown."""
    values = frame[name]
    match records.dataset[name].kind:
        case Kind.DATE:
            return date9(values)
        case Kind.DATETIME:
            return datetime18(values)
        case Kind.TIME:
            return time8(values)
        case Kind.NUMBER:
            numbers = values.to_numpy(dtype=np.float64)
            if decimals is None:
                return format_shortest(numbers, digits=SHOWN_DIGITS)
            return format_number(numbers, _decimals(data, frame, decimals))
    return printable(values)


def _decimals(data: AnalysisData, frame: pd.DataFrame, decimals: int | Literal["parameter"]) -> npt.NDArray[np.int64]:
    if decimals != "parameter":
        return np.full(len(frame), decimals, dtype=np.int64)
    if "PARAMCD" not in frame.columns:
        raise DataError("Decimals by parameter need PARAMCD, which the dataset does not have.")
    codes, parameters = pd.factorize(frame["PARAMCD"].to_numpy())
    if (codes < 0).any():
        raise DataError("Decimals by parameter need PARAMCD, which is missing in a record.")
    return np.array([data.decimals(parameter) for parameter in parameters], dtype=np.int64)[codes]
