"""The guide's page on comparisons: its examples run, its JSON keys, configuration and options are those of the code."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path

import pytest

from adamline.qc.options import CompareOptions
from adamline.qc.report.json_file import render_json
from adamline.qc.report.report import Report
from adamline.qc.sas_options import parse_sas_options
from adamline.study.compare_config import read_compare_config

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "compare.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text("utf-8")


def test_examples_run() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert (result.failed, result.attempted > 10) == (0, True)


def test_json_keys(page: str, report: Report) -> None:
    table = page.partition("| key | is |")[2].partition("## From SAS")[0]
    named = {
        key for line in table.splitlines() for key in re.findall(r"`(\w+)`", line.split("|")[1] if "|" in line else "")
    }
    assert named == set(json.loads("".join(render_json(report))))


def test_configuration_reads(page: str, tmp_path: Path) -> None:
    path = tmp_path / "compare.yaml"
    path.write_text(page.partition("```yaml\n")[2].partition("```")[0], "utf-8")
    config = read_compare_config(path)
    assert config.of("ADLB").options.id == ("USUBJID", "PARAMCD", "AVISITN", "ADT")


def test_words_of_the_table_are_known(page: str) -> None:
    rows = [row for row in page.splitlines() if row.startswith("| `") and "the same words" in row]
    words = [word for row in rows for word in re.findall(r"`([A-Z]+)`", row.split("|")[1])]
    assert len(words) > 20
    for word in words:
        parse_sas_options(word, CompareOptions())
