"""Table options: what the spec of a table says, and where in it the datasets that it reads are named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from adamline.analyses.anchors import NotedOptions
from adamline.analyses.columns import ColumnOptions, HeaderN
from adamline.analyses.control import with_comparisons
from adamline.analyses.display import Display
from adamline.analyses.leaf import LeafOptions
from adamline.analyses.options import OptionsModel, Source
from adamline.analyses.rows import Blank, By, Heading, Leaf, Rows, leaves
from adamline.analyses.words import PROGRAMS
from adamline.errors import nearest
from adamline.io.yaml_text import Route
from adamline.spec.named_variables import named_variables
from adamline.spec.types import VariableName


class StubColumn(OptionsModel):
    """A column of row labels: its heading, its share of the width, and for parameters which attribute names them."""

    heading: str = ""
    width: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    attribute: str = "PARAM"


class Options(NotedOptions):
    """Options of a table: whose records, in which columns, and the tree of its rows.

    ``records`` are those of all rows that do not name others; without them the population's own. ``show`` lists levels
    of groupings by variable, for those that list none themselves; so a template takes its parameters and visits.
    ``labels`` are the displayed texts of stored ones, by variable. ``stub`` are the columns of row labels.
    """

    records: Source | None = None
    columns: ColumnOptions | None = None
    show: Mapping[VariableName, tuple[str, ...] | Mapping[str, str]] = {}
    rows: Rows
    stub: tuple[StubColumn, ...] = (StubColumn(),)
    labels: Mapping[str, Mapping[str, str]] = {}
    display: Display = Display()

    @model_validator(mode="before")
    @classmethod
    def _written_out(cls, written: Any) -> Any:
        """The rows with the levels that ``show`` lists, and the comparisons that the columns ask for."""
        if not isinstance(written, Mapping) or "rows" not in written:
            return written
        shown = written.get("show")
        rows = _with_levels(written["rows"], shown) if isinstance(shown, Mapping) else written["rows"]
        return {**written, "rows": with_comparisons(rows, written.get("columns"))}

    @model_validator(mode="after")
    def _fit(self) -> Options:
        groupings = {node.by for _, node in placed_parts(self.rows) if isinstance(node, By)}
        for name in self.show:
            if name not in groupings:
                raise ValueError(f"show: no rows are grouped by {name}; {nearest(name, groupings)}")
        if self.records is None and self.population is None:
            raise ValueError("give `records` or a `population`: a table is made from one of the two")
        if self.columns and self.columns.header_n is HeaderN.POPULATION and self.population is None:
            raise ValueError("columns: header_n: population needs a population")
        names = [leaf.name for leaf in leaves(self.rows)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"rows: two are `{twice[0]}`, and their results would mean the same; name one with `as`")
        return self

    @property
    def source(self) -> Source:
        """The records of rows that name no others."""
        if self.records is not None:
            return self.records
        assert self.population is not None  # noqa: S101 - the validator saw to it
        return Source.model_validate({"from": self.population.dataset})

    @property
    def placed_sources(self) -> Mapping[Route, Source]:
        """Every source that the table reads, its population first, by where it stands in the spec."""
        named = {(*route, "records"): may_narrow(node).records for route, node in placed_parts(self.rows)}
        return {**super().placed_sources, **{route: source for route, source in named.items() if source is not None}}

    @property
    def placed_conditions(self) -> Mapping[Route, tuple[str, str]]:
        """Every condition, those of the rows too, with the dataset that it selects from."""
        placed = list(placed_datasets(self.rows, self.source.dataset))
        named = {(*route, "where"): (dataset, may_narrow(node).where) for route, dataset, node in placed}
        own = {route: (dataset, where) for route, (dataset, where) in named.items() if where is not None}
        more = {
            (*route, *at): (dataset, text)
            for route, dataset, node in placed
            for at, text in getattr(may_narrow(node), "placed_conditions", {}).items()
        }
        return {**super().placed_conditions, **own, **more}

    @property
    def placed_variables(self) -> Mapping[Route, tuple[str, tuple[str, ...]]]:
        """Every variable that it names outside conditions, with the datasets of which one has it, by where it stands.

        Those of rows may be of the records or of the population, as strata are; a program's options are its own.
        """
        placed: dict[Route, tuple[str, tuple[str, ...]]] = {}
        people = self.population.dataset if self.population else self.source.dataset
        for route, dataset, node in placed_datasets(self.rows, self.source.dataset):
            if isinstance(node, Leaf) and node.word.startswith(f"{PROGRAMS}."):
                continue
            options = node.options if isinstance(node, Leaf) else node
            placed |= {at: (name, (dataset, people)) for at, name in named_variables(options, route)}
        if self.columns:
            own = {"by": self.source.dataset, "population_by": people}
            if own["by"] == people and self.columns.population_by:
                del own["by"]  # the population's own variable is in its place
            named = {str(at[-1]): (at, name) for at, name in named_variables(self.columns, ("columns",))}
            placed |= {named[key][0]: (named[key][1], (of,)) for key, of in own.items() if key in named}
        return placed

    @property
    def has_programs(self) -> bool:
        """Whether a row's analysis is a program of the study."""
        return any(leaf.word.startswith(f"{PROGRAMS}.") for leaf in leaves(self.rows))

    @property
    def shown_attributes(self) -> Mapping[str, tuple[str, ...]]:
        """The attributes that name parameters, with the parameters that the rows list."""
        groupings = [node for _, node in placed_parts(self.rows) if isinstance(node, By) and node.by == "PARAMCD"]
        codes = tuple(dict.fromkeys(code for node in groupings for code in node.show or ()))
        return {column.attribute: codes for column in self.stub} if codes else {}


