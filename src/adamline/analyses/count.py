"""Count: subjects and events by categories, nested as deep as wanted, as PROC FREQ counts them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.behind_counts import denominators
from adamline.analyses.categories import SUBJECTS, CategoryOptions, Of, check_order, place_categories
from adamline.analyses.cells import Group, joined, place_records
from adamline.analyses.counted import Counted, counted, left_out
from adamline.analyses.display import percents
from adamline.analyses.frames import records_of
from adamline.analyses.leaf import Given, LineOptions, Stat, cell_results
from adamline.analyses.levels import ordered_levels
from adamline.analyses.lines import Line
from adamline.analyses.records import SUBJECT
from adamline.analyses.shown import ShownOptions, Threshold
from adamline.analyses.unit import require_unit
from adamline.results.ard import Around, with_ids
from adamline.results.selection import limits_text

METHOD = "PROC FREQ"
COUNTS = ("n", "N", "pct", "events")
COUNT_LINES = {
    "n_pct": Line("n (%)", "{n}| ({pct})"),
    "n_pct_sign": Line("n (%)", "{n}| ({pct}%)"),
    "n": Line("n", "{n}"),
    "pct": Line("%", "{pct}"),
    "n_N": Line("n/N", "{n}/{N}"),
    "n_N_pct": Line("n/N (%)", "{n}/{N}| ({pct})"),
    "N": Line("N", "{N}"),
    "events": Line("Events", "{events}"),
    "n_pct_events": Line("n (%) events", "{n}| ({pct})| {events}"),
}


class Options(ShownOptions):
    """Options of a count: its categories, and which of them the table shows in which order; results have them all.

    ``unit`` are the spellings of the unit that PARAM of the records is to say, as conditions on AVAL need it.
    """

    of: Of = Field(alias="count")
    statistics: tuple[str | LineOptions, ...] = ("n_pct",)
    unit: tuple[str, ...] = ()

    known: ClassVar[Collection[str]] = COUNTS
    patterns: ClassVar[Mapping[str, Line]] = COUNT_LINES
    counts: ClassVar[bool] = True
    thresholds: ClassVar[dict[Threshold, str]] = {"percent": "pct", "n": "n"}


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """Subjects (n), the subjects that they are a part of (N), per cent and events of each category in each cell.

    n counts different subjects, once in each category; events are records. Results of an inner category name the outer
    ones as groups. Rules of categories, order and denominators: `CategoryOptions`, `counted`. DataError for records in
    another unit than ``unit``.
    """
    require_unit(given.cells.records, options.unit)
    parts = [count_results(given, options, each) for each in counted(given, options)]
    parts += left_out_results(given, options)
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else parts[0]


check = check_order


def count_results(given: Given, options: CategoryOptions, counts: Counted) -> pd.DataFrame:
    """Results n, N, per cent and events of counts."""
    rule = (options.display or given.display).percent
    pct, pct_texts = percents(counts.n, counts.total, rule)
    once = f"once at the highest {options.worst}" if options.worst else f"each {SUBJECT} once"
    said = ", ".join(filter(None, [once, options.said_of_subjects]))
    stats = [
        Stat("n", "n", counts.n, counts.n.astype(str).astype(object), METHOD, said),
        Stat(
            "N",
            "N",
            counts.total,
            counts.total.astype(str).astype(object),
            METHOD,
            f"denominator: {options.denominator}",
        ),
        Stat("pct", "%", pct, pct_texts, METHOD, said),
        Stat(
            "events",
            "Events",
            counts.events,
            counts.events.astype(str).astype(object),
            METHOD,
            once if options.worst else "each record",
        ),
    ]
    cells = counts.placed.cells
    rows = cell_results(cells, counts.codes, stats, **counts.names(len(cells.groups) + 1))
    where, whom = np.repeat(counts.where, len(stats)), np.repeat(counts.whom, len(stats))
    is_total = np.tile([stat.name == "N" for stat in stats], len(counts.codes))
    where[is_total], whom[is_total] = counts.total_where, counts.total_whom
    of = np.full(len(rows), "", dtype=object)
    of[rows["stat_name"] == "pct"] = denominators(counts.total_of, counts.total_where, counts.total_whom)
    dataset = np.where(is_total, counts.total_of, cells.records.dataset.name)
    return rows.assign(where=where, dataset=dataset, whom=whom, denominator=of)


def left_out_results(given: Given, options: CategoryOptions) -> list[pd.DataFrame]:
    """A warning that counts the records without a category, where these are dropped and there are any."""
    if options.missing != "drop":
        return []
    placed = place_categories(given, options)
    count = len(np.unique(placed.cells.record[left_out(placed)]))
    if not count:
        return []
    names = ", ".join(options.variables)
    records = placed.cells.records
    condition = " or ".join(f"{name} is missing" for name in options.variables)
    made = pd.DataFrame(
        {
            "analysis": Around.LACKING.value,
            "variable": options.variables[-1],
            "stat_name": "n",
            "stat_label": "n",
            "stat": [float(count)],
            "stat_text": str(count),
            "warning": f"records left out, without {names}: {count}",
            "dataset": records.dataset.name,
            "where": joined(["" if records.condition is None else f"({records.condition})", f"({condition})"], 1),
            "whom": limits_text(*records.whom),
        }
    )
    return [made]


def count(
    frame: pd.DataFrame,
    of: str | list[str] = SUBJECTS,
    *,
    by: str | None = None,
    population: pd.DataFrame | None = None,
    population_by: str | None = None,
    **options: object,
) -> pd.DataFrame:
    """Counts of subjects and events of a DataFrame as results (ARD), for a notebook.

    ``of`` names the categories, from the outermost in, or is ``subjects``; ``by`` is the grouping of the columns;
    ``population`` has one record for each subject of whom per cents are, by ``population_by`` (``by`` if left out);
    without it they are of the subjects with records. ``options`` are those of a row ``count`` of a table. Returns rows
    n, N, pct and events. Source: SAS PROC FREQ; ADaM OCCDS.

    >>> import pandas as pd
    >>> adae = pd.DataFrame({"USUBJID": ["1", "1", "2"], "TRTA": ["A", "A", "B"], "AEDECOD": ["RASH", "RASH", "RASH"]})
    >>> adsl = pd.DataFrame({"USUBJID": list("1234"), "TRT01A": list("AABB")})
    >>> made = count(adae, "AEDECOD", by="TRTA", population=adsl, population_by="TRT01A")
    >>> made[made.stat_name.isin(["n", "pct"])][["group1_level", "variable_level", "stat_name", "stat_text"]]
      group1_level variable_level stat_name stat_text
    0            A           RASH         n         1
    2            A           RASH       pct      50.0
    4            B           RASH         n         1
    6            B           RASH       pct      50.0
    """
    checked = Options.model_validate({"count": of, **options})
    records = records_of(frame)
    subjects_records = records_of(population, "POPULATION") if population is not None else None
    groups, subject_groups = [], []
    if by is not None:
        whose = (subjects_records, population_by or by) if subjects_records is not None else (records, by)
        known = Group(whose[1], ordered_levels(*whose))
        groups, subject_groups = [Group(by, known.levels)], [known]
    subjects = place_records(subjects_records, subject_groups) if subjects_records is not None else None
    given = Given(place_records(records, groups), subjects, has_columns=by is not None)
    made = analyse(given, checked)
    analysis = made["analysis"].fillna("count") if "analysis" in made.columns else "count"
    return with_ids(made.assign(analysis=analysis), records.dataset.name)
