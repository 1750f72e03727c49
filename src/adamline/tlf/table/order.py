"""Order: which categories a table shows, and which comes first."""

from __future__ import annotations

from collections.abc import Callable

from adamline.analyses.leaf import LeafOptions
from adamline.errors import LayoutError, nearest
from adamline.tlf.table.found import Block, Found, Number, Path


def shown_paths(found: Found, block: Block, options: LeafOptions) -> tuple[Path, ...]:
    """The categories to show in a block, in the order that the options name, inner ones within their outer ones.

    An outer category is shown where one of its inner ones is; of categories of one frequency the alphabet decides.
    """
    paths = found.paths(block)
    sort, at_least = getattr(options, "sort", None), getattr(options, "at_least", None)
    if getattr(options, "empty", "keep") == "drop":
        paths = _kept(paths, lambda path: _most(found, block, path, "n", "any") > 0)
    if at_least is not None:
        statistic, least = ("pct", at_least.percent) if at_least.percent is not None else ("n", at_least.n)
        paths = _kept(paths, lambda path: _most(found, block, path, statistic, at_least.of) >= least)
    if sort is None:
        return paths
    if sort.by == "alphabet":
        return tuple(sorted(paths))
    return tuple(sorted(paths, key=lambda path: _rank(found, block, path, sort.of)))


def _kept(paths: tuple[Path, ...], is_kept: Callable[[Path], bool]) -> tuple[Path, ...]:
    """The innermost paths that are kept, with those around them."""
    deepest = max(map(len, paths), default=0)
    inner = [path for path in paths if len(path) == deepest and is_kept(path)]
    needed = {path[:depth] for path in inner for depth in range(1, deepest + 1)}
    return tuple(path for path in paths if path in needed or (not path and is_kept(path)))


def _rank(found: Found, block: Block, path: Path, column: str | None) -> tuple[tuple[float, str], ...]:
    """Sorts a path behind its outer ones, by the frequency of each, then its text."""
    return tuple(
        (-_most(found, block, path[:depth], "n", column or "any"), path[depth - 1]) for depth in range(1, len(path) + 1)
    )


def _most(found: Found, block: Block, path: Path, statistic: str, column: str) -> float:
    """The highest value of a statistic in any column, or the value in the one that is named."""
    cells = found.numbers[block].get(path, {})
    of = {name: stats[statistic] for (_, name), stats in cells.items() if statistic in stats}
    if column != "any" and column not in of:
        raise LayoutError(
            f"No column is {column}.", expected="a column of the table, by its level", hint=nearest(column, of)
        )
    chosen: list[Number] = list(of.values()) if column == "any" else [of[column]]
    return max((number.value for number in chosen if number.value == number.value), default=0.0)
