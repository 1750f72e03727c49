"""MMRM: a generic optimiser, dense formulas, invariance, hard data, refusals, simulated trials."""

from __future__ import annotations

import importlib.util
import math
import sys
import warnings
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from adamline.errors import DataError
from adamline.stats.linear_model import fit_linear_model
from adamline.stats.mmrm import Mmrm, fit_mmrm
from adamline.stats.mmrm.optimise import Problem, starts
from adamline.stats.mmrm.patterns import gather
from adamline.stats.mmrm.structures import LINEAR, STRUCTURES, structure_of


def module_at(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)

    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


dense = module_at(Path(__file__).parent / "dense_mmrm.py")
EFFECTS = ["ARM", "AVISIT", "ARM*AVISIT", "BASE"]
CLASSES = {"ARM": None, "AVISIT": None}


def trial(
    subjects: int = 50, visits: int = 4, *, seed: int = 1, missing: float = 0.15, rho: float = 0.6
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    noise = rng.standard_normal((subjects, visits)) @ np.linalg.cholesky(0.3 * rho + (1 - 0.3 * rho) * rho**lag).T
    arm, base = np.arange(subjects) % 2, rng.normal(50, 10, subjects)
    value = 0.4 * base[:, np.newaxis] + 10 * noise * (1 + 0.1 * np.arange(visits)) + arm[:, np.newaxis] * 2
    who, when = np.nonzero(rng.random((subjects, visits)) >= missing)
    return pd.DataFrame(
        {
            "ID": who,
            "AVISIT": when + 1,
            "ARM": np.array(["A", "B"])[arm[who]],
            "BASE": base[who],
            "CHG": value[who, when],
            "W": rng.uniform(0.5, 2, len(who)),
        }
    )


def fitted(frame: pd.DataFrame, **options: object) -> Mmrm:
    return fit_mmrm(frame, "CHG", EFFECTS, CLASSES, subject="ID", visit="AVISIT", **options)  # type: ignore[arg-type]


def dense_of(frame: pd.DataFrame, fit: Mmrm, weights: str | None = None) -> object:
    ordered = frame["ID"].to_numpy()
    return dense.Dense(
        x=fit.design.matrix[:, fit.basis.kept],
        y=frame["CHG"].to_numpy(),
        blocks=[np.flatnonzero(ordered == each) for each in np.unique(ordered)],
        visit=frame["AVISIT"].to_numpy() - 1,
        sigma=dense.sigma_of(fit.structure, len(fit.visits)),
        weight=np.ones(len(frame)) if weights is None else frame[weights].to_numpy(),
    )


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("name", STRUCTURES)
def test_dense_likelihood_and_a_generic_optimiser(name: str, method: str) -> None:
    frame = trial(34)
    fit = fitted(frame, covariance=name, method=method, ddfm="satterthwaite", weights="W")
    plain = dense_of(frame, fit, "W")
    theta = fit.covariance_parameters["estimate"].to_numpy()
    value = plain.neg2_log_likelihood(theta, method)
    assert fit.neg2_log_likelihood == pytest.approx(value, abs=1e-8)
    assert fit.newton_decrement < 1e-10
    # A search without derivatives of ours, from a point beside, finds nothing lower and ends at the same value.
    unit = np.maximum(np.abs(theta), 0.05)
    found = minimize(
        lambda z: min(plain.neg2_log_likelihood(z * unit, method), 1e6) if np.isfinite(z).all() else 1e6,
        theta / unit * (1 + 0.01 * np.cos(np.arange(len(theta)))),
        method="BFGS",
        options={"gtol": 1e-6},
    )
    assert found.fun == pytest.approx(fit.neg2_log_likelihood, abs=1e-8)


@pytest.mark.parametrize("name", STRUCTURES)
def test_kenward_roger_of_the_paper(name: str) -> None:
    frame = trial(30)
    for ddfm in ("kenward-roger", "kenward-roger-linear"):
        fit = fitted(frame, covariance=name, ddfm=ddfm)
        plain = dense_of(frame, fit)
        theta, w = fit.covariance_parameters["estimate"].to_numpy(), fit.covariance_parameters_covariance
        rows = np.zeros((3, len(fit.design.names)))
        effect = fit.design.effect("ARM*AVISIT")
        means = fit.ls_means("ARM*AVISIT", by="AVISIT")
        rows = means.coefficients[:3] - means.coefficients[3:6]
        kept = rows[:, fit.basis.kept]
        adjusted, f, df = plain.kenward_roger(theta, w, kept, second_order=ddfm == "kenward-roger")
        np.testing.assert_allclose(
            fit.covariance[np.ix_(fit.basis.kept, fit.basis.kept)], adjusted, rtol=1e-5, atol=1e-6 * adjusted.max()
        )
        count, den, found, _ = fit.fixed.f_test(fit.in_basis(rows))
        assert (count, den, found) == pytest.approx((3, df, f), rel=1e-5)
        _, f_one, df_one = plain.kenward_roger(theta, w, kept[:1], second_order=ddfm == "kenward-roger")
        row = fit.contrasts({"x": rows[0]}).iloc[0]
        assert (row["df"], row["t"] ** 2) == pytest.approx((df_one, f_one), rel=1e-5)
        assert effect.classes == ("ARM", "AVISIT")
    if name in LINEAR:
        linear = fitted(frame, covariance=name, ddfm="kenward-roger-linear").parameters
        pd.testing.assert_frame_equal(fitted(frame, covariance=name).parameters, linear)


@pytest.mark.parametrize("name", STRUCTURES)
def test_covariance_of_the_parameters_and_satterthwaite_by_differences(name: str) -> None:
    frame = trial(40)
    fit = fitted(frame, covariance=name, ddfm="satterthwaite")
    plain = dense_of(frame, fit)
    theta = fit.covariance_parameters["estimate"].to_numpy()
    k, h = len(theta), 1e-3 * np.maximum(np.abs(theta), 0.1)
    unit = np.diag(h)
    f = plain.neg2_log_likelihood

    def mixed(i: int, j: int) -> float:
        a, b = unit[i], unit[j]
        return (f(theta + a + b) - f(theta + a - b) - f(theta - a + b) + f(theta - a - b)) / (4 * h[i] * h[j])

    hessian = np.array([[mixed(i, j) for j in range(k)] for i in range(k)])
    spread = 2 * np.linalg.inv(hessian)
    np.testing.assert_allclose(np.diag(fit.covariance_parameters_covariance), np.diag(spread), rtol=2e-3)
    row = fit.ls_means("ARM").coefficients
    row = (row[0] - row[1])[fit.basis.kept]

    def variance(at: np.ndarray) -> float:
        return float(row @ np.linalg.solve(plain.x.T @ np.linalg.solve(plain.covariance(at), plain.x), row))

    slope = np.array(
        [(variance(theta + u) - variance(theta - u)) / (2 * step) for u, step in zip(unit, h, strict=True)]
    )
    df = 2 * variance(theta) ** 2 / (slope @ spread @ slope)
    assert fit.ls_means("ARM").differences["df"][0] == pytest.approx(df, rel=5e-3)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("name", STRUCTURES)
def test_gradient_and_hessian_against_differences(name: str, groups: int) -> None:
    frame = trial(60, seed=3)
    x = np.column_stack([np.ones(len(frame)), frame["ARM"] == "A", frame["BASE"]])
    q, _ = np.linalg.qr(x)
    r = frame["CHG"].to_numpy() - q @ (q.T @ frame["CHG"].to_numpy())
    arm = (frame["ARM"] == "A").to_numpy().astype(np.int64) * (groups - 1)
    data = gather(
        np.column_stack([q, r / r.std()]), frame["ID"].to_numpy(), frame["AVISIT"].to_numpy() - 1, arm, 4, groups
    )
    structure = structure_of(name, 4)
    for method in ("REML", "ML"):
        problem = Problem(data, structure, method)  # type: ignore[arg-type]
        theta = starts(data, structure, data.columns[:, -1])[2]
        theta = theta + 0.02 * np.cos(np.arange(len(theta)))
        value, shapes = problem.value(theta)
        assert value is not None
        gradient, hessian, _ = problem.derivatives(theta, value, shapes)
        step = 1e-5 * np.eye(len(theta))

        def slope(at: np.ndarray, problem: Problem = problem) -> np.ndarray:
            found, parts = problem.value(at)
            assert found is not None
            return problem.derivatives(at, found, parts)[0]

        def height(at: np.ndarray, problem: Problem = problem) -> float:
            found, _ = problem.value(at)
            assert found is not None
            return found.objective

        numeric = np.array([(height(theta + s) - height(theta - s)) / 2e-5 for s in step])
        np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-6 * np.abs(numeric).max())
        second = np.array([(slope(theta + s) - slope(theta - s)) / 2e-5 for s in step])
        np.testing.assert_allclose(hessian, second, rtol=1e-6, atol=1e-6 * np.abs(second).max())


