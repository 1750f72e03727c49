"""Compare figures with a case of the oracles, and write the table of cases in the documentation from what was found."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

# `make oracle-table` names the file here; otherwise nothing is written.
TABLE = "ADAMLINE_ORACLE_TABLE"

# What the tests of this run have found: of each case, each figure and whether it agrees.
_found: dict[str, dict[str, bool]] = {}
# What the table says of a case whose figures need an option that is no default.
_remarks: dict[str, str] = {}

HEAD = """# Published results that the statistics are held to

Made by `make oracle-table` from the tests in `tests/oracle`; do not edit. A figure passes when it lies within half a
unit of the last digit that its source printed, or within the tolerance that the case states. The table has every case
at hand of these methods, whether it passes or not.

| case | what it is | figures | pass |
| --- | --- | ---: | ---: |
"""


class Agree(Protocol):
    """Asserts that every figure of a case, or those of ``only``, is found within its tolerance.

    ``remark`` stands in the table: what a reader must know, such as an option that is no default.
    """

    def __call__(
        self,
        case: str,
        found: Mapping[str, object],
        *,
        only: Collection[str] | None = None,
        ref: float | None = 1e-9,
        remark: str = "",
    ) -> None: ...


def agrees(figure: Mapping[str, Any], found: object) -> bool:
    """Whether what was found is the printed figure: a bound ("<.0001"), a dot (missing), text, or a rounded number."""
    printed = " ".join(str(figure["printed"]).split())
    if figure.get("text"):
        return " ".join(str(found).split()) == printed
    number = float(str(found))
    if printed == ".":
        return math.isnan(number)
    plain = printed.replace(",", "").rstrip("%*")
    if plain[0] in "<>":
        return number < float(plain[1:]) if plain[0] == "<" else number > float(plain[1:])
    half = 0.5 * 10.0 ** -len(plain.partition(".")[2]) * (1 + 1e-6)
    return abs(number - float(plain)) <= figure.get("abs_tol", half)


@pytest.fixture
def agree(shared: Path) -> Agree:
    """`Agree` for the open cases: ``case`` is "family/case"; ``ref`` is how near (relative) full precision must be."""

    def compare(
        case: str,
        found: Mapping[str, object],
        *,
        only: Collection[str] | None = None,
        ref: float | None = 1e-9,
        remark: str = "",
    ) -> None:
        family, name = case.split("/")
        content = json.loads((shared / "oracles" / family / "open" / name / "expected.json").read_text("utf-8"))
        expected = content["expected"]
        keys = list(expected if only is None else only)
        assert set(keys) <= expected.keys()
        assert not set(keys) - found.keys(), "figures that the test does not give"
        results = {key: agrees(expected[key], found[key]) for key in keys}
        _found.setdefault(case, {}).update(results)
        _remarks[case] = remark or _remarks.get(case, "")
        wrong = {key: (expected[key]["printed"], found[key]) for key in keys if not results[key]}
        assert not wrong, f"{case}: printed and found"
        if ref is not None:
            for key in keys:
                full = expected[key].get("ref")
                if isinstance(full, (int, float)) and math.isfinite(full):
                    assert float(str(found[key])) == pytest.approx(full, rel=ref, abs=1e-12), key

    return compare


def pytest_sessionfinish() -> None:
    target = os.environ.get(TABLE)
    if target:
        folder = Path(__file__).resolve().parents[3] / "shared/oracles"
        lines = [_line(folder, case, results) for case, results in sorted(_found.items())]
        total = sum(map(len, _found.values())), sum(sum(results.values()) for results in _found.values())
        lines.append(f"| **{len(_found)} cases** | | **{total[0]:,}** | **{total[1]:,}** |\n")
        Path(target).write_text(HEAD + "".join(lines), encoding="utf-8")


def _line(folder: Path, case: str, results: Mapping[str, bool]) -> str:
    family, name = case.split("/")
    source = json.loads((folder / family / "open" / name / "expected.json").read_text("utf-8"))
    title = " ".join(str(source.get("title", "")).split()).replace("|", "/")
    if _remarks.get(case):
        title += f" ({_remarks[case]})"
    return f"| {case} | {title} | {len(results)} | {sum(results.values())} |\n"
