"""The paper's printed cells computed from ADaM transport files, without adamline: pyreadstat, pandas, numpy, scipy."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
from scipy.optimize import minimize
from scipy.stats import fisher_exact, mannwhitneyu, norm

ARMS = ["Placebo", "Baricitinib 2 mg", "Baricitinib 4 mg"]
WEEKS = [2, 4, 8, 12, 16, 20, 24]
REQUIREMENTS = {
    "ADSDNA": lambda x: x >= 30, "IGG": lambda x: x > 0, "C3": lambda x: x < 90, "C4": lambda x: x < 10,
    "SMTHAB": lambda x: x >= 30, "CRDIGMAB": lambda x: x > 12, "CRDIGGAB": lambda x: x > 14,
    "CRDIGAAB": lambda x: x > 11, "RNPAB": lambda x: x >= 30, "SJSSAAB": lambda x: x > 20, "SJSSBAB": lambda x: x > 20,
}  # fmt: skip
LAST_DAY = 183


class Study:
    """The analysis datasets of a run, and the figures that the paper prints of them."""

    def __init__(self, adsl: pd.DataFrame, adlb: pd.DataFrame, adrs: pd.DataFrame) -> None:
        """The datasets, with the columns that the figures need."""
        self.adsl, self.adlb, self.adrs = adsl, adlb, adrs
        self.size = self.adsl["TRT01P"].value_counts()
        base = self.adlb[self.adlb["ABLFL"] == "Y"]
        self.baseline = {code: base[base["PARAMCD"] == code] for code in REQUIREMENTS}
        self.met = {
            code: set(rows["USUBJID"][REQUIREMENTS[code](rows["AVAL"])]) for code, rows in self.baseline.items()
        }
        self.ls_means: dict[tuple[str, str], float] = {}

    def value(self, cell: Any) -> float:
        """The number, or the p-value, of a row of published.csv."""
        if cell.output == "Figure 1b":
            return self._ls_mean_p(cell.visit, cell.arm)
        if cell.output == "Table 1":
            rows = self.baseline[cell.parameter]
            n = (rows["TRTP"].eq(cell.arm) & rows["USUBJID"].isin(self.met[cell.parameter])).sum()
            return self._count(n, cell)
        if cell.output == "Table 2":
            return self._table_2(cell)
        if cell.parameter in REQUIREMENTS:
            return self._change(cell)
        if cell.parameter == "EOSSTT":
            done = self.adsl["EOTSTT"].eq("COMPLETED") & self.adsl["TRT01P"].eq(cell.arm)
            return self._count(done.sum(), cell)
        return self._normalised(cell) if cell.output == "Figure 4" else self._response(cell)

    def _count(self, n: int, cell: Any) -> float:
        return float(n) if cell.statistic == "n" else 100 * n / self.size[cell.arm]

    def _table_2(self, cell: Any) -> float:
        adsl = self.adsl[self.adsl["TRT01P"] == cell.arm]
        scores = self.adrs[self.adrs["ABLFL"].eq("Y") & self.adrs["TRTP"].eq(cell.arm)]
        if cell.parameter == "SEX":
            return self._count(adsl["SEX"].eq("F").sum(), cell)
        if cell.parameter == "BILAG":
            grades = scores[scores["PARCAT1"] == "BILAG-2004"].groupby("USUBJID")["AVALC"]
            active = grades.agg(lambda of: (of == "A").sum() >= 1 or (of == "B").sum() >= 2)
            return self._count(active.sum(), cell)
        if cell.parameter in self.baseline:
            rows = self.baseline[cell.parameter]
            rows = rows[rows["TRTP"].eq(cell.arm)]
            if cell.level == "POSITIVE":
                rows = rows[rows["USUBJID"].isin(self.met["ADSDNA"])]
            # Table 2 has complement in g/L.
            values = rows["AVAL"] / (100 if cell.parameter in ("C3", "C4") else 1)
            if cell.statistic in ("n", "pct"):
                return self._count(len(values), cell)
            return float(getattr(values, cell.statistic)())
        values = {"AGE": adsl["AGE"], "ONSET": adsl["SLEDUR"], "SLEDTOT": adsl["SLEDBL"]}.get(
            cell.parameter, scores.loc[scores["PARAMCD"] == "PGA", "AVAL"]
        )
        return float(values.mean() if cell.statistic == "mean" else values.std(ddof=1))

    def analysed(self, parameter: str) -> pd.DataFrame:
        """The analysed records of those who meet the baseline requirement, one a subject and visit."""
        rows = self.adlb
        rows = rows[rows["PARAMCD"].eq(parameter) & rows["ANL01FL"].eq("Y") & rows["CHG"].notna()]
        rows = rows[rows["USUBJID"].isin(self.met[parameter]) & rows["AVISITN"].isin(WEEKS)]
        assert not rows.duplicated(["USUBJID", "AVISIT"]).any()
        return rows

    def changes(self, parameter: str, visit: str, arm: str) -> pd.Series:
        """Changes from baseline of one arm."""
        rows = self.analysed(parameter)
        return rows.loc[rows["AVISIT"].eq(visit) & rows["TRTP"].eq(arm), "CHG"].round(9)

    def _change(self, cell: Any) -> float:
        change = self.changes(cell.parameter, cell.visit, cell.arm)
        if cell.statistic == "median":
            return float(change.median())
        placebo = self.changes(cell.parameter, cell.visit, "Placebo")
        return float(mannwhitneyu(change, placebo, method="asymptotic", use_continuity=True).pvalue)

    def _response(self, cell: Any) -> float:
        responds = self.responders(cell.visit)
        arm = self.adsl.set_index("USUBJID")["TRT01P"].reindex(responds.index)
        counts = {name: (responds[arm == name].sum(), (~responds[arm == name]).sum()) for name in ARMS}
        if cell.statistic == "significance":
            return float(fisher_exact([counts[cell.arm], counts["Placebo"]]).pvalue)
        return self._count(counts[cell.arm][0], cell)

    def responders(self, visit: str) -> pd.Series:
        """Whether each patient has an SRI-4 response, by USUBJID."""
        rows = self.adrs
        rows = rows[rows["PARAMCD"].eq("SRI4") & rows["ANL01FL"].eq("Y") & rows["AVISIT"].eq(visit)]
        assert set(rows["USUBJID"]) == set(self.adsl["USUBJID"]) and rows["USUBJID"].is_unique
        return rows.set_index("USUBJID")["AVALC"].eq("Y")

    def normalised(self) -> set[str]:
        """Who of those positive at baseline has a normal value after it through week 24, scheduled or not."""
        rows = self.adlb
        rows = rows[rows["PARAMCD"].eq("ADSDNA") & rows["USUBJID"].isin(self.met["ADSDNA"])]
        return set(
            rows.loc[(rows["ADT"] > rows["TRTSDT"]) & (rows["ADY"] <= LAST_DAY) & (rows["AVAL"] < 30), "USUBJID"]
        )

    def _normalised(self, cell: Any) -> float:
        normal, positive = self.normalised(), self.met["ADSDNA"]
        if cell.parameter == "NORMAL":
            return float(len(normal) if cell.level == "Y" else len(positive - normal))
        responds = self.responders(cell.visit).loc[sorted(positive)]
        reached = responds.index.isin(normal)
        table = [[responds[who].sum(), (~responds[who]).sum()] for who in (reached, ~reached)]
        return float(fisher_exact(table).pvalue)

    def _ls_mean_p(self, visit: str, arm: str) -> float:
        if not self.ls_means:
            self.ls_means = {key: fitted.p for key, fitted in ls_mean_differences(self).items()}
        return self.ls_means[visit, arm]


def read_study(adam: Path) -> Study:
    """The study of a folder with ADSL, ADLB and ADRS as transport files."""
    names = ("adsl", "adlb", "adrs")
    return Study(*(pyreadstat.read_xport(adam / f"{name}.xpt")[0].replace("", np.nan) for name in names))


@dataclass(frozen=True)
class Difference:
    """A difference of LS means from placebo, its standard error, and p by the normal distribution."""

    estimate: float
    se: float
    p: float


def ls_mean_differences(study: Study) -> dict[tuple[str, str], Difference]:
    """Differences of LS means of change in anti-dsDNA: REML, unstructured covariance, by direct minimisation.

    Terms: baseline, region, SLEDAI-2K stratum, treatment by visit. Standard errors are those of the generalised least
    squares estimate, which are no larger than Kenward and Roger's, so that p is no larger than theirs.
    """
    rows = study.analysed("ADSDNA").sort_values(["USUBJID", "AVISITN"])
    cells = [(week, arm) for week in WEEKS for arm in ARMS]
    by_cell = np.column_stack([rows["AVISITN"].eq(week) & rows["TRTP"].eq(arm) for week, arm in cells])
    regions = [rows["REGION1"].eq(name) for name in sorted(rows["REGION1"].unique())[1:]]
    x = np.column_stack([by_cell, rows["BASE"] / 100, *regions, rows["STRAT1V"].eq(">=10")]).astype(float)
    scale = rows["CHG"].std()
    y = rows["CHG"].to_numpy() / scale
    visit = rows["AVISITN"].map({week: place for place, week in enumerate(WEEKS)}).to_numpy()
    patterns: dict[tuple[int, ...], list[Any]] = {}
    for places in rows.reset_index(drop=True).groupby("USUBJID").groups.values():
        at = np.asarray(places)
        patterns.setdefault(tuple(visit[at]), []).append((y[at], x[at]))
    stacked = [(np.array(seen), *(np.array(part) for part in zip(*of, strict=True))) for seen, of in patterns.items()]

    def solved(theta: Any) -> tuple[Any, Any, float]:
        factor = np.zeros((len(WEEKS), len(WEEKS)))
        factor[np.tril_indices(len(WEEKS))] = theta
        np.fill_diagonal(factor, np.exp(np.diag(factor)))
        sigma = factor @ factor.T
        xx, xy, yy, log_det = np.zeros((x.shape[1],) * 2), np.zeros(x.shape[1]), 0.0, 0.0
        for seen, ys, xs in stacked:
            inverse = np.linalg.inv(sigma[np.ix_(seen, seen)])
            weighted = np.einsum("st,mtp->msp", inverse, xs)
            xx += np.einsum("msp,msq->pq", xs, weighted)
            xy += np.einsum("msp,ms->p", weighted, ys)
            yy += np.einsum("ms,st,mt->", ys, inverse, ys)
            log_det -= len(ys) * np.linalg.slogdet(inverse)[1]
        beta = np.linalg.solve(xx, xy)
        return beta, xx, log_det + np.linalg.slogdet(xx)[1] + yy - beta @ xy

    start = np.zeros(len(WEEKS) * (len(WEEKS) + 1) // 2)
    found = minimize(
        lambda theta: solved(theta)[2], start, method="L-BFGS-B", options={"maxiter": 500, "maxfun": 10**6}
    )
    beta, xx, _ = solved(found.x)
    covariance = np.linalg.inv(xx)
    differences = {}
    for place, (week, arm) in enumerate(cells):
        other = cells.index((week, "Placebo"))
        estimate = beta[place] - beta[other]
        se = (covariance[place, place] + covariance[other, other] - 2 * covariance[place, other]) ** 0.5
        if arm != "Placebo":
            p = 2 * norm.sf(abs(estimate) / se)
            differences[f"Week {week}", arm] = Difference(estimate * scale, se * scale, p)
    return differences


def rounds_to(value: float, text: str) -> bool:
    """Whether a computed value rounds to the printed one at its own decimals, half away from zero."""
    decimals = len(text.partition(".")[2])
    exact = Decimal(repr(round(float(value), 9)))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) == Decimal(text)


def verdict(cell: Any, value: float) -> str:
    """Equal, or differs."""
    if cell.text == "significant":
        equal = value <= 0.05
    elif cell.text == "not significant":
        equal = value > 0.05
    else:
        equal = rounds_to(value, cell.text)
    return "equal" if equal else "differs"
