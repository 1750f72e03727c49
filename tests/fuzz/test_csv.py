"""Damaged CSV files give exact data or an error that names its place."""

from __future__ import annotations

import csv
import io
import os
import time
from collections import Counter
from pathlib import Path

import csv_mutants
import numpy as np
import pytest
from csv_mutants import Mutant, Verdict, good_files, judge, mutants, reference, rfc_4180

# Many more by an environment variable: ADAMLINE_CSV_MUTANTS=50000.
COUNT = int(os.environ.get("ADAMLINE_CSV_MUTANTS", "1500"))
SEED = int(os.environ.get("ADAMLINE_CSV_SEED", "20260101"))


def test_the_reference_agrees_on_good_files(tmp_path: Path) -> None:
    for mutant in good_files():
        data = reference(mutant)
        assert isinstance(data, dict)
        assert len(next(iter(data.values()))) >= 2
        for seed in range(6):
            assert judge(tmp_path, mutant, np.random.default_rng(seed)) == Verdict("read")


def test_damaged_files(tmp_path: Path) -> None:
    """Always the same mutants: none read wrong, none refused without its place or without cause, none slow."""
    outcomes: Counter[str] = Counter()
    for number, (mutant, rng) in zip(range(COUNT), mutants(good_files(), SEED), strict=False):
        begin = time.process_time()
        verdict = judge(tmp_path, mutant, rng)
        assert time.process_time() - begin < 5, number
        assert not verdict.fault, (number, mutant, verdict.fault)
        outcomes[verdict.outcome] += 1
    print(dict(outcomes))
    assert min(outcomes["read"], outcomes["refused"]) > COUNT // 5, outcomes


def test_the_second_reader_is_pythons_where_both_read() -> None:
    """Python's csv module, in its strict mode, gives the same fields; it takes some quotes that the RFC does not."""
    for _, (mutant, _) in zip(range(500), mutants(good_files(), SEED + 1), strict=False):
        text = mutant.raw.decode("latin-1")
        records = rfc_4180(text)
        if records is not None:
            found = [row or [""] for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
            assert found == records, mutant


def test_the_judge_sees_wrong_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_mutants, "reference", lambda mutant: {"X": [1.0]})
    assert judge(tmp_path, good_files()[0], np.random.default_rng(1)).fault == "wrong data"
    monkeypatch.setattr(csv_mutants, "reference", lambda mutant: None)
    assert judge(tmp_path, good_files()[0], np.random.default_rng(1)).fault == "read though damaged"


def test_the_judge_sees_what_is_refused_without_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_mutants, "reference", lambda mutant: {"A": ["1"]})
    verdict = judge(tmp_path, Mutant(b'A\n1"'), np.random.default_rng(1))
    assert verdict.fault.startswith("refused though good")
