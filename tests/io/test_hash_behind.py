"""The hash of a file of parts, taken while they are made, is that of the file, or there is none."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from adamline.io.hash_behind import HashBehind
from adamline.io.xpt_encoded import EncodedPart

HEAD = b"a head"
FIRST, SECOND = b"0102", b"03"


@pytest.fixture
def parts(tmp_path: Path) -> list[EncodedPart]:
    """Two records, and one behind them; what is to stand before them is not there yet."""
    path = tmp_path / "parts"
    path.write_bytes(bytes(len(HEAD)) + FIRST + SECOND)
    first = EncodedPart(path, 2, (2,), (2,), (0,), len(HEAD))
    return [first, EncodedPart(path, 1, (2,), (2,), (0,), first.end)]


def hashed(parts: list[EncodedPart], heads: list[bytes], file: Path, content: bytes) -> str:
    with HashBehind() as behind:
        for part, head in zip(parts, heads, strict=True):
            behind.add(part, head)
    file.write_bytes(content)
    return behind.of(file)


@pytest.mark.parametrize("end", [b"", b"    "])
def test_the_hash_is_that_of_the_file(parts: list[EncodedPart], tmp_path: Path, end: bytes) -> None:
    whole = HEAD + FIRST + SECOND + end
    assert hashed(parts, [HEAD, HEAD], tmp_path / "whole", whole) == hashlib.sha256(whole).hexdigest()
    assert hashed(parts[:1], [HEAD], tmp_path / "one", HEAD + FIRST) == hashlib.sha256(HEAD + FIRST).hexdigest()


def test_what_is_not_as_expected_has_no_hash(parts: list[EncodedPart], tmp_path: Path) -> None:
    first, second = parts
    file, whole = tmp_path / "whole", HEAD + FIRST + SECOND
    other = tmp_path / "other"
    other.write_bytes(whole)
    assert hashed([], [], file, whole) == ""
    assert hashed(parts, [HEAD, b"a HEAD"], file, whole) == "", "another part has longer fields"
    assert hashed(parts, [HEAD, HEAD], file, b"a HEAD" + FIRST + SECOND) == "", "another head was written"
    assert hashed([replace(first, start=5), second], [HEAD, HEAD], file, whole) == "", "no room for the head"
    assert hashed([first, replace(second, start=2)], [HEAD, HEAD], file, whole) == "", "not behind the first"
    assert hashed([first, replace(second, path=other)], [HEAD, HEAD], file, whole) == "", "a file of its own"


def test_bytes_that_are_gone_are_not_hashed(parts: list[EncodedPart], tmp_path: Path) -> None:
    first, second = parts
    first.path.write_bytes(HEAD + FIRST)
    assert hashed([first, second], [HEAD, HEAD], tmp_path / "whole", HEAD + FIRST + SECOND) == ""
