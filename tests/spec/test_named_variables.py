"""Variables that options name are found by the types of their fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from adamline.spec.model import SpecModel
from adamline.spec.named_variables import named_variables
from adamline.spec.types import DatasetName, VariableName


class Options(SpecModel):
    of: Literal["subjects"] | tuple[VariableName, ...] = Field(default=(), alias="count")
    order_by: VariableName | Mapping[VariableName, VariableName] | None = None
    pair: Annotated[tuple[str, VariableName] | None, "a pair"] = None
    worst: Literal["levels"] | VariableName | None = None
    by: VariableName = "AVISIT"
    dataset: DatasetName | None = None
    label: str = "AGE"


def test_each_shape_of_a_field() -> None:
    written = {
        "count": ["SEX", "RACE"],
        "order_by": {"SEX": "SEXN"},
        "pair": ["LB", "AGE"],
        "worst": "levels",
        "dataset": "ADSL",
        "label": "TRTP",
    }
    assert list(named_variables(Options.model_validate(written))) == [
        (("count", 0), "SEX"),
        (("count", 1), "RACE"),
        (("order_by", "SEX"), "SEXN"),
        (("pair", 1), "AGE"),
    ]


def test_neither_defaults_nor_other_words() -> None:
    assert list(named_variables(Options.model_validate({"count": "subjects", "worst": "AESEVN"}))) == [
        (("worst",), "AESEVN")
    ]
