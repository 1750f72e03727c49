"""Damaged Parquet files: read as another reader reads them, or refused with the file; no crash, hang or flood."""

from __future__ import annotations

import os
from pathlib import Path

import parquet_mutants
import pytest
from judged import judge_file, judge_mutants
from parquet_mutants import DUCKDB, good_files, judge

from adamline.io.text_type import TextType

# More by ADAMLINE_MUTANTS=50000.
MUTANTS = int(os.environ.get("ADAMLINE_MUTANTS", "300"))


def test_the_second_reader_agrees_on_good_files(tmp_path: Path) -> None:
    for raw in good_files(tmp_path):
        (tmp_path / "x.parquet").write_bytes(raw)
        for text in TextType:
            for parts in (True, False):
                assert judge_file(tmp_path / "x.parquet", text, DUCKDB, parts=parts) == "read"


def test_damaged_files(tmp_path: Path) -> None:
    tally = judge_mutants(judge, tmp_path, range(MUTANTS))
    print(dict(tally.outcomes))
    assert not tally.faults, (dict(tally.outcomes), tally.faults[:10])
    # Files that contradict themselves, as in a length that stands in two places, of which each reader takes one.
    assert tally.outcomes["differs"] <= MUTANTS / 200, tally.outcomes
    assert min(tally.outcomes["read"], tally.outcomes["refused"]) > MUTANTS / 20, tally.outcomes


def test_the_judge_sees_wrong_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.parquet").write_bytes(good_files(tmp_path)[0])
    monkeypatch.setattr(parquet_mutants, "second_reader", lambda file: {"USUBJID": ["S99"]})
    assert judge_file(tmp_path / "x.parquet", TextType.STR, DUCKDB, parts=False).startswith("differs: other variables")
