"""Linear models: NIST certified values, model comparisons by another route, collinearity, missing."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space, orth

from adamline.errors import DataError
from adamline.stats.linear_model import LinearModel, fit_linear_model

# Data of Kutner (1974) as in the SAS sample library, "Example 3 for PROC GLM" (GLMEX3): Kutner's 24 for drug 2,
# disease 1 is changed to 34 there.
DRUGS = """
1 1 42 44 36 13 19 22
1 2 33  . 26  . 33 21
1 3 31 -3  . 25 25 24
2 1 28  . 23 34 42 13
2 2  . 34 33 31  . 36
2 3  3 26 28 32  4 16
3 1  .  .  1 29  . 19
3 2  . 11  9  7  1 -6
3 3 21  1  .  9  3  .
4 1 24  .  9 22 -2 15
4 2 27 12 12 -5 16 15
4 3 22  7 25  5 12  .
"""

# NIST Statistical Reference Datasets, Longley (1967): y, x1 to x6. Data and certified values as in the tests of the GNU
# Scientific Library (multifit/test_longley.c) and, the values, in those of statsmodels (class longley): they agree.
LONGLEY = """
60323  83.0 234289 2356 1590 107608 1947
61122  88.5 259426 2325 1456 108632 1948
60171  88.2 258054 3682 1616 109773 1949
61187  89.5 284599 3351 1650 110929 1950
63221  96.2 328975 2099 3099 112075 1951
63639  98.1 346999 1932 3594 113270 1952
64989  99.0 365385 1870 3547 115094 1953
63761 100.0 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955
67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957
66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959
69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961
70551 116.9 554894 4007 2827 130081 1962
"""


def drugs() -> pd.DataFrame:
    rows = [line.split() for line in DRUGS.strip().splitlines()]
    cells = [(int(r[0]), int(r[1]), math.nan if y == "." else float(y)) for r in rows for y in r[2:]]
    return pd.DataFrame(cells, columns=["drug", "disease", "y"])


def residual_ss(y: np.ndarray, *columns: np.ndarray) -> float:
    x = np.column_stack([np.ones(len(y)), *columns])
    return float(((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2).sum())


def sum_to_zero(values: pd.Series) -> np.ndarray:
    levels = sorted(set(values))
    own = values.to_numpy()[:, np.newaxis]
    return (own == np.array(levels[:-1])).astype(float) - (own == levels[-1])


def times(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.einsum("ij,ik->ijk", first, second).reshape(len(first), -1)


def test_unbalanced_two_way_design() -> None:
    # Sums of squares in fractions where they are of means, and by comparison of models where they are not.
    model = fit_linear_model(drugs(), "y", ["drug", "disease", "drug*disease"], {"drug": None, "disease": None})
    assert (model.n, model.n_missing, model.num_df, model.den_df) == (58, 14, 11, 46)
    frame = drugs().dropna()

    def of_means(names: list[str]) -> Fraction:
        """The sum over groups of total squared / n."""
        groups = frame.groupby(names)["y"]
        return sum((Fraction(int(own.sum())) ** 2 / len(own) for _, own in groups), Fraction(0))

    y = frame["y"].to_numpy()
    every, mean = Fraction(int((y**2).sum())), Fraction(int(y.sum())) ** 2 / 58
    cells, drug = of_means(["drug", "disease"]), of_means(["drug"])
    assert model.ss_model == pytest.approx(float(cells - mean), rel=1e-12)
    assert model.ss_error == pytest.approx(float(every - cells), rel=1e-12)
    assert model.ss_total == pytest.approx(float(every - mean), rel=1e-12)
    assert model.f == pytest.approx(float((cells - mean) / 11 / ((every - cells) / 46)), rel=1e-12)
    assert model.type1()["ss"][0] == pytest.approx(float(drug - mean), rel=1e-12)
    a, b = sum_to_zero(frame["drug"]), sum_to_zero(frame["disease"])
    both = times(a, b)
    assert model.type1()["ss"][1] == pytest.approx(residual_ss(y, a) - residual_ss(y, a, b), rel=1e-10)
    without = [residual_ss(y, b, both), residual_ss(y, a, both), residual_ss(y, a, b)]
    expected = [each - residual_ss(y, a, b, both) for each in without]
    assert model.type3()["ss"].tolist() == pytest.approx(expected, rel=1e-10)
    assert model.type3()["num_df"].tolist() == [3, 2, 6]


def test_longley_of_nist() -> None:
    data = pd.DataFrame([line.split() for line in LONGLEY.strip().splitlines()], dtype=float)
    data.columns = ["y", *(f"x{place}" for place in range(1, 7))]
    model = fit_linear_model(data, "y", [f"x{place}" for place in range(1, 7)])
    estimate = [
        -3482258.63459582,
        15.0618722713733,
        -0.358191792925910e-01,
        -2.02022980381683,
        -1.03322686717359,
        -0.511041056535807e-01,
        1829.15146461355,
    ]
    se = [
        890420.383607373,
        84.9149257747669,
        0.334910077722432e-01,
        0.488399681651699,
        0.214274163161675,
        0.226073200069370,
        455.478499142212,
    ]
    assert model.parameters["estimate"].tolist() == pytest.approx(estimate, rel=1e-9)
    assert model.parameters["se"].tolist() == pytest.approx(se, rel=1e-9)
    assert model.ss_error == pytest.approx(836424.055505915, rel=1e-10)
    assert model.ms_error == pytest.approx(92936.0061673238, rel=1e-10)
    assert model.r_square == pytest.approx(0.995479004577296, rel=1e-12)


@st.composite
def two_way(draw: st.DrawFn) -> pd.DataFrame:
    """An unbalanced design of 3 x 2 cells with two records or more, and a covariate."""
    cells = [
        *product("abc", "xy", (1, 2)),
        *draw(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.just(3)), max_size=9)),
    ]
    noise = np.random.default_rng(draw(st.integers(0, 2**20)))
    frame = pd.DataFrame(cells, columns=["A", "B", "PLACE"])
    frame = frame.sample(frac=1, random_state=draw(st.integers(0, 99)), ignore_index=True)
    return frame.assign(X=noise.normal(50, 9, len(frame)), Y=noise.normal(3, 2, len(frame)))


@settings(max_examples=40, deadline=None)
@given(two_way())
def test_sums_of_squares_by_comparison_of_models(frame: pd.DataFrame) -> None:
    model = fit_linear_model(frame, "Y", ["A", "B", "X", "A*B", "A*X"], {"A": None, "B": None})
    y, x = frame["Y"].to_numpy(), frame[["X"]].to_numpy()
    a, b = sum_to_zero(frame["A"]), sum_to_zero(frame["B"])
    blocks = [a, b, x, times(a, b), times(a, x)]
    sequence = [residual_ss(y, *blocks[:count]) for count in range(6)]
    np.testing.assert_allclose(model.type1()["ss"], -np.diff(sequence), rtol=1e-7, atol=1e-9)
    without = [residual_ss(y, *blocks[:place], *blocks[place + 1 :]) for place in range(5)]
    np.testing.assert_allclose(model.type3()["ss"], np.array(without) - sequence[-1], rtol=1e-7, atol=1e-9)
    assert model.type3()["num_df"].tolist() == [2, 1, 1, 2, 2]
    assert model.ss_error == pytest.approx(sequence[-1], rel=1e-9)


def with_an_empty_cell() -> pd.DataFrame:
    frame = drugs()
    return frame[(frame["drug"] != 2) | (frame["disease"] != 3)]


def test_type_three_with_an_empty_cell_does_not_depend_on_the_order_of_levels_or_effects() -> None:
    frame = with_an_empty_cell()
    effects = ["drug", "disease", "drug*disease"]
    first = fit_linear_model(frame, "y", effects, {"drug": None, "disease": None}).type3().set_index("effect")
    other = {"drug": [3, 1, 2, 4], "disease": [2, 3, 1]}
    second = fit_linear_model(frame, "y", effects[1::-1] + effects[2:], other).type3().set_index("effect")
    assert first["num_df"].to_dict() == {"drug": 3, "disease": 2, "drug*disease": 5}
    for effect in effects:
        assert second.loc[effect].tolist() == pytest.approx(first.loc[effect].tolist(), rel=1e-9)


def test_parameters_with_an_empty_cell_do_not_depend_on_how_an_effect_is_written() -> None:
    frame, classes = with_an_empty_cell(), {"drug": None, "disease": None}
    first, second = (
        fit_linear_model(frame, "y", ["drug", "disease", effect], classes).parameters
        for effect in ("drug*disease", "disease*drug")
    )
    pd.testing.assert_frame_equal(first, second)


def test_type_three_with_an_empty_cell_by_hand() -> None:
    # Cells (1,1), (1,2), (2,1): with mu_22 unknown the only estimable function of A and A*B alone is mu_11 - mu_21,
    # that is, rows compared where both are seen; none is of A*B alone.
    frame = pd.DataFrame({"A": [1, 1, 1, 1, 2, 2], "B": [1, 1, 2, 2, 1, 1], "Y": [3.0, 5.0, 9.0, 8.0, 7.0, 6.0]})
    model = fit_linear_model(frame, "Y", ["A", "B", "A*B"], {"A": None, "B": None})
    assert model.type3()["num_df"].tolist() == [1, 1, 0]
    # (4 - 6.5)**2 / (1/2 + 1/2), (4 - 8.5)**2 / (1/2 + 1/2)
    assert model.type3()["ss"].tolist() == pytest.approx([6.25, 20.25, 0.0])
    assert model.warnings == ("A*B is a combination of Intercept, A 1, B 1: no degrees of freedom",)


def by_definition(model: LinearModel, y: np.ndarray, effect: str) -> tuple[float, int]:
    """Type III: estimable functions of an effect and those that contain it, orthogonal to those of the latter alone."""
    design = model.design
    x = design.matrix
    names = {each.name: set(each.name.split("*")) for each in design.effects}
    containing = [each for each in design.effects if names[effect] < names[each.name]]
    above = np.isin(np.arange(x.shape[1]), [c for each in containing for c in range(x.shape[1])[each.columns]])
    own = above.copy()
    own[design.effect(effect).columns] = True
    estimable = orth(x.T, rcond=1e-9)

    def within(columns: np.ndarray) -> np.ndarray:
        return estimable @ null_space(estimable[~columns], rcond=1e-9)

    wider, narrower = within(own), within(above)
    rows = wider @ null_space(narrower.T @ wider, rcond=1e-9)
    if not rows.shape[1]:
        return 0.0, 0
    inverse = np.linalg.pinv(x.T @ x, rcond=1e-10, hermitian=True)
    value = rows.T @ inverse @ x.T @ y
    return float(value @ np.linalg.pinv(rows.T @ inverse @ rows, rcond=1e-10) @ value), np.linalg.matrix_rank(rows)


@pytest.mark.parametrize("seed", range(20))
def test_type_three_with_empty_cells_by_definition(seed: int) -> None:
    noise = np.random.default_rng(seed)
    cells = np.array(list(product((1, 2, 3), (1, 2, 3), (1, 2))))
    cells = cells[noise.random(len(cells)) > 0.3]
    frame = pd.DataFrame(cells[noise.integers(0, len(cells), 40)], columns=["A", "B", "C"])
    frame["Y"] = noise.normal(3, 2, 40)
    effects = ["A", "B", "C", "A*B", "A*C", "B*C", *(["A*B*C"] if seed % 2 else [])]
    model = fit_linear_model(frame, "Y", effects, {"A": None, "B": None, "C": None})
    for row in model.type3().itertuples():
        ss, df = by_definition(model, frame["Y"].to_numpy(), row.effect)
        assert row.num_df == df
        assert row.ss == pytest.approx(ss, rel=1e-7, abs=1e-9)


def test_collinear_columns_have_parameter_0_and_are_named() -> None:
    frame = pd.DataFrame(
        {"KG": [50.0, 60.0, 70.0, 90.0], "LB": [110.0, 132.0, 154.0, 198.0], "Y": [1.0, 2.0, 2.5, 4.0]}
    )
    model = fit_linear_model(frame, "Y", ["KG", "LB"])
    assert model.warnings == ("LB is a combination of KG: no degrees of freedom",)
    assert model.parameters["dependent"].tolist() == [False, False, True]
    assert model.parameters["estimate"][2] == 0 and math.isnan(model.parameters["se"][2])
    assert model.type3()["num_df"].tolist() == [0, 0]
    assert model.type1()["num_df"].tolist() == [1, 0]
    constant = fit_linear_model(frame.assign(ONE=3.0), "Y", ["ONE", "KG"])
    assert constant.warnings == ("ONE is a combination of Intercept: no degrees of freedom",)
    assert constant.parameters["estimate"].tolist()[2] == pytest.approx(
        fit_linear_model(frame, "Y", ["KG"]).parameters["estimate"][1]
    )


@pytest.mark.parametrize("size", [1e-9, 3.3, 7.3e10, 7.3e12, 3.3e15, 1e100])
def test_a_constant_of_any_size_is_constant(size: float) -> None:
    frame = pd.DataFrame({"Y": [1.0, 2.0, 2.5, 4.0, 1.0], "X": [0.3, -1.2, 0.7, 2.2, 0.1], "ONE": size})
    model = fit_linear_model(frame, "Y", ["X", "ONE"])
    assert model.num_df == 1
    assert model.warnings == ("ONE is a combination of Intercept: no degrees of freedom",)


@settings(max_examples=25, deadline=None)
@given(two_way(), st.sampled_from([1e-3, 1.0, 1e4]), st.sampled_from([0.0, -700.0]))
def test_order_scale_and_location(frame: pd.DataFrame, scale: float, shift: float) -> None:
    classes = {"A": None, "B": None}
    first = fit_linear_model(frame, "Y", ["A", "B", "X"], classes)
    moved = frame.iloc[::-1].assign(Y=scale * frame["Y"] + shift, X=scale * frame["X"])
    second = fit_linear_model(moved, "Y", ["A", "B", "X"], classes)
    # An F near 0 keeps no digits where the shift has taken them from the response.
    np.testing.assert_allclose(second.type3()["f"], first.type3()["f"], rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(second.type1()["p"], first.type1()["p"], rtol=1e-6)
    np.testing.assert_allclose(second.parameters["estimate"][1:6], scale * first.parameters["estimate"][1:6], rtol=1e-6)
    limits = first.parameters[~first.parameters["dependent"]]
    assert ((limits["lower"] <= limits["estimate"]) & (limits["estimate"] <= limits["upper"])).all()


def test_nothing_left_for_error_is_said() -> None:
    frame = pd.DataFrame({"A": ["a", "b", "c"], "Y": [1.0, 2.0, 4.0]})
    model = fit_linear_model(frame, "Y", ["A"], {"A": None})
    assert model.den_df == 0
    assert model.warnings == ("no tests: nothing is left for error",)
    assert math.isnan(model.f) and model.parameters["p"].isna().all() and model.type3()["p"].isna().all()
    line = fit_linear_model(pd.DataFrame({"X": [0.1, 0.2, 0.3, 0.4], "Y": [1.1, 1.2, 1.3, 1.4]}), "Y", ["X"])
    assert (line.ss_error, line.r_square) == (0.0, 1.0)
    assert math.isnan(line.f) and line.parameters["p"].isna().all()
    constant = fit_linear_model(frame.assign(Y=2.0, X=[1.0, 2.0, 4.0]), "Y", ["X"])
    assert math.isnan(constant.r_square) and math.isnan(constant.type3()["p"][0])


def test_one_mean() -> None:
    model = fit_linear_model(pd.DataFrame({"Y": [1.0, 2.0, 6.0]}), "Y", [])
    assert (model.mean, model.num_df, model.den_df) == (3.0, 0, 2)
    assert model.parameters["estimate"].tolist() == [3.0]
    assert model.parameters["se"][0] == pytest.approx(math.sqrt(7 / 3))


@pytest.mark.parametrize(
    ("response", "level", "message"),
    [("Z", 0.95, "No such column"), ("A", 0.95, "must be numbers"), ("W", 0.95, "infinite"), ("Y", 95, "level")],
)
def test_bad_input(response: str, level: float, message: str) -> None:
    frame = pd.DataFrame({"A": ["a", "b", "b"], "Y": [1.0, 2.0, 4.0], "W": [1.0, 2.0, math.inf]})
    with pytest.raises(DataError, match=message):
        fit_linear_model(frame, response, ["A"], {"A": None}, level=level)
