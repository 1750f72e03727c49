"""Damaged Dataset-JSON files, JSON and NDJSON, give exact data or an error that names its place."""

from __future__ import annotations

import resource
import time
from collections import Counter
from pathlib import Path

import dataset_json_mutants
import numpy as np
import pytest
from dataset_json_mutants import Mutant, Verdict, good_files, judge, mutants, reference

from adamline.errors import FileFormatError
from adamline.io.dataset_json_read import read_dataset_json


def test_the_reference_agrees_on_good_files(tmp_path: Path) -> None:
    for mutant in good_files():
        assert len(next(iter(reference(mutant).values()))) >= 4
        for seed in range(6):
            assert judge(tmp_path, mutant, np.random.default_rng(seed)) == Verdict("read")


def test_damaged_files(tmp_path: Path) -> None:
    """1,500 mutants, always the same: none read wrong, none refused without its place, none slow, none large."""
    outcomes: Counter[str] = Counter()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest = 0.0
    for number, (mutant, rng) in zip(range(1_500), mutants(good_files(), 20_260_101), strict=False):
        begin = time.process_time()
        verdict = judge(tmp_path, mutant, rng)
        slowest = max(slowest, time.process_time() - begin)
        assert not verdict.fault, (number, verdict.fault)
        outcomes[verdict.outcome] += 1
    assert min(outcomes["read"], outcomes["refused"]) > 150, outcomes
    assert slowest < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


@pytest.mark.parametrize(
    "piece", [b"[", b'{"a":', b'["', b'"', b"\\", b"],[", b"],[[", b" ", b"\n", b"9", b"[[],", b"\xc3"]
)
@pytest.mark.parametrize("suffix", [".json", ".ndjson"])
def test_floods(tmp_path: Path, suffix: str, piece: bytes) -> None:
    """Two million times the same: refused soon, in little memory."""
    head = good_files()[0 if suffix == ".json" else 1].raw
    head = head[: head.index(b'"rows": [') + 9] if suffix == ".json" else head[: head.index(b"\n") + 1]
    file = tmp_path / f"x{suffix}"
    file.write_bytes(head + piece * (4_000_000 // len(piece)))
    before, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(FileFormatError):
        read_dataset_json(file)
    assert time.process_time() - begin < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000


def test_the_judge_sees_wrong_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset_json_mutants, "reference", lambda mutant: {"X": [1.0]})
    assert judge(tmp_path, good_files()[0], np.random.default_rng(1)).fault == "wrong data"


def test_the_judge_sees_what_should_not_be_read(tmp_path: Path) -> None:
    good = good_files()[0]
    assert judge(tmp_path, Mutant(good.raw[:-1], good.suffix), np.random.default_rng(1)) == Verdict("refused")
