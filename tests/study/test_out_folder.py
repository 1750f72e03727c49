"""What stands in the folder of a run is not lost: other studies, edited pages, files that are no longer made."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.errors import AdamlineError, SpecError
from adamline.findings import Finding
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]


def run(study: Path, sdtm: Path, out: Path) -> tuple[list[str], list[Finding]]:
    """Names of what was made, and what there was to say of the folder."""
    done, findings = run_study(open_study(study), sdtm, out)
    kinds = ("edited", "no longer made", "manifest")
    return [one.name for one in done if one.is_new], [finding for finding in findings if finding.check in kinds]


def contents(out: Path) -> dict[str, bytes]:
    files = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name != "runs.jsonl"]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def test_a_folder_of_another_study_is_refused(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    out = tmp_path / "out"
    run(study, sdtm, out)
    before = contents(out)
    edit("study.yaml", "study: MINI", "study: OTHER")
    edit("study.yaml", "outputs: [t-1]", "outputs: []")
    with pytest.raises(AdamlineError, match="another study") as caught:
        run(study, sdtm, out)
    assert caught.value.found == "MINI"
    assert contents(out) == before
    # The way on that the message names: nothing of the first study is lost.
    (out / "manifest.json").unlink()
    assert run(study, sdtm, out) == (["ADSL", "ADLB"], [])
    after = contents(out)
    assert {name: after[name] for name in before if name != "manifest.json"} == {
        name: content for name, content in before.items() if name != "manifest.json"
    }


def test_files_no_longer_made_go_when_the_run_has_succeeded(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    out = tmp_path / "out"
    run(study, sdtm, out)
    before = contents(out)
    edit("study.yaml", "outputs: [t-1]", "outputs: []\nadam_files: [parquet]")
    edit("adlb.yaml", "where: VISITNUM = 1}", "where: VISITNUM > 0}")
    with pytest.raises(AdamlineError, match="several records"):
        run(study, sdtm, out)
    after = contents(out)
    assert set(before) <= set(after)
    assert {name for name in before if after[name] != before[name]} <= {"manifest.json", "logs/adsl.csv"}
    edit("adlb.yaml", "where: VISITNUM > 0}", "where: VISITNUM = 1}")
    assert run(study, sdtm, out) == (["ADLB"], [])
    assert list(contents(out)) == (
        ["adam/adlb.parquet", "adam/adsl.parquet", "logs/adlb.csv", "logs/adsl.csv", "manifest.json"]
    )


def test_an_edited_page_is_kept_and_said(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    out = tmp_path / "out"
    run(study, sdtm, out)
    page = out / "tlf" / "t-1.docx"
    made = page.read_bytes()
    for number in (1, 2):
        page.write_bytes(b"my remarks %d" % number)
        names, [finding] = run(study, sdtm, out)
        assert names == ["T-1"]
        assert (finding.severity.name, finding.place.file) == ("WARNING", "tlf/t-1.docx")
        assert finding.message == (
            f"The file was not as a run had made it: it is kept as t-1.edited-{number}.docx, and made anew."
        )
        assert page.read_bytes() == made
        assert (out / "tlf" / f"t-1.edited-{number}.docx").read_bytes() == b"my remarks %d" % number
    # Also where the page is no longer made.
    page.write_bytes(b"my remarks 3")
    edit("study.yaml", "outputs: [t-1]", "outputs: []")
    assert [finding.check for finding in run(study, sdtm, out)[1]] == ["no longer made"]
    assert page.read_bytes() == b"my remarks 3"


def test_a_file_that_no_run_has_made_is_not_written_over(study: Path, sdtm: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "tlf").mkdir(parents=True)
    (tmp_path / "out" / "tlf" / "t-1.docx").write_bytes(b"of somebody")
    assert [finding.check for finding in run(study, sdtm, tmp_path / "out")[1]] == ["edited"]
    assert (tmp_path / "out" / "tlf" / "t-1.edited-1.docx").read_bytes() == b"of somebody"


def test_what_killed_runs_have_left_is_removed(study: Path, sdtm: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for name in (".manifest.json.999999999-0.tmp", "adam/.adlb.xpt.999999999-1.tmp", "adam/.making/parts-x/0.arrow"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(b"half")
    run(study, sdtm, out)
    assert not list(out.rglob(".*"))


MANIFESTS = {
    "deep": "[" * 100_000,
    "deep nodes": '{"adamline": "0", "study": "MINI", "nodes": ' + '{"a":' * 5_000 + "1" + "}" * 5_000 + "}",
    "a list": "[]",
    "no text": b"\xff\xfe\x00",
    "a number": "1" * 10_000,
    "nodes a list": '{"adamline": "0", "study": "MINI", "nodes": []}',
    "study a number": '{"adamline": "0", "study": 1, "nodes": {}}',
    "node": {"key": "k"},
    "key": {"key": 1, "files": {}, "findings": []},
    "files": {"key": "k", "files": ["adam/adsl.xpt"], "findings": []},
    "hash": {"key": "k", "files": {"adam/adsl.xpt": 1}, "findings": []},
    "findings": {"key": "k", "files": {}, "findings": {"a": 1}},
    "severity": {"key": "k", "files": {}, "findings": [{"severity": 3, "check": "", "message": "", "place": {}}]},
    "message": {"key": "k", "files": {}, "findings": [{"severity": "NOTE", "check": "", "message": [], "place": {}}]},
    "place": {"key": "k", "files": {}, "findings": [{"severity": "NOTE", "check": "", "message": "", "place": 7}]},
    "surrogate": '{"adamline": "0", "study": "\\ud800", "nodes": {}}',
}


@pytest.mark.parametrize("case", MANIFESTS)
def test_a_manifest_of_another_form_is_said_and_made_anew(case: str, study: Path, sdtm: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(study, sdtm, out)
    before = contents(out)
    content = MANIFESTS[case]
    if isinstance(content, dict):
        content = json.dumps({"adamline": "0", "study": "MINI", "nodes": {"ADSL": content}})
    (out / "manifest.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    names, [finding] = run(study, sdtm, out)
    assert names == ["ADSL", "ADLB", "T-1"]
    assert finding.message.startswith("The manifest cannot be read, so that all is made anew (")
    assert contents(out) == before


OUTSIDE = ["../victim.txt", "tlf/../../victim.txt", "{outside}", "tlf/link/victim.txt", "tlf\\..\\..\\victim.txt"]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("node", ["T-9", "T-1"])
def test_a_manifest_removes_nothing_outside(name: str, node: str, study: Path, sdtm: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_bytes(b"precious")
    out = tmp_path / "out"
    run(study, sdtm, out)
    (out / "tlf" / "link").symlink_to(tmp_path)
    manifest = json.loads((out / "manifest.json").read_text())
    digest = hashlib.sha256(b"precious").hexdigest()
    manifest["nodes"][node] = {"key": "k", "files": {name.format(outside=victim): digest}, "findings": []}
    (out / "manifest.json").write_text(json.dumps(manifest))
    run(study, sdtm, out)
    assert victim.read_bytes() == b"precious"


def test_a_folder_that_is_a_link_loses_nothing(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    out = tmp_path / "out"
    run(study, sdtm, out)
    shutil.move(out / "tlf", tmp_path / "elsewhere")
    (out / "tlf").symlink_to(tmp_path / "elsewhere")
    edit("study.yaml", "outputs: [t-1]", "outputs: []")
    assert [finding.check for finding in run(study, sdtm, out)[1]] == ["no longer made"]
    assert (tmp_path / "elsewhere" / "t-1.docx").is_file()


@pytest.mark.parametrize(
    ("name", "other"),
    [("ADSL", "dataset ADSL (adsl.yaml)"), ("Adlb", "dataset ADLB (adlb.yaml)"), ("t-1", "output T-1 (t-1.yaml)")],
)
def test_two_that_would_share_a_file_are_refused(name: str, other: str, study: Path, edit: Edit) -> None:
    text = (study / "tlf" / "t-1.yaml").read_text()
    (study / "tlf" / "second.yaml").write_text(text.replace("output: T-1", f"output: {name}"))
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1, second]")
    with pytest.raises(SpecError) as caught:
        open_study(study)
    [fault] = caught.value.faults
    assert (fault.what, fault.found, fault.place.file) == (
        f"Output {name} would have the files of another.",
        other,
        "second.yaml",
    )


def test_input_that_changes_while_it_is_read_is_an_error(
    study: Path, sdtm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import adamline.study.run_datasets as module

    make = module.make_whole

    def meanwhile(*arguments, **named):
        made = make(*arguments, **named)
        (sdtm / "dm.xpt").write_bytes((sdtm / "dm.xpt").read_bytes() + b" " * 80)
        return made

    monkeypatch.setattr(module, "make_whole", meanwhile)
    with pytest.raises(AdamlineError, match=r"was changed while the run read it") as caught:
        run(study, sdtm, tmp_path / "out")
    assert caught.value.place.file == "dm.xpt"


def test_a_line_that_a_killed_run_left_half_does_not_spoil_the_next(study: Path, sdtm: Path, tmp_path: Path) -> None:
    log = tmp_path / "out" / "logs" / "runs.jsonl"
    run(study, sdtm, tmp_path / "out")
    log.write_text(log.read_text() + '{"started": "20')
    run(study, sdtm, tmp_path / "out")
    first, half, last = log.read_text().splitlines()
    assert half == '{"started": "20'
    assert [json.loads(line)["made"] for line in (first, last)] == [["ADSL", "ADLB", "T-1"], []]
