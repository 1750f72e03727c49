"""Every figure that the paper prints, against the study's own outputs and a program that computes it from ADaM."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, fisher_exact, mannwhitneyu, rankdata
from tests.acceptance.published import (
    ARMS,
    REQUIREMENTS,
    WEEKS,
    Study,
    ls_mean_differences,
    read_study,
    verdict,
)
from tests.acceptance.published_results import MEDIANS, printed_results
from tests.acceptance.published_sdtm import derive

from adamline.results.ard import levels_of
from adamline.results.csv_file import read_results

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "specs" / "jahh"
TABLE = ROOT / "docs" / "methods" / "published-jahh.md"
CELLS = pd.read_csv(STUDY / "published.csv", dtype=str, keep_default_na=False)
# The slips of the paper: percentages that do not follow from their counts, and a median of the abstract.
SLIPS = ["11.47", "20.9", "27.0", "15.3", "0.02"]


@pytest.fixture(scope="module")
def study(out: Path) -> Study:
    return read_study(out / "adam")


@pytest.fixture(scope="module")
def computed(study: Study) -> pd.DataFrame:
    values = [study.value(cell) for cell in CELLS.itertuples()]
    verdicts = [verdict(cell, value) for cell, value in zip(CELLS.itertuples(), values, strict=True)]
    return CELLS.assign(value=values, verdict=verdicts)


def test_every_figure_is_as_printed_but_for_the_slips_of_the_paper(computed):
    differs = computed[computed["verdict"] == "differs"]
    assert differs["text"].tolist() == SLIPS
    assert differs.index.tolist() == computed.index[computed["slip"] != ""].tolist()


@pytest.fixture(scope="module")
def own(out: Path) -> list[float]:
    """What the study's own outputs have for each cell."""
    return printed_results(read_results(out / "results.csv"), CELLS)


def test_every_figure_stands_in_an_output_of_the_study(computed, own):
    """P-values of LS means are Kenward and Roger's there, and those of the normal distribution here."""
    exactly = ~CELLS["output"].eq("Figure 1b")
    assert np.array(own)[exactly] == pytest.approx(computed["value"][exactly].to_numpy(), rel=1e-9, abs=1e-12)
    verdicts = [verdict(cell, value) for cell, value in zip(CELLS.itertuples(), own, strict=True)]
    assert verdicts == computed["verdict"].tolist()


def test_the_same_figures_come_from_sdtm_alone(sdtm, computed):
    """A third way: windows, baseline, half of a limit, SRI-4 and imputation by pandas, without the study's ADaM."""
    other = Study(*derive(sdtm))
    values = [other.value(cell) for cell in CELLS.itertuples()]
    assert values == pytest.approx(computed["value"].tolist(), rel=1e-6, abs=1e-9)


def test_the_file_has_the_cells_of_the_paper():
    """Retyped from tables 1 and 2 and the text: a cell left out of the file could not be found to differ."""
    assert CELLS.groupby("output").size().to_dict() == {
        "Abstract": 11, "Figure 1a": 23, "Figure 1b": 14, "Figure 2a": 12, "Figure 2b": 9, "Figure 2c": 12,
        "Figure 3a": 14, "Figure 3b": 14, "Figure 4": 8, "Figure S2": 18, "Table 1": 66, "Table 2": 81,
        "Lupus Sci Med 2019;6(Suppl 1):A149": 12,
    }  # fmt: skip
    assert not CELLS.duplicated(["output", "parameter", "level", "visit", "arm", "statistic"]).any()
    assert set(CELLS.loc[CELLS["output"] == "Table 1", "parameter"]) == set(REQUIREMENTS)


def test_the_pattern_of_significance_of_anti_dsdna(computed):
    """2 mg from week 2 on, 4 mg from week 4 on; p-values well away from 0.05 in no case is asked for."""
    rows = computed[(computed["output"] == "Figure 1a") & (computed["statistic"] == "significance")]
    low = rows.set_index(["arm", "visit"])["value"] <= 0.05
    assert low["Baricitinib 2 mg"].to_dict() == {f"Week {week}": True for week in WEEKS}
    assert low["Baricitinib 4 mg"].to_dict() == {f"Week {week}": week >= 4 for week in WEEKS}


