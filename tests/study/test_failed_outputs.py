"""An output that cannot be made stops no other: the run makes the rest, says which failed, and leaves it stale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.cli import main
from adamline.errors import AdamlineError, LayoutError, OutputsError
from adamline.study.done import Done
from adamline.study.made import require_fresh
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]
FOREST = """\
output: {name}
kind: forest
title: [Differences]
results: {results}
analysis: difference
estimate: mean_difference
text_heading: Difference
"""


@pytest.fixture
def three(study: Path, edit: Edit) -> Path:
    """The study with T-2 and T-3 after T-1, copies of it."""
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1, t-2, t-3]")
    first = (study / "tlf" / "t-1.yaml").read_text()
    for name in ("T-2", "T-3"):
        (study / "tlf" / f"{name.lower()}.yaml").write_text(first.replace("T-1", name))
    return study


def widen(edit: Edit, name: str) -> None:
    """Make a table too wide for its page, which only its layout shows."""
    edit(f"tlf/{name}.yaml", "{variable: AVAL}", f"{{variable: AVAL, heading: {'Wide' * 60}}}")


def test_the_others_are_made_and_the_failed_one_is_stale(three: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    out = tmp_path / "out"
    run_study(open_study(three), sdtm, out)
    before = (out / "tlf" / "t-2.docx").read_bytes()
    widen(edit, "t-2")
    edit("tlf/t-3.yaml", "Table 1, Change", "Table 3, Change")
    done: list[Done] = []
    with pytest.raises(LayoutError, match="too wide") as caught:
        run_study(open_study(three), sdtm, out, done.append)
    assert (caught.value.place.file, caught.value.place.dataset) == ("t-2.yaml", "T-2")
    assert [(one.name, one.is_new, one.error is None) for one in done[-3:]] == [
        ("T-1", False, True),
        ("T-2", False, False),
        ("T-3", True, True),
    ]
    assert (out / "tlf" / "t-2.docx").read_bytes() == before
    for fresh in ("tlf/t-1.docx", "tlf/t-3.docx", "adam"):
        require_fresh(out / fresh)
    for stale in ("tlf/t-2.docx", "results.csv"):
        with pytest.raises(AdamlineError, match="did not come to all"):
            require_fresh(out / stale)
    edit("tlf/t-2.yaml", "Wide" * 60, "Value")
    done.clear()
    run_study(open_study(three), sdtm, out, done.append)
    assert [one.name for one in done if one.is_new] == ["T-2"]
    require_fresh(out)


def test_several_are_named_and_the_status_is_2(
    three: Path, sdtm: Path, tmp_path: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    widen(edit, "t-1")
    widen(edit, "t-3")
    with pytest.raises(SystemExit) as end:
        main(["run", str(three), "--sdtm", str(sdtm), "--out", str(tmp_path / "out")])
    printed = capsys.readouterr()
    assert end.value.code == 2
    assert printed.out.count("failed") == 2
    assert "2 outputs could not be made; the others are." in printed.err
    assert "1. " in printed.err
    assert "t-3.yaml" in printed.err.partition("2. ")[2]
    assert (tmp_path / "out" / "tlf" / "t-2.docx").is_file()


def test_what_shows_results_of_a_failed_one_says_so(three: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    widen(edit, "t-1")
    (three / "tlf" / "t-2.yaml").write_text(FOREST.format(name="T-2", results="T-1"))
    with pytest.raises(OutputsError) as caught:
        run_study(open_study(three), sdtm, tmp_path / "out")
    assert "results of one that could not be made" in str(caught.value.faults[1])
    assert (tmp_path / "out" / "tlf" / "t-3.docx").is_file()