def _with_levels(rows: Any, levels: Mapping[str, Any]) -> Any:
    """The rows as written, each grouping that lists no levels with those that are given for its variable."""
    if not isinstance(rows, list | tuple):
        return rows
    made = []
    for row in rows:
        whole = row
        if isinstance(whole, Mapping) and "rows" in whole:
            whole = {**whole, "rows": _with_levels(whole["rows"], levels)}
        by = whole.get("by") if isinstance(whole, Mapping) else None
        if isinstance(by, str) and by in levels and "show" not in whole:
            # They are listed in order.
            whole = {**{key: part for key, part in whole.items() if key != "order_by"}, "show": levels[by]}
        made.append(whole)
    return made


def placed_parts(rows: Rows, route: Route = ("rows",)) -> Iterator[tuple[Route, By | Heading | Leaf]]:
    """Every grouping, heading and analysis of a tree of rows, in order, with where it stands in the spec."""
    for number, node in enumerate(rows):
        here = (*route, number)
        if isinstance(node, Blank):
            continue
        yield here, node
        if isinstance(node, Leaf):
            yield from placed_parts(node.compare, (*here, "compare"))
        else:
            yield from placed_parts(node.rows, (*here, "rows"))


def may_narrow(node: By | Heading | Leaf) -> By | Heading | LeafOptions:
    """What of a part of a tree of rows may name records and a condition."""
    return node.options if isinstance(node, Leaf) else node


def placed_datasets(
    rows: Rows, dataset: str, route: Route = ("rows",)
) -> Iterator[tuple[Route, str, By | Heading | Leaf]]:
    """Every grouping, heading and analysis of a tree of rows, where it stands, with the dataset that holds there."""
    for number, node in enumerate(rows):
        if isinstance(node, Blank):
            continue
        here = (*route, number)
        records = may_narrow(node).records
        of = dataset if records is None else records.dataset
        yield here, of, node
        if isinstance(node, Leaf):
            yield from placed_datasets(node.compare, dataset, (*here, "compare"))
        else:
            yield from placed_datasets(node.rows, of, (*here, "rows"))
