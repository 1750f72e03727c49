"""On a Dask cluster of two worker processes a dataset is made as by one process, and what goes wrong is said."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import dask
import pytest
from distributed import LocalCluster

from adamline.errors import AdamlineError
from adamline.findings import Finding
from adamline.study import cluster as cluster_module
from adamline.study.cluster import dask_cluster
from adamline.study.makers import Makers, ThisProcess
from adamline.study.run import run_study
from adamline.study.study import open_study

PROGRAM = """
import os, signal, time
from pathlib import Path
from adamline.contract import New, derivation

@derivation(define="x", needs=["AVAL"], within="subject")
def derive_mine(frame, *, variable: New):
    folder = Path(__file__).parents[2]
    (folder / f"worker-{{os.getpid()}}").write_text("")
    {body}
    return frame.assign(**{{variable: 1.0}})
"""
# The command line, with a part for each record.
RUN = """
import sys
from adamline.cli.app import main
import adamline.cli
from adamline.study.run import run_study
if __name__ == "__main__":
    run_study.__kwdefaults__["part_records"] = 1
    main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The scheduler of two workers of one thread; a part is tried twice."""
    allowed = {"distributed.scheduler.allowed-failures": 1, "distributed.worker.multiprocessing-method": "spawn"}
    with (
        dask.config.set(allowed),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL") as cluster,
    ):
        yield cluster.scheduler_address


@pytest.fixture
def makers(address: str) -> Iterator[Makers]:
    """The cluster, connected to."""
    with dask_cluster(address) as cluster:
        yield cluster


def made(study: Path, sdtm: Path, out: Path, makers: Makers) -> tuple[dict[str, bytes], list[Finding]]:
    """All files that a run makes but the log of when and where, and what it has to say."""
    _, findings = run_study(open_study(study), sdtm, out, makers=makers, part_records=1)
    files = [path for path in out.rglob("*") if path.is_file() and path.name not in ("runs.jsonl", ".run.lock")]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}, findings


def write_program(study: Path, body: str) -> None:
    (study / "programs").mkdir(exist_ok=True)
    (study / "programs" / "mine.py").write_text(textwrap.dedent(PROGRAM).format(body=body))
    spec = study / "adlb.yaml"
    spec.write_text(spec.read_text().replace("BASE: base", "BASE: programs.mine"))


def workers(folder: Path) -> set[str]:
    """Processes in which the program has run."""
    return {path.name for path in folder.glob("worker-*")}


def test_a_cluster_makes_the_same_bytes_and_findings(
    study: Path, sdtm: Path, tmp_path: Path, edit, makers: Makers
) -> None:
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1]\nadam_files: [xpt, parquet]")
    write_program(study, "time.sleep(0.2)")
    one = made(study, sdtm, tmp_path / "one", ThisProcess())
    here = workers(tmp_path)
    assert here == {f"worker-{os.getpid()}"}
    assert made(study, sdtm, tmp_path / "cluster", makers) == one
    assert {"adam/adsl.xpt", "adam/adlb.xpt", "adam/adlb.parquet", "tlf/t-1.docx", "manifest.json"} <= one[0].keys()
    assert len(workers(tmp_path) - here) == 2


def test_a_spec_that_was_changed_is_read_anew(study: Path, sdtm: Path, tmp_path: Path, edit, makers: Makers) -> None:
    made(study, sdtm, tmp_path / "cluster", makers)
    edit("visits.yaml", "Week 2", "Week 3")
    assert made(study, sdtm, tmp_path / "cluster", makers)[0] == made(study, sdtm, tmp_path / "one", ThisProcess())[0]


def test_relative_folders_are_those_of_the_client(
    study: Path, sdtm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, makers: Makers
) -> None:
    monkeypatch.chdir(tmp_path)
    one = made(Path(study.name), Path(sdtm.name), Path("one"), ThisProcess())
    assert made(Path(study.name), Path(sdtm.name), Path("cluster"), makers) == one


def test_the_error_of_a_part_is_told_as_by_one_process(
    study: Path, sdtm: Path, tmp_path: Path, edit, makers: Makers
) -> None:
    out = tmp_path / "out"
    before = made(study, sdtm, out, makers)[0]
    edit("adlb.yaml", "where: VISITNUM = 1}", "where: VISITNUM >= 1}")
    told = []
    for maker in (ThisProcess(), makers):
        with pytest.raises(AdamlineError, match="several records") as caught:
            made(study, sdtm, out, maker)
        told.append((type(caught.value), str(caught.value), caught.value.place))
    assert told[0] == told[1]
    assert (out / "adam" / "adlb.xpt").read_bytes() == before["adam/adlb.xpt"]
    assert not list((out / "adam").rglob("parts-*"))


def test_a_part_whose_worker_is_killed_is_made_by_another(
    study: Path, sdtm: Path, tmp_path: Path, makers: Makers
) -> None:
    write_program(study, "(folder / 'killed').exists() or ((folder / 'killed').touch(), os.kill(os.getpid(), 9))")
    (tmp_path / "killed").touch()
    one = made(study, sdtm, tmp_path / "one", ThisProcess())
    (tmp_path / "killed").unlink()
    assert made(study, sdtm, tmp_path / "cluster", makers) == one
    assert (tmp_path / "killed").exists()


def test_a_part_that_kills_its_workers_is_an_error(study: Path, sdtm: Path, tmp_path: Path, makers: Makers) -> None:
    write_program(study, "os.kill(os.getpid(), 9)")
    with pytest.raises(AdamlineError, match="Workers of the Dask cluster ended before a part was made") as caught:
        made(study, sdtm, tmp_path / "out", makers)
    assert "memory-limit" in caught.value.hint
    assert not (tmp_path / "out" / "adam" / "adlb.xpt").exists()
    assert not list((tmp_path / "out").rglob("parts-*"))


def test_workers_must_see_the_files(
    study: Path, sdtm: Path, tmp_path: Path, makers: Makers, monkeypatch: pytest.MonkeyPatch
) -> None:
    # To this process the files are of another size than to the workers, as copies on their own disks may be.
    monkeypatch.setattr(cluster_module, "state_on_disk", lambda path: (1, 1))
    with pytest.raises(AdamlineError, match="does not see a file or folder") as caught:
        made(study, sdtm, tmp_path / "out", makers)
    assert caught.value.place.file == str(study / "study.yaml")
    assert "shared folders" in caught.value.expected
    assert "on worker tcp://" in caught.value.found


@pytest.mark.parametrize("library", ["python", "pandas", "adamline"])
def test_workers_of_other_versions_are_refused(address: str, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    versions = {**cluster_module.library_versions(), library: "99.9"}
    monkeypatch.setattr(cluster_module, "library_versions", lambda: versions)
    with pytest.raises(AdamlineError, match=f"has another {library}") as caught, dask_cluster(address):
        pass
    assert caught.value.expected == f"{library} 99.9, as here"
    assert caught.value.found.startswith(
        f"{library} {cluster_module.needs_here({}).versions[library]} on worker tcp://"
    )


def test_a_scheduler_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "ANSWER", 0.5)
    began = time.monotonic()
    with pytest.raises(AdamlineError, match="scheduler cannot be reached") as caught, dask_cluster("tcp://127.0.0.1:9"):
        pass
    assert "tcp://127.0.0.1:9" in caught.value.found
    assert time.monotonic() - began < 10


def test_a_run_that_is_interrupted_leaves_the_folder_as_it_was(
    study: Path, sdtm: Path, tmp_path: Path, address: str, makers: Makers
) -> None:
    out = tmp_path / "out"
    before = made(study, sdtm, out, makers)[0]
    write_program(study, "(folder / 'began').touch()\n    while not (folder / 'go').exists(): time.sleep(0.05)")
    (tmp_path / "run.py").write_text(RUN)
    options = ["--sdtm", sdtm, "--out", out, "--scheduler", address]
    command = [sys.executable, *map(str, (tmp_path / "run.py", "run", study, *options))]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "began").exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    (tmp_path / "go").touch()
    assert (process.returncode, said) == (130, "")
    files = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert {name: files[name] for name in before if name != "manifest.json"} == {
        name: content for name, content in before.items() if name != "manifest.json"
    }
    assert not list(out.rglob(".making"))
    shutil.rmtree(out)
    assert made(study, sdtm, out, makers) == made(study, sdtm, tmp_path / "one", ThisProcess())
