"""What a spec refuses: a study into which one fault is put at a time, and the page with the message of each.

The page docs/methods/refused.md is written from here (`make refused`), and held to be what is said today.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from adamline.cli import main
from adamline.io.yaml_text import read_yaml

HERE = Path(__file__).parent / "refused"
STUDY = HERE / "study"
PAGE = Path(__file__).parents[2] / "docs/methods/refused.md"
WRITTEN_TO = "ADAMLINE_REFUSED_PAGE"
MARK = "<!-- From here on made by `make refused` -->\n\n"


def faults() -> list[dict[str, str]]:
    content = read_yaml(HERE / "faults.yaml").content
    assert isinstance(content, list)
    return [{key: str(text or "") for key, text in one.items()} for one in content if isinstance(one, dict)]


FAULTS = faults()


def checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit status of `adamline check` without data, and all that it says."""
    with pytest.raises(SystemExit) as ended:
        main(["check", str(folder)])
    said = capsys.readouterr()
    assert ended.value.code in (None, 1, 2)
    return int(ended.value.code or 0), (said.err + said.out).strip()


def said_of(fault: dict[str, str], folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """What is said of the study with one fault in it."""
    shutil.copytree(STUDY, folder)
    text = (folder / fault["file"]).read_text(encoding="utf-8")
    assert text.count(fault["old"]) == 1, f"{fault['old']!r} stands {text.count(fault['old'])} times in {fault['file']}"
    (folder / fault["file"]).write_text(text.replace(fault["old"], fault["new"]), encoding="utf-8")
    return checked(folder, capsys)


def section(fault: dict[str, str], said: str) -> str:
    """The part of the page about one fault: what was written instead of what, and what is said of it."""
    new = [f"+ {line.strip()}" for line in fault["new"].splitlines()]
    old = [f"- {line.strip()}" for line in fault["old"].splitlines()]
    change = "\n".join([*old, *(line for line in new if line != "+ ")])
    # How many datasets and outputs there are says nothing of the fault.
    message = re.sub(r"\n?2 datasets, 1 output, .*", "", said)
    return f"## {fault['fault']}\n\n{fault['file']}:\n\n```diff\n{change}\n```\n\n```text\n{message}\n```\n"


def test_the_study_without_a_fault_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(STUDY, capsys) == (0, "2 datasets, 1 output, 0 findings")


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["fault"] for fault in FAULTS])
def test_a_fault_is_refused_as_the_page_says(
    fault: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = said_of(fault, tmp_path / "study", capsys)
    assert status != 0
    assert "does not hold" not in said and "Traceback" not in said
    # Where: the file and the line, of the fault itself or of what it is read by.
    assert re.search(r"\w\.yaml, line \d+", said), said
    if os.environ.get(WRITTEN_TO):
        with Path(os.environ[WRITTEN_TO]).open("a", encoding="utf-8", newline="\n") as page:
            page.write(section(fault, said) + "\n")
        return
    assert section(fault, said) in PAGE.read_text(encoding="utf-8")


def test_the_page_has_these_faults_and_no_others() -> None:
    if os.environ.get(WRITTEN_TO):
        pytest.skip("the page is being written")
    titles = re.findall(r"^## (.*)$", PAGE.read_text(encoding="utf-8").partition(MARK)[2], re.MULTILINE)
    assert titles == [fault["fault"] for fault in FAULTS]
    assert len(titles) >= 30