@pytest.mark.parametrize("name", ["UN", "TOEPH", "ANTE(1)"])
def test_order_levels_and_scale_change_nothing(name: str) -> None:
    frame = trial(45)
    base = fitted(frame, covariance=name)
    table = base.ls_means("ARM", against="A").differences

    def check(other: Mmrm, factor: float = 1.0, rel: float = 1e-7) -> None:
        found = other.ls_means("ARM", against="A").differences
        for column in ("estimate", "se", "lower", "upper"):
            np.testing.assert_allclose(found[column] / factor, table[column], rtol=rel)
        for column in ("df", "t", "p"):
            np.testing.assert_allclose(found[column], table[column], rtol=rel)

    check(fitted(frame.sample(frac=1, random_state=5), covariance=name))
    swapped = {"ARM": ["B", "A"], "AVISIT": None}
    check(fit_mmrm(frame, "CHG", EFFECTS, swapped, subject="ID", visit="AVISIT", covariance=name))
    if name == "UN":
        mixed = {"ARM": None, "AVISIT": [3, 1, 4, 2]}
        check(fit_mmrm(frame, "CHG", EFFECTS, mixed, subject="ID", visit="AVISIT"))
    for factor in (1e6, 1e-6):
        check(fitted(frame.assign(CHG=frame["CHG"] * factor), covariance=name), factor)
    check(fitted(frame.assign(CHG=frame["CHG"] + 1e6), covariance=name), rel=1e-5)


