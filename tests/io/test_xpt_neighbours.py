"""Parts that are written beside each other: into one file where that can be, and the same bytes in any case."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from adamline.io import xpt_neighbours
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_encoded import EncodedPart, encode_part
from adamline.io.xpt_fields import XptOptions
from adamline.io.xpt_neighbours import Neighbours
from adamline.io.xpt_write import head_length, write_xpt, write_xpt_encoded

VARIABLES = (Variable("USUBJID", Kind.TEXT), Variable("AVAL", Kind.NUMBER))
OPTIONS = XptOptions()


def part(subjects: Sequence[str]) -> Dataset:
    frame = pd.DataFrame({"USUBJID": list(subjects), "AVAL": [float(len(name)) for name in subjects]})
    return Dataset("ADLB", frame, VARIABLES)


PARTS = [part(["01", "02"]), part(["03"]), part([]), part(["04", "05", "06"])]
ROOM = head_length(PARTS[0], OPTIONS)


def encoded(folder: Path, number: int, dataset: Dataset, expected: int = 2) -> EncodedPart:
    beside, path = Neighbours(folder, number), folder / f"{number}.records"
    with beside.told():
        return encode_part(dataset, path, OPTIONS, room=ROOM, expected={"USUBJID": expected}, beside=beside)


def together(folder: Path, parts: Sequence[Dataset], order: Sequence[int]) -> list[EncodedPart]:
    """Encode parts beside each other, begun in this order, the first of them a little earlier than the others."""
    with ThreadPoolExecutor(len(parts)) as pool:
        begun = {}
        for number in order:
            begun[number] = pool.submit(encoded, folder, number, parts[number])
            time.sleep(0.02)
        return [begun[number].result() for number in range(len(parts))]


def check_joined(folder: Path, parts: Sequence[Dataset], made: Sequence[EncodedPart]) -> None:
    whole = replace(parts[0], frame=pd.concat([one.frame for one in parts], ignore_index=True))
    write_xpt(whole, folder / "whole.xpt")
    write_xpt_encoded(whole, made, folder / "a.xpt", options=OPTIONS)
    assert (folder / "a.xpt").read_bytes() == (folder / "whole.xpt").read_bytes()
    assert not list(folder.glob("*.records"))


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 0, 3, 2)])
def test_parts_of_the_same_lengths_lie_in_the_first_file(tmp_path: Path, order: Sequence[int]) -> None:
    made = together(tmp_path, PARTS, order)
    assert {one.path for one in made} == {tmp_path / "0.records"}
    assert [one.start for one in made[1:]] == [one.end for one in made[:-1]]
    inode = (tmp_path / "0.records").stat().st_ino
    check_joined(tmp_path, PARTS, made)
    assert (tmp_path / "a.xpt").stat().st_ino == inode


@pytest.mark.parametrize("longer", [0, 1, 3])
def test_a_part_of_other_lengths_has_a_file_of_its_own(tmp_path: Path, longer: int) -> None:
    """And those behind it, whose place it does not tell."""
    parts = [part(["0007"]) if number == longer else one for number, one in enumerate(PARTS)]
    made = together(tmp_path, parts, range(4))
    assert [one.path.name == "0.records" for one in made] == [n < max(longer, 1) for n in range(4)]
    check_joined(tmp_path, parts, made)


def test_a_part_that_is_late_is_put_between_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second was not told of the first in time; the third was told of both."""
    monkeypatch.setattr(xpt_neighbours, "_PATIENCE", 0.05)
    second = encoded(tmp_path, 1, PARTS[1])
    first, third, fourth = (encoded(tmp_path, number, PARTS[number]) for number in (0, 2, 3))
    assert second.path == tmp_path / "1.records"
    assert {first.path, third.path, fourth.path} == {tmp_path / "0.records"}
    check_joined(tmp_path, PARTS, [first, second, third, fourth])


def test_files_stay_until_their_last_part_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first file has the first part and the third, between which the second is copied."""
    monkeypatch.setattr(xpt_neighbours, "_PATIENCE", 0.05)
    second = encoded(tmp_path, 1, PARTS[1])
    first, third = encoded(tmp_path, 0, PARTS[0]), encoded(tmp_path, 2, PARTS[3])
    longest = encoded(tmp_path, 3, part(["0000008"]))
    check_joined(tmp_path, [PARTS[0], PARTS[1], PARTS[3], part(["0000008"])], [first, second, third, longest])


def test_nobody_waits_for_a_part_that_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xpt_neighbours, "_PATIENCE", 60.0)
    waiting = threading.Thread(target=encoded, args=(tmp_path, 1, PARTS[1]))
    waiting.start()
    with pytest.raises(ZeroDivisionError), Neighbours(tmp_path, 0).told():
        raise ZeroDivisionError
    waiting.join(timeout=10)
    assert not waiting.is_alive()
    assert (tmp_path / "1.records").is_file()
