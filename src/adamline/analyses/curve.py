"""Curve: the Kaplan-Meier estimate at every time of each column, stored for figures; no row of the table shows it."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.display import NOT_ESTIMABLE
from adamline.analyses.leaf import Given, LeafOptions, Stat, cell_results
from adamline.analyses.records import has_value
from adamline.analyses.repeated import repeated_subjects
from adamline.analyses.times import ConfType, TimeOptions, times_of
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number, format_shortest
from adamline.stats.kaplan_meier import METHOD, kaplan_meier_groups


class Options(TimeOptions, LeafOptions):
    """Options of a curve: the time ``of`` (AVAL), and ``failure``, ``conftype``, ``level`` as in `survival`."""

    of: VariableName = Field(alias="curve")
    failure: bool = False
    conftype: ConfType = "loglog"
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95

    only_drawn: ClassVar[bool] = True


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """At 0 and each distinct time of a cell, which is the level of the variable: the rate in per cent, and its limits.

    With it the numbers at risk, of events and of censored times. A record without a time or CNSR is left out; a cell
    without records has no result. Source: SAS PROC LIFETEST, METHOD=KM, OUTSURV=.

    >>> from adamline.analyses.frames import placed
    >>> adtte = pd.DataFrame({"AVAL": [2.0, 3, 3, 5], "CNSR": [0.0, 0, 1, 0]})
    >>> made = analyse(placed(adtte), Options.model_validate({"curve": "AVAL"}))
    >>> rates = made[made["stat_name"] == "rate"]
    >>> list(zip(rates["variable_level"], rates["stat_text"]))
    [('0', '100.0'), ('2', '75.0'), ('3', '50.0'), ('5', '0.0')]
    """
    cells = given.cells
    times = times_of(cells, options.of, options.censor, options.event)
    found = kaplan_meier_groups(
        times.time, times.event, times.code, cells.size, conftype=options.conftype, level=options.level
    )
    codes = found["group"].to_numpy(dtype=np.int64)
    survival, lower, upper = (found[name].to_numpy(dtype=np.float64) * 100 for name in ("survival", "lower", "upper"))
    if options.failure:
        survival, lower, upper = 100 - survival, 100 - upper, 100 - lower
    places = (options.display or given.display).percent.decimals
    said = f"conftype={options.conftype}, level={options.level!r}"
    what = "Event rate, %" if options.failure else "Event-free rate, %"
    is_start = found["time"].to_numpy() == 0
    warnings = np.where(is_start, repeated_subjects(cells, options.of)[codes], "").astype(object)
    stats = [Stat("rate", what, survival, format_number(survival, places, NOT_ESTIMABLE), METHOD, said, warnings)]
    for end, values in (("lower", lower), ("upper", upper)):
        label = f"{end.title()} {options.level * 100:g}% limit"
        stats.append(Stat(end, label, values, format_number(values, places, NOT_ESTIMABLE), METHOD, said))
    for name, label, column in (
        ("at_risk", "At risk", "n_risk"),
        ("events", "Events", "n_event"),
        ("censored", "Censored", "n_censored"),
    ):
        counts = found[column].to_numpy(dtype=np.int64)
        stats.append(Stat(name, label, counts, counts.astype(str).astype(object), METHOD))
    levels = np.asarray(format_shortest(found["time"].to_numpy(dtype=np.float64)), dtype=object)
    rows = cell_results(cells, codes, stats, variable=options.of, variable_level=levels)
    return rows.assign(where=np.repeat(cells.conditions(codes, str(has_value(options.of))), len(stats)))
