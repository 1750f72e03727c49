"""Drawing: the figure that a program of the study draws from stored results."""

from __future__ import annotations

from functools import partial

import pandas as pd

from adamline.analyses.drawing import Drawings, Options
from adamline.errors import LayoutError, Place
from adamline.results.ard import Around
from adamline.tlf.figures.own_plot import OwnPlot
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds._figure import axis_of, figure_layout
from adamline.tlf.layout import Layout


def lay_out(results: pd.DataFrame, options: Options, page: PageContext, drawings: Drawings) -> Layout:
    """The layout of the figure, as the program draws it; the text for none where there is nothing to draw."""
    numbers = results[~results["analysis"].isin(list(Around))].reset_index(drop=True)
    if not numbers["stat"].notna().any():
        return figure_layout(results, options, page, None)
    found = drawings(options.draw.partition(".")[2])
    assert found is not None  # noqa: S101 - the options were read with the same programs
    words = found.words(numbers, options.values)
    if not isinstance(words, str) or not words.strip():
        raise LayoutError(
            f"`{options.draw}` does not say what is seen.",
            place=Place(file=options.output),
            expected="a text from its function words",
            found=repr(words)[:80],
        )
    plot = OwnPlot(
        drawn=partial(found.draw, numbers, options.values),
        words=words,
        x_label=options.x_label,
        y_label=options.y_label or "",
        y_axis=axis_of(options.y_axis),
        output=options.output,
    )
    return figure_layout(results, options, page, plot)
