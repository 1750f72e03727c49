"""Writing a transport file from parts of a dataset: the same bytes as from the whole, in the memory of a part."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pytest

from adamline.io import xpt_encoded
from adamline.io.atomic import begin_to_store
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_encoded import EncodedPart, encode_part
from adamline.io.xpt_fields import Lengths, XptOptions
from adamline.io.xpt_write import XptVersion, head_length, longest_values, write_xpt, write_xpt_encoded

VARIABLES = (Variable("USUBJID", Kind.TEXT, "Subject"), Variable("AVAL", Kind.NUMBER, "Value", 8, "8.2"))


def lab(subjects: list[Any], values: list[float]) -> Dataset:
    frame = pd.DataFrame({"USUBJID": pd.Series(subjects, dtype="category"), "AVAL": pd.Series(values, dtype=float)})
    return Dataset("ADLB", frame, VARIABLES, "Laboratory")


WHOLE = lab(["01", "01", "0002 ", None, "0002 "], [1.5, 1e-80, np.nan, 3, 1e-79])


def cut(dataset: Dataset, *ends: int) -> Iterator[Dataset]:
    for start, stop in zip((0, *ends), (*ends, len(dataset.frame)), strict=True):
        yield replace(dataset, frame=dataset.frame.iloc[start:stop].reset_index(drop=True))


def encoded_in(folder: Path, parts: Iterable[Dataset], options: XptOptions) -> list[EncodedPart]:
    folder.mkdir()
    return [encode_part(part, folder / f"{number}", options) for number, part in enumerate(parts)]


@pytest.mark.parametrize("lengths", [Lengths.MINIMAL, Lengths.SPEC, longest_values(WHOLE)])
@pytest.mark.parametrize("version", XptVersion)
@pytest.mark.parametrize("ends", [(), (2,), (0, 1, 4), (5,), (2, 3)])
def test_parts_give_the_bytes_and_findings_of_the_whole(
    tmp_path: Path, version: XptVersion, ends: tuple[int, ...], lengths: Lengths | dict[str, int]
) -> None:
    """The longest text of each part is another: 2, 4 or none; shorter fields are padded where parts are joined."""
    options = XptOptions(version, lengths)
    whole = write_xpt(WHOLE, tmp_path / "whole.xpt", lengths=lengths, version=version)
    encoded = encoded_in(tmp_path / "parts", cut(WHOLE, *ends), options)
    found = write_xpt_encoded(replace(WHOLE, frame=WHOLE.frame.iloc[:0]), encoded, tmp_path / "a.xpt", options=options)
    assert (tmp_path / "a.xpt").read_bytes() == (tmp_path / "whole.xpt").read_bytes()
    assert found == whole
    assert [finding.check for finding in whole] == ["xpt.trailing_blanks", "xpt.underflow"]
    assert {part.lengths[0] for part in encoded} <= {1, 2, 4}


@pytest.mark.parametrize("lengths", [Lengths.MINIMAL, Lengths.SPEC])
@pytest.mark.parametrize("ends", [(2,), (0, 1, 4), (5,), (2, 3)])
def test_parts_behind_each_other_in_one_file_become_the_file(
    tmp_path: Path, ends: tuple[int, ...], lengths: Lengths
) -> None:
    """Where the first part has the longest text nothing is copied; else the shorter fields are padded."""
    options, path = XptOptions(lengths=lengths), tmp_path / "parts"
    write_xpt(WHOLE, tmp_path / "whole.xpt", lengths=lengths)
    encoded: list[EncodedPart] = []
    for part in cut(WHOLE, *ends):
        room = head_length(part, options)
        encoded.append(encode_part(part, path, options, room=room, after=encoded[-1] if encoded else None))
    assert [part.start for part in encoded[1:]] == [part.end for part in encoded[:-1]]
    inode = path.stat().st_ino
    write_xpt_encoded(WHOLE, encoded, tmp_path / "a.xpt", options=options)
    assert (tmp_path / "a.xpt").read_bytes() == (tmp_path / "whole.xpt").read_bytes()
    assert ((tmp_path / "a.xpt").stat().st_ino == inode) == (encoded[0].lengths == encoded[-1].lengths)
    assert not path.exists()


@pytest.mark.parametrize("behind", [True, False])
@pytest.mark.parametrize("expected", [1, 3, 4, 9])
def test_a_length_that_was_expected_moves_records_only_where_it_is_wrong(
    tmp_path: Path, expected: int, behind: bool
) -> None:
    """The longest text of all has 4 bytes: what was expected shorter is padded, what was expected longer is cut."""
    options, path, encoded = XptOptions(), tmp_path / "0", list[EncodedPart]()
    write_xpt(WHOLE, tmp_path / "whole.xpt")
    for number, part in enumerate(cut(WHOLE, 2, 3)):
        room, after = head_length(part, options), encoded[-1] if encoded and behind else None
        target = tmp_path / f"{number}"
        encoded.append(encode_part(part, target, options, room=room, after=after, expected={"USUBJID": expected}))
    inode = path.stat().st_ino
    found = write_xpt_encoded(WHOLE, encoded, tmp_path / "a.xpt", options=options)
    assert (tmp_path / "a.xpt").read_bytes() == (tmp_path / "whole.xpt").read_bytes()
    assert ((tmp_path / "a.xpt").stat().st_ino == inode) == (expected == 4)
    assert [finding.check for finding in found] == ["xpt.trailing_blanks", "xpt.underflow"]


@pytest.mark.parametrize("ends", [(1,), (2,), (4,)])
def test_last_records_that_are_blank_are_warned_of(tmp_path: Path, ends: tuple[int, ...]) -> None:
    text = Dataset("D", pd.DataFrame({"X": ["a", "b", None, None, None]}), (Variable("X", Kind.TEXT),))
    options = XptOptions(lengths={"X": 1})
    encoded = encoded_in(tmp_path / "parts", cut(text, *ends), options)
    (finding,) = write_xpt_encoded(text, encoded, tmp_path / "d.xpt", options=options)
    assert (finding.check, finding.place.record) == ("xpt.blank_records", 3)


def test_records_go_to_the_disk_while_others_are_encoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each stretch of the file once, but for the last; what stands in it is not touched."""
    part, options = lab(["01", "02"] * 50_000, [1.5] * 100_000), XptOptions()
    encode_part(part, tmp_path / "a", options, room=80)
    stored: list[tuple[int, int]] = []

    def told(handle: BinaryIO, start: int, end: int) -> None:
        stored.append((start, end))
        begin_to_store(handle, start, end)

    monkeypatch.setattr(xpt_encoded, "_BLOCK_BYTES", 10_000)
    monkeypatch.setattr(xpt_encoded, "_STORED_BYTES", 50_000)
    monkeypatch.setattr(xpt_encoded, "begin_to_store", told)
    encode_part(part, tmp_path / "b", options, room=80)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert [start for start, _ in stored] == [80, *(end for _, end in stored[:-1])]
    assert 0 <= (tmp_path / "b").stat().st_size - stored[-1][1] < 60_000


def test_memory_is_that_of_a_part(tmp_path: Path) -> None:
    part, options = lab(["01", "02"] * 50_000, [1.5] * 100_000), XptOptions()
    peaks = []
    for count in (2, 20):
        tracemalloc.start()
        encoded = encoded_in(tmp_path / f"{count}", [part] * count, options)
        write_xpt_encoded(part, encoded, tmp_path / "d.xpt", options=options)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
