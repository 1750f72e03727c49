"""Subject frame: the frame of figures that draw each subject's values, points of several groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes

from adamline.tlf.figures.frame import Frame
from adamline.tlf.figures.series import Floats
from adamline.tlf.figures.styles import require_styles

_GREY = "#777777"


@dataclass(frozen=True)
class Points:
    """The values of one group: x and y of each point, and whose it is."""

    name: str
    x: Floats
    y: Floats
    subjects: tuple[str, ...]

    @property
    def label(self) -> str | None:
        """What the legend says: nothing of a group without a name."""
        return f"{self.name} (n = {len(set(self.subjects))})" if self.name else None


@dataclass(frozen=True, kw_only=True)
class SubjectFrame(Frame):
    """Points of each group; ``x_lines`` and ``y_lines`` are lines of reference."""

    groups: tuple[Points, ...]
    x_lines: tuple[float, ...] = ()
    y_lines: tuple[float, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart in the figure."""
        require_styles(len(self.groups), self.output)

    @property
    def x_values(self) -> list[float]:
        """Every place from left to right, and the lines of reference."""
        return [*(float(value) for each in self.groups for value in each.x), *self.x_lines]

    @property
    def drawn_values(self) -> list[float]:
        """Every value from bottom to top, and the lines of reference."""
        return [*(float(value) for each in self.groups for value in each.y), *self.y_lines]

    def in_words(self) -> str:
        """What the figure shows, for readers who cannot see it."""
        by = [
            f"{each.name or 'all'} {len(set(each.subjects))} subjects, {np.min(each.y):g} to {np.max(each.y):g}"
            for each in self.groups
            if len(each.y)
        ]
        label = " ".join(self.y_label.split())
        against = f" against {' '.join(self.x_label.split())}" if self.x_label else ""
        return f"{self.kind}: {label}{against}. {'; '.join(by)}."

    def draw_lines(self, axes: Axes) -> None:
        """Draw the lines of reference."""
        for value in self.x_lines:
            axes.axvline(value, color=_GREY, linewidth=0.8, linestyle="--", zorder=0)
        for value in self.y_lines:
            axes.axhline(value, color=_GREY, linewidth=0.8, linestyle="--", zorder=0)
