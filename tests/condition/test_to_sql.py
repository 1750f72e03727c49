"""Tests of condition.to_sql."""

from __future__ import annotations

import pytest

from adamline.condition.parse import parse_condition
from adamline.condition.to_sql import to_sql


@pytest.mark.parametrize(
    ("condition", "sql"),
    [
        ("X = 'It''s'", "\"X\" = 'It''s'"),
        ("X <> Y", '"X" <> "Y"'),
        ("X >= 2", '"X" >= 2'),
        ("X >= -0.1", '"X" >= -0.1e0'),
        ("X < 1e300", '"X" < 1e+300'),
        ("X = date '2014-01-31'", "\"X\" = date '2014-01-31'"),
        ("X not in ('A', 'B')", "NOT (\"X\" IN ('A', 'B'))"),
        ("X is not missing", 'NOT ("X" IS NULL)'),
        ("(X = 1 or Y = 1) and Z = 1", '("X" = 1 OR "Y" = 1) AND "Z" = 1'),
        ("X = 1 or Y = 1 and Z = 1", '"X" = 1 OR "Y" = 1 AND "Z" = 1'),
        ("not (X = 1 or Y = 1)", 'NOT ("X" = 1 OR "Y" = 1)'),
    ],
)
def test_sql_text(condition: str, sql: str) -> None:
    assert to_sql(parse_condition(condition)) == sql
