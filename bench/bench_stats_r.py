"""The same data to R and to adamline: how far the figures differ, and the seconds of both, start-up excluded.

Run `OPENBLAS_NUM_THREADS=1 python bench/bench_stats_r.py`; needs Rscript, nlme, emmeans, coin, exactRankTests,
survival, vcd, vcdExtra, lme4 and pbkrtest. All data are simulated.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from adamline.stats.chi_square import chi_square
from adamline.stats.cmh import cmh
from adamline.stats.common_odds_ratio import common_odds_ratio
from adamline.stats.cox import Ties, fit_cox
from adamline.stats.fisher_rxc import fisher_rxc
from adamline.stats.hodges_lehmann import HodgesLehmann, hodges_lehmann
from adamline.stats.incidence_rate import incidence_rate, rate_comparison
from adamline.stats.kaplan_meier import kaplan_meier
from adamline.stats.kappa import kappa
from adamline.stats.kruskal_wallis import kruskal_wallis
from adamline.stats.linear_model import fit_linear_model
from adamline.stats.log_rank import log_rank
from adamline.stats.logistic import fit_logistic
from adamline.stats.mcnemar import mcnemar
from adamline.stats.mmrm import Mmrm, fit_mmrm
from adamline.stats.mmrm.likelihood import Method
from adamline.stats.odds_ratio import odds_ratio
from adamline.stats.percentiles import percentiles
from adamline.stats.proportion_limits import ProportionMethod, proportion_limits
from adamline.stats.rank_sum import rank_sum
from adamline.stats.rank_sum_exact import rank_sum_exact
from adamline.stats.risk_difference import RiskDifferenceMethod, risk_difference
from adamline.stats.signed_rank import signed_rank
from adamline.stats.t_test import t_test_two_sample

R_PROGRAM = Path(__file__).with_name("stats_r.R")


def two_groups(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    base, arm = rng.normal(50, 10, n), rng.integers(0, 2, n)
    time_to = np.ceil(rng.exponential(20, n))
    return pd.DataFrame(
        {
            "ARM": np.array(["A", "B"])[arm],
            "SITE": np.array(["S1", "S2", "S3"])[rng.integers(0, 3, n)],
            "BASE": base,
            "AVAL": np.rint(base + 3 * arm) / 2,
            "CHG": rng.normal(0, 5, n) + arm - 0.1 * base,
            "RESP": np.array(["N", "Y"])[(rng.random(n) < 0.4 + 0.1 * arm).astype(int)],
            "GRADE": rng.integers(0, 5, n),
            "TIME": np.minimum(time_to, 30),
            "EVENT": (time_to <= 30).astype(int),
            "RESP2": np.array(["N", "Y"])[rng.integers(0, 2, n)],
            "GRADE2": rng.integers(0, 5, n),
        }
    )


def visits(n: int, count: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(12)
    arm, base = rng.integers(0, 2, n), rng.normal(50, 10, n)
    values = rng.normal(0, 6, (n, 1)) + rng.normal(0, 5, (n, count)) + 0.5 * base[:, np.newaxis] + arm[:, np.newaxis]
    subject, visit = np.divmod(np.arange(n * count), count)
    frame = pd.DataFrame(
        {
            "USUBJID": subject,
            "AVISITN": visit + 1,
            "VISIT": visit + 1,
            "ARM": np.array(["A", "B"])[arm[subject]],
            "BASE": base[subject],
            "CHG": values.ravel(),
        }
    )
    return frame[rng.random(len(frame)) < 0.85].reset_index(drop=True)


def ours(two: pd.DataFrame, long: pd.DataFrame) -> dict[str, Callable[[], float]]:
    return rank_figures(two) | table_figures(two) | model_figures(two) | mixed_figures(long)


def rank_figures(two: pd.DataFrame) -> dict[str, Callable[[], float]]:
    first, second = (two.loc[two["ARM"] == arm, "AVAL"] for arm in ("A", "B"))
    change = np.rint(two["CHG"].to_numpy())[:18]

    def shift() -> HodgesLehmann:
        changes = (two.loc[two["ARM"] == arm, "CHG"] for arm in ("B", "A"))
        return hodges_lehmann(*changes, reference="first", is_exact=True)

    return {
        "rank_sum_exact": lambda: rank_sum_exact(first, second).p,
        "rank_sum_exact_coin": lambda: rank_sum_exact(first, second).p,
        "rank_sum_corrected": lambda: rank_sum(first, second).p,
        "hodges_lehmann_lower": lambda: shift().exact_lower,
        "hodges_lehmann_upper": lambda: shift().exact_upper,
        "hodges_lehmann_shift": lambda: shift().shift,
        "kruskal_wallis": lambda: kruskal_wallis(two["AVAL"], two["SITE"]).chi_square,
        "signed_rank_exact": lambda: signed_rank(change).p,
        "t_satterthwaite": lambda: t_test_two_sample(first, second).satterthwaite.p,
        "t_pooled": lambda: t_test_two_sample(first, second).pooled.p,
        "percentile_5": lambda: percentiles(two["AVAL"], [5])[0],
    }


def table_figures(two: pd.DataFrame) -> dict[str, Callable[[], float]]:
    def crossed(rows: str, columns: str, within: pd.DataFrame = two) -> np.ndarray:
        return pd.crosstab(within[rows], within[columns]).to_numpy()

    sites = [own for _, own in two.groupby("SITE")]
    responses, grades = (np.array([crossed("ARM", name, own) for own in sites]) for name in ("RESP", "GRADE"))
    table, ratings = crossed("ARM", "RESP"), crossed("GRADE", "GRADE2")
    (events, n), kinds = (table[0, 1], table[0].sum()), ProportionMethod

    def difference(method: RiskDifferenceMethod) -> float:
        return risk_difference(table, method, column=2).lower

    return {
        "cmh": lambda: cmh(responses).general,
        "cmh_row_means": lambda: cmh(grades).row_means,
        "common_odds_ratio": lambda: common_odds_ratio(responses).estimate,
        "common_odds_ratio_lower": lambda: common_odds_ratio(responses).lower,
        "fisher_rxc": lambda: fisher_rxc(crossed("ARM", "GRADE")).p,
        "odds_ratio_exact_lower": lambda: odds_ratio(table).exact_lower,
        "chi_square": lambda: chi_square(crossed("SITE", "GRADE")).chi_square,
        "mcnemar": lambda: mcnemar(crossed("RESP", "RESP2")).chi_square,
        "kappa_weighted": lambda: kappa(ratings, weights="CA").estimate,
        "kappa_weighted_se": lambda: kappa(ratings, weights="CA").se,
        "wilson_lower": lambda: proportion_limits(events, n, kinds.WILSON).lower,
        "wilson_corrected_upper": lambda: proportion_limits(events, n, kinds.WILSON_CORRECTED).upper,
        "clopper_pearson_lower": lambda: proportion_limits(events, n, kinds.CLOPPER_PEARSON).lower,
        "risk_difference_wald_lower": lambda: difference(RiskDifferenceMethod.WALD),
        "risk_difference_corrected_lower": lambda: difference(RiskDifferenceMethod.WALD_CORRECTED),
        "rate_exact_upper": lambda: incidence_rate(17, 123.4, per=1).upper,
        "rate_ratio_exact_lower": lambda: rate_comparison(17, 123.4, 9, 140, per=1).ratio_lower,
    }


def model_figures(two: pd.DataFrame) -> dict[str, Callable[[], float]]:
    times = two["TIME"], two["EVENT"]

    def at_ten() -> float:
        curve = kaplan_meier(*times).curve
        return float(curve.loc[curve["time"] <= 10, "lower"].iloc[-1])

    def cox(ties: Ties, column: str) -> float:
        fit = fit_cox(two, "TIME", "EVENT", ["BASE", "ARM"], {"ARM": None}, ties=ties)
        return float(fit.parameters[column].iloc[1])

    def logistic(column: str) -> float:
        fit = fit_logistic(two, "RESP", "Y", ["BASE", "ARM"], {"ARM": None}, coding="reference")
        return float(fit.parameters[column].iloc[2])

    def ls_mean() -> float:
        model = fit_linear_model(two, "CHG", ["ARM", "SITE", "BASE"], {"ARM": None, "SITE": None})
        return float(model.ls_means("ARM").means["estimate"][0])

    return {
        "kaplan_meier_lower": at_ten,
        "log_rank_stratified": lambda: log_rank(*times, two["ARM"], strata=two["SITE"]).chi_square,
        "cox_efron": lambda: cox("efron", "estimate"),
        "cox_breslow_se": lambda: cox("breslow", "se"),
        "logistic": lambda: logistic("estimate"),
        "logistic_se": lambda: logistic("se"),
        "ls_mean": ls_mean,
    }


def mixed_figures(long: pd.DataFrame) -> dict[str, Callable[[], float]]:
    complete = long[long.groupby("USUBJID")["AVISITN"].transform("size") == 4]

    def fit(
        covariance: str = "UN",
        method: Method = "REML",
        formula: str = "CHG ~ ARM * AVISITN + BASE",
        frame: pd.DataFrame = long,
    ) -> Mmrm:
        return fit_mmrm(
            frame,
            formula,
            classes={"ARM": None, "AVISITN": None},
            subject="USUBJID",
            visit="AVISITN",
            covariance=covariance,
            method=method,
            ddfm="satterthwaite" if method == "ML" else "kenward-roger",
        )

    def visit_test(column: str) -> float:
        tests = fit("CS", formula="CHG ~ ARM + AVISITN + BASE", frame=complete).type3().set_index("effect")
        return float(tests.loc["AVISITN", column])  # type: ignore[arg-type]

    return {
        "mmrm_neg2_log_likelihood": lambda: fit().neg2_log_likelihood,
        "mmrm_ls_mean": lambda: float(fit().ls_means("ARM*AVISITN").means["estimate"][0]),
        "mmrm_ar1_ml": lambda: fit("AR(1)", "ML").neg2_log_likelihood,
        "mmrm_csh": lambda: fit("CSH").neg2_log_likelihood,
        "mmrm_cs_kenward_roger_f": lambda: visit_test("f"),
        "mmrm_cs_kenward_roger_df": lambda: visit_test("den_df"),
    }


def main() -> int:
    if shutil.which("Rscript") is None:
        print("Rscript is not installed: nothing to compare with")
        return 0
    two, long = two_groups(160), visits(200)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        two.to_csv(folder / "two.csv", index=False)
        long.to_csv(folder / "visits.csv", index=False)
        told = subprocess.run(
            ["Rscript", "--vanilla", str(R_PROGRAM), name], capture_output=True, text=True, check=False
        )
    if told.returncode:
        print(told.stderr, file=sys.stderr)
    theirs = {line.split()[0]: line.split()[1:] for line in told.stdout.splitlines()}
    print("| figure | adamline | R | relative difference | adamline CPU s | R CPU s |\n|---|---|---|---|---|---|")
    for figure, work in ours(two, long).items():
        start = time.process_time()
        value = work()
        seconds = time.process_time() - start
        other, other_seconds = theirs.get(figure, ["nan", "nan"])
        apart = abs(value / float(other) - 1)
        print(f"| {figure} | {value:.10g} | {float(other):.10g} | {apart:.1e} | {seconds:.3f} | {other_seconds} |")
    return told.returncode


if __name__ == "__main__":
    sys.exit(main())
