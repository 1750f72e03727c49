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


@dataclass(frozen=True)
class Drawn:
    """What a figure shows, in the unit of its axis: the points of each line, the heights of bars, limits, texts."""

    lines: list[list[float]]
    bars: list[float]
    limits: list[tuple[float, float]]
    texts: list[str]


def read_figure(docx: Path) -> Drawn:
    """The figure of a Word file."""
    with zipfile.ZipFile(docx) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".svg")]
        root = etree.fromstring(archive.read(name))
    axes = root.find(f".//{_SVG}g[@id='axes_1']")
    assert axes is not None
    scale = _scale(axes)
    lines = [
        [scale(float(use.get("y"))) for use in group.iter(f"{_SVG}use")]
        for group in _groups(axes, "line2d_")
        if group.find(f"{_SVG}path") is not None and group.find(f".//{_SVG}use") is not None
    ]
    paths = [group.find(f"{_SVG}path") for group in _groups(axes, "patch_")]
    closed = [path for path in paths if path is not None and path.get("clip-path") and "z" in path.get("d")]
    bars = [max(heights) - min(heights) for heights in ([scale(y) for _, y in _points(path)] for path in closed)]
    limits = [
        tuple(sorted(scale(y) for _, y in _points(path)))
        for group in _groups(axes, "LineCollection_")
        for path in group.iter(f"{_SVG}path")
    ]
    texts = [str(each.text).strip() for each in root.iter(etree.Comment)]
    return Drawn(lines, bars, [(low, high) for low, high in limits], texts)


def _groups(axes: etree._Element, prefix: str) -> list[etree._Element]:
    return [group for group in axes.findall(f"{_SVG}g") if str(group.get("id")).startswith(prefix)]


def _points(path: etree._Element) -> list[tuple[float, float]]:
    numbers = list(map(float, _NUMBER.findall(path.get("d"))))
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _scale(axes: etree._Element) -> Callable[[float], float]:
    """From a place on the canvas to the value there, by the marks of the axis and their texts."""
    marks = []
    for tick in axes.iterfind(f".//{_SVG}g[@id='matplotlib.axis_2']/{_SVG}g"):
        if str(tick.get("id")).startswith("ytick_"):
            use = tick.find(f".//{_SVG}use")
            text = next(tick.iter(etree.Comment)).text
            marks.append((float(use.get("y")), float(text.strip())))
    (y0, first), (y1, last) = marks[0], marks[-1]
    values = [value for _, value in marks]
    assert np.allclose(
        [first + (y - y0) / (y1 - y0) * (last - first) for y, _ in marks], values, atol=1e-4 * max(values)
    )
    return lambda y: first + (y - y0) / (y1 - y0) * (last - first)