def test_complete_balanced_data_have_the_classical_answer() -> None:
    # One visit: the linear model. Complete data and one effect of arm: UN has the t test of the subjects' means.
    one = trial(40, 1, missing=0.0)
    fit = fit_mmrm(one, "CHG", ["ARM", "BASE"], {"ARM": None}, subject="ID", visit="AVISIT")
    model = fit_linear_model(one, "CHG", ["ARM", "BASE"], {"ARM": None})
    expected = model.ls_means("ARM").differences[["estimate", "se", "df", "p", "lower", "upper"]]
    pd.testing.assert_frame_equal(fit.ls_means("ARM").differences[expected.columns], expected, rtol=1e-8)
    f = fit.type3()
    np.testing.assert_allclose(f["f"], model.type3()["f"], rtol=1e-8)
    full = trial(40, 4, missing=0.0)
    cs = fit_mmrm(full, "CHG", ["ARM", "AVISIT"], CLASSES, subject="ID", visit="AVISIT", covariance="CS")
    means = full.groupby(["ID", "ARM"], as_index=False)["CHG"].mean()
    model = fit_linear_model(means, "CHG", ["ARM"], {"ARM": None})
    expected = model.ls_means("ARM").differences[["estimate", "se", "df", "p"]]
    pd.testing.assert_frame_equal(cs.ls_means("ARM").differences[expected.columns], expected, rtol=1e-7)


def test_empirical_covariance_by_a_loop() -> None:
    frame = trial(40)
    fit = fitted(frame, covariance="AR(1)", ddfm="between-within", empirical=True)
    plain = dense_of(frame, fit)
    inverse = np.linalg.inv(plain.covariance(fit.covariance_parameters["estimate"].to_numpy()))
    phi = np.linalg.inv(plain.x.T @ inverse @ plain.x)
    r = plain.y - plain.x @ fit.parameters["estimate"].to_numpy()[fit.basis.kept]
    middle = np.zeros_like(phi)
    for own in plain.blocks:
        score = plain.x[own].T @ inverse[np.ix_(own, own)] @ r[own]
        middle += np.outer(score, score)
    kept = np.ix_(fit.basis.kept, fit.basis.kept)
    np.testing.assert_allclose(fit.covariance[kept], phi @ middle @ phi, rtol=1e-6, atol=1e-9)
    # 40 subjects; the intercept, arm and baseline are constant in each (3 columns), the rest is within.
    table = fit.type3().set_index("effect")["den_df"]
    assert table.to_dict() == {"ARM": 37, "BASE": 37, "AVISIT": len(frame) - 37 - 9, "ARM*AVISIT": len(frame) - 37 - 9}
    assert set(fitted(frame, ddfm="between-within").type3()["den_df"]) == {37}
    assert set(fitted(frame, ddfm="residual").type3()["den_df"]) == {len(frame) - 9}


