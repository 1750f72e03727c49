"""Outputs that worker processes make are those of one process: files, errors, order; a killed worker is an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from tests.study.conftest import FIGURE

from adamline.cli import main
from adamline.errors import AdamlineError
from adamline.study.done import Done
from adamline.study.outputs import OutputPlan
from adamline.study.run import run_study
from adamline.study.run_outputs import run_outputs
from adamline.study.study import open_study
from adamline.study.under_way import UnderWay
from adamline.study.workers import Workers

Edit = Callable[[str, str, str], None]

KILLED = """
import os, signal
from adamline.analyses.leaf import LeafOptions
from adamline.analyses.lines import Line
from pydantic import Field

class Options(LeafOptions):
    of: str = Field(alias="programs.killed")
    statistics: tuple[str, ...] = ("n",)
    patterns = {"n": Line("n", "{n}")}

def analyse(given, options):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def several(study: Path, edit: Edit) -> Path:
    """The study with a copy of its table, one that fails, and a figure of the first."""
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1, f-1, t-2, t-3]")
    first = (study / "tlf" / "t-1.yaml").read_text()
    (study / "tlf" / "f-1.yaml").write_text(FIGURE)  # waits for T-1
    (study / "tlf" / "t-2.yaml").write_text(first.replace("T-1", "T-2"))
    wide = first.replace("T-1", "T-3").replace("{variable: AVAL}", f"{{variable: AVAL, heading: {'Wide' * 60}}}")
    (study / "tlf" / "t-3.yaml").write_text(wide)
    return study


def made(study: Path, sdtm: Path, out: Path, workers: int) -> tuple[list[tuple[str, bool, str]], str]:
    """What was done, in its order, and the error of the run."""
    done: list[Done] = []
    with pytest.raises(AdamlineError) as caught:
        run_study(open_study(study), sdtm, out, done.append, workers=workers)
    return [(one.name, one.is_new, one.size) for one in done], str(caught.value)


def contents(out: Path) -> dict[str, bytes]:
    files = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name != "runs.jsonl"]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


@pytest.mark.slow
def test_workers_make_the_same(several: Path, sdtm: Path, tmp_path: Path) -> None:
    one, two = (made(several, sdtm, tmp_path / f"out-{workers}", workers) for workers in (1, 2))
    assert one == two
    assert [name for name, *_ in one[0]] == ["ADSL", "ADLB", "T-1", "F-1", "T-2", "T-3"]
    assert "t-3.yaml" in one[1]
    first, second = (contents(tmp_path / f"out-{workers}") for workers in (1, 2))
    assert first.keys() == second.keys() >= {"tlf/f-1.docx", "results/t-1.csv", "manifest.json"}
    assert [name for name in first if first[name] != second[name]] == []


def test_the_command_gives_outputs_its_workers(
    study: Path, sdtm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []

    def told(run: UnderWay, outputs: Sequence[OutputPlan], workers: Workers | None) -> Iterator[Done]:
        given.append(workers.count if workers else 1)
        return run_outputs(run, outputs, None)

    monkeypatch.setattr("adamline.study.run_outputs.run_outputs", told)
    with pytest.raises(SystemExit):
        main(["run", str(study), "--sdtm", str(sdtm), "--out", str(tmp_path / "out"), "--workers", "2"])
    assert given == [2]


def test_a_worker_that_dies_is_an_error(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    (study / "programs").mkdir()
    (study / "programs" / "killed.py").write_text(KILLED)
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1, t-2]")
    edit("tlf/t-1.yaml", "rows: [{summary: [AVAL, CHG]}]", "rows: [{summary: [AVAL, CHG]}, {programs.killed: AVAL}]")
    (study / "tlf" / "t-2.yaml").write_text((study / "tlf" / "t-1.yaml").read_text().replace("T-1", "T-2"))
    with pytest.raises(AdamlineError, match="A worker ended before what it made was done"):
        run_study(open_study(study), sdtm, tmp_path / "out", workers=2)
    assert not list((tmp_path / "out").rglob(".*"))