def test_2_mg_lowers_igg_numerically(study):
    for week in (4, 12, 24):
        medians = [study.changes("IGG", f"Week {week}", arm).median() for arm in ARMS[:2]]
        assert medians[1] < medians[0]


def test_few_have_anti_sm_and_cardiolipin_iga(study):
    assert [len(study.changes("SMTHAB", "Week 24", arm)) for arm in ("Placebo", "Baricitinib 4 mg")] == [10, 7]
    assert max(len(study.changes("CRDIGAAB", f"Week {week}", "Baricitinib 4 mg")) for week in (12, 24)) == 1


def test_responders_of_2_mg_are_those_assumed(study):
    responds = study.responders("Week 24")
    arm = study.adsl.set_index("USUBJID")["TRT01P"]
    assert responds.groupby(arm).sum().to_dict() == {"Placebo": 50, "Baricitinib 2 mg": 54, "Baricitinib 4 mg": 67}


@pytest.fixture(scope="module")
def stored(out: Path) -> pd.Series:
    return read_results(out / "results.csv").set_index("result")["stat"]


def exact_p(first: np.ndarray, second: np.ndarray) -> float:
    """Of all ways to deal the ranks out, counted by their sum, those whose sum is as far from the middle."""
    doubled = (2 * rankdata([*first, *second])).astype(int)
    ways = np.zeros((len(first) + 1, doubled.sum() + 1))
    ways[0, 0] = 1
    for rank in doubled:
        ways[1:, rank:] += ways[:-1, : ways.shape[1] - rank].copy()
    far = np.abs(np.arange(ways.shape[1]) - len(first) * (len(doubled) + 1))
    is_as_far = far >= abs(doubled[: len(first)].sum() - len(first) * (len(doubled) + 1))
    return float(ways[-1][is_as_far].sum() / ways[-1].sum())


@pytest.mark.parametrize("parameter", MEDIANS)
def test_every_number_of_the_tables_of_medians(study, stored, parameter):
    """Also those that the paper does not print: quartiles (PCTLDEF=5), extremes, counts, both p-values."""
    for week in [4, 12, 24] if parameter == "IGG" else WEEKS if parameter in ("ADSDNA", "C3", "C4") else [12, 24]:
        of_arm = {arm: study.changes(parameter, f"Week {week}", arm).to_numpy() for arm in ARMS}
        for arm, change in of_arm.items():
            place = f"TRTP={arm}/PARAMCD={parameter}/AVISIT=Week {week}/CHG"
            found = [stored[f"{MEDIANS[parameter]}/summary CHG/{place}/{name}"] for name in
                     ("n", "minimum", "p25", "median", "p75", "maximum")]  # fmt: skip
            quantiles = np.quantile(change, [0, 0.25, 0.5, 0.75, 1], method="averaged_inverted_cdf")
            assert found == pytest.approx([len(change), *quantiles], abs=1e-6), place
            if arm == "Placebo":
                continue
            both = (change, of_arm["Placebo"])
            expected = [mannwhitneyu(*both, method="asymptotic", use_continuity=True).pvalue, exact_p(*both)]
            p = [stored[f"{MEDIANS[parameter]}/{name}/{place}/p"] for name in ("p_wilcoxon", "p_exact")]
            if min(map(len, both)) < 2:
                assert np.isnan(p).all()
            else:
                assert p == pytest.approx(expected, rel=1e-7), place


