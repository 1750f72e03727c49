"""LS means of an analysis of covariance against least squares on a design of its own."""

from __future__ import annotations

import numpy as np
from scipy import stats
from tests.analyses.small_studies import STUDIES, VISITS, assert_same, numbers, study, table

NAN = float("nan")


@STUDIES
def test_ancova_with_a_class_and_a_covariate(seed: int) -> None:
    given = study(seed)
    expected: dict[tuple[str, ...], float] = {}
    for visit in VISITS:
        used = given.records[given.records["AVISIT"] == visit].dropna(subset=["AVAL", "BASE", "REGION"])
        regions = sorted(used["REGION"].unique())
        arms = [arm for arm in "AB" if (used["TRTP"] == arm).any()]
        # A mean of each treatment, less those of the regions from the last one, and the slope.
        design = np.column_stack(
            [
                *((used["TRTP"] == arm) for arm in arms),
                *((used["REGION"] == region) for region in regions[:-1]),
                used["BASE"],
            ]
        ).astype(float)
        df = len(used) - np.linalg.matrix_rank(design) if len(used) else 0
        fits = df > 0 and np.linalg.matrix_rank(design) == design.shape[1]
        if fits:
            inverse = np.linalg.inv(design.T @ design)
            beta = inverse @ design.T @ used["AVAL"].to_numpy()
            mse = ((used["AVAL"] - design @ beta) ** 2).sum() / df
            t = stats.t.ppf(0.975, df)
        for arm in "ABC":
            of_cell = {"n": int((used["TRTP"] == arm).sum())}
            names = ["lsmean", "se", "lower", "upper"]
            names += ["difference", "difference_se", "difference_lower", "difference_upper", "p"] if arm != "B" else []
            of_cell |= dict.fromkeys(names, NAN)
            if fits and arm in arms:
                at = np.array([*(float(arm == each) for each in arms), *[1 / len(regions)] * (len(regions) - 1)])
                at = np.append(at, used["BASE"].mean())
                mean, se = at @ beta, np.sqrt(mse * at @ inverse @ at)
                of_cell |= {"lsmean": mean, "se": se, "lower": mean - t * se, "upper": mean + t * se}
                if arm != "B" and "B" in arms:
                    between = np.array(
                        [*((arm == each) - (each == "B") for each in arms), *[0.0] * len(regions)], float
                    )
                    difference, se = between @ beta, np.sqrt(mse * between @ inverse @ between)
                    of_cell |= {"difference": difference, "difference_se": se}
                    of_cell |= {"difference_lower": difference - t * se, "difference_upper": difference + t * se}
                    of_cell["p"] = 2 * stats.t.sf(abs(difference / se), df)
            expected |= {(visit, arm, name): value for name, value in of_cell.items()}
    row = {"lsmeans": "AVAL", "model": ["REGION", "BASE"], "against": "B"}
    made = table(given, {**row, "statistics": ["n", "lsmean_se", "limits", "difference_se", "difference_limits", "p"]})
    found = numbers(made, "visit", "column")
    # A design of less than full rank, or one that fits without error, is held to PROC GLM in tests/oracle.
    estimated = {key[0] for key, value in expected.items() if key[2] == "lsmean" and value == value}
    skipped = {key[0] for key, value in found.items() if key[2] != "n" and value == value} - estimated
    assert len(skipped) < len(VISITS)
    assert_same(
        *({key: value for key, value in each.items() if key[0] not in skipped} for each in (found, expected)), 1e-8
    )