def test_satterthwaite_of_several_rows_is_of_sas_rows() -> None:
    """Fai and Cornelius in plain loops, the rows as PROC MIXED writes them: each level less the last."""
    frame = trial(30)
    fit = fitted(frame, covariance="CSH", ddfm="satterthwaite")
    plain = dense_of(frame, fit)
    theta, w = fit.covariance_parameters["estimate"].to_numpy(), fit.covariance_parameters_covariance
    first, _ = plain.derivatives(theta)
    inverse = np.linalg.inv(plain.covariance(theta))
    phi = np.linalg.inv(plain.x.T @ inverse @ plain.x)
    means = fit.ls_means("AVISIT").coefficients
    rows = (means[:3] - means[3])[:, fit.basis.kept]
    spread = []
    for vector in np.linalg.eigh(rows @ phi @ rows.T)[1].T:
        row = vector @ rows
        turned = inverse @ plain.x @ phi @ row
        slope = np.array([turned @ each @ turned for each in first])
        spread.append(2 * (row @ phi @ row) ** 2 / (slope @ w @ slope))
    expected = sum(nu / (nu - 2) for nu in spread)
    found = fit.type3().set_index("effect").loc["AVISIT"]
    assert found["den_df"] == pytest.approx(2 * expected / (expected - 3), rel=1e-6)


def test_satterthwaite_is_never_above_the_residual_degrees_of_freedom() -> None:
    # By ML the formula gives near n, not n - q, for what varies within subjects.
    frame = trial(30, rho=0.3)
    fit = fitted(frame, covariance="CS", method="ML", ddfm="satterthwaite")
    q = len(fit.basis.kept)
    assert fit.parameters["df"].max() == len(frame) - q
    assert fit.type3()["den_df"].max() <= len(frame) - q


def test_counted_degrees_of_freedom_of_a_contrast_are_of_the_effect_listed_last() -> None:
    frame = trial(40)
    fit = fitted(frame, covariance="CS", ddfm="between-within")
    between, within = 37, len(frame) - 37 - 9
    arm, visit = {"ARM A": 1.0, "ARM B": -1.0}, {"ARM*AVISIT A 1": 1.0, "ARM*AVISIT B 1": -1.0}
    row = np.zeros(len(fit.design.names))
    for name, value in (arm | visit).items():
        row[fit.design.names.index(name)] = value
    found = fit.contrasts({"last within": arm | visit, "last between": visit | arm, "by model": row})
    assert found["df"].tolist() == [within, between, within]
    np.testing.assert_allclose(found["estimate"], found["estimate"][0])


@pytest.mark.parametrize(("factor", "shift"), [(1e15, 0.0), (1.0, 1e9), (1e-12, 0.0)])
def test_between_within_counts_covariates_of_any_size(factor: float, shift: float) -> None:
    frame = trial(40)
    frame["BASE"] = frame["BASE"] * factor + shift
    # Effects between subjects after, and partly made of, those within.
    fit = fit_mmrm(
        frame,
        "CHG",
        ["ARM*AVISIT", "AVISIT", "ARM", "BASE"],
        CLASSES,
        subject="ID",
        visit="AVISIT",
        covariance="CS",
        ddfm="between-within",
    )
    within = len(frame) - 37 - 9
    assert fit.fixed.df_of_columns is not None
    assert sorted(set(fit.fixed.df_of_columns)) == [37, within]
    assert fit.type3().set_index("effect")["den_df"].to_dict() == {
        "ARM*AVISIT": within,
        "AVISIT": within,
        "ARM": 37,
        "BASE": 37,
    }


def test_aicc_has_a_size_of_at_least_two_more_than_the_parameters() -> None:
    # 10 covariance parameters and n - q = 11.
    frame = trial(4, 4, missing=0.0, seed=3)
    options = {"covariance": "CSH", "group": "ARM", "ddfm": "satterthwaite"}
    fit = fit_mmrm(frame, "CHG", ["ARM", "AVISIT"], CLASSES, subject="ID", visit="AVISIT", **options)
    assert fit.aicc - fit.neg2_log_likelihood == pytest.approx(2 * 10 * 12 / (12 - 10 - 1))


