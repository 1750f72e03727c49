"""Kaplan-Meier: the figure of times to an event, drawn from stored results."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from adamline.analyses.drawn_results import columns_of
from adamline.analyses.kaplan_meier import RATE, Options, Stated, at_times
from adamline.analyses.lines import Line
from adamline.results.ard import Around
from adamline.tlf.figures.step_plot import StepPlot, Steps
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds._figure import axis_of, figure_layout, label_of, series_name, stored_label
from adamline.tlf.layout import Layout

_CENSORED = "Censored"


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: steps, limits and numbers exactly as stored; the text for none where there is none."""
    is_there = bool((results["stat_name"] == RATE).any())
    return figure_layout(results, options, page, plot_of(results, options) if is_there else None)


def plot_of(results: pd.DataFrame, options: Options) -> StepPlot:
    """What is drawn: the steps of each column of the table, in its order."""
    numbers = results[~results["analysis"].isin(list(Around))].reset_index(drop=True)
    numbers = numbers.assign(column=columns_of(numbers, options))
    curve = numbers[numbers["analysis"].isin(numbers["analysis"][numbers["stat_name"] == RATE])]
    survival = numbers[numbers["stat_name"].str.contains(r"^at_risk_|^rate_") | ~numbers.index.isin(curve.index)]
    risks = at_times(survival)
    return StepPlot(
        series=tuple(_steps(curve, survival, name, options) for name in dict.fromkeys(curve["column"])),
        title="Kaplan-Meier plot",
        places=tuple(float(name.removeprefix("at_risk_").replace("_", ".")) for name in risks),
        stated=tuple(text for each in options.stated for text in _stated(numbers, each)),
        bands=options.bands,
        marks_are=_CENSORED if options.censored else "",
        x_label=options.x_label,
        y_label=options.y_label or _y_label(results, options),
        n_label=options.n_label,
        x_axis=axis_of(options.x_axis),
        y_axis=axis_of(options.y_axis),
        output=options.output,
    )


def _steps(curve: pd.DataFrame, survival: pd.DataFrame, column: str, options: Options) -> Steps:
    of = curve[curve["column"] == column]
    values = {name: each["stat"].to_numpy(dtype=np.float64) for name, each in of.groupby("stat_name", sort=False)}
    times = of["variable_level"][of["stat_name"] == RATE].to_numpy(dtype=object).astype(np.float64)
    summary = survival[survival["column"] == column]
    texts = dict(zip(summary["stat_name"], summary["stat_text"], strict=True))
    name = series_name(column)
    said = Line("", options.legend).fill(texts)
    return Steps(
        name=name,
        label=f"{name} ({said})" if said else name,
        x=times,
        y=values[RATE],
        lower=values["lower"],
        upper=values["upper"],
        marked=values["censored"] if options.censored else np.zeros(len(times)),
        numbers=tuple(texts.get(risk, "") for risk in at_times(survival)),
        words=_words(name, said, texts, at_times(survival, "rate_")),
    )


def _words(name: str, said: str, texts: Mapping[str, str], rates: Mapping[str, str]) -> str:
    """The name, what the legend says, and the last time at which there is a rate."""
    last = next(((risk, rate) for risk, rate in reversed(list(rates.items())) if texts.get(rate, "NE") != "NE"), None)
    parts = [said] if said else []
    if last:
        time = last[0].removeprefix("at_risk_").replace("_", ".")
        parts.append(f"{texts[last[1]]}% at {time} with {texts.get(last[0], '0')} at risk")
    return f"{name} ({'; '.join(parts)})" if parts else name


def _stated(numbers: pd.DataFrame, each: Stated) -> list[str]:
    """The texts of a row: one, or one for each column, with its name."""
    found = numbers[numbers["analysis"] == each.of]
    made = []
    for column, of in found.groupby(found["column"].astype(str), sort=False):
        text = Line("", each.show).fill(dict(zip(of["stat_name"], of["stat_text"], strict=True)))
        several = found["column"].nunique() > 1
        made += [f"{column!s}: {text}" if several and column else text] if text else []
    return made


def _y_label(results: pd.DataFrame, options: Options) -> str:
    what = stored_label(results, RATE)
    return what if options.parameter is None else f"{label_of(results, parameter=options.parameter)}\n{what}"
