"""Tests of condition.tokens."""

from __future__ import annotations

from adamline.condition.tokens import scan
from adamline.errors import NOWHERE


def test_tokens_have_kind_text_and_place() -> None:
    assert [(token.kind.value, token.text, token.at) for token in scan("X in('It''s',-1.5) or .A<>.5", NOWHERE)] == [
        ("name", "X", 0),
        ("name", "in", 2),
        ("symbol", "(", 4),
        ("text", "'It''s'", 5),
        ("symbol", ",", 12),
        ("number", "-1.5", 13),
        ("symbol", ")", 17),
        ("name", "or", 19),
        ("dot", ".A", 22),
        ("symbol", "<>", 24),
        ("number", ".5", 26),
        ("end", "", 28),
    ]
