"""Design matrices: each coding as SAS prints it, interactions, missing values, margins, names, bad input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.errors import DataError
from adamline.stats.design import Coding, build_design

FRAME = pd.DataFrame(
    {
        "ARM": ["A", "A", "B", "C", "C", "B"],
        "SEX": ["F", "M", "F", "M", "F", "F"],
        "AGE": [30.0, 40.0, 50.0, 60.0, 70.0, 80.0],
    }
)
ARM = {"ARM": None}


@pytest.mark.parametrize(
    ("coding", "names", "of_a", "of_b", "of_c"),
    [
        # As "Class Level Information" of PROC LOGISTIC prints the design variables.
        ("glm", ("ARM A", "ARM B", "ARM C"), (1, 0, 0), (0, 1, 0), (0, 0, 1)),
        ("reference", ("ARM A", "ARM B"), (1, 0), (0, 1), (0, 0)),
        ("effect", ("ARM A", "ARM B"), (1, 0), (0, 1), (-1, -1)),
    ],
)
def test_codings(coding: str, names: tuple[str, ...], of_a: object, of_b: object, of_c: object) -> None:
    design = build_design(FRAME, ["ARM"], ARM, coding=coding)  # type: ignore[arg-type]
    assert design.names == ("Intercept", *names)
    rows = [tuple(row) for row in design.matrix[:, 1:]]
    assert rows == [of_a, of_a, of_b, of_c, of_c, of_b]


def test_the_last_level_given_is_the_reference() -> None:
    design = build_design(FRAME, ["ARM"], {"ARM": ["C", "A", "B"]}, coding="reference")
    assert design.names == ("Intercept", "ARM C", "ARM A")
    assert design.matrix[:, 1].tolist() == [0, 0, 0, 1, 1, 0]


def test_interactions_have_columns_of_combinations_with_a_record() -> None:
    design = build_design(FRAME, ["ARM", "SEX", "ARM*SEX"], {"ARM": None, "SEX": None})
    # no man in arm B
    assert design.names[6:] == ("ARM*SEX A F", "ARM*SEX A M", "ARM*SEX B F", "ARM*SEX C F", "ARM*SEX C M")
    assert design.effect("ARM*SEX").columns == slice(6, 11)
    assert design.matrix[:, 6:].sum(axis=1).tolist() == [1] * 6
    effect = build_design(FRAME, ["ARM", "SEX", "ARM*SEX"], {"ARM": None, "SEX": None}, coding="effect")
    np.testing.assert_array_equal(effect.matrix[:, 4], effect.matrix[:, 1] * effect.matrix[:, 3])
    assert effect.names[4:] == ("ARM*SEX A F", "ARM*SEX B F")


@pytest.mark.parametrize("coding", ["glm", "reference", "effect"])
def test_interactions_are_in_the_order_of_the_class_variables(coding: Any) -> None:
    # As SAS: B*A becomes A*B where A precedes B in the CLASS statement.
    classes = {"ARM": None, "SEX": None}
    design = build_design(FRAME, ["SEX*ARM", "SEX*AGE*ARM"], classes, coding=coding)
    in_order = build_design(FRAME, ["ARM*SEX", "ARM*AGE*SEX"], classes, coding=coding)
    assert design.names == in_order.names and [each.name for each in design.effects[1:]] == ["ARM*SEX", "ARM*AGE*SEX"]
    np.testing.assert_array_equal(design.matrix, in_order.matrix)
    assert design.effect("SEX*ARM") is design.effect("ARM * SEX") is design.effects[1]
    turned = build_design(FRAME, ["ARM*SEX"], {"SEX": None, "ARM": None}, coding=coding)
    assert turned.effects[1].classes == ("SEX", "ARM")


def test_blank_text_of_any_length_is_missing() -> None:
    frame = FRAME.assign(ARM=["A", " ", "", "C", "C ", "B"])
    assert build_design(frame, ["ARM"], ARM).levels["ARM"] == ("A", "B", "C", "C ")


def test_covariates_and_their_products() -> None:
    design = build_design(FRAME, ["AGE", "AGE*AGE", "ARM*AGE"], ARM)
    assert design.matrix[:, 2].tolist() == [900, 1600, 2500, 3600, 4900, 6400]
    assert design.names[3:] == ("ARM*AGE A", "ARM*AGE B", "ARM*AGE C")
    assert design.matrix[:, 4].tolist() == [0, 0, 50, 0, 0, 80]
    whole, by_arm, square = design.effect("AGE"), design.effect("ARM*AGE"), design.effect("AGE*AGE")
    assert by_arm.contains(whole)
    assert not whole.contains(by_arm) and not square.contains(whole) and not by_arm.contains(design.effects[0])


def test_missing_values_leave_a_record_out_but_not_out_of_the_margins() -> None:
    frame = pd.DataFrame({"ARM": ["A", "", None, "B", "B"], "AGE": [1.0, 2.0, 3.0, math.nan, 5.0]})
    design = build_design(frame, ["ARM", "AGE"], ARM)
    assert design.used.tolist() == [True, False, False, False, True]
    frame = pd.DataFrame({"ARM": ["A", "A", "B", "C"]})
    design = build_design(frame, ["ARM"], {"ARM": ["A", "B", "C"]}, usable=[True, False, True, False])
    assert design.codes["ARM"].tolist() == [0, 1]
    # C has no column, so it is in no margin.
    assert design.margin_codes["ARM"].tolist() == [0, 0, 1]
    assert design.warnings == ("ARM: no record of level C",)


def test_numbers_and_categories_as_classes() -> None:
    frame = pd.DataFrame({"DOSE": [81.0, 0.0, 54.0], "SEX": pd.Categorical(["M", "F", "F"])})
    design = build_design(frame, ["DOSE", "SEX"], {"DOSE": [54, 81, 0], "SEX": None})
    assert design.names == ("Intercept", "DOSE 54", "DOSE 81", "DOSE 0", "SEX F", "SEX M")
    assert design.matrix[0].tolist() == [1, 0, 1, 0, 0, 1]


def test_order_of_records_moves_rows_only() -> None:
    design = build_design(FRAME, ["ARM", "AGE"], ARM)
    turned = build_design(FRAME.iloc[::-1], ["ARM", "AGE"], ARM)
    assert turned.names == design.names
    np.testing.assert_array_equal(turned.matrix[::-1], design.matrix)


@pytest.mark.parametrize(
    ("effects", "classes", "message"),
    [
        (["AGEE"], {}, "No such column"),
        (["ARM"], {}, "must be numbers"),
        ("AGE", {}, "list of names"),
        (["ARM"], {"ARM": ["A", "B"]}, "outside its levels"),
        (["ARM"], {"ARM": ["A", "B", "C", "A"]}, "given twice"),
        (["ARM"], {"ARM": "ABC"}, "must be a list"),
        (["ARM"], {"ARM": 3}, "must be a list"),
        (["ARM"], {"ARM": [["A"], "B"]}, "outside its levels"),
        (["LISTS"], {"LISTS": None}, "text, numbers or dates"),
        (["AGE"], {"ARM": None}, "in no effect"),
        (["AGE", "AGE"], {}, "stands twice in the model"),
        (["AGE*ARM", "ARM*AGE"], {"ARM": None}, "stands twice in the model"),
        (["ARM*ARM"], {"ARM": None}, "stands twice in an effect"),
        (["MIXED"], {"MIXED": None}, "no order"),
        (["ENDLESS"], {}, "infinite"),
        (["NONE"], {}, "No record has all"),
    ],
)
def test_bad_input(effects: object, classes: object, message: str) -> None:
    frame = FRAME.assign(MIXED=["a", 1, "b", 2, "c", 3], ENDLESS=math.inf, NONE=math.nan, LISTS=[[1]] * 6)
    with pytest.raises(DataError, match=message):
        build_design(frame, effects, classes)  # type: ignore[arg-type]


def test_marks_are_one_for_each_record() -> None:
    with pytest.raises(DataError, match="for each record"):
        build_design(FRAME, ["ARM"], ARM, usable=[True])


def test_unknown_effect_offers_the_nearest() -> None:
    with pytest.raises(DataError, match="did you mean ARM"):
        build_design(FRAME, ["ARM"], ARM).effect("ARN")


def test_a_named_reference_is_last() -> None:
    design = build_design(
        FRAME, ["ARM", "SEX"], {"ARM": None, "SEX": None}, references={"ARM": "A"}, coding="reference"
    )
    assert design.levels == {"ARM": ("B", "C", "A"), "SEX": ("F", "M")}
    assert design.names == ("Intercept", "ARM B", "ARM C", "SEX F")
    for references, message in (({"ARM": "D"}, "no record"), ({"AGE": 30.0}, "no class variable")):
        with pytest.raises(DataError, match=message):
            build_design(FRAME, ["ARM", "AGE"], ARM, references=references)


@pytest.mark.parametrize("coding", ["reference", "effect"])
def test_a_class_of_one_level_has_no_parameters_and_a_warning(coding: Coding) -> None:
    frame = pd.DataFrame({"ARM": ["A", "A"], "SEX": ["F", "M"]})
    design = build_design(frame, ["ARM", "SEX"], {"ARM": None, "SEX": None}, coding=coding)
    assert design.warnings == ("ARM has one level alone, A: no parameters",)
    assert build_design(frame, ["ARM", "SEX"], {"ARM": None, "SEX": None}).warnings == ()


def test_no_usable_record_is_told_from_no_complete_one() -> None:
    frame = pd.DataFrame({"ARM": ["A", "B"]})
    with pytest.raises(DataError, match="weight or frequency"):
        build_design(frame, ["ARM"], {"ARM": None}, usable=[False, False])
    with pytest.raises(DataError) as raised:
        build_design(frame.assign(ARM=None), ["ARM"], {"ARM": None}, usable=[True, True])
    assert "weight" not in str(raised.value)
