"""On a Dask cluster of two worker processes a dataset is made as by one process, and what goes wrong is said."""

from __future__ import annotations

import gc
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Collection, Iterator
from pathlib import Path

import dask
import pytest
from distributed import LocalCluster
from distributed.cli import dask_scheduler, dask_worker
from typer.main import get_command

from adamline.cli import main
from adamline.cli.commands import app
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
from adamline.cli.main import main
from adamline.study.run import run_study
if __name__ == "__main__":
    run_study.__kwdefaults__["part_records"] = 1
    main(sys.argv[1:])
"""


@pytest.fixture(autouse=True)
def _no_garbage() -> None:
    """Collect clients that could not connect: distributed waits for ever where one is collected as a cluster starts."""
    gc.collect()


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two workers of one thread; a part is tried twice."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs="CRITICAL") as cluster,
    ):
        yield cluster


@pytest.fixture
def address(cluster: LocalCluster) -> str:
    """The address of its scheduler."""
    return str(cluster.scheduler_address)


@pytest.fixture
def makers(address: str) -> Iterator[Makers]:
    """The cluster, connected to."""
    with dask_cluster(address) as cluster:
        yield cluster


def made(
    study: Path, sdtm: Path, out: Path, makers: Makers, only: Collection[str] | None = ("ADLB",)
) -> tuple[dict[str, bytes], list[Finding]]:
    """All files that a run makes but the log of when and where, and what it has to say; of ADSL and ADLB, or of all."""
    _, findings = run_study(open_study(study), sdtm, out, makers=makers, part_records=1, only=only)
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
    study: Path, sdtm: Path, tmp_path: Path, edit, makers: Makers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where no worker is
    folders = Path(study.name), Path(sdtm.name)
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1]\nadam_files: [xpt, parquet]")
    write_program(study, "time.sleep(0.2)")
    one = made(*folders, Path("one"), ThisProcess(), only=None)
    here = workers(tmp_path)
    assert here == {f"worker-{os.getpid()}"}
    assert made(*folders, Path("cluster"), makers, only=None) == one
    assert {"adam/adsl.xpt", "adam/adlb.xpt", "adam/adlb.parquet", "tlf/t-1.docx", "manifest.json"} <= one[0].keys()
    assert len(workers(tmp_path) - here) == 2


def test_a_spec_that_was_changed_is_read_anew(study: Path, sdtm: Path, tmp_path: Path, edit, makers: Makers) -> None:
    made(study, sdtm, tmp_path / "cluster", makers)
    edit("visits.yaml", "Week 2", "Week 3")
    again, one = (
        made(study, sdtm, tmp_path / f, maker)[0] for f, maker in (("cluster", makers), ("one", ThisProcess()))
    )
    assert again["adam/adlb.xpt"] == one["adam/adlb.xpt"]


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


@pytest.mark.slow
def test_a_part_whose_worker_is_killed_is_made_by_another(
    study: Path, sdtm: Path, tmp_path: Path, makers: Makers
) -> None:
    write_program(study, "(folder / 'killed').exists() or ((folder / 'killed').touch(), os.kill(os.getpid(), 9))")
    (tmp_path / "killed").touch()
    one = made(study, sdtm, tmp_path / "one", ThisProcess())
    (tmp_path / "killed").unlink()
    assert made(study, sdtm, tmp_path / "cluster", makers) == one
    assert (tmp_path / "killed").exists()


@pytest.mark.slow
def test_a_part_that_kills_its_workers_is_an_error(
    study: Path, sdtm: Path, tmp_path: Path, cluster: LocalCluster, makers: Makers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    write_program(study, "os.kill(os.getpid(), 9)")
    with pytest.raises(AdamlineError, match="Workers of the Dask cluster ended before a part was made") as caught:
        made(study, sdtm, tmp_path / "out", makers)
    assert "limit of memory" in caught.value.hint
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


@pytest.mark.parametrize(
    ("scheduler", "what", "found"),
    [
        ("tcp://127.0.0.1:9", "scheduler cannot be reached", "tcp://127.0.0.1:9"),
        ("tls://127.0.0.1:9", "scheduler cannot be reached", "TLS"),  # no certificates are configured
        ("no such://place", "scheduler cannot be reached", "no such://place"),
        ("file:missing.json", "scheduler file cannot be read", "missing.json"),
        ("file:empty.json", "scheduler file has no address", ""),
    ],
)
def test_a_scheduler_that_does_not_answer(
    scheduler: str, what: str, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "ANSWER", 0.5)
    monkeypatch.chdir(tmp_path)
    Path("empty.json").write_text("{}")
    with pytest.raises(AdamlineError, match=what) as caught, dask_cluster(scheduler):
        pass
    assert found in caught.value.found


def test_the_file_of_a_scheduler_tells_its_address(address: str, tmp_path: Path) -> None:
    (tmp_path / "scheduler.json").write_text(json.dumps({"address": address, "type": "Scheduler"}))
    with dask_cluster(f"file:{tmp_path / 'scheduler.json'}") as cluster:
        assert cluster.client.scheduler.address == address


def test_a_cluster_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "WORKER", 0.2)
    with (
        LocalCluster(n_workers=0, dashboard_address=":0", silence_logs="CRITICAL") as empty,
        pytest.raises(AdamlineError, match="has no worker"),
        dask_cluster(empty.scheduler_address),
    ):
        pass


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AdamlineError, match="distributed, which is not installed") as caught, dask_cluster("tcp://a:1"):
        pass
    assert caught.value.hint == "pip install 'adamline[dask]'"


def test_workers_and_a_cluster_exclude_each_other(
    study: Path, sdtm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = ["--sdtm", str(sdtm), "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as ended:
        main(["run", str(study), *folders, "--workers", "2", "--scheduler", "tcp://127.0.0.1:9"])
    assert ended.value.code == 2
    assert "expected: --workers or --scheduler" in capsys.readouterr().err


def test_nothing_of_dask_is_imported_without_the_option(study: Path, sdtm: Path, tmp_path: Path) -> None:
    program = "import sys\nfrom adamline.cli import main\ntry:\n    main(sys.argv[1:])\nfinally:\n"
    program += "    print({'dask', 'distributed'} & set(sys.modules))"
    folders = ["--sdtm", str(sdtm), "--out", str(tmp_path / "out"), "--dataset", "ADSL"]
    command = [sys.executable, "-c", program, "run", str(study), *folders]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1] == "set()"


def test_the_guide_names_options_and_settings_that_there_are() -> None:
    text = (Path(__file__).parents[2] / "docs/guide/cluster.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"^```bash\n(.*?)^```", text, re.M | re.S) for line in block.splitlines()]
    commands = {"dask scheduler": dask_scheduler.main, "dask worker": dask_worker.main}
    commands["adamline run"] = get_command(app).commands["run"]
    seen = set()
    for line in lines:
        settings = re.findall(r"DASK_(\w+)=", line)
        for setting in settings:
            dask.config.get(setting.lower().replace("__", ".").replace("_", "-"))
        command = next((name for name in commands if line.startswith(name)), "")
        assert command or settings, line
        known = {option for each in getattr(commands.get(command), "params", ()) for option in each.opts}
        assert set(re.findall(r"--[a-z-]+", line)) <= known, line
        seen.add(command)
    assert seen == {"", *commands}
    for block in re.findall(r"^```py\n(.*?)^```", text, re.M | re.S):
        compile(block, "cluster.md", "exec")


@pytest.mark.slow
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
    assert made(study, sdtm, out, makers)[0].keys() == before.keys()