def test_groups_with_other_numbers_of_visits_have_their_own_range_of_correlations() -> None:
    # Two visits in B with a correlation that four visits could not have.
    rng = np.random.default_rng(0)
    parts = []
    for arm, visits, rho in (("A", 4, 0.3), ("B", 2, -0.8)):
        values = rng.standard_normal((20, visits)) @ np.linalg.cholesky((1 - rho) * np.eye(visits) + rho).T
        who = [f"{arm}{each}" for each in range(20)]
        parts.append(
            pd.DataFrame(
                {
                    "ID": np.repeat(who, visits),
                    "AVISIT": np.tile(np.arange(visits), 20),
                    "ARM": arm,
                    "CHG": values.ravel(),
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    options = {"subject": "ID", "visit": "AVISIT", "covariance": "CS", "ddfm": "satterthwaite"}
    both = fit_mmrm(frame, "CHG", ["ARM"], {"ARM": None}, group="ARM", **options)  # type: ignore[arg-type]
    alone = fit_mmrm(parts[1], "CHG", [], **options)  # type: ignore[arg-type]
    found = both.covariance_parameters.query("group == 'B'").set_index("parameter")["estimate"]
    expected = alone.covariance_parameters.set_index("parameter")["estimate"]
    assert found["CS"] == pytest.approx(expected["CS"], rel=1e-8)
    assert found["CS"] / found["Variance"] < -1 / 3


def test_one_visit_takes_the_structure_without_correlation() -> None:
    one = trial(30, 1, missing=0.0)
    options = {"subject": "ID", "visit": "AVISIT"}
    fit = fit_mmrm(one, "CHG", ["ARM"], {"ARM": None}, fallback=["CS"], **options)
    assert (fit.structure, fit.warnings) == ("UN", ())
    turned = fit_mmrm(one, "CHG", ["ARM"], {"ARM": None}, covariance="CS", fallback=["UN"], **options)
    assert turned.structure == "UN" and "no correlation" in turned.warnings[0]
    with pytest.raises(DataError, match="no correlation"):
        fit_mmrm(one, "CHG", ["ARM"], {"ARM": None}, covariance="CS", **options)


def test_an_empirical_covariance_of_lower_rank_gives_no_test() -> None:
    frame = trial(3)
    fit = fit_mmrm(
        frame,
        "CHG",
        ["ARM", "AVISIT"],
        CLASSES,
        subject="ID",
        visit="AVISIT",
        covariance="CS",
        ddfm="between-within",
        empirical=True,
    )
    table = fit.type3().set_index("effect")
    assert np.isfinite(table.loc["ARM", "f"])
    assert table.loc["AVISIT", ["f", "p"]].isna().all()


def test_kenward_roger_of_one_row_is_its_t_test_near_two_degrees_of_freedom() -> None:
    # The general formula is 0 / 0 at 2 degrees of freedom.
    fit = fit_mmrm(
        trial(4, 2, missing=0.1, seed=3),
        "CHG",
        ["ARM", "AVISIT", "ARM*AVISIT"],
        CLASSES,
        subject="ID",
        visit="AVISIT",
        covariance="TOEP",
    )
    row = fit.ls_means("ARM").differences.iloc[0]
    test = fit.type3().iloc[0]
    assert (test["den_df"], test["f"], test["p"]) == pytest.approx((row["df"], row["t"] ** 2, row["p"]), rel=1e-8)


def test_weighted_fits_have_no_observed_margins() -> None:
    fit = fitted(trial(40), covariance="CS", weights="W")
    with pytest.raises(DataError, match="Observed margins"):
        fit.ls_means("ARM", margins="observed")


@pytest.mark.parametrize(("subjects", "visits", "seed", "name"), [(5, 4, 1, "TOEP"), (5, 2, 2, "UN")])
def test_a_search_that_goes_into_singular_matrices_is_refused(subjects: int, visits: int, seed: int, name: str) -> None:
    frame = trial(subjects, visits, missing=0.0, seed=seed)
    with pytest.raises(DataError, match=f"{name} has no optimum") as caught:
        fit_mmrm(frame, "CHG", ["ARM", "AVISIT"], CLASSES, subject="ID", visit="AVISIT", covariance=name, group="ARM")
    assert "singular" in caught.value.found


def test_by_group_is_a_fit_of_each_where_nothing_is_shared() -> None:
    frame = trial(60)
    both = fit_mmrm(
        frame, "CHG", ["ARM*AVISIT"], CLASSES, subject="ID", visit="AVISIT", group="ARM", ddfm="satterthwaite"
    )
    total = 0.0
    for arm in ("A", "B"):
        own = fit_mmrm(
            frame[frame["ARM"] == arm],
            "CHG",
            ["AVISIT"],
            {"AVISIT": None},
            subject="ID",
            visit="AVISIT",
            ddfm="satterthwaite",
        )
        total += own.neg2_log_likelihood - log_det(own)
        part = both.covariance_parameters.query("group == @arm")
        np.testing.assert_allclose(part["estimate"], own.covariance_parameters["estimate"], rtol=1e-7)
        np.testing.assert_allclose(part["se"], own.covariance_parameters["se"], rtol=1e-6)
        mean = both.ls_means("ARM*AVISIT").means.query("ARM == @arm")
        np.testing.assert_allclose(mean["df"], own.ls_means("AVISIT").means["df"], rtol=1e-6)
    # The parts have columns of their own: X'V-1X changes as X'X does.
    assert both.neg2_log_likelihood - log_det(both) == pytest.approx(total, abs=1e-7)


def log_det(fit: Mmrm) -> float:
    x = fit.design.matrix[:, fit.basis.kept]
    return float(np.linalg.slogdet(x.T @ x)[1])


@pytest.mark.parametrize("rho", [0.99, 0.999])
def test_high_correlation(rho: float) -> None:
    frame = trial(60, 5, rho=rho, seed=4)
    rng = np.random.default_rng(2)
    frame["CHG"] = rng.normal(0, 10, 60)[frame["ID"]] + rng.normal(0, 10 * np.sqrt(1 / rho - 1), len(frame))
    for name in STRUCTURES:
        assert fitted(frame, covariance=name).newton_decrement < 1e-10


def test_few_subjects_many_visits_and_negative_correlation() -> None:
    frame = trial(25, 10, missing=0.0)
    fit = fit_mmrm(frame, "CHG", ["ARM", "AVISIT", "BASE"], CLASSES, subject="ID", visit="AVISIT")
    assert fit.newton_decrement < 1e-10
    # Differences from the subject's mean: a correlation near -1 / 3.
    frame = trial(40, 4, missing=0.0, rho=0.01)
    frame["CHG"] -= 0.9 * frame.groupby("ID")["CHG"].transform("mean")
    for name in ("CS", "CSH"):
        fit = fitted(frame, covariance=name)
        assert fit.newton_decrement < 1e-10
        first = fit.covariance_parameters.set_index("parameter")["estimate"][name]
        assert first < 0


def test_hints_of_a_missing_cell_and_of_collinear_terms() -> None:
    frame = trial(40)
    lost = frame[~((frame["ARM"] == "B") & (frame["AVISIT"] == 4))]
    fit = fitted(lost)
    assert any("ARM*AVISIT: no record of B 4" in each for each in fit.warnings)
    means = fit.ls_means("ARM")
    assert means.means["estimate"].isna().tolist() == [False, True]
    assert "Non-est" in means.warnings[0]
    twice = frame.assign(BASE2=frame["BASE"] * 2)
    fit = fit_mmrm(twice, "CHG", [*EFFECTS, "BASE2"], CLASSES, subject="ID", visit="AVISIT")
    assert "BASE2 is a combination of BASE" in fit.warnings[0]
    assert fit.parameters["dependent"].iloc[-1]
    assert fit.type3()["num_df"].tolist() == [1, 3, 3, 0, 0]


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda f: pd.concat([f, f.iloc[:1]]), {}, "two records of one visit"),
        (lambda f: f.assign(CHG=np.where(f.index == 3, np.inf, f["CHG"])), {}, "infinite"),
        (lambda f: f.assign(CHG=f["CHG"].astype(str)), {}, "numbers"),
        (lambda f: f.assign(CHG=5.0), {}, "without error"),
        (lambda f: f.assign(CHG=f["CHG"] * 1e90), {}, "too large"),
        (lambda f: f.assign(CHG=np.nan), {}, "No record"),
        (lambda f: f[(f["AVISIT"] != 4) | (f["ARM"] == "A")], {"group": "ARM"}, "no observation"),
        (lambda f: f[(f["AVISIT"] <= 2) == (f["ID"] % 4 < 2)], {}, "both visits of a pair"),
        (lambda f: f[f["AVISIT"] == 1 + f["ID"] % 4], {"covariance": "CS"}, "both visits of a pair"),
        (lambda f: f[f["ID"] < 5], {}, "more parameters|as many parameters"),
        (lambda f: f, {"fallback": "CS"}, "must be a list"),
        (lambda f: f, {"fallback": ["CS", None]}, "There are no covariance structures"),
        (lambda f: f, {"covariance": "UNSTR"}, "There are no covariance structures"),
        (lambda f: f, {"ddfm": "kr2"}, "There are no degrees of freedom"),
        (lambda f: f, {"ddfm": "kenward-roger", "method": "ML"}, "is of REML"),
        (lambda f: f, {"empirical": True}, "counted degrees of freedom"),
        (lambda f: f, {"convergence": "sas", "covariance": "CS"}, "TYPE=UN alone"),
        (lambda f: f, {"group": "AVISIT"}, "two groups"),
        (lambda f: f, {"weights": "NONE"}, "No such column"),
    ],
)
def test_refusals_with_their_cause(change: object, options: dict[str, object], message: str) -> None:
    frame = change(trial(40))  # type: ignore[operator]
    with pytest.raises(DataError, match=message):
        fitted(frame, **options)


