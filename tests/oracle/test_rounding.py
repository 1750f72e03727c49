"""Rounding against captured SAS listings: every figure of every open case of the rounding oracle."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable
from pathlib import Path

from adamline.standards.rounding import format_number, round_half_away

OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def expected(folder: Path, case: str) -> dict[str, str]:
    figures = json.loads((folder / "oracles/rounding/open" / case / "expected.json").read_text(encoding="utf-8"))
    return {key: figure["printed"] for key, figure in figures["expected"].items()}


def test_every_open_case_is_tested_here(shared: Path) -> None:
    cases = {folder.name for folder in (shared / "oracles/rounding/open").iterdir()}
    assert cases == {"round-basic", "round-arithmetic"}


def test_round_of_given_values(shared: Path, agree: Callable[..., None]) -> None:
    figures = expected(shared, "round-basic")
    rounded: dict[str, float] = {}
    for key, printed in figures.items():
        found = re.fullmatch(r"round\(([-\d.]+),(\d+)\)", key)
        assert found is not None, key
        value, decimals = float(found[1]), int(found[2])
        rounded[key] = float(round_half_away(value, decimals))
        assert rounded[key] == float(printed), key
        assert float(format_number([value], decimals)[0]) == float(printed), key
    agree("rounding/round-basic", rounded)


def test_round_of_computed_values(shared: Path, agree: Callable[..., None]) -> None:
    figures = expected(shared, "round-arithmetic")
    rounded: dict[str, float] = {}
    for key, printed in figures.items():
        found = re.fullmatch(r"([\d.]+)([-+*/])([\d.]+)@(\d)", key)
        assert found is not None, key
        value = OPERATORS[found[2]](float(found[1]), float(found[3]))
        decimals = int(found[4])
        rounded[key] = float(round_half_away(value, decimals))
        assert rounded[key] == float(printed), key
        assert format_number([value], decimals).tolist() == [printed], key
    agree("rounding/round-arithmetic", rounded)
