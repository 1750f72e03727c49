"""The same data to R and to adamline: how far the figures differ, and the seconds of both, start-up excluded.

Run `OPENBLAS_NUM_THREADS=1 python bench/bench_stats_r.py`; needs Rscript, nlme, emmeans, coin, exactRankTests and
survival. All data are simulated.
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

from adamline.stats.cmh import cmh
from adamline.stats.cox import fit_cox
from adamline.stats.fisher_rxc import fisher_rxc
from adamline.stats.kruskal_wallis import kruskal_wallis
from adamline.stats.linear_model import fit_linear_model
from adamline.stats.ls_means import ls_means
from adamline.stats.mmrm import fit_mmrm
from adamline.stats.rank_sum_exact import rank_sum_exact

R_PROGRAM = r"""
suppressMessages({library(nlme); library(emmeans); library(survival)})
folder <- commandArgs(TRUE)[1]
two <- read.csv(file.path(folder, "two.csv"), stringsAsFactors = TRUE)
visits <- read.csv(file.path(folder, "visits.csv"), stringsAsFactors = TRUE)
visits$V <- factor(visits$AVISITN)
say <- function(name, work) {
  seconds <- system.time(value <- work())[["user.self"]]
  cat(sprintf("%s %.17g %.3f\n", name, value, seconds))
}
say("rank_sum_exact", function() exactRankTests::wilcox.exact(AVAL ~ ARM, two, exact = TRUE)$p.value)
say("rank_sum_exact_coin", function()
  as.numeric(coin::pvalue(coin::wilcox_test(AVAL ~ ARM, two, distribution = "exact"))))
say("kruskal_wallis", function() kruskal.test(AVAL ~ SITE, two)$statistic[[1]])
say("cmh", function() mantelhaen.test(table(two$ARM, two$RESP, two$SITE), correct = FALSE)$statistic[[1]])
say("fisher_rxc", function() fisher.test(table(two$ARM, two$GRADE), workspace = 2e7)$p.value)
say("cox_efron", function() coef(coxph(Surv(TIME, EVENT) ~ BASE + (ARM == "A"), two))[[2]])
say("ls_mean", function() {
  fit <- lm(CHG ~ ARM + SITE + BASE, two)
  as.data.frame(emmeans(fit, "ARM"))$emmean[1]
})
fit <- NULL
control <- glsControl(tolerance = 1e-10, msTol = 1e-12, msMaxIter = 500, maxIter = 500, returnObject = FALSE)
say("mmrm_neg2_log_likelihood", function() {
  fit <<- gls(CHG ~ ARM * V + BASE, visits, correlation = corSymm(form = ~ VISIT | USUBJID),
    weights = varIdent(form = ~ 1 | V), method = "REML", control = control)
  -2 * as.numeric(logLik(fit))
})
say("mmrm_ls_mean", function() as.data.frame(emmeans(fit, ~ ARM * V, mode = "df.error", nesting = NULL))$emmean[1])
"""


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
    samples = [two.loc[two["ARM"] == arm, "AVAL"] for arm in ("A", "B")]
    strata = [pd.crosstab(own["ARM"], own["RESP"]).to_numpy() for _, own in two.groupby("SITE")]
    grades = pd.crosstab(two["ARM"], two["GRADE"]).to_numpy()
    classes = {"ARM": None, "AVISITN": None}
    effects = ["ARM", "AVISITN", "ARM*AVISITN", "BASE"]

    def mixed() -> float:
        return fit_mmrm(long, "CHG", effects, classes, subject="USUBJID", visit="AVISITN").neg2_log_likelihood

    def mixed_ls_mean() -> float:
        fit = fit_mmrm(long, "CHG", effects, classes, subject="USUBJID", visit="AVISITN")
        return float(fit.lsmeans("ARM*AVISITN").means["estimate"][0])

    def cox() -> float:
        fit = fit_cox(two, "TIME", "EVENT", ["BASE", "ARM"], {"ARM": None}, ties="efron")
        return float(fit.parameters["estimate"].iloc[1])

    def ls_mean() -> float:
        model = fit_linear_model(two, "CHG", ["ARM", "SITE", "BASE"], {"ARM": None, "SITE": None})
        return float(ls_means(model, "ARM").means["estimate"][0])

    def exact() -> float:
        return rank_sum_exact(*samples).p

    return {
        "rank_sum_exact": exact,
        "rank_sum_exact_coin": exact,
        "kruskal_wallis": lambda: kruskal_wallis(two["AVAL"], two["SITE"]).chi_square,
        "cmh": lambda: cmh(np.array(strata)).general,
        "fisher_rxc": lambda: fisher_rxc(grades).p,
        "cox_efron": cox,
        "ls_mean": ls_mean,
        "mmrm_neg2_log_likelihood": mixed,
        "mmrm_ls_mean": mixed_ls_mean,
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
        (folder / "same.R").write_text(R_PROGRAM, encoding="utf-8")
        told = subprocess.run(
            ["Rscript", "--vanilla", str(folder / "same.R"), name], capture_output=True, text=True, check=False
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
