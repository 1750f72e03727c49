"""Numbers computed again from the records that are said to be behind them, by plain numpy, pandas and scipy."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.stats as st

from adamline.results.csv_file import read_results
from adamline.results.selection import Selection, Selector, read_denominator, selection_of
from adamline.study.explain.files import Files
from adamline.study.made import run_in

Frame = pd.DataFrame
DAYS = 365.25
# Of subjects, where a table has no head that names it.
PLANNED = ("TRT01A", "TRT01P")


@dataclass
class Recomputed:
    """How many results were computed again, by statistic; those that differ; those that nothing here computes."""

    same: Counter[str] = field(default_factory=Counter)
    differ: list[str] = field(default_factory=list)
    counted_only: Counter[str] = field(default_factory=Counter)


@dataclass
class Run:
    """The results of one output, and the records that their selections select."""

    files: Files
    selector: Selector
    results: Frame
    frames: dict[str, Frame]
    denominators: dict[str, Selection] = field(default_factory=dict)
    # The records of the selections last looked at, which results of a cell share.
    recent: dict[Selection, Frame] = field(default_factory=dict)
    # What is asked of each result of a column, or of a cell, again.
    known: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def frame(self, dataset: str) -> Frame:
        if dataset not in self.frames:
            table = self.files.table(dataset)
            whole = table.read(table.variables)
            texts = {name: whole[name].astype(object) for name in whole if whole[name].dtype.kind not in "fM"}
            texts["USUBJID"] = whole["USUBJID"].astype("category")
            self.frames[dataset] = whole.assign(**texts)
        return self.frames[dataset]

    @cached_property
    def used(self) -> set[str]:
        """The variables that the results of the output name."""
        named = ["variable", "options", *(name for name in self.results if re.fullmatch("group[0-9]+", name))]
        texts = {text for name in named for text in self.results[name].unique()}
        return {"USUBJID", "AVAL", "CNSR", *PLANNED, *(word for text in texts for word in re.findall(r"\w+", text))}

    def selected(self, selection: Selection) -> Frame:
        if selection not in self.recent:
            if len(self.recent) > 20:
                self.recent.clear()
            frame = self.frame(selection.dataset)
            names = [name for name in frame.columns if name in self.used]
            self.recent[selection] = frame[names].take(np.flatnonzero(self.selector.rows(selection)))
        return self.recent[selection]

    def selection(self, result: Mapping[str, object]) -> Selection:
        selection = selection_of(result)  # type: ignore[arg-type]
        assert selection is not None
        return selection

    def denominator(self, result: Mapping[str, object]) -> Selection:
        text = str(result["denominator"])
        if text not in self.denominators:
            selection = read_denominator(text)
            assert selection is not None, f"{result['result']} has no denominator"
            self.denominators[text] = selection
        return self.denominators[text]

    def behind(self, result: Mapping[str, object]) -> Frame:
        return self.selected(self.selection(result))

    def whole(self, result: Mapping[str, object]) -> Frame:
        return self.selected(self.denominator(result))

    def subjects(self, selection: Selection) -> int:
        """How many subjects the records of a selection are of."""
        if ("subjects", selection) not in self.known:
            self.known["subjects", selection] = subjects(self.selected(selection))
        return self.known["subjects", selection]

    def subjects_of_sides(self, selection: Selection, result: Mapping[str, object]) -> tuple[int, int]:
        """How many subjects stand in the column of a comparison, and in the one that it is against."""
        key = ("sides", selection, result["group1"], against_of(result))
        if key not in self.known:
            one, other = self.sides(self.selected(selection), result)
            self.known[key] = subjects(one), subjects(other)
        return self.known[key]

    def members(self, column: str) -> set[str]:
        """The treatments of a column, as its head has them."""
        if ("members", column) not in self.known:
            self.known["members", column] = self._members(column)
        return self.known["members", column]

    def beside(self, result: Mapping[str, object], name: str) -> Mapping[str, object]:
        """The statistic of this name of the same cell."""
        return self.by_id[str(result["result"]).rpartition("/")[0] + "/" + name]

    @cached_property
    def by_id(self) -> dict[str, dict[str, object]]:
        rows = self.results.to_dict("records")
        return {str(each["result"]): {str(name): value for name, value in each.items()} for each in rows}

    def _members(self, column: str) -> set[str]:
        heads = self.results[self.results["analysis"] == "columns"]
        heads = heads[heads["variable_level"] == column]
        if not len(heads):
            return {column}
        head = heads.iloc[0].to_dict()
        rows = self.behind(head)
        return set(rows[head["variable"]].dropna().unique()) or {column}

    def column_variable(self, frame: Frame, result: Mapping[str, object]) -> str:
        names = [str(result["group1"]), *self.head_variables, *PLANNED]
        return next(name for name in names if name in frame.columns)

    @cached_property
    def head_variables(self) -> list[str]:
        return list(self.results.loc[self.results["analysis"] == "columns", "variable"].unique())

    def sides(self, frame: Frame, result: Mapping[str, object]) -> tuple[Frame, Frame]:
        """The records of the column of a comparison, and those of the one that it is against."""
        by = self.column_variable(frame, result)
        other = self.members(against_of(result))
        against_it, there = frame[by].isin(other).to_numpy(), frame[by].notna().to_numpy()
        return frame[there & ~against_it], frame[against_it]


def against_of(result: Mapping[str, object]) -> str:
    """The column that a comparison is against."""
    label = str(result["stat_label"]).replace(" vs ", " against ")
    against = re.search(r"against ([^,]+)", f"{result['options']}, {label}")
    assert against is not None, result["result"]
    return against[1]


def subjects(frame: Frame) -> int:
    return len(np.unique(frame["USUBJID"].cat.codes))


def values(frame: Frame, result: Mapping[str, object]) -> np.ndarray:
    found = frame[str(result["variable"])].to_numpy(dtype=float)
    return found[~np.isnan(found)]


def _freq(run: Run, result: Mapping[str, object], name: str) -> float | None:
    if name in ("n", "N"):
        return run.subjects(run.selection(result))
    if name == "pct":
        of = run.subjects(run.denominator(result))
        return 100 * run.subjects(run.selection(result)) / of if of else np.nan
    frame = run.behind(result)
    if name == "events":
        return subjects(frame) if "once" in str(result["options"]) else len(frame)
    if name == "p" and "Fisher" in str(result["method"]) and result["variable"] == "USUBJID":
        met, of = (run.subjects_of_sides(part, result) for part in (run.selection(result), run.denominator(result)))
        return float(st.fisher_exact([[n, all_of - n] for n, all_of in zip(met, of, strict=True)]).pvalue)
    if name == "p" and "Fisher" in str(result["method"]):
        one, other = run.sides(frame, result)
        answers = sorted(frame[str(result["variable"])].dropna().unique())
        if len(answers) != 2 or not len(one) or not len(other):
            return np.nan
        table = [[int((side[result["variable"]] == a).sum()) for a in answers] for side in (one, other)]
        return float(st.fisher_exact(table).pvalue)
    return None


def _risk_difference(run: Run, result: Mapping[str, object], name: str) -> float | None:
    n1, n2 = run.subjects_of_sides(run.selection(result), result)
    of1, of2 = run.subjects_of_sides(run.denominator(result), result)
    if not of1 or not of2:
        return np.nan
    p1, p2 = n1 / of1, n2 / of2
    half = st.norm.ppf(0.975) * np.sqrt(p1 * (1 - p1) / of1 + p2 * (1 - p2) / of2)
    return {"estimate": 100 * (p1 - p2), "lower": 100 * (p1 - p2 - half), "upper": 100 * (p1 - p2 + half)}[name]


def _odds_ratio(run: Run, result: Mapping[str, object], name: str) -> float | None:
    if result["variable"] != "USUBJID":
        return None
    met, of = (run.subjects_of_sides(part, result) for part in (run.selection(result), run.denominator(result)))
    cells = [*met, *(all_of - n for n, all_of in zip(met, of, strict=True))]
    if 0 in cells:
        return np.nan
    yes, yes_other, no, no_other = cells
    half = st.norm.ppf(0.975) * np.sqrt(sum(1 / cell for cell in cells))
    sign = {"estimate": 0, "lower": -1, "upper": 1}[name]
    return float(yes * no_other / (no * yes_other) * np.exp(sign * half))


def _means(run: Run, result: Mapping[str, object], name: str) -> float | None:
    frame = run.behind(result)
    if name == "n_missing":
        return len(frame)
    x = values(frame, result)
    if name == "n":
        return len(x)
    if not len(x):
        return np.nan
    plain: dict[str, Callable[[], float]] = {
        "mean": lambda: float(x.mean()),
        "sd": lambda: float(x.std(ddof=1)) if len(x) > 1 else np.nan,
        "median": lambda: float(np.quantile(x, 0.5, method="averaged_inverted_cdf")),
        "p25": lambda: float(np.quantile(x, 0.25, method="averaged_inverted_cdf")),
        "p75": lambda: float(np.quantile(x, 0.75, method="averaged_inverted_cdf")),
        "minimum": lambda: float(x.min()),
        "maximum": lambda: float(x.max()),
    }
    if name in plain:
        return plain[name]()
    if name in ("lower", "upper"):
        if len(x) < 2:
            return np.nan
        half = st.t.ppf(0.975, len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x))
        return float(x.mean() - half if name == "lower" else x.mean() + half)
    return None


def _rank_sum(run: Run, result: Mapping[str, object], name: str) -> float | None:
    one, other = (values(side, result) for side in run.sides(run.behind(result), result))
    if len(one) < 2 or len(other) < 2 or len({*one, *other}) == 1:
        return np.nan
    if "exact" in str(result["method"]):
        if len({*one, *other}) < len(one) + len(other):
            return None  # scipy's exact test knows no ties
        return float(st.mannwhitneyu(one, other, method="exact").pvalue)
    return float(st.mannwhitneyu(one, other, method="asymptotic", use_continuity=True).pvalue)


def _t_test(run: Run, result: Mapping[str, object], name: str) -> float | None:
    one, other = (values(side, result) for side in run.sides(run.behind(result), result))
    if len(one) < 2 or len(other) < 2:
        return None
    found = st.ttest_ind(one, other)
    if name == "p":
        return float(found.pvalue)
    if name == "difference":
        return float(one.mean() - other.mean())
    limits = found.confidence_interval(0.95)
    return float(limits.low if name == "lower" else limits.high)


_SAID = re.compile(r"(first|all) events, time (\w+)(?: until (\w+))? in days, per (\d+) years")


def _said(result: Mapping[str, object]) -> re.Match[str]:
    said = _SAID.match(str(result["options"]))
    assert said is not None, result["options"]
    return said


def _rate_of(frame: Frame, whole: Frame, said: re.Match[str]) -> tuple[int, float]:
    """How many events there are, and the years at risk."""
    n = subjects(frame) if said[1] == "first" else len(frame)
    days = float(whole[said[2]].sum())
    if said[1] == "first" and len(frame):
        first = frame.groupby("USUBJID", observed=True)[said[3]].min()
        time = whole.set_index("USUBJID")[said[2]].reindex(first.index)
        days -= float(np.maximum(time - np.maximum(first, 0), 0).sum())
    return n, days / DAYS


def _rates(run: Run, result: Mapping[str, object], name: str) -> float | None:
    said = _said(result)
    if name == "n":
        return run.subjects(run.selection(result)) if said[1] == "first" else len(run.behind(result))
    key = ("rate", run.selection(result), run.denominator(result), said[0])
    if key not in run.known:
        run.known[key] = _rate_of(run.behind(result), run.whole(result), said)
    n, years = run.known[key]
    per = float(said[4])
    if name == "person_years":
        return years
    if not years:
        return np.nan
    low = st.chi2.ppf(0.025, 2 * n) / 2 if n else 0.0
    high = st.chi2.ppf(0.975, 2 * n + 2) / 2
    return {"rate": n, "lower": low, "upper": high}[name] * per / years


def _rate_pairs(run: Run, result: Mapping[str, object], name: str) -> float | None:
    # The rates of both columns stand beside it, computed above from their own records.
    said = _said(run.beside(result, "rate"))
    key = ("rates", run.selection(result), run.denominator(result), said[0], result["group1"], against_of(result))
    if key not in run.known:
        events, times = (run.sides(part, result) for part in (run.behind(result), run.whole(result)))
        run.known[key] = [_rate_of(*both, said) for both in zip(events, times, strict=True)]
    (n1, years1), (n2, years2) = run.known[key]
    per = float(said[4])
    if name.startswith("difference"):
        half = st.norm.ppf(0.975) * np.sqrt(n1 / years1**2 + n2 / years2**2)
        sign = {"difference": 0, "difference_lower": -1, "difference_upper": 1}[name]
        return per * (n1 / years1 - n2 / years2 + sign * half)
    if name == "ratio":
        return n1 / years1 / (n2 / years2) if n2 else np.nan
    # Given their sum the first count is binomial.
    if name == "p":
        both = st.binom(n1 + n2, years1 / (years1 + years2))
        return min(1.0, 2 * min(both.cdf(n1), both.sf(n1 - 1)))
    if name == "ratio_lower":
        share = st.beta.ppf(0.025, n1, n2 + 1) if n1 else 0.0 if n2 else np.nan
    elif name == "ratio_upper":
        share = st.beta.ppf(0.975, n1 + 1, n2) if n2 else np.nan
    else:
        return None
    return share / (1 - share) * years2 / years1


def _survival(run: Run, result: Mapping[str, object], name: str) -> float | None:
    frame = run.behind(result)
    if "CNSR" not in frame.columns or re.search(r"/[0-9.]+/[a-z_]+$", str(result["result"])):
        return None
    time, event = frame["AVAL"].to_numpy(dtype=float), (frame["CNSR"] == 0).to_numpy()
    plain = {"n": len(frame), "events": event.sum(), "censored": (~event).sum()}
    if name in plain and str(result["variable_level"]) == "":
        return float(plain[name])
    if name.endswith("_pct"):
        return 100 * plain[name.removesuffix("_pct")] / len(frame) if len(frame) else np.nan
    at = re.fullmatch(r"(rate|at_risk)_([0-9_]+)", name)
    if at is None:
        return None
    day = float(at[2].replace("_", "."))
    if at[1] == "at_risk":
        return float((time >= day).sum())
    alive = 1.0
    for t in np.unique(time[event & (time <= day)]):
        alive *= 1 - (event & (time == t)).sum() / (time >= t).sum()
    return 100 * alive


def _model(run: Run, result: Mapping[str, object], name: str) -> float | None:
    """Of a model the records used: those with the response and the variables of the model."""
    if name != "n":
        return None
    frame = run.behind(result)
    named = [word for word in re.split(r"[,*\s]+", str(result["options"])) if word in frame.columns]
    return len(frame.dropna(subset=[str(result["variable"]), *named]))


_BY_METHOD: tuple[tuple[str, Callable[[Run, Mapping[str, object], str], float | None]], ...] = (
    ("PROC FREQ, RISKDIFF(CL=WALD)", _risk_difference),
    ("PROC FREQ, OR, Wald limits", _odds_ratio),
    ("PROC FREQ", _freq),
    ("PROC MEANS", _means),
    ("PROC NPAR1WAY, Wilcoxon", _rank_sum),
    ("PROC TTEST, pooled", _t_test),
    ("events per person-time", _rates),
    ("rate", _rate_pairs),
    ("PROC LIFETEST, product", _survival),
    ("PROC GLM", _model),
    ("PROC MIXED", _model),
)


def recomputed(out: Path, outputs: tuple[str, ...] = ()) -> Recomputed:
    """Every result of the tables of a run, computed again from the records behind it."""
    manifest, package = run_in(out)
    files = Files(out, manifest)
    selector, frames, found = Selector(files.columns), {}, Recomputed()  # type: ignore[var-annotated]
    for output in outputs or package.outputs:
        results = read_results(out / "results" / f"{output.lower()}.csv")
        if "stat_name" not in results.columns:
            continue
        run = Run(files, selector, results, frames)
        for result in run.by_id.values():
            if (result["dataset"] and result["stat"] == result["stat"]) or result["stat_name"] == "n":
                _compare(run, result, found)
    return found


def _compare(run: Run, result: Mapping[str, object], found: Recomputed) -> None:
    name, method = str(result["stat_name"]), str(result["method"])
    if not result["dataset"]:
        return
    if not method:  # the N of a column; records that are left out
        again: float | None = (
            len(run.behind(result)) if result["analysis"] == "lacking" else subjects(run.behind(result))
        )
    else:
        compute = next((compute for start, compute in _BY_METHOD if method.startswith(start)), None)
        again = compute(run, result, name) if compute else None
    kind = f"{method.split(' (')[0]}: {name}"
    if again is None:
        rows = run.behind(result)
        found.counted_only[kind] += 1
        if not len(rows):
            found.differ.append(f"{result['result']}: no record is behind it")
        return
    value = float(str(result["stat"]))
    if (value != value and again != again) or math.isclose(value, again, rel_tol=1e-9, abs_tol=1e-9):
        found.same[kind] += 1
    else:
        found.differ.append(f"{result['result']}: {value!r}, and again {again!r}")
