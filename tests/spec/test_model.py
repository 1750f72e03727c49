"""Numbers of specs, wherever a model or a derivation has one: read as people write them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, TypeAdapter

import adamline
from adamline.io.yaml_text import read_yaml
from adamline.spec.model import PlainNumbers, SpecModel
from adamline.spec.typed import typed

NO_NUMBERS = ["1_0", "nan", "inf", "-inf", "0x10", "\u0661", "1e400", "1,5"]


class _Part(SpecModel):
    share: float | Mapping[str, float] | None = None


class _Whole(SpecModel):
    days: Annotated[int, Field(ge=1)] = 1
    parts: tuple[_Part, ...] = ()
    pair: tuple[float, int] | None = None


@pytest.mark.parametrize("text", NO_NUMBERS)
@pytest.mark.parametrize(
    "written",
    ["days: {}", "parts: [{{share: {}}}]", "parts: [{{share: {{ALT: {}}}}}]", "pair: [{}, 1]", "pair: [1, {}]"],
)
def test_what_is_no_number(tmp_path: Path, written: str, text: str) -> None:
    (tmp_path / "a.yaml").write_text(f"\n{written.format(repr(text))}\n", encoding="utf-8")
    found, faults = typed(read_yaml(tmp_path / "a.yaml"), _Whole)
    assert found is None
    assert {fault.place.line for fault in faults} == {2}
    assert any("is not a" in fault.expected and repr(text) in fault.expected for fault in faults)


def test_numbers_and_their_limits(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("days: '12.0'\nparts: [{share: .5}, {share: {ALT: 1e-3}}]\npair: [-1, 2]")
    found, faults = typed(read_yaml(tmp_path / "a.yaml"), _Whole)
    assert (found, faults) == (
        _Whole(days=12, parts=(_Part(share=0.5), _Part(share={"ALT": 0.001})), pair=(-1.0, 2)),
        [],
    )
    (tmp_path / "b.yaml").write_text("days: 0")
    assert "greater than or equal to 1" in typed(read_yaml(tmp_path / "b.yaml"), _Whole)[1][0].expected


@pytest.mark.parametrize("text", NO_NUMBERS)
@pytest.mark.parametrize("kind", [int, float, float | None, Mapping[str, float]])
def test_an_argument_of_a_derivation(kind: Any, text: str) -> None:
    value = {"ALT": text} if kind == Mapping[str, float] else text
    with pytest.raises(ValueError, match="is not a"):
        TypeAdapter(Annotated[kind, PlainNumbers()]).validate_python(value)


def test_every_model_reads_numbers_so() -> None:
    """A model that is none of `SpecModel` would take pydantic's numbers."""
    for info in pkgutil.walk_packages(adamline.__path__, "adamline."):
        if not info.name.endswith("__main__"):
            importlib.import_module(info.name)
    others = {model for model in BaseModel.__subclasses__() if model.__module__.startswith("adamline.")}
    # The manifest is JSON that a run wrote, and is read with pydantic's strict types.
    assert {model for model in others if model.__module__ != "adamline.study.manifest"} == {SpecModel}