@pytest.mark.parametrize(("table", "arm"), [(1, ""), *enumerate(ARMS, start=2)])
def test_every_number_of_the_tables_of_response_by_normalisation(study, stored, table, arm):
    of_arm = set(study.adsl["USUBJID"][study.adsl["TRT01P"].eq(arm) | (arm == "")])
    normal = study.normalised() & of_arm
    groups = {"Reached normal": normal, "Stayed positive": (study.met["ADSDNA"] & of_arm) - normal}
    for week in WEEKS[1:]:
        responds = study.responders(f"Week {week}")
        counts = []
        place = f"PARAMCD=SRI4/AVISIT=Week {week}/AVALC"
        for name, who in groups.items():
            n = responds.loc[sorted(who)].sum()
            counts.append([n, len(who) - n])
            limits = binomtest(int(n), len(who)).proportion_ci(method="exact")
            found = [stored[f"T-14-2-6-{table}/response AVALC/NORMGR1={name}/{place}/{each}"] for each in
                     ("n", "N", "pct", "lower", "upper")]  # fmt: skip
            expected = [n, len(who), 100 * n / len(who), 100 * limits.low, 100 * limits.high]
            assert found == pytest.approx(expected), (name, week)
        p = stored[f"T-14-2-6-{table}/p_fisher/NORMGR1=Reached normal/{place}/p"]
        assert p == pytest.approx(fisher_exact(counts).pvalue), week


@pytest.fixture(scope="module")
def ls_means(out: Path) -> pd.DataFrame:
    """The differences of LS means in the study's table, by visit and arm."""
    table = read_results(out / "results" / "t-14-2-3.csv")
    table = table.assign(visit=levels_of(table, "AVISIT"))[table["analysis"] == "lsmeans CHG"]
    wide = table.pivot_table(index=["visit", "group1_level"], columns="stat_name", values="stat")
    return wide[wide["difference"].notna()]


def test_ls_means_are_not_significant_at_any_visit_by_kenward_and_roger(ls_means):
    assert len(ls_means) == 2 * len(WEEKS)
    assert (ls_means["p"] > 0.05).all()


def test_ls_means_by_another_program(study, ls_means):
    for (visit, arm), other in ls_mean_differences(study).items():
        row = ls_means.loc[(visit, arm)]
        assert row["difference"] == pytest.approx(other.estimate, abs=0.02 * other.se)
        # Kenward and Roger's is a little larger, and limits are about the difference.
        half = (row["difference_upper"] - row["difference_lower"]) / 2
        assert 1.9 * other.se < half < 2.2 * other.se
        assert row["difference_upper"] - half == pytest.approx(row["difference"])


def page(computed: pd.DataFrame) -> str:
    """The table of the documentation."""
    lines = [
        "# What the paper prints, and what the simulated trial gives",
        "",
        "Made by `make published-table`: each cell of `specs/jahh/published.csv` beside the value that a program of",
        "its own (`tests/acceptance/published.py`: pyreadstat, pandas, numpy, scipy) computes from the ADaM files of a",
        "run on the simulated, [calibrated](calibration-jahh.md) SDTM. For significance, p is shown: of medians by the",
        "Wilcoxon rank-sum test (normal approximation, continuity correction 0.5, ties), of LS means by a mixed model",
        "(REML, unstructured; p by the normal distribution, no larger than Kenward and Roger's), of responses by",
        "Fisher's exact test. A value is equal when it rounds to the text at its own decimals.",
        "",
        "**No value is a result of the trial.**",
        "",
        f"{(computed['verdict'] == 'equal').sum()} of {len(computed)} are equal; the others are slips of the paper.",
        "",
        "| output | parameter | visit | arm | statistic | printed | computed | |",
        "| --- | --- | --- | --- | --- | ---: | ---: | --- |",
    ]
    for row in computed.itertuples():
        what = f"{row.parameter} {row.level}".strip().replace("|", "/")
        note = f"differs: {row.slip}" if row.verdict == "differs" else ""
        shown = f"{row.value:.4f}".rstrip("0").rstrip(".")
        cells = [row.output, what, row.visit, row.arm, row.statistic, row.text, shown, note]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def test_the_table_of_the_documentation_is_this(computed):
    made = page(computed)
    if os.environ.get("ADAMLINE_PUBLISHED_TABLE"):
        Path(os.environ["ADAMLINE_PUBLISHED_TABLE"]).write_text(made, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == made
