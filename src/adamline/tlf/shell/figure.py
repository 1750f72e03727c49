"""Frame of a figure before there are data: axes, legend and visits as its spec lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from adamline.analyses.figure_options import AxisOptions, PlotOptions, StoredOptions
from adamline.analyses.rows import By, Heading, Rows
from adamline.analyses.table_options import Options as TableOptions
from adamline.tlf.figures.empty_plot import EmptyPlot
from adamline.tlf.kinds._figure import axis_of, series_name

# What a figure of each kind draws, in words.
_DRAWN = {
    "bars": "Bars",
    "boxes": "Box plots",
    "cumulative": "Cumulative distributions",
    "dots": "Dot plot",
    "drawing": "Figure of a program of the study",
    "forest": "Forest plot",
    "kaplan_meier": "Kaplan-Meier curves",
    "over_time": "Lines over time",
    "scatter": "Scatter plot",
    "spaghetti": "A line for each subject",
    "swimmer": "A bar for each subject",
    "waterfall": "A bar for each subject, in order of its value",
}


def empty_plot(kind: str, options: PlotOptions, table: TableOptions | None) -> EmptyPlot:
    """The empty frame of a figure of that kind; ``table`` is that whose results it draws, None of one of records.

    The legend has the columns of the table, or the values that the spec lists; the axis the visits that are listed.
    """
    return EmptyPlot(
        said=f"{_DRAWN.get(kind, kind)}\n{_source(options)}",
        series=_series(options, table),
        ticks=_ticks(options, table),
        x_label=options.x_label or _value(options, "x"),
        y_label=options.y_label or _value(options, "y"),
        x_axis=axis_of(getattr(options, "x_axis", AxisOptions())),
        y_axis=axis_of(options.y_axis),
        output=options.output,
    )


def _source(options: PlotOptions) -> str:
    if not isinstance(options, StoredOptions):
        return f"of records of {', '.join(dict.fromkeys(each.dataset for each in options.sources))}"
    drawn = [str(getattr(options, name)) for name in ("variable", "center", "height") if getattr(options, name, None)]
    of = [f"{name} = {level}" for name, level in options.placed_levels.items()]
    return "\n".join(filter(None, [f"of results of {options.results}", ", ".join([*drawn, *of])]))


def _value(options: PlotOptions, side: str) -> str:
    """The variable along an axis, where a spec names one."""
    named = getattr(options, side, None) or (getattr(options, "variable", None) if side == "y" else None)
    return str(getattr(named, "variable", named) or "")


def _series(options: PlotOptions, table: TableOptions | None) -> tuple[str, ...]:
    if table is None:
        return tuple(getattr(options, "order", None) or ())
    if table.columns is None:
        return ()
    shown = table.labels.get(table.columns.by, {})
    chosen = options.columns if isinstance(options, StoredOptions) else None
    names = chosen or tuple(level.name for level in table.columns.levels)
    return tuple(series_name(shown.get(name, name)) for name in names)


def _ticks(options: PlotOptions, table: TableOptions | None) -> tuple[str, ...]:
    """The texts of the visits: those that the figure gives, lists, or that its table lists."""
    by = getattr(options, "by", None)
    if table is None or not isinstance(by, str):
        return ()
    ticks: Mapping[str, str] = getattr(options, "ticks", None) or {}
    visits: Sequence[str] = getattr(options, "listed", ()) or tuple(_listed(table.rows, by))
    return tuple(ticks.get(visit, "") if ticks else visit for visit in visits)


def _listed(rows: Rows, by: str) -> Iterator[str]:
    """The levels that the first grouping by a variable lists."""
    for node in rows:
        if isinstance(node, By) and node.by == by:
            yield from node.show or ()
            return
        if isinstance(node, By | Heading):
            found = tuple(_listed(node.rows, by))
            if found:
                yield from found
                return