def test_a_likelihood_without_an_optimum_is_refused_and_the_fall_back_is_said() -> None:
    # Two visits alike but for a constant: a singular covariance.
    frame = trial(40, 3, missing=0.0)
    first = frame[frame["AVISIT"] == 1].set_index("ID")["CHG"]
    frame["CHG"] = np.where(frame["AVISIT"] == 2, frame["ID"].map(first) + 1, frame["CHG"])
    with pytest.raises(DataError, match="UN has no optimum") as caught:
        fitted(frame)
    assert "singular" in caught.value.found
    # Too few subjects for UN, enough for AR(1).
    few = trial(9, 8, missing=0.0)
    with pytest.raises(DataError):
        fitted(few)
    fit = fitted(few, fallback=["TOEPH", "AR(1)"])
    assert fit.structure in ("TOEPH", "AR(1)")
    assert "UN could not be fitted" in fit.warnings[0]
    assert fit.warnings[-1] == f"{fit.structure} was taken, as listed in fallback"


@pytest.mark.parametrize("name", ["CSH", "ARH(1)"])
def test_a_variance_without_information_is_named(name: str) -> None:
    # One record of visit 4 in B, with a mean of its own: any variance is as good.
    frame = trial(40)
    last = frame[(frame["ARM"] == "B") & (frame["AVISIT"] == 4)].index[1:]
    with pytest.raises(DataError, match="no information") as caught:
        fitted(frame.drop(last), covariance=name, group="ARM")
    assert caught.value.found == "Var(4) in B"


