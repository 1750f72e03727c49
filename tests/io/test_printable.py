"""What a terminal would obey is spelt out."""

from __future__ import annotations

import json

import pytest

from adamline.io.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b31m", r"\x9b31m"),
        ("a\rb\nc\td\x07", r"a\rb\nc\td\x07"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\udcff", r"\udcff"),
        ("\x7f\x00", r"\x7f\x00"),
        ("Sjögren 日本 ≥\u00a05\u3000x", "Sjögren 日本 ≥\u00a05\u3000x"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_what_is_kept_and_how_it_is_spelt() -> None:
    assert printable("a\nb\x1b", keep="\n") == "a\nb\\x1b"
    assert printable("\x9b", spell=lambda character: json.dumps(character)[1:-1]) == r"\u009b"
