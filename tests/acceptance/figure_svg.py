"""Reads the numbers of a figure back from its SVG: points of lines, heights of bars, limits, texts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lxml import etree

_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


Point = tuple[float, float]


@dataclass(frozen=True)
class Drawn:
    """What a figure shows, in the unit of its axis: the points of each line, the heights of bars, limits, texts.

    ``curves`` are the corners of each line, ``marks`` the places of each group of markers, ``areas`` the corners of
    what is filled, each as x and y in the units of the axes.
    """

    lines: list[list[float]]
    bars: list[float]
    limits: list[tuple[float, float]]
    texts: list[str]
    curves: list[list[Point]]
    marks: list[list[Point]]
    areas: list[list[Point]]


def read_figure(docx: Path) -> Drawn:
    """The figure of a Word file."""
    with zipfile.ZipFile(docx) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".svg")]
        return read_svg(archive.read(name))


def read_svg(svg: bytes, axes_id: str = "axes_1", *, x_log: bool = False, y_log: bool = False) -> Drawn:
    """The figure of an SVG; of an axis that has no numbers the places are those on the canvas."""
    root = etree.fromstring(svg)
    axes = root.find(f".//{_SVG}g[@id='{axes_id}']")
    assert axes is not None
    across, scale = _scale(axes, 1, log=x_log), _scale(axes, 2, log=y_log)
    groups = _groups(axes, "line2d_")
    lines = [
        [scale(float(use.get("y"))) for use in group.iter(f"{_SVG}use")]
        for group in groups
        if group.find(f"{_SVG}path") is not None and group.find(f".//{_SVG}use") is not None
    ]
    paths = [group.find(f"{_SVG}path") for group in _groups(axes, "patch_")]
    closed = [path for path in paths if path is not None and path.get("clip-path") and "z" in path.get("d")]
    bars = [max(heights) - min(heights) for heights in ([scale(y) for _, y in _points(path)] for path in closed)]
    limits = [
        (min(ends), max(ends))
        for group in _groups(axes, "LineCollection_")
        for path in group.iter(f"{_SVG}path")
        if (ends := [scale(y) for _, y in _points(path)])
    ]
    drawn = [path for group in groups if (path := group.find(f"{_SVG}path")) is not None]
    return Drawn(
        lines,
        bars,
        limits,
        [str(each.text).strip() for each in root.iter(etree.Comment)],
        [[(across(x), scale(y)) for x, y in _points(path)] for path in drawn],
        [
            [(across(float(use.get("x"))), scale(float(use.get("y")))) for use in uses]
            for group in groups
            if (uses := list(group.iter(f"{_SVG}use")))
        ],
        [[(across(x), scale(y)) for x, y in _points(path)] for path in closed],
    )


def _groups(axes: etree._Element, prefix: str) -> list[etree._Element]:
    return [group for group in axes.findall(f"{_SVG}g") if str(group.get("id")).startswith(prefix)]


def _points(path: etree._Element) -> list[tuple[float, float]]:
    numbers = list(map(float, _NUMBER.findall(path.get("d"))))
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _scale(axes: etree._Element, number: int, *, log: bool = False) -> Callable[[float], float]:
    """From a place on the canvas to the value there, by the marks of the axis and their texts."""
    place, prefix = ("x", "xtick_") if number == 1 else ("y", "ytick_")
    marks = []
    for tick in axes.iterfind(f".//{_SVG}g[@id='matplotlib.axis_{_axis_number(axes, number)}']/{_SVG}g"):
        texts = [str(text.text).strip() for text in tick.iter(etree.Comment)]
        if str(tick.get("id")).startswith(prefix) and texts and _NUMBER.fullmatch(texts[0]):
            use = tick.find(f".//{_SVG}use")
            marks.append((float(use.get(place)), float(texts[0])))
    if len(marks) < 2:
        return lambda at: at
    (first_at, first), (last_at, last) = marks[0], marks[-1]
    if log:
        return lambda at: first * (last / first) ** ((at - first_at) / (last_at - first_at))

    def value(at: float) -> float:
        return first + (at - first_at) / (last_at - first_at) * (last - first)

    values = [value for _, value in marks]
    is_scale = np.allclose([value(at) for at, _ in marks], values, atol=1e-4 * max(map(abs, values)))
    if number == 1 and not is_scale:  # visits at equal distances, whose texts are numbers
        return lambda at: at
    assert is_scale
    return value


def _axis_number(axes: etree._Element, number: int) -> int:
    """The axes of a second field are numbered on from those of the first."""
    field = int(str(axes.get("id")).rpartition("_")[2])
    return 2 * (field - 1) + number