def test_a_visit_that_the_model_fits_without_error_is_named() -> None:
    frame = trial(40)
    frame["CHG"] = frame["CHG"].where(frame["AVISIT"] != 4, 5.0)
    with pytest.raises(DataError, match="no optimum") as caught:
        fit_mmrm(frame, "CHG", ["AVISIT"], {"AVISIT": None}, subject="ID", visit="AVISIT")
    assert "the variance of 4 tends to 0" in caught.value.found


def test_where_sas_stops_is_near_the_optimum() -> None:
    frame = trial(60)
    optimum, stopped = fitted(frame), fitted(frame, convergence="sas")
    assert 0 <= stopped.neg2_log_likelihood - optimum.neg2_log_likelihood < 1e-4
    assert stopped.newton_decrement < 1e-8 * abs(stopped.neg2_log_likelihood)


def test_weights_of_nothing_and_missing_parts_leave_records_out() -> None:
    frame = trial(40)
    holes = frame.assign(W=np.where(frame.index % 7 == 0, 0.0, 1.0), BASE=frame["BASE"].where(frame.index % 11 != 0))
    fit = fitted(holes, weights="W")
    kept = holes[(holes["W"] > 0) & holes["BASE"].notna()]
    assert fit.n == len(kept) and fit.n_missing == len(holes) - len(kept)
    assert "no weight above 0" in fit.warnings[0]
    assert fit.neg2_log_likelihood == pytest.approx(fitted(kept).neg2_log_likelihood, abs=1e-9)


