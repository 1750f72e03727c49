"""Names of results agree: one name for a p-value, for limits, counts and degrees of freedom, in every statistic."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re

import pandas as pd
import pytest

import adamline.stats
from adamline.stats.cox import fit_cox
from adamline.stats.descriptive import Description, describe_groups
from adamline.stats.fisher import fisher_exact, fisher_exact_tables
from adamline.stats.linear_model import fit_linear_model
from adamline.stats.logistic import fit_logistic
from adamline.stats.mmrm import fit_mmrm
from adamline.stats.t_test import t_test_groups, t_test_pairs, t_test_two_sample

# Other names of what has one: p, lower and upper, n and n_missing, df or num_df and den_df, minimum and maximum.
OTHERS = re.compile(
    r"p_?val(ue)?|p_two_sided|.*_pvalue|[lu]clm|(lower|upper)_(cl|limit)|ci_?(low|upp|high).*|nmiss|missing|N|count"
    r"|(\w+_)?df[12]|df_(model|error|num|den)|(n|d)df|(min|max)|(\w+_)?(min|max)"
)
FRAME = pd.DataFrame(
    {
        "ID": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
        "VISIT": [1, 2] * 5,
        "ARM": list("AAAABBBBBB"),
        "CHG": [1.0, 2.0, 3.0, 5.0, 2.0, 2.5, 4.0, 3.0, 4.0, 6.0],
        "RESP": [0, 1, 1, 0, 1, 0, 0, 1, 0, 1],
    }
)


def result_fields() -> list[tuple[str, str]]:
    """Each field of each result: a dataclass of a module of statistics that has a method and warnings."""
    found = []
    for module in pkgutil.walk_packages(adamline.stats.__path__, "adamline.stats."):
        for each in vars(importlib.import_module(module.name)).values():
            if not (isinstance(each, type) and dataclasses.is_dataclass(each) and each.__module__ == module.name):
                continue
            names = [field.name for field in dataclasses.fields(each)]
            if {"method", "warnings"} <= {*names}:
                found += [(each.__name__, name) for name in names]
    return found


def test_no_result_has_another_name() -> None:
    fields = result_fields()
    assert len({kind for kind, _ in fields}) > 30
    assert [(kind, name) for kind, name in fields if OTHERS.fullmatch(name)] == []


@pytest.mark.parametrize(
    "frame",
    [
        describe_groups([1.0, 2.0], [0, 0], 1),
        t_test_groups([1.0, 2.0], [0, 0], 1),
        t_test_pairs([1.0, 2.0, 3.0], [0, 0, 1], [(0, 1)]),
        fisher_exact_tables([[[1, 2], [3, 4]]]),
    ],
)
def test_no_column_has_another_name(frame: pd.DataFrame) -> None:
    assert [name for name in frame.columns if OTHERS.fullmatch(name)] == []


def test_the_columns_of_many_are_the_fields_of_one() -> None:
    own = [field.name for field in dataclasses.fields(Description)]
    assert [name for name in describe_groups([1.0], [0], 1).columns if name not in own] == []


def test_names_where_they_differed() -> None:
    assert fisher_exact([[3, 1], [1, 3]]).p == pytest.approx(34 / 70)
    test = t_test_two_sample([1.0, 3.0, 4.0], [5.0, 9.0])
    assert (test.f_num_df, test.f_den_df) == (1.0, 2.0)
    model = fit_linear_model(FRAME, "CHG", ["ARM"], {"ARM": None})
    assert (model.num_df, model.den_df) == (1, 8)


def test_tests_and_ls_means_of_every_model_are_called_in_one_way() -> None:
    classes = {"ARM": None, "VISIT": None}
    linear = fit_linear_model(FRAME, "CHG", ["ARM", "VISIT"], classes)
    mixed = fit_mmrm(FRAME, "CHG", ["ARM", "VISIT"], classes, subject="ID", visit="VISIT")
    logistic = fit_logistic(FRAME, "RESP", 1, ["ARM", "VISIT"], classes, coding="glm")
    cox = fit_cox(FRAME, "CHG", "RESP", ["ARM", "VISIT"], classes, coding="glm")
    for model in (linear, mixed):
        assert {"effect", "num_df", "den_df", "f", "p"} <= {*model.type3().columns}
    for model in (logistic, cox):
        assert list(model.type3().columns) == ["effect", "df", "chi_square", "p"]
    for model, test in ((linear, ["df", "t"]), (mixed, ["df", "t"]), (logistic, ["z"]), (cox, ["z"])):
        assert model.type3()["effect"].tolist() == ["ARM", "VISIT"]
        found = model.ls_means("ARM", against="B", level=0.9)
        columns = ["estimate", "se", *test, "p", "lower", "upper"]
        assert list(found.means.columns) == ["ARM", "n", *columns]
        assert list(found.differences.columns) == ["level", "other", *columns]
        assert found.means["n"].tolist() == [4, 6]
