"""Damaged transport files of versions 5 and 8 give exact data or an error that names its byte."""

from __future__ import annotations

import resource
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xpt_mutants
from xpt_mutants import Verdict, good_files, judge, mutants, reference

from adamline.errors import DataError, FileFormatError
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_layout import XptVersion
from adamline.io.xpt_read import read_xpt, read_xpt_members
from adamline.io.xpt_write import write_xpt


def test_the_reference_agrees_on_good_files(tmp_path: Path) -> None:
    for raw in good_files(tmp_path):
        file = tmp_path / "good.xpt"
        file.write_bytes(raw)
        assert len(reference(raw)) == len(read_xpt_members(file))
        for seed in range(4):
            assert judge(file, raw, np.random.default_rng(seed)) == Verdict("read")


def test_damaged_files(tmp_path: Path) -> None:
    """2,000 mutants, always the same: none read wrong, none refused without its byte, none slow, none large."""
    files = good_files(tmp_path)
    outcomes: Counter[str] = Counter()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest = 0.0
    for number, (raw, rng) in zip(range(2_000), mutants(files, 20_260_101), strict=False):
        begin = time.process_time()
        verdict = judge(tmp_path / "mutant.xpt", raw, rng)
        slowest = max(slowest, time.process_time() - begin)
        assert not verdict.fault, (number, verdict.fault)
        outcomes[verdict.outcome] += 1
    assert min(outcomes["read"], outcomes["refused"]) > 200, outcomes
    assert slowest < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


@pytest.mark.parametrize("version", list(XptVersion))
def test_headers_that_claim_too_much(tmp_path: Path, version: XptVersion) -> None:
    """The most that the digits of a header can say: refused at once, without the memory for it."""
    frame = pd.DataFrame({"X": ["a"] * 30})
    write_xpt(Dataset("D", frame, (Variable("X", Kind.TEXT, "x" * 40),)), tmp_path / "a.xpt", version=version)
    raw = (tmp_path / "a.xpt").read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for at, claim in (
        (612, b"999999"),
        (614, b"9999"),
        (840, b"9" * 15),
        (644, b"\x7f\xff"),
        (724, b"\x7f\xff\xff\xff"),
    ):
        file = tmp_path / "claim.xpt"
        file.write_bytes(raw[:at] + claim + raw[at + len(claim) :])
        if at != 840 or version is XptVersion.V8:
            with pytest.raises(FileFormatError):
                read_xpt(file)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("value", "wrong data"),
        ("row", "another number of rows"),
        ("crash", "ZeroDivisionError"),
        ("byte", "without its byte"),
    ],
)
def test_the_judge_sees_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, fault: str) -> None:
    """A reader with a fault does not pass."""

    def faulty(*arguments: Any, **options: Any) -> Dataset:
        dataset = read_xpt(*arguments, **options)
        name = dataset.variables[0].name
        if wrong == "value":
            return dataset.with_frame(dataset.frame.assign(**{name: dataset.frame[name].iloc[::-1].to_numpy()}))
        if wrong == "row":
            return dataset.with_frame(dataset.frame.iloc[1:])
        if wrong == "byte":
            raise DataError("No.")
        raise ZeroDivisionError

    monkeypatch.setattr(xpt_mutants, "read_xpt", faulty)
    raw = good_files(tmp_path)[0]
    found = {judge(tmp_path / "a.xpt", raw, np.random.default_rng(seed)).fault for seed in range(6)}
    assert any(fault in text for text in found), found
