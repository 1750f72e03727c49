"""The figures of the pilot's package: what is seen in their SVG is what the published ADaM has, by pandas."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest
from tests.acceptance.catalogue_data import ARMS
from tests.acceptance.catalogue_data import pilot as published
from tests.acceptance.conftest import Ran
from tests.acceptance.figure_svg import Drawn, read_svg
from tests.acceptance.test_pilot_package import events, on_treatment

from adamline.results.csv_file import read_results

N = published("adsl").groupby("TRT01A")["USUBJID"].nunique()
WEEKS = [2, 4, 6, 8, 12, 16, 20, 24]


def drawn(run: Ran, name: str, axes: str = "axes_1", **scales: bool) -> Drawn:
    """A figure of one page."""
    (page,) = pages(run, name, axes, **scales)
    return page


def pages(run: Ran, name: str, axes: str = "axes_1", **scales: bool) -> list[Drawn]:
    with zipfile.ZipFile(run.out / "tlf" / f"{name.lower()}.docx") as archive:
        names = [each for each in archive.namelist() if each.endswith(".svg")]
        return [read_svg(archive.read(each), axes, **scales) for each in names]


def points(seen: Drawn) -> list[tuple[float, float]]:
    return [point for marks in seen.marks for point in marks]


def close(found: Iterable[tuple[float, float]], expected: Iterable[tuple[float, float]], within: float) -> None:
    """The same points, in any order, but for what is lost on the canvas."""
    np.testing.assert_allclose(*(sorted((round(x, 1), y) for x, y in each) for each in (found, expected)), atol=within)


def mean_changes(name: str, parameter: str) -> pd.DataFrame:
    of = published(name)
    of = of[(of["PARAMCD"] == parameter) & of["AVISITN"].isin(WEEKS) & of["CHG"].notna()]
    if name == "advs":
        of = of[of["ATPTN"] == 815]
    return of.groupby(["TRTA", "AVISITN"])["CHG"].agg(["mean", "count", "std"]).loc[list(ARMS)]


@pytest.mark.parametrize(
    ("figure", "name", "parameter"), [("F-14-3-4-2", "adlbc", "ALT"), ("F-14-3-5-2", "advs", "SYSBP")]
)
def test_mean_changes(pilot_run: Ran, figure: str, name: str, parameter: str) -> None:
    from scipy import stats

    of = mean_changes(name, parameter)
    seen = drawn(pilot_run, figure)
    lines = [line for line in seen.lines if len(line) == len(WEEKS) + 1]
    assert [value for line in lines for value in line[1:]] == pytest.approx(of["mean"].tolist(), abs=0.02)
    half = stats.t.ppf(0.975, of["count"] - 1) * of["std"] / np.sqrt(of["count"])
    expected = sorted(zip(of["mean"] - half, of["mean"] + half, strict=True))
    limits = sorted((low, high) for low, high in seen.limits if high - low > 0.1)
    np.testing.assert_allclose(limits, expected, atol=0.05)
    assert all(str(count) in seen.texts for count in of["count"])


def test_subjects_with_a_result(pilot_run: Ran) -> None:
    of = published("adlbc")
    of = of[(of["PARAMCD"] == "ALT") & of["AVISITN"].isin([0, *WEEKS]) & of["AVAL"].notna()]
    counts = of.groupby(["TRTA", "AVISITN"])["USUBJID"].nunique()
    expected = [100 * counts[arm, visit] / N[arm] for arm in ARMS for visit in (0, *WEEKS)]
    assert drawn(pilot_run, "F-14-3-4-15").bars == pytest.approx(expected, abs=0.05)


def test_events_by_system_organ_class(pilot_run: Ran) -> None:
    """A dot for each class and arm, its difference against placebo in the other field; on several pages."""
    subjects = events().drop_duplicates(["AEBODSYS", "TRTA", "USUBJID"])
    shares = pd.crosstab(subjects["AEBODSYS"], subjects["TRTA"])[list(ARMS)] / N * 100
    left = pages(pilot_run, "F-14-3-1-3")
    assert len(left) > 1
    for number, arm in enumerate(ARMS):
        seen = [x for page in left for x, _ in page.marks[number]]
        assert sorted(seen) == pytest.approx(sorted(shares[arm]), abs=0.05)
    differences = [value for arm in ARMS[1:] for value in shares[arm] - shares[ARMS[0]]]
    right = [x for page in pages(pilot_run, "F-14-3-1-3", "axes_2") for x, _ in points(page)]
    assert sorted(right) == pytest.approx(sorted(differences), abs=0.1)
    assert len(shares) > 20


@pytest.mark.parametrize(("figure", "parameter"), [("F-14-3-4-12", "ALT"), ("F-14-3-4-13", "ALP")])
def test_screening_of_liver_injury(pilot_run: Ran, figure: str, parameter: str) -> None:
    of = on_treatment("adlbc").assign(ULN=lambda frame: frame["AVAL"] / frame["A1HI"])
    worst = of.pivot_table(index="USUBJID", columns="PARAMCD", values="ULN", aggfunc="max")[[parameter, "BILI"]]
    found = points(drawn(pilot_run, figure, x_log=True, y_log=True))
    expected = worst.dropna().itertuples(index=False, name=None)
    np.testing.assert_allclose(sorted(np.log(found).tolist()), sorted(np.log(list(expected)).tolist()), atol=0.02)


def test_baseline_and_highest(pilot_run: Ran) -> None:
    of = on_treatment("adlbc").query("PARAMCD == 'ALT'").groupby("USUBJID")[["BASE", "AVAL"]].max().dropna()
    close(points(drawn(pilot_run, "F-14-3-4-18")), of.itertuples(index=False, name=None), 0.1)


def test_weight(pilot_run: Ran) -> None:
    of = published("advs").query("PARAMCD == 'WEIGHT' and AVISITN == 99 and PCHG == PCHG")
    areas = drawn(pilot_run, "F-14-3-5-8").areas
    tops = [value for _, value in sorted((min(x for x, _ in a), max((y for _, y in a), key=abs)) for a in areas)]
    assert tops == pytest.approx(sorted(of["PCHG"], reverse=True), abs=0.1)


def test_time_on_treatment(pilot_run: Ran) -> None:
    adsl = published("adsl").query("SAFFL == 'Y' and SITEID == '701'")
    longest = adsl.sort_values(["TRTDURD", "USUBJID"], ascending=[False, True])[:30]
    ends = sorted((min(y for _, y in a), max(x for x, _ in a)) for a in drawn(pilot_run, "F-14-1-9").areas)
    assert [end for _, end in ends] == pytest.approx(longest["TRTDURD"].tolist(), abs=0.2)


def test_curves_to_the_first_event(pilot_run: Ran) -> None:
    """Kaplan-Meier by the product of its definition."""
    adtte = published("adtte")
    curves = [curve for curve in drawn(pilot_run, "F-14-3-1-16").curves if len(curve) > 20]
    for arm, curve in zip(ARMS, curves, strict=True):
        of, rate = adtte[adtte["TRTA"] == arm], 100.0
        for time in sorted(of["AVAL"][of["CNSR"] == 0].unique()):
            rate *= 1 - ((of["AVAL"] == time) & (of["CNSR"] == 0)).sum() / (of["AVAL"] >= time).sum()
            here = [y for x, y in curve if abs(x - time) < 0.2]
            assert here and min(here) == pytest.approx(rate, abs=0.1)


def test_hazard_ratios_are_the_stored_ones(pilot_run: Ran) -> None:
    stored = read_results(pilot_run.out / "results" / "f-14-3-1-17.csv")
    ratios = stored[stored["stat_name"] == "hazard_ratio"]["stat"]
    found = [x for x, _ in points(drawn(pilot_run, "F-14-3-1-17", x_log=True)) if x < 15.5]
    assert sorted(np.log(found)) == pytest.approx(sorted(np.log(ratios[ratios.between(0.5, 16)])), abs=0.02)
