"""Columns of kinds that files and databases give: the same figures whatever the kind, or an error that helps."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.errors import DataError
from adamline.stats.chi_square import chi_square_tables
from adamline.stats.cmh import cmh_tables
from adamline.stats.cox import fit_cox
from adamline.stats.cross_tables import cross_tables
from adamline.stats.descriptive import describe, describe_groups
from adamline.stats.incidence_rate import subject_incidence_rates
from adamline.stats.kaplan_meier import kaplan_meier_at
from adamline.stats.kruskal_wallis import kruskal_wallis
from adamline.stats.linear_model import fit_linear_model
from adamline.stats.log_rank import log_rank_pairs
from adamline.stats.logistic import fit_logistic
from adamline.stats.mmrm import fit_mmrm

RECORDS = pd.DataFrame(
    {
        "USUBJID": [f"01-{number // 2:02d}" for number in range(24)],
        "AVISITN": [number % 2 for number in range(24)],
        "TRTP": ["Drug" if number // 2 % 2 else "Placebo" for number in range(24)],
        "AVAL": [(7 * number * number) % 23 + 1 for number in range(24)],
        "BASE": [(5 * number) % 11 for number in range(24)],
        "EVENT": [int(number % 3 > 0) for number in range(24)],
    }
)

Fit = Callable[[pd.DataFrame], Any]
FITS: dict[str, Fit] = {
    "GLM": lambda frame: fit_linear_model(frame, "AVAL", ["TRTP", "BASE"], {"TRTP": None}).parameters,
    "LOGISTIC": lambda frame: (
        fit_logistic(frame, "EVENT", 1, ["TRTP", "BASE"], {"TRTP": None}, coding="glm").parameters
    ),
    "PHREG": lambda frame: fit_cox(frame, "AVAL", "EVENT", ["TRTP", "BASE"], {"TRTP": None}).parameters,
    "MIXED": lambda frame: (
        fit_mmrm(
            frame,
            "AVAL ~ TRTP * AVISITN + BASE",
            classes={"TRTP": None, "AVISITN": None},
            subject="USUBJID",
            visit="AVISITN",
            covariance="CS",
        ).parameters
    ),
}


def decimals(column: pd.Series) -> pd.Series:
    return column.map(lambda value: Decimal(int(value))).astype(object)


KINDS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "objects": lambda column: column.astype(object),
    "decimals": decimals,
    "nullable": lambda column: column.convert_dtypes(),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("procedure", FITS)
def test_numbers_of_any_kind_give_the_same_fit(procedure: str, kind: str) -> None:
    changed = RECORDS.assign(**{name: KINDS[kind](RECORDS[name]) for name in ("AVAL", "BASE", "EVENT")})
    pd.testing.assert_frame_equal(FITS[procedure](changed), FITS[procedure](RECORDS))


@pytest.mark.parametrize("procedure", FITS)
def test_missing_among_objects_leaves_a_record_out(procedure: str) -> None:
    holed = RECORDS.astype({"BASE": object})
    holed.loc[[3, 4], "BASE"] = [None, pd.NA]
    pd.testing.assert_frame_equal(FITS[procedure](holed), FITS[procedure](RECORDS.drop(index=[3, 4])))


@pytest.mark.parametrize(
    ("procedure", "variable"),
    [(procedure, "BASE") for procedure in FITS] + [("GLM", "AVAL"), ("PHREG", "AVAL"), ("MIXED", "AVAL")],
)
def test_complex_numbers_are_refused_without_a_warning(procedure: str, variable: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DataError, match="must be"):
            FITS[procedure](RECORDS.assign(**{variable: RECORDS[variable] + 1j}))


def test_complex_values_are_refused_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DataError, match="must be a number"):
            describe(pd.Series([1 + 2j, 3 + 1j]))


@pytest.mark.parametrize("procedure", FITS)
def test_text_where_a_covariate_is_due_names_column_and_way_out(procedure: str) -> None:
    with pytest.raises(DataError, match="BASE") as raised:
        FITS[procedure](RECORDS.assign(BASE=RECORDS["BASE"].astype(str)))
    assert "name it in classes" in str(raised.value)


def test_text_values_are_shown() -> None:
    with pytest.raises(DataError, match="text, as '12'"):
        describe(pd.Series(["12", "13"]))


def test_a_frame_of_polars_is_told_from_one_of_pandas() -> None:
    polars = pytest.importorskip("polars")
    for fit in FITS.values():
        with pytest.raises(DataError, match="of pandas") as raised:
            fit(polars.from_pandas(RECORDS))
        assert "polars.DataFrame" in str(raised.value)
        assert "to_pandas" in str(raised.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda frame: kaplan_meier_at(frame["AVAL"], frame["EVENT"], frame["TRTP"], 2, [5]),
        lambda frame: log_rank_pairs(frame["AVAL"], frame["EVENT"], frame["TRTP"], [(0, 1)]),
        lambda frame: subject_incidence_rates(frame["EVENT"], frame["AVAL"], frame["TRTP"], per=100),
        lambda frame: describe_groups(frame["AVAL"], frame["TRTP"], 2),
    ],
)
def test_labels_where_codes_are_due_say_how_to_number_them(call: Fit) -> None:
    with pytest.raises(DataError, match="factorize"):
        call(RECORDS)


def test_cross_tables_in_place_of_many_tables_say_what_to_take() -> None:
    crossed = cross_tables(RECORDS["TRTP"], RECORDS["EVENT"])
    for tests in (chi_square_tables, cmh_tables):
        with pytest.raises(DataError, match=r"\.table"):
            tests(crossed)  # type: ignore[operator]


def test_an_event_as_text_of_digits_shows_the_quotes() -> None:
    texts = RECORDS.assign(EVENT=RECORDS["EVENT"].astype(str))
    with pytest.raises(DataError, match=r"found: +EVENT: ('0', '1'|'1', '0')"):
        FITS["LOGISTIC"](texts)


def test_names_with_spaces_in_a_formula() -> None:
    spaced = RECORDS.rename(columns={"AVISITN": "Visit No"})
    given = {
        "classes": {"TRTP": None, "Visit No": None},
        "subject": "USUBJID",
        "visit": "Visit No",
        "covariance": "CS",
    }
    with pytest.raises(DataError, match="backquotes"):
        fit_mmrm(spaced, "AVAL ~ TRTP * Visit No + BASE", **given)
    fit = fit_mmrm(spaced, "AVAL ~ TRTP * `Visit No` + BASE", **given)
    np.testing.assert_array_equal(fit.parameters["estimate"], FITS["MIXED"](RECORDS)["estimate"])


def test_dates_are_no_numbers() -> None:
    dates = RECORDS.assign(BASE=[datetime.date(2024, 1, 1 + day) for day in range(24)])
    for fit in FITS.values():
        with pytest.raises(DataError, match="BASE"):
            fit(dates)


def test_the_name_of_a_column_in_place_of_the_column() -> None:
    with pytest.raises(DataError, match="not its name"):
        cross_tables("TRTP", "EVENT")
    with pytest.raises(DataError, match="not its name"):
        kruskal_wallis(RECORDS["AVAL"], "TRTP")
