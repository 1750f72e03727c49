"""Workers end with the run that started them, and one that is killed is an error of the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

# Makes ADLB a record at a time by two workers; a program, and so a worker, tells its process and waits, or is killed.
RUN = """
import sys
from pathlib import Path
from adamline.cli.main import guarded
from adamline.study.run import run_study
from adamline.study.study import open_study
if __name__ == "__main__":
    study, sdtm, out = map(Path, sys.argv[1:4])
    status = guarded(lambda: run_study(open_study(study), sdtm, out, workers=2, part_records=1))
    sys.exit(status if isinstance(status, int) else 0)
"""
PROGRAM = """
import os, signal, time
from pathlib import Path
from adamline.contract import New, derivation

@derivation(define="x", needs=["AVAL"], within="subject")
def derive_mine(frame, *, variable: New):
    (Path(__file__).parents[2] / f"worker-{{os.getpid()}}").write_text("")
    {body}
    return frame.assign(**{{variable: 1.0}})
"""


@pytest.fixture
def command(study: Path, sdtm: Path, tmp_path: Path, edit) -> list[str]:
    """The command of the run."""
    (study / "programs").mkdir()
    edit("adlb.yaml", "BASE: base", "BASE: programs.mine")
    (tmp_path / "run.py").write_text(RUN)
    return [sys.executable, *map(str, (tmp_path / "run.py", study, sdtm, tmp_path / "out"))]


def write_program(study: Path, body: str) -> None:
    (study / "programs" / "mine.py").write_text(textwrap.dedent(PROGRAM).format(body=body))


def workers(folder: Path) -> list[int]:
    return [int(path.name.removeprefix("worker-")) for path in folder.glob("worker-*")]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(condition, seconds: float = 60) -> bool:
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_killed_worker_is_an_error(command: list[str], study: Path, tmp_path: Path) -> None:
    write_program(study, "os.kill(os.getpid(), signal.SIGKILL)")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "ERROR: A worker ended before what it made was done" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "out").rglob(".*"))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_their_run(how: signal.Signals, command: list[str], study: Path, tmp_path: Path) -> None:
    write_program(study, "time.sleep(600)")
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    assert until(lambda: workers(tmp_path))
    os.kill(process.pid, how)
    process.wait()
    assert until(lambda: not any(map(is_running, workers(tmp_path))), 20)
    # The folder is free again, and the next run is right.
    write_program(study, "pass")
    subprocess.run(command, check=True)
    assert (tmp_path / "out" / "tlf" / "t-1.docx").is_file()
    assert not list((tmp_path / "out").rglob(".*"))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_workers_that_wait_for_work_end_too(tmp_path: Path) -> None:
    program = """
        import multiprocessing, os, sys, time
        from concurrent.futures import ProcessPoolExecutor
        from adamline.study.workers import end_with_parent
        if __name__ == "__main__":
            context = multiprocessing.get_context("spawn")
            pool = ProcessPoolExecutor(2, mp_context=context, initializer=end_with_parent)
            print(pool.submit(os.getpid).result(), flush=True)
            time.sleep(600)
    """
    (tmp_path / "pool.py").write_text(textwrap.dedent(program))
    process = subprocess.Popen([sys.executable, str(tmp_path / "pool.py")], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    worker = int(process.stdout.readline())
    assert is_running(worker)
    process.kill()
    process.communicate()
    assert until(lambda: not is_running(worker), 20)
