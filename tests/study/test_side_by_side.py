"""Datasets that do not wait for each other are made at once by workers; what a run says and leaves is as of one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.errors import AdamlineError
from adamline.study.done import Done
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]

PROGRAM = """
import os, signal, time
from pathlib import Path
from adamline.contract import New, derivation
from adamline.errors import DataError

@derivation(define="x", needs=["AVAL"], within="subject")
def derive_mine(frame, *, variable: New):
    folder = Path(__file__).parents[2]
    (folder / f"here-{{variable}}").write_text(str(os.getpid()))
    {body}
    return frame.assign(**{{variable: 1.0}})
"""
# Each waits until the other is being made too.
MEET = """
    end = time.monotonic() + 30
    while len(list(folder.glob("here-*"))) < 2:
        if time.monotonic() > end:
            raise DataError("The other dataset is not made beside this one.")
        time.sleep(0.02)
"""
ADLZ = """\
dataset: ADLZ
label: Of Another Dataset
class: BDS
keys: [USUBJID, LBSEQ]
source: {domain: ADLX}
variables: {USUBJID: copy, LBSEQ: copy, MINEX: copy}
"""


@pytest.fixture
def four(study: Path, edit: Edit) -> Path:
    """The study with ADLB and ADLX, which read ADSL and have a variable of a program, and ADLZ, which reads ADLX."""
    edit("study.yaml", "datasets: [adlb, adsl]", "datasets: [adlb, adlx, adlz, adsl]")
    text = (study / "adlb.yaml").read_text()
    for name, variable in (("ADLB", "MINE"), ("ADLX", "MINEX")):
        entry = f"  {variable}: {{derive: programs.mine, label: Mine}}\n"
        (study / f"{name.lower()}.yaml").write_text(text.replace("dataset: ADLB", f"dataset: {name}") + entry)
    (study / "adlz.yaml").write_text(ADLZ)
    (study / "programs").mkdir()
    write_program(study, "pass")
    return study


@pytest.fixture
def _forks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)  # other tests may have left threads that wait


def write_program(study: Path, body: str) -> None:
    (study / "programs" / "mine.py").write_text(
        textwrap.dedent(PROGRAM).format(body=textwrap.dedent(body).strip().replace("\n", "\n    "))
    )


def process_of(variable: str, folder: Path) -> int:
    """The process in which the program was run last for a variable."""
    return int((folder / f"here-{variable}").read_text())


def contents(out: Path) -> dict[str, bytes]:
    files = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name != "runs.jsonl"]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


@pytest.mark.usefixtures("_forks")
def test_datasets_that_do_not_wait_for_each_other_are_made_at_once(four: Path, sdtm: Path, tmp_path: Path) -> None:
    write_program(four, MEET)
    done: list[Done] = []
    run_study(open_study(four), sdtm, tmp_path / "out", done.append, workers=2)
    assert [one.name for one in done] == ["ADSL", "ADLB", "ADLX", "ADLZ", "T-1"]
    assert len({process_of("MINE", tmp_path), process_of("MINEX", tmp_path), os.getpid()}) == 3


@pytest.mark.slow
def test_processes_that_are_started_anew_make_the_same(four: Path, sdtm: Path, tmp_path: Path) -> None:
    end = threading.Event()
    thread = threading.Thread(target=end.wait)  # with which a run makes no copies of itself
    thread.start()
    try:
        found = [run_study(open_study(four), sdtm, tmp_path / f"out-{n}", workers=n) for n in (1, 2)]
    finally:
        end.set()
        thread.join()
    assert [(one.name, one.size) for one in found[0][0]] == [(one.name, one.size) for one in found[1][0]]
    assert found[0][1] == found[1][1]
    assert contents(tmp_path / "out-1") == contents(tmp_path / "out-2")
    assert len({process_of("MINE", tmp_path), process_of("MINEX", tmp_path), os.getpid()}) >= 2


@pytest.mark.usefixtures("_forks")
@pytest.mark.parametrize(
    ("failing", "said"), [("MINE", "ADLB"), ("MINEX", "ADLX"), ("MINE MINEX", "ADLB")], ids=["first", "second", "both"]
)
def test_an_error_is_that_of_one_process_and_leaves_what_it_leaves(
    failing: str, said: str, four: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    """The first dataset takes longer, so that the second has failed, or is made, before; its files are as they were."""
    told = []
    for workers in (1, 2):
        out = tmp_path / f"out-{workers}"
        write_program(four, "pass")
        run_study(open_study(four), sdtm, out, only={"ADLB", "ADLX"})
        before = contents(out)
        write_program(
            four,
            f"""
            if variable == "MINE": time.sleep(0.3)
            if variable in "{failing}".split(): raise DataError(f"{{variable}} cannot be made.")
            """,
        )
        with pytest.raises(AdamlineError) as caught:
            run_study(open_study(four), sdtm, out, workers=workers, only={"ADLB", "ADLX"})
        told.append((type(caught.value), str(caught.value), contents(out)))
        assert caught.value.place.dataset == said
        assert contents(out)["adam/adlx.xpt"] == before["adam/adlx.xpt"]
    assert told[0] == told[1]


@pytest.mark.usefixtures("_forks")
def test_a_worker_that_dies_is_an_error(four: Path, sdtm: Path, tmp_path: Path) -> None:
    write_program(four, "if variable == 'MINEX': os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(AdamlineError, match="A worker ended before what it made was done"):
        run_study(open_study(four), sdtm, tmp_path / "out", workers=2)
    assert not list((tmp_path / "out").rglob(".*"))


@pytest.mark.usefixtures("_forks")
def test_parts_go_to_workers_and_what_is_large_and_whole_to_the_run_itself(
    four: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    """So no two datasets of more records than a part are in memory at a time."""
    edit("adlx.yaml", "keys: [USUBJID, PARAMCD, LBSEQ]", "keys: [PARAMCD, USUBJID, LBSEQ]")
    found = [
        run_study(open_study(four), sdtm, tmp_path / f"out-{n}", workers=n, part_records=2, only={"ADLB", "ADLX"})
        for n in (1, 2)
    ]
    assert process_of("MINE", tmp_path) != os.getpid() == process_of("MINEX", tmp_path)
    assert contents(tmp_path / "out-1") == contents(tmp_path / "out-2")
    assert found[0][1] == found[1][1]
    assert any("ADLX is large and is made as a whole" in finding.message for finding in found[0][1])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="has no groups of processes")
def test_ctrl_c_ends_a_run_and_its_workers_without_a_word(four: Path, sdtm: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_study(open_study(four), sdtm, out)
    before = contents(out)
    write_program(four, "time.sleep(600)")
    for path in tmp_path.glob("here-*"):
        path.unlink()
    options = ["--sdtm", sdtm, "--out", out, "--workers", 2]
    command = [sys.executable, "-m", "adamline.cli", "run", *map(str, (four, *options))]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while len(list(tmp_path.glob("here-*"))) < 2 and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "")
    assert {**contents(out), "manifest.json": b""} == {**before, "manifest.json": b""}
