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
from adamline.stats.cox import fit_cox
from adamline.stats.linear_model import LinearModel, fit_linear_model
from adamline.stats.logistic import fit_logistic

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
    means = model.ls_means("drug")
    by_cell = {cell: Fraction(sum(ys), len(ys)) for cell, ys in cells.items()}
    expected = [float(sum(by_cell[drug, disease] for disease in (1, 2, 3)) / 3) for drug in (1, 2, 3, 4)]
    assert means.means["estimate"].tolist() == pytest.approx(expected, rel=1e-12)
    assert means.warnings == ()
    both = model.ls_means("drug*disease").means
    assert list(zip(both["drug"], both["disease"], strict=True)) == list(cells)
    assert both["estimate"].tolist() == pytest.approx([sum(ys) / len(ys) for ys in cells.values()])
    assert both["n"].tolist() == [len(ys) for ys in cells.values()]


@settings(max_examples=30, deadline=None)
@given(trial())
def test_equal_margins_are_the_mean_over_all_cells(frame: pd.DataFrame) -> None:
    model = fit_linear_model(frame, "Y", ["A", "B", "C", "X", "A*B", "B*C", "A*X"], CLASSES)
    used = frame[frame["Y"].notna()]
    found = model.ls_means("A").means.set_index("A")["estimate"]
    for level in "ab":
        cells = [predicted(model, (level, b, c), used["X"].mean()) for b, c in product("xy", (1, 2, 3))]
        assert found[level] == pytest.approx(np.mean(cells))
    at = model.ls_means("A*B", at={"X": 7.0}).means
    for a, b, value in zip(at["A"], at["B"], at["estimate"], strict=True):
        assert value == pytest.approx(np.mean([predicted(model, (a, b, c), 7.0) for c in (1, 2, 3)]))


@settings(max_examples=30, deadline=None)
@given(trial())
def test_observed_margins_count_all_records_with_a_response_or_not(frame: pd.DataFrame) -> None:
    model = fit_linear_model(frame, "Y", ["A", "B", "C", "X", "A*B", "B*C", "A*X"], CLASSES)
    x = frame.loc[frame["Y"].notna(), "X"].mean()
    found = model.ls_means("A", margins="observed").means.set_index("A")["estimate"]
    for level in "ab":
        records = [predicted(model, (level, b, c), x) for b, c in zip(frame["B"], frame["C"], strict=True)]
        assert found[level] == pytest.approx(np.mean(records))


@settings(max_examples=30, deadline=None)
@given(trial())
def test_differences_are_those_of_the_means_and_of_the_parameters(frame: pd.DataFrame) -> None:
    model = fit_linear_model(frame, "Y", ["C", "B", "X"], {"B": None, "C": [1, 2, 3]})
    equal, observed = model.ls_means("C"), model.ls_means("C", margins="observed")
    # Without interactions the differences do not depend on the margins.
    for name in ("estimate", "se", "p", "lower", "upper"):
        np.testing.assert_allclose(equal.differences[name], observed.differences[name], rtol=1e-7)
    means = equal.means.set_index("C")["estimate"]
    for row in equal.differences.itertuples():
        assert row.estimate == pytest.approx(means[row.level] - means[row.other], abs=1e-9)
        assert row.lower < row.estimate < row.upper
    against = model.ls_means("C", against=3).differences
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
    assert model.ls_means("A").coefficients[0].tolist() == pytest.approx([1, 1, 0, 22 / 6, 104 / 6])
    assert model.ls_means("A", at={"X": 3.0}).coefficients[1].tolist() == pytest.approx([1, 0, 1, 3, 9])


def test_what_cannot_be_estimated_is_missing_and_said() -> None:
    frame = pd.DataFrame(
        {"A": [1, 1, 1, 2, 2, 2], "B": ["x", "x", "y", "x", "x", "x"], "Y": [3.0, 5.0, 9.0, 7.0, 6.0, 6.5]}
    )
    model = fit_linear_model(frame, "Y", ["A", "B", "A*B"], {"A": None, "B": None})
    found = model.ls_means("A")
    # No record of 2 and y: as SAS, "Non-est" for 2, and so for the difference.
    assert found.means["estimate"][0] == pytest.approx((4 + 9) / 2)
    assert found.means.loc[1, ["estimate", "se", "p", "lower"]].isna().all()
    assert found.differences.loc[0, ["estimate", "se", "p"]].isna().all()
    assert found.warnings == ("A: the LS mean of 2 cannot be estimated (Non-est)",)
    assert np.isnan(found.covariance).tolist() == [[False, True], [True, True]]
    # Without the interaction both can be.
    assert fit_linear_model(frame, "Y", ["A", "B"], {"A": None, "B": None}).ls_means("A").warnings == ()


def test_no_error_has_no_tests() -> None:
    model = fit_linear_model(pd.DataFrame({"A": ["a", "b"], "Y": [1.0, 2.0]}), "Y", ["A"], {"A": None})
    means = model.ls_means("A").means
    assert means["estimate"].tolist() == pytest.approx([1.0, 2.0])
    assert means[["p", "lower", "upper"]].isna().all(axis=None)


