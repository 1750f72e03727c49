"""One run at a time writes into a folder; the lock of a dead run hinders nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from adamline.errors import AdamlineError
from adamline.study.run import run_study
from adamline.study.study import open_study

# A run that stops at its first dataset, having said so, until it is ended or its standard input is closed.
SLOW = """
import sys
from pathlib import Path
import adamline.study.run_datasets as datasets
from adamline.study.run import run_study
make = datasets.make_whole
def slow(*arguments, **named):
    print("making", flush=True)
    sys.stdin.read()
    return make(*arguments, **named)
datasets.make_whole = slow
from adamline.study.study import open_study
run_study(open_study(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3]))
"""


def slow_run(study: Path, sdtm: Path, out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(SLOW), str(study), str(sdtm), str(out)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "making\n"
    return process


def test_a_second_run_is_refused_and_told_of_the_first(study: Path, sdtm: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = slow_run(study, sdtm, out)
    try:
        with pytest.raises(AdamlineError, match="Another run writes into this folder") as caught:
            run_study(open_study(study), sdtm, out)
        assert f"process {first.pid} on " in caught.value.found
        assert f"started {time.strftime('%Y')}" in caught.value.found
        assert not list((out / "adam").glob("*.xpt"))  # the second has written nothing
    finally:
        first.communicate()
    assert first.returncode == 0
    assert [one.name for one in run_study(open_study(study), sdtm, out)[0] if one.is_new] == []
    assert not list(out.glob(".*"))


def test_a_run_after_one_that_was_killed(study: Path, sdtm: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = slow_run(study, sdtm, out)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    assert (out / ".run.lock").is_file()
    assert len(run_study(open_study(study), sdtm, out)[0]) == 3
    assert not list(out.rglob(".*"))


@pytest.mark.parametrize(
    "content", ["", "[1]", "not a lock", "[" * 5000, '{"process": 1, "host": "h", "started": "s"}']
)
def test_a_lock_file_that_nobody_holds_is_taken_over(content: str, study: Path, sdtm: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".run.lock").write_text(content)
    assert len(run_study(open_study(study), sdtm, tmp_path / "out")[0]) == 3


def test_a_failed_run_gives_the_folder_back(study: Path, sdtm: Path, tmp_path: Path, edit) -> None:
    edit("adlb.yaml", "where: VISITNUM = 1}", "where: VISITNUM > 0}")
    for _ in range(2):
        with pytest.raises(AdamlineError, match="several records"):
            run_study(open_study(study), sdtm, tmp_path / "out")
    assert not list((tmp_path / "out").rglob(".*"))
