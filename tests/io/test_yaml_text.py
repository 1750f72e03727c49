"""YAML read as text, with lines, and what is refused."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adamline.errors import SpecError
from adamline.io.yaml_text import YamlFile, read_yaml


def read(tmp_path: Path, text: str) -> YamlFile:
    path = tmp_path / "spec.yaml"
    path.write_bytes(text.encode())
    return read_yaml(path)


def faults(tmp_path: Path, text: str) -> str:
    with pytest.raises(SpecError) as caught:
        read(tmp_path, text)
    return str(caught.value)


@pytest.mark.parametrize(
    "written", ["NO", "yes", "010", "12:30", "1e3", "0x1F", "2014-01-31", "null", "~", "1_000", "<"]
)
def test_a_scalar_stays_as_written(written: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"value: {written}").content == {"value": written}


def test_only_an_absent_value_is_none(tmp_path: Path) -> None:
    assert read(tmp_path, "a:\nb: ''\nc: ' '").content == {"a": None, "b": "", "c": " "}


def test_each_part_knows_its_line(tmp_path: Path) -> None:
    file = read(tmp_path, "a: 1\n\nb:\n  - x\n  - {c: y,\n     d: z}\n")
    assert [file.place(route).line for route in [("a",), ("b",), ("b", 0), ("b", 1), ("b", 1, "d")]] == [1, 3, 4, 5, 6]
    # A part that is not there stands where what is around it stands.
    assert file.place(("b", 1, "e", "f")).line == 5


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeffa: 1").content == {"a": "1"}


REFUSED = {
    "duplicate key": ("a: 1\nb: 2\na: 3", "a stands twice in one mapping (first on line 1)", "line 3"),
    "anchor": ("a: &x 1", "Anchors", "line 1"),
    "alias": ("a: &x 1\nb: *x", "aliases", "line 2"),
    "merge key": ("a: &x {b: 1}\nc:\n  <<: *x", "aliases", "line 3"),
    "tag": ("a: 1\nb: !!python/object/apply:os.system [ls]", "Tags", "line 2"),
    "second document": ("a: 1\n---\nb: 2", "second YAML document", "line 2"),
    "unclosed": ("a: [1, 2", "not YAML", "spec.yaml"),
    "tab": ("a:\n\tb: 1", "A tab stands where YAML takes only blanks", "line 2, column 1"),
    "tab below a value": ("a: x\n\tb: 1", "A tab stands", "line 2, column 1"),
    "tab after blanks": ("a:\n  b: 1\n  \tc: 1", "A tab stands", "line 3, column 3"),
    "tab in a list": ("a:\n  - b\n\t- c", "A tab stands", "line 3, column 1"),
    "tab after a dash": ("a:\n  -\tb: 1\n    c: 2", "A tab stands", "line 2, column 4"),
    "tab before a value": ("a: \t@x", "not YAML", "line 1, column 5"),
    "control character": ("a: 1\nb: \x00", "not YAML", "line 2, column 4"),
    "nested aliases": ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]", "7 faults", "line 1"),
    "not closed below an alias": ("a: &x 1\nb: [", "2 faults", "line 1"),
    "list as key": ("? [a, b]\n: 1", "not a plain text", "line 1"),
    "too deep": ("a: " + "[" * 30 + "]" * 30, "deeper than 20", "line 1"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_could_mislead_is_refused_with_its_line(case: str, tmp_path: Path) -> None:
    text, *expected = REFUSED[case]
    message = faults(tmp_path, text)
    for part in expected:
        assert part in message


def test_all_duplicate_keys_are_reported(tmp_path: Path) -> None:
    assert "2 faults" in faults(tmp_path, "a: 1\na: 2\nb: {c: 1, c: 2}")


def test_bytes_that_are_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"a: caf\xe9")
    with pytest.raises(SpecError) as caught:
        read_yaml(path)
    assert "not UTF-8" in str(caught.value)
    assert str(caught.value.faults[0].place) == "spec.yaml, line 1, column 7"


@pytest.mark.parametrize("piece", ["[", "{a: ", "- ", "? ", "&a ", "a: &a [", "!!x ", "- &a x\n", "a: 1\n"])
def test_a_flood_is_refused_soon(piece: str, tmp_path: Path) -> None:
    begin = time.process_time()
    faults(tmp_path, piece * (2_000_000 // len(piece)))
    assert time.process_time() - begin < 5


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        read_yaml(tmp_path / "none.yaml")
    assert "cannot be read" in str(caught.value)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str, tmp_path: Path) -> None:
    with contextlib.suppress(SpecError):
        read(tmp_path, text)