def test_thirty_simulated_trials() -> None:
    sweep = module_at(Path(__file__).parents[3] / "bench" / "sweep_mmrm.py")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = [sweep.one_trial(seed, generic=False) for seed in range(30)]
    assert not [each for each in results if each.outcome == "wrong"]
    assert sum(each.outcome == "fitted" for each in results) >= 25


def test_a_visit_given_twice_in_the_order_is_refused() -> None:
    frame = pd.DataFrame({"ID": [1, 1, 2, 2], "VISIT": [1, 2, 1, 2], "CHG": [1.0, 2.0, 3.0, 5.0]})
    with pytest.raises(DataError, match="given twice"):
        fit_mmrm(frame, "CHG", [], {"VISIT": [1, 1, 2]}, subject="ID", visit="VISIT")


@pytest.mark.parametrize(
    "given", [["1", "0", "0"], [1.0, 0.0], {"Intercept": "1"}, {"Intercept": math.nan}, {"NONE": 1}]
)
def test_a_contrast_that_is_none_is_refused(given: object) -> None:
    frame = pd.DataFrame({"ID": np.repeat(range(6), 2), "VISIT": [1, 2] * 6, "ARM": list("AABB") * 3})
    frame["CHG"] = [1.0, 2.0, 3.0, 5.0, 2.0, 2.5, 4.0, 3.0, 4.0, 6.0, 1.0, 3.5]
    fit = fit_mmrm(frame, "CHG", ["ARM"], {"ARM": None}, subject="ID", visit="VISIT")
    with pytest.raises(DataError):
        fit.contrasts({"one": given})  # type: ignore[dict-item]


def test_visits_sorted_as_text_are_named_where_their_order_matters() -> None:
    frame = trial()
    named = frame.assign(AVISIT="Week " + (4 * frame["AVISIT"]).astype(str))
    for covariance, order, is_doubtful in (
        ("AR(1)", None, True),
        ("CS", None, False),
        ("AR(1)", ["Week 4", "Week 8", "Week 12", "Week 16"], False),
    ):
        fit = fit_mmrm(
            named, "CHG", EFFECTS, {"ARM": None, "AVISIT": order}, subject="ID", visit="AVISIT", covariance=covariance
        )
        assert any("Week 12, Week 16, Week 4, Week 8" in each for each in fit.warnings) is is_doubtful
    fit = fit_mmrm(frame, "CHG", EFFECTS, CLASSES, subject="ID", visit="AVISIT", covariance="AR(1)")
    assert fit.warnings == ()


@pytest.mark.parametrize("covariance", ["AR(1)", "ARH(1)", "TOEP", "TOEPH", "ANTE(1)"])
def test_a_visit_without_records_between_others_changes_lags_and_is_said(covariance: str) -> None:
    """Weeks 4, 12 and 16 are lags 2 and 1 of a design with week 8; as neighbours both are lag 1."""
    frame = trial().assign(VISIT=lambda f: "Week " + (4 * f["AVISIT"]).astype(str))
    weeks = ["Week 4", "Week 8", "Week 12", "Week 16"]

    def told(used: pd.DataFrame, order: list[str] | None, structure: str = covariance) -> bool:
        classes = {"ARM": None, "VISIT": order}
        fit = fit_mmrm(used, "CHG", ["ARM", "BASE"], classes, subject="ID", visit="VISIT", covariance=structure)
        return any("no record used of Week 8" in each and f"TYPE={structure}" in each for each in fit.warnings)

    without = frame[frame["VISIT"] != "Week 8"]
    assert told(without, weeks)
    # All its responses missing.
    assert told(frame.assign(CHG=frame["CHG"].where(frame["VISIT"] != "Week 8")), weeks)
    # Not where it has records, nor at an end, nor where no lag is counted.
    assert not told(frame, weeks)
    assert not told(without, ["Week 8", "Week 4", "Week 12", "Week 16"])
    assert not told(without, weeks, "UN")
