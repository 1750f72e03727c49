"""What the command does: exit status, reports of files and folders, JSON also where nothing could be compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Variable, kind_of
from adamline.io.files import write_dataset
from adamline.qc.command import Destinations, run_compare
from adamline.qc.folders import CompareConfig, PairConfig
from adamline.qc.options import CompareOptions
from adamline.qc.report.listing_options import parse_listing_options

BASE = "USUBJID AVAL\n'01' 1\n'02' 2"
OTHER = "USUBJID AVAL\n'01' 1\n'02' 3"
CONFIG = CompareConfig(PairConfig(CompareOptions(id="USUBJID")))

Table = Callable[[str], pd.DataFrame]


@pytest.fixture
def files(table: Table, tmp_path: Path) -> dict[str, Path]:
    found = {}
    for side, text in (("base", BASE), ("other", OTHER), ("same", BASE)):
        frame = table(text)
        found[side] = tmp_path / side / "adlb.xpt"
        found[side].parent.mkdir()
        variables = tuple(Variable(name, kind_of(frame[name]), label=name) for name in frame.columns)
        write_dataset(Dataset("ADLB", frame, variables), found[side])
    return found


def places(folder: Path, *, is_folder: bool = False) -> Destinations:
    kinds = {"text": "txt", "json": "json", "html": "html", "xlsx": "xlsx"}
    return Destinations(**{kind: folder / (kind if is_folder else f"report.{end}") for kind, end in kinds.items()})


def test_status_0_and_1(files: dict[str, Path]) -> None:
    equal = run_compare(files["base"], files["same"], CONFIG)
    assert (equal.status, equal.text.splitlines()[0]) == (0, "PASS: adlb.xpt  (SYSINFO 0)")
    different = run_compare(files["base"], files["other"], CONFIG)
    assert (different.status, different.text.splitlines()[0]) == (1, "FAIL: adlb.xpt  (SYSINFO 4096)")


def test_all_reports_of_two_files(files: dict[str, Path], tmp_path: Path) -> None:
    out = places(tmp_path / "new" / "folder")
    run_compare(files["base"], files["other"], CONFIG, parse_listing_options("nosummary"), out)
    assert out.text and out.json and out.html and out.xlsx
    assert "Data Set Summary" not in out.text.read_text("utf-8")
    assert json.loads(out.json.read_text("utf-8"))["sysinfo"] == 4096
    assert out.html.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert out.xlsx.read_bytes()[:2] == b"PK"


def test_reports_are_the_same_bytes_from_another_folder(files: dict[str, Path], tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        out = places(tmp_path / name)
        run_compare(files["base"], files["other"], CONFIG, destinations=out)
        made.append([path.read_bytes() for path in sorted((tmp_path / name).iterdir())])
    assert len(made[0]) == 4
    assert made[0] == made[1]


def test_status_2_is_also_in_the_json(files: dict[str, Path], tmp_path: Path) -> None:
    broken, out = tmp_path / "adlb.xpt", tmp_path / "report.json"
    broken.write_bytes(files["base"].read_bytes()[:900])
    for bad in (broken, tmp_path / "none.xpt", tmp_path / "adlb.doc"):
        found = run_compare(files["base"], bad, CONFIG, destinations=Destinations(json=out))
        assert (found.status, found.text.startswith("COULD NOT COMPARE: ")) == (2, True)
        content = json.loads(out.read_text("utf-8"))
        assert (content["verdict"], content["sysinfo"]) == ("COULD NOT COMPARE", 32768)
        assert bad.name in content["error"]


def test_a_configuration_also_holds_for_two_files(files: dict[str, Path]) -> None:
    config = CompareConfig(CONFIG.others, {"ADLB": PairConfig(CompareOptions(id="USUBJID", exclude="AVAL"))})
    assert "1 excluded (AVAL)" in run_compare(files["base"], files["other"], config).text


def test_folders_write_a_report_a_dataset_and_a_summary(files: dict[str, Path], tmp_path: Path) -> None:
    out = places(tmp_path / "out", is_folder=True)
    found = run_compare(files["base"].parent, files["other"].parent, CONFIG, destinations=out)
    assert (found.status, found.text.splitlines()[0]) == (1, "FAIL: base and other")
    made = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*"))
    ends = {"html": "html", "json": "json", "text": "txt", "xlsx": "xlsx"}
    assert made == sorted(f"{kind}/{name}.{end}" for kind, end in ends.items() for name in ("_summary", "adlb"))
    assert out.json and out.html
    summary = json.loads((out.json / "_summary.json").read_text("utf-8"))
    assert (summary["verdict"], summary["status"]) == ("FAIL", 1)
    assert [(x["dataset"], x["unequal"], x["subjects_changed"]) for x in summary["datasets"]] == [("ADLB", 1, 1)]
    assert '<a href="adlb.html">ADLB</a>' in (out.html / "_summary.html").read_text("utf-8")


def test_status_of_folders_is_the_worst(files: dict[str, Path], tmp_path: Path) -> None:
    base, same = files["base"].parent, files["same"].parent
    assert run_compare(base, same, CONFIG).status == 0
    (base / "adsl.xpt").write_bytes(files["base"].read_bytes())
    assert run_compare(base, same, CONFIG).status == 1
    (same / "adsl.xpt").write_bytes(b"")
    worst = run_compare(base, same, CONFIG)
    assert (worst.status, worst.text.splitlines()[0]) == (2, "COULD NOT COMPARE: base and same")


def test_a_file_and_a_folder(files: dict[str, Path]) -> None:
    found = run_compare(files["base"], files["other"].parent, CONFIG)
    assert (found.status, "This is not a folder." in found.text) == (2, True)


@pytest.mark.parametrize("kind", ["json", "text"])
def test_a_report_never_replaces_what_is_compared(files: dict[str, Path], tmp_path: Path, kind: str) -> None:
    before = files["base"].read_bytes()
    outcome = run_compare(files["base"], files["other"], CONFIG, destinations=Destinations(**{kind: files["base"]}))
    assert outcome.status == 2 and "would be written over" in outcome.text
    folders = files["base"].parent, files["other"].parent
    assert run_compare(*folders, CONFIG, destinations=Destinations(**{kind: folders[0]})).status == 2
    one = tmp_path / "report"
    assert run_compare(files["base"], files["other"], CONFIG, destinations=Destinations(text=one, html=one)).status == 2
    assert files["base"].read_bytes() == before and not one.exists()


def test_no_report_sends_control_characters(table: Table, tmp_path: Path) -> None:
    frames = [table(text).assign(USUBJID=["\x1b[2J01", "02"]) for text in (BASE, OTHER)]
    paths = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    for path, frame in zip(paths, frames, strict=True):
        variables = tuple(Variable(name, kind_of(frame[name]), label=name) for name in frame.columns)
        write_dataset(Dataset("ADLB", frame, variables), path)
    outcome = run_compare(*paths, CONFIG, parse_listing_options("allobs"), places(tmp_path))
    texts = [outcome.text, *((tmp_path / f"report.{end}").read_text() for end in ("txt", "html"))]
    assert not any("\x1b" in text for text in texts)
    assert r"\x1b[2J01" in texts[1] and r"\x1b[2J01" in texts[2]
