"""Hashes of files are those of their content, whether threads take them or not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from adamline.study import keys


@pytest.mark.parametrize("large", [1, 1 << 30])
def test_hashes_of_files_are_of_their_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int) -> None:
    """Of each file once, in the order given; one that is not there has none."""
    monkeypatch.setattr(keys, "_LARGE", large)
    files = {tmp_path / name: name.encode() * count for name, count in {"a": 3, "c": 300_000, "b": 0}.items()}
    for path, content in files.items():
        path.write_bytes(content)
    found = keys.hashes_of_files([*files, tmp_path / "gone", *files])
    assert list(found) == [*files, tmp_path / "gone"]
    assert found == {path: hashlib.sha256(content).hexdigest() for path, content in files.items()} | {
        tmp_path / "gone": ""
    }
    assert keys.are_as_made(list(found.items()))
    assert not keys.are_as_made([*found.items(), (tmp_path / "b", found[tmp_path / "a"])])
