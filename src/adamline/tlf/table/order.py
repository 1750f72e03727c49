"""Order: which categories a table shows, and which comes first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from adamline.analyses.leaf import LeafOptions
from adamline.analyses.shown import ShownOptions, Sort
from adamline.errors import LayoutError, nearest
from adamline.tlf.table.found import Block, Found, Path


def shown_paths(sources: Sequence[Found], block: Block, options: LeafOptions) -> tuple[Path, ...]:
    """The categories to show in a block, in the order that the options name, inner ones within their outer ones.

    ``sources`` are the results of the analysis, then those of the comparisons beside it, of which the first has the
    differences. An outer category is shown where one of its inner ones is; of equal categories the alphabet decides.
    """
    found = sources[0]
    paths = found.paths(block)
    if not isinstance(options, ShownOptions):
        return paths
    sort = options.sort
    if options.empty == "drop":
        paths = _kept(paths, lambda path: _most(found, block, path, "n", "any") > 0)
    if options.at_least is not None:
        paths = _kept(paths, lambda path: _is_reached(sources, block, path, options))
    if sort is None:
        return paths
    if sort.by == "alphabet":
        return tuple(sorted(paths))
    of, statistic = _differences(sources, block) if sort.by == "difference" else (found, "n")
    return tuple(sorted(paths, key=lambda path: _rank(of, block, path, statistic, sort.of)))


def sorted_levels(sources: Sequence[Found], block: Block, levels: Sequence[str], sort: Sort) -> tuple[str, ...]:
    """The levels of a grouping in a block, in the order that it names.

    Of the first of ``sources`` that counts, the n of a level is that of all its categories together; the highest of any
    column, or that of the one that is named, decides, and of equal levels the alphabet.
    """
    if sort.by == "alphabet":
        return tuple(sorted(levels))
    depth = len(block)
    most: dict[str, float] = dict.fromkeys(levels, 0.0)
    for found in sources:
        here = {
            each: paths for each, paths in found.numbers.items() if each[:depth] == block and len(each) == depth + 1
        }
        columns: dict[tuple[str, str], float] = {}
        for each, paths in here.items():
            shallow = min(map(len, paths))
            for path in paths:
                if len(path) == shallow:
                    for name, value in _of_columns(found, each, path, "n", sort.of or "any").items():
                        columns[each[depth], name] = columns.get((each[depth], name), 0.0) + value
        for (level, _), value in columns.items():
            most[level] = max(most.get(level, 0.0), value)
        if columns:
            break
    return tuple(sorted(levels, key=lambda level: (-most[level], level)))


def _differences(sources: Sequence[Found], block: Block) -> tuple[Found, str]:
    """The results that have differences, and the statistic: of rates beside them, of counts in a comparison."""
    for found, statistic in ((sources[0], "difference"), *((each, "estimate") for each in sources[1:2])):
        cells = found.numbers.get(block, {}).values()
        if any(statistic in stats for cell in cells for stats in cell.values()) or not cells:
            return found, statistic
    raise LayoutError(
        "There are no differences to go by.",
        expected="columns with a `difference` and a `control`",
    )


def _kept(paths: tuple[Path, ...], is_kept: Callable[[Path], bool]) -> tuple[Path, ...]:
    """The innermost paths that are kept, with those around them."""
    deepest = max(map(len, paths), default=0)
    inner = [path for path in paths if len(path) == deepest and is_kept(path)]
    needed = {path[:depth] for path in inner for depth in range(1, deepest + 1)}
    return tuple(path for path in paths if path in needed or (not path and is_kept(path)))


def _is_reached(sources: Sequence[Found], block: Block, path: Path, options: ShownOptions) -> bool:
    """Whether one column has as much as is asked for, and so much more than the control."""
    asked = options.at_least
    assert asked is not None  # noqa: S101 - its one caller asked
    kind, least = asked.threshold
    values = _of_columns(sources[0], block, path, options.thresholds[kind], asked.of)
    enough = {name for name, value in values.items() if value >= least}
    if asked.more is None:
        # Nothing at all reaches 0.
        return bool(enough) or least <= 0
    found, statistic = _differences(sources, block)
    beyond = _of_columns(found, block, path, statistic, asked.of)
    return any(value >= asked.more for name, value in beyond.items() if name in enough)


def _rank(found: Found, block: Block, path: Path, statistic: str, column: str | None) -> tuple[tuple[float, str], ...]:
    """Sorts a path behind its outer ones, by the statistic of each, the highest first, then its text."""
    return tuple(
        (-_most(found, block, path[:depth], statistic, column or "any"), path[depth - 1])
        for depth in range(1, len(path) + 1)
    )


def _most(found: Found, block: Block, path: Path, statistic: str, column: str) -> float:
    """The highest value of a statistic in any column, or the value in the one that is named; without one the lowest."""
    values = _of_columns(found, block, path, statistic, column).values()
    return max(values, default=0.0 if statistic == "n" else -float("inf"))


def _of_columns(found: Found, block: Block, path: Path, statistic: str, column: str) -> Mapping[str, float]:
    """The values of a statistic by column: of all that have one, or of the one that is named."""
    cells = found.numbers.get(block, {}).get(path, {})
    of = {name: stats[statistic].value for (_, name), stats in cells.items() if statistic in stats}
    if column != "any" and column not in of:
        raise LayoutError(
            f"No column is {column}.", expected="a column of the table, by its level", hint=nearest(column, of)
        )
    return {name: value for name, value in of.items() if value == value and column in ("any", name)}
