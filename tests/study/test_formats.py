"""Formats: a study and each of its outputs say which documents are written; the files follow what they say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.cli import main
from adamline.errors import SpecError
from adamline.spec.formats import Format
from adamline.study import make_output
from adamline.study.formats import check_formats
from adamline.study.run import run_study
from adamline.study.study import open_study
from adamline.tlf.render import formats

Edit = Callable[[str, str, str], None]


def test_each_format_has_a_writer() -> None:
    assert set(formats.WRITERS) == set(Format)


def test_the_documents_are_those_of_the_spec(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    """A format that is added is made, one that is missing or altered made anew, one taken away removed."""
    out = tmp_path / "out"

    def run() -> tuple[list[str], dict[str, bytes]]:
        done, _ = run_study(open_study(study), sdtm, out)
        made = [one.name for one in done if one.is_new]
        return made, {path.name: path.read_bytes() for path in sorted((out / "tlf").iterdir())}

    _, before = run()
    assert list(before) == ["t-1.docx"]
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1]\nformats: [docx, csv]")
    again, both = run()
    # The page is the one it was, its run id too: a format is no part of what the page is made from.
    assert (again, list(both)) == (["T-1"], ["t-1.csv", "t-1.docx"])
    assert both["t-1.docx"] == before["t-1.docx"]
    (out / "tlf" / "t-1.csv").unlink()
    assert run() == (["T-1"], both)
    assert run() == ([], both)
    (out / "tlf" / "t-1.csv").write_text("mine")
    names, kept = run()
    assert (names, sorted(kept)) == (["T-1"], ["t-1.csv", "t-1.docx", "t-1.edited-1.csv"])
    edit("tlf/t-1.yaml", "kind: table", "kind: table\nformats: csv")
    names, own = run()
    assert (names, sorted(own)) == (["T-1"], ["t-1.csv", "t-1.edited-1.csv"])
    assert own["t-1.csv"] == both["t-1.csv"]


def test_a_run_writes_each_format(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1]\nformats: [html, pdf, rtf, csv, docx]")
    run_study(open_study(study), sdtm, tmp_path / "out")
    starts = {path.suffix: path.read_bytes()[:15] for path in (tmp_path / "out" / "tlf").iterdir()}
    signs = {".html": b"<!DOCTYPE html>", ".pdf": b"%PDF-", ".rtf": b"{\\rtf1", ".csv": b"\xef\xbb\xbf", ".docx": b"PK"}
    assert sorted(starts) == sorted(signs)
    assert [suffix for suffix, sign in signs.items() if not starts[suffix].startswith(sign)] == []


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("[docx, word]", ["`formats.1`", "docx", "word"]),
        ("[csv, docx, csv]", ["listed twice", "csv"]),
        ("[]", ["`formats`", "at least 1"]),
        ("[[docx]]", ["`formats"]),
    ],
)
def test_what_no_list_of_formats_is_refused(study: Path, edit: Edit, written: str, words: list[str]) -> None:
    for file, line in (("study.yaml", "outputs: [t-1]"), ("tlf/t-1.yaml", "kind: table")):
        edit(file, line, f"{line}\nformats: {written}")
        with pytest.raises(SpecError) as caught:
            open_study(study)
        text = str(caught.value)
        assert [word for word in (*words, Path(file).name) if word not in text] == [], text
        edit(file, f"{line}\nformats: {written}", line)


def test_a_format_whose_library_is_missing_is_said_before_the_run(
    study: Path,
    sdtm: Path,
    tmp_path: Path,
    edit: Edit,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1]\nformats: [docx, csv]")
    absent = formats.Writer(formats.WRITERS[Format.CSV].write, library="no_such_library", extra="pdf")
    monkeypatch.setattr(formats, "WRITERS", {**formats.WRITERS, Format.CSV: absent})
    [fault] = check_formats(open_study(study))
    assert (fault.place.file, fault.place.line) == ("study.yaml", 6)
    assert "pip install 'adamline[pdf]'" in str(fault)
    with pytest.raises(SystemExit) as ended:
        main(["check", str(study)])
    assert ended.value.code == 2
    assert "pip install 'adamline[pdf]'" in capsys.readouterr().err
    with pytest.raises(SpecError, match="Nothing is installed here that writes csv"):
        run_study(open_study(study), sdtm, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    edit("tlf/t-1.yaml", "kind: table", "kind: table\nformats: docx")
    assert check_formats(open_study(study)) == []


def test_another_version_of_what_writes_a_format_makes_its_outputs_anew(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"

    def made() -> list[str]:
        return [one.name for one in run_study(open_study(study), sdtm, out)[0] if one.is_new and one.name == "T-1"]

    made()
    page = (out / "tlf" / "t-1.docx").read_bytes()
    monkeypatch.setattr(make_output, "version_of", lambda library: "0.0")
    assert made() == []  # no format of the output needs it
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1]\nformats: [docx, pdf]")
    assert (made(), made()) == (["T-1"], [])
    monkeypatch.setattr(make_output, "version_of", lambda library: "0.1")
    assert (made(), made()) == (["T-1"], [])
    assert (out / "tlf" / "t-1.docx").read_bytes() == page
