"""LS means: means of cell means, means over a grid of cells, observed margins, covariates, what cannot be estimated."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.stats.linear_model import LinearModel, fit_linear_model
from adamline.stats.ls_means import ls_means

CLASSES = {"A": None, "B": None, "C": None}


@st.composite
def trial(draw: st.DrawFn) -> pd.DataFrame:
    """Every cell of 2 x 2 x 3 has a record, some have more; a covariate; some responses are missing."""
    extra = draw(
        st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(1, 3)), min_size=8, max_size=20)
    )
    noise = np.random.default_rng(draw(st.integers(0, 2**20)))
    frame = pd.DataFrame([*product("ab", "xy", (1, 2, 3)), *extra], columns=["A", "B", "C"])
    frame = frame.assign(X=noise.normal(20, 4, len(frame)), Y=noise.normal(3, 2, len(frame)))
    frame.loc[frame.index >= len(frame) - 3, "Y"] = math.nan
    return frame


def predicted(model: LinearModel, cell: tuple[object, ...], x: float) -> float:
    """The fitted mean of one cell, found from the names of the parameters."""
    value = 0.0
    for name, estimate in zip(model.design.names, model.coefficients, strict=True):
        effect, *levels = name.split()
        wanted = dict(zip((part for part in effect.split("*") if part != "X"), levels, strict=False))
        holds = all(str(dict(zip("ABC", cell, strict=True))[key]) == level for key, level in wanted.items())
        value += estimate * holds * (x if "X" in effect else 1.0)
    return value


def test_means_of_cell_means() -> None:
    # Data of the SAS sample library, "Example 3 for PROC GLM"; with the interaction an LS mean is a mean of cells.
    cells = {
        (1, 1): [42, 44, 36, 13, 19, 22], (1, 2): [33, 26, 33, 21], (1, 3): [31, -3, 25, 25, 24],
        (2, 1): [28, 23, 34, 42, 13], (2, 2): [34, 33, 31, 36], (2, 3): [3, 26, 28, 32, 4, 16],
        (3, 1): [1, 29, 19], (3, 2): [11, 9, 7, 1, -6], (3, 3): [21, 1, 9, 3],
        (4, 1): [24, 9, 22, -2, 15], (4, 2): [27, 12, 12, -5, 16, 15], (4, 3): [22, 7, 25, 5, 12],
    }  # fmt: skip
    frame = pd.DataFrame([(*cell, y) for cell, ys in cells.items() for y in ys], columns=["drug", "disease", "y"])
    model = fit_linear_model(frame, "y", ["drug", "disease", "drug*disease"], {"drug": None, "disease": None})
    means = ls_means(model, "drug")
    by_cell = {cell: Fraction(sum(ys), len(ys)) for cell, ys in cells.items()}
    expected = [float(sum(by_cell[drug, disease] for disease in (1, 2, 3)) / 3) for drug in (1, 2, 3, 4)]
    assert means.means["estimate"].tolist() == pytest.approx(expected, rel=1e-12)
    assert means.warnings == ()
    both = ls_means(model, "drug*disease").means
    assert both["level"].tolist() == list(cells)
    assert both["estimate"].tolist() == pytest.approx([sum(ys) / len(ys) for ys in cells.values()])
    assert both["n"].tolist() == [len(ys) for ys in cells.values()]


@settings(max_examples=30, deadline=None)
@given(trial())
def test_equal_margins_are_the_mean_over_all_cells(frame: pd.DataFrame) -> None:
    model = fit_linear_model(frame, "Y", ["A", "B", "C", "X", "A*B", "B*C", "A*X"], CLASSES)
    used = frame[frame["Y"].notna()]
    found = ls_means(model, "A").means.set_index("level")["estimate"]
    for level in "ab":
        cells = [predicted(model, (level, b, c), used["X"].mean()) for b, c in product("xy", (1, 2, 3))]
        assert found[level] == pytest.approx(np.mean(cells))
    at = ls_means(model, "A*B", at={"X": 7.0}).means
    for (a, b), value in zip(at["level"], at["estimate"], strict=True):
        assert value == pytest.approx(np.mean([predicted(model, (a, b, c), 7.0) for c in (1, 2, 3)]))


@settings(max_examples=30, deadline=None)
@given(trial())
def test_observed_margins_count_all_records_with_a_response_or_not(frame: pd.DataFrame) -> None:
    model = fit_linear_model(frame, "Y", ["A", "B", "C", "X", "A*B", "B*C", "A*X"], CLASSES)
    x = frame.loc[frame["Y"].notna(), "X"].mean()
    found = ls_means(model, "A", margins="observed").means.set_index("level")["estimate"]
    for level in "ab":
        records = [predicted(model, (level, b, c), x) for b, c in zip(frame["B"], frame["C"], strict=True)]
        assert found[level] == pytest.approx(np.mean(records))


@settings(max_examples=30, deadline=None)
@given(trial())
def test_differences_are_those_of_the_means_and_of_the_parameters(frame: pd.DataFrame) -> None:
    model = fit_linear_model(frame, "Y", ["C", "B", "X"], {"B": None, "C": [1, 2, 3]})
    equal, observed = ls_means(model, "C"), ls_means(model, "C", margins="observed")
    # Without interactions the differences do not depend on the margins.
    for name in ("estimate", "se", "p", "lower", "upper"):
        np.testing.assert_allclose(equal.differences[name], observed.differences[name], rtol=1e-7)
    means = equal.means.set_index("level")["estimate"]
    for row in equal.differences.itertuples():
        assert row.estimate == pytest.approx(means[row.level] - means[row.other], abs=1e-9)
        assert row.lower < row.estimate < row.upper
    against = ls_means(model, "C", against=3).differences
    parameters = model.parameters.set_index("parameter").loc[["C 1", "C 2"]]
    np.testing.assert_allclose(against["estimate"], parameters["estimate"], atol=1e-9)
    np.testing.assert_allclose(against["p"], parameters["p"], rtol=1e-7)
    assert against["other"].tolist() == [3, 3]
    np.testing.assert_allclose(np.sqrt(np.diag(equal.covariance)), equal.means["se"])


def test_products_of_covariates() -> None:
    frame = pd.DataFrame(
        {"A": list("aabbab"), "X": [1.0, 2.0, 4.0, 3.0, 7.0, 5.0], "Y": [1.0, 3.0, 2.0, 5.0, 4.0, 4.0]}
    )
    model = fit_linear_model(frame, "Y", ["A", "X", "X*X"], {"A": None})
    # By default the mean of the squares; with AT the square of the value.
    assert ls_means(model, "A").coefficients[0].tolist() == pytest.approx([1, 1, 0, 22 / 6, 104 / 6])
    assert ls_means(model, "A", at={"X": 3.0}).coefficients[1].tolist() == pytest.approx([1, 0, 1, 3, 9])


def test_what_cannot_be_estimated_is_missing_and_said() -> None:
    frame = pd.DataFrame(
        {"A": [1, 1, 1, 2, 2, 2], "B": ["x", "x", "y", "x", "x", "x"], "Y": [3.0, 5.0, 9.0, 7.0, 6.0, 6.5]}
    )
    model = fit_linear_model(frame, "Y", ["A", "B", "A*B"], {"A": None, "B": None})
    found = ls_means(model, "A")
    # No record of 2 and y: as SAS, "Non-est" for 2, and so for the difference.
    assert found.means["estimate"][0] == pytest.approx((4 + 9) / 2)
    assert found.means.loc[1, ["estimate", "se", "p", "lower"]].isna().all()
    assert found.differences.loc[0, ["estimate", "se", "p"]].isna().all()
    assert found.warnings == ("A: the LS mean of 2 cannot be estimated (Non-est)",)
    assert np.isnan(found.covariance).tolist() == [[False, True], [True, True]]
    # Without the interaction both can be.
    assert ls_means(fit_linear_model(frame, "Y", ["A", "B"], {"A": None, "B": None}), "A").warnings == ()


def test_no_error_has_no_tests() -> None:
    model = fit_linear_model(pd.DataFrame({"A": ["a", "b"], "Y": [1.0, 2.0]}), "Y", ["A"], {"A": None})
    means = ls_means(model, "A").means
    assert means["estimate"].tolist() == pytest.approx([1.0, 2.0])
    assert means[["p", "lower", "upper"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("effect", "options", "message"),
    [
        ("B", {}, "No such effect"),
        ("X", {}, "class variables alone"),
        ("Intercept", {}, "class variables alone"),
        ("A*X", {}, "class variables alone"),
        ("A", {"at": {"Z": 1.0}}, "No such covariate"),
        ("A", {"at": {"X": math.nan}}, "finite number"),
        ("A", {"margins": "proportional"}, "No such margins"),
        ("A", {"against": "c"}, "none of the effect"),
        ("A", {"level": 95}, "level"),
    ],
)
def test_bad_input(effect: str, options: dict[str, object], message: str) -> None:
    frame = pd.DataFrame({"A": list("aabb"), "X": [1.0, 2.0, 3.0, 5.0], "Y": [1.0, 2.0, 4.0, 3.0]})
    model = fit_linear_model(frame, "Y", ["A", "X", "A*X"], {"A": None})
    with pytest.raises(DataError, match=message):
        ls_means(model, effect, **options)  # type: ignore[arg-type]