# Responders of 8: A at V1 2, at V2 6; B at V1 4, at V2 5.
RESPONDERS = {("A", "V1"): 2, ("A", "V2"): 6, ("B", "V1"): 4, ("B", "V2"): 5}


def responses() -> pd.DataFrame:
    rows = [(*cell, int(place < events)) for cell, events in RESPONDERS.items() for place in range(8)]
    return pd.DataFrame(rows, columns=["ARM", "VISIT", "RESP"])


def test_of_a_logistic_model_are_log_odds_as_of_proc_logistic() -> None:
    classes = {"ARM": None, "VISIT": None}
    model = fit_logistic(responses(), "RESP", 1, ["ARM", "VISIT", "ARM*VISIT"], classes, coding="glm")
    found = model.ls_means("ARM*VISIT", by="VISIT", against="B")
    assert list(found.means.columns) == ["ARM", "VISIT", "n", "estimate", "se", "z", "p", "lower", "upper"]
    odds = [math.log(events / (8 - events)) for events in RESPONDERS.values()]
    # SE of a log odds: sqrt(1/x + 1/(n - x))
    se = [math.sqrt(1 / events + 1 / (8 - events)) for events in RESPONDERS.values()]
    assert found.means["estimate"].tolist() == pytest.approx(odds, abs=1e-9)
    assert found.means["se"].tolist() == pytest.approx(se)
    assert found.differences[["VISIT", "level", "other"]].to_numpy().tolist() == [["V1", "A", "B"], ["V2", "A", "B"]]
    assert found.differences["estimate"].tolist() == pytest.approx([odds[0] - odds[2], odds[1] - odds[3]])
    # Over both visits alike, and at the level of the fit.
    arms = model.ls_means("ARM")
    assert arms.means["estimate"].tolist() == pytest.approx([(odds[0] + odds[1]) / 2, (odds[2] + odds[3]) / 2])
    assert (arms.level, arms.method) == (0.95, "PROC LOGISTIC, LSMEANS")


def test_of_a_cox_model_differ_by_the_log_hazard_ratios() -> None:
    frame = pd.DataFrame({"T": [5, 8, 9, 3, 4, 7, 6, 2], "E": [1, 0, 1, 1, 1, 1, 1, 1], "ARM": list("AAAPPPBB")})
    model = fit_cox(frame, "T", "E", ["ARM"], {"ARM": ["A", "B", "P"]}, coding="glm")
    found = model.ls_means("ARM", against="P").differences
    ratios = model.hazard_ratios
    assert found["level"].tolist() == ratios["level"].tolist()
    for name in ("estimate", "lower", "upper"):
        assert np.exp(found[name]).tolist() == pytest.approx(ratios[name].tolist())


def test_an_infinite_ls_mean_is_missing_and_said() -> None:
    frame = responses().assign(RESP=lambda f: f["RESP"].where(f["ARM"] == "B", 0))
    model = fit_logistic(frame, "RESP", 1, ["ARM"], {"ARM": None}, coding="glm")
    found = model.ls_means("ARM")
    assert found.means["estimate"].isna().tolist() == [True, False]
    assert found.warnings == ("ARM: the LS mean of A is infinite",)


def test_of_another_coding_are_refused_as_by_sas() -> None:
    model = fit_logistic(responses(), "RESP", 1, ["ARM"], {"ARM": None}, coding="effect")
    with pytest.raises(DataError, match="coding glm"):
        model.ls_means("ARM")


def test_observed_margins_of_frequencies_are_refused() -> None:
    frame = responses().assign(N=2)
    model = fit_logistic(frame, "RESP", 1, ["ARM", "VISIT"], {"ARM": None, "VISIT": None}, coding="glm", freq="N")
    with pytest.raises(DataError, match="weighted fit"):
        model.ls_means("ARM", margins="observed")


@pytest.mark.parametrize(
    ("effect", "options", "message"),
    [
        ("B", {}, "No such effect"),
        ("X", {}, "class variables alone"),
        ("Intercept", {}, "class variables alone"),
        ("A*X", {}, "class variables alone"),
        ("A", {"at": {"Z": 1.0}}, "No such covariate"),
        ("A", {"at": {"X": math.nan}}, "finite number"),
        ("A", {"margins": "proportional"}, "There are no margins"),
        ("A", {"against": "c"}, "none of the effect"),
        ("A", {"level": 95}, "level"),
    ],
)
def test_bad_input(effect: str, options: dict[str, object], message: str) -> None:
    frame = pd.DataFrame({"A": list("aabb"), "X": [1.0, 2.0, 3.0, 5.0], "Y": [1.0, 2.0, 4.0, 3.0]})
    model = fit_linear_model(frame, "Y", ["A", "X", "A*X"], {"A": None})
    with pytest.raises(DataError, match=message):
        model.ls_means(effect, **options)  # type: ignore[arg-type]
