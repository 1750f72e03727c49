"""Formulas over numbers of a record, and over values of parameters at a visit."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from adamline.derive.formula import add_formula, check_formula, check_formula_records, derive_formula
from adamline.errors import DataError, DerivationError

VISIT = ["USUBJID", "AVISIT"]


def test_numbers_of_the_record(table, plain):
    adsl = table("""
        WEIGHT HEIGHT BMI BSA  LOGW SEX
        80     200    20  2.11 1.9  F
        70     .      .   .    1.85 M
        .      180    .   .    .    F
        """)
    bmi = derive_formula(adsl, variable="X", formula="WEIGHT / (HEIGHT / 100) ** 2")
    assert plain(bmi["X"]) == plain(adsl["BMI"])
    # Mosteller, N Engl J Med 1987;317:1098.
    bsa = derive_formula(adsl, variable="X", formula="sqrt(HEIGHT * WEIGHT / 3600)", decimals=2)
    assert plain(bsa["X"]) == plain(adsl["BSA"])
    log = derive_formula(adsl, variable="X", formula="log10(WEIGHT)", decimals=2)
    assert plain(log["X"]) == plain(adsl["LOGW"])
    women = derive_formula(adsl, variable="X", formula="WEIGHT * 2", where="SEX = 'F'")
    assert plain(women["X"]) == [160, None, None]
    with pytest.raises(DataError, match="SEX"):
        derive_formula(adsl, variable="X", formula="SEX * 2")


def test_what_is_not_used_is_counted(table):
    adlb = table("""
        USUBJID PARAMCD AVAL BASE
        01      ALT     20   0
        01      AST     20   .
        02      ALT     .    .
        """)
    tallies = check_formula(adlb, variable="R2BASE", formula="AVAL / BASE")
    assert [tally.finding().message for tally in tallies] == [
        "1 record has no R2BASE, since BASE is missing: AST",
        "1 record has no R2BASE, since it would be a division by 0: ALT",
    ]


VISITS = """
    USUBJID PARAMCD AVISIT   ADT        AVAL
    01      SYSBP   'Week 2' 2020-01-15 120
    01      DIABP   'Week 2' 2020-01-16 75
    01      SYSBP   'Week 4' 2020-01-29 130
    02      SYSBP   'Week 2' 2020-01-15 110
    02      DIABP   'Week 2' 2020-01-15 .
    """


def test_values_of_a_visit(table, plain):
    """Mean arterial pressure: a third of the way from diastolic to systolic."""
    advs = table(VISITS)
    made = add_formula(advs, parameter="MAP", formula="(SYSBP + 2 * DIABP) / 3", by=VISIT, latest=["ADT"])
    (added,) = made.iloc[len(advs) :].to_dict("records")
    assert (added["PARAMCD"], added["AVISIT"], added["AVAL"], str(added["ADT"])[:10]) == (
        "MAP",
        "Week 2",
        90,
        "2020-01-16",
    )
    tallies = check_formula_records(advs, parameter="MAP", formula="(SYSBP + 2 * DIABP) / 3", by=VISIT)
    assert [tally.finding().message for tally in tallies] == ["2 visits have no MAP, without a value of DIABP"]


def test_undefined_at_a_visit(table):
    advs = table(VISITS)
    arguments = {"parameter": "X", "formula": "DIABP / (SYSBP - 120)", "by": VISIT}
    assert len(add_formula(advs, **arguments, latest=[])) == len(advs)
    (_, tally) = check_formula_records(advs, **arguments)
    assert tally.finding().message == "1 visit has no X, since it would be a division by 0"


def test_homa_ir_in_decimals(table):
    """Matthews 1985: fasting glucose (mmol/L) times insulin (mU/L) over 22.5."""
    adlb = table("""
        USUBJID PARAMCD AVISIT AVAL
        01      GLUC    Day1   5.1
        01      INSULIN Day1   10
        """)
    made = add_formula(adlb, parameter="HOMAIR", formula="GLUC * INSULIN / 22.5", by=VISIT, latest=[], decimals=2)
    assert math.isclose(made["AVAL"].iloc[2], 2.27)


def test_two_records_of_a_parameter_at_a_visit_are_an_error(table):
    advs = table(VISITS).assign(AVISIT="Week 2")
    with pytest.raises(DerivationError, match="several records"):
        add_formula(advs, parameter="MAP", formula="SYSBP + DIABP", by=VISIT, latest=[])


def test_a_visit_without_a_value_has_a_record_where_that_is_asked(table, plain):
    adex = table("""
        USUBJID PARAMCD AVAL
        01      TDOSE   54
        01      PDOSE   108
        02      TDOSE   0
        02      PDOSE   0
        03      TDOSE   54
        """)
    arguments = {"parameter": "INT", "formula": "100 * TDOSE / PDOSE", "by": ["USUBJID"], "latest": []}
    assert plain(add_formula(adex, **arguments).iloc[5:]["AVAL"]) == [50]
    added = add_formula(adex, **arguments, without_value="missing").iloc[5:]
    assert plain(added["AVAL"]) == [50, None, None] and added["USUBJID"].tolist() == ["01", "02", "03"]


CONSTANT = """
    USUBJID PARAMCD AVISIT    VISITNUM ADT        AVAL
    01      HEIGHT  Screening 1        2020-01-01 200
    01      WEIGHT  Screening 1        2020-01-01 80
    01      WEIGHT  'Week 2'  2        2020-01-15 84
    02      HEIGHT  Screening 1        2020-01-01 .
    02      WEIGHT  'Week 2'  2        2020-01-15 70
    03      WEIGHT  'Week 2'  2        2020-01-15 70
    04      HEIGHT  Screening 1        2020-01-01 160
    """
BMI = {"parameter": "BMI", "formula": "WEIGHT / (HEIGHT / 100) ** 2", "constant": ["HEIGHT"], "by": VISIT}


def test_a_parameter_that_is_constant_over_visits(table, plain):
    """BMI at every visit with a weight, by the height of screening; ADT is that of the weight."""
    advs = table(CONSTANT)
    added = add_formula(advs, latest=["ADT"], **BMI).iloc[len(advs) :]
    assert plain(added["USUBJID"]) == ["01", "01"]
    assert plain(added["AVISIT"]) == ["Screening", "Week 2"]
    assert plain(added["AVAL"]) == [20, 21]
    assert plain(added["ADT"]) == plain(advs["ADT"].iloc[1:3])
    (tally,) = check_formula_records(advs, latest=["ADT"], **BMI)
    assert tally.finding().message == "2 visits have no BMI, without a value of HEIGHT"


def test_two_records_of_a_constant_are_an_error_until_one_is_selected(table, plain):
    twice = table(CONSTANT + "01      HEIGHT  'Week 2'  2        2020-01-15 199\n")
    with pytest.raises(DerivationError, match="1 key has several records") as caught:
        add_formula(twice, latest=[], **BMI)
    assert "USUBJID=01" in caught.value.place.keys and "`constant_where`" in caught.value.hint
    added = add_formula(twice, latest=[], constant_where="VISITNUM = 1", **BMI).iloc[len(twice) :]
    assert plain(added["AVAL"]) == [20, 21]
    # `where` selects the records of the visits, and no constants.
    added = add_formula(twice, latest=[], where="VISITNUM = 2", constant_where="VISITNUM = 1", **BMI).iloc[len(twice) :]
    assert plain(added["AVAL"]) == [21]


def test_a_constant_is_of_the_formula_and_not_all_of_it(table):
    advs = table(CONSTANT)
    with pytest.raises(DerivationError, match="HIGHT is `constant` and not in the formula"):
        add_formula(advs, **{**BMI, "constant": ["HIGHT"]})
    with pytest.raises(DerivationError, match="All parameters of the formula are `constant`"):
        add_formula(advs, **{**BMI, "constant": ["WEIGHT", "HEIGHT"]})


def test_arguments_of_constants_have_one_meaning_at_each_visit(table):
    """Which ATPT a visit has would be that of its last record, and with it which HEIGHT."""
    advs = table("""
    USUBJID PARAMCD VISITNUM ATPT AVAL
    01      WEIGHT  1        A    70
    01      PULSE   1        B    80
    01      HEIGHT  1        A    170
    01      HEIGHT  1        B    180
    """)
    given = {"parameter": "X", "formula": "WEIGHT / HEIGHT + PULSE", "by": ["USUBJID", "VISITNUM"], "latest": []}
    with pytest.raises(DerivationError, match="ATPT is in `constant_by` and not in `by`"):
        add_formula(advs, **given, constant=["HEIGHT"], constant_by=["USUBJID", "ATPT"])
    for other in ({"constant_where": "ATPT = 'A'"}, {"constant_by": ["USUBJID", "VISITNUM"]}):
        with pytest.raises(DerivationError, match="say nothing without `constant`"):
            add_formula(advs, **{**given, "formula": "2 * WEIGHT"}, **other)


@pytest.mark.parametrize("seed", range(10))
def test_constants_as_a_loop_over_visits_has_them(seed, table, plain):
    random = np.random.default_rng(seed)
    keys = [(subject, visit) for subject in "abc" for visit in ("1", "2", "3") if random.random() < 0.7]
    rows = [(*key, "W", random.choice([60.0, 70, np.nan])) for key in keys]
    rows += [(subject, "1", "H", random.choice([2.0, np.nan])) for subject in "abd" if random.random() < 0.8]
    advs = pd.DataFrame(rows, columns=["USUBJID", "AVISIT", "PARAMCD", "AVAL"]).sample(frac=1, random_state=seed)
    made = add_formula(advs, parameter="X", formula="W / H", constant=["H"], by=VISIT, latest=[])
    added = made.iloc[len(advs) :]
    height = {subject: value for subject, _, name, value in rows if name == "H"}
    expected = {(s, v): w / height.get(s, np.nan) for s, v, name, w in rows if name == "W"}
    expected = {key: value for key, value in expected.items() if not np.isnan(value)}
    assert dict(zip(zip(added["USUBJID"], added["AVISIT"], strict=True), added["AVAL"], strict=True)) == expected
