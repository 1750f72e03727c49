"""Tests of the specification as text, of the bundled studies and of small ones."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from adamline._resources import resource_folder
from adamline.io.xpt_read import read_xpt
from adamline.simulate.jahh import simulate_jahh
from adamline.spec.dataset import dataset_variables
from adamline.study.functions import Programs
from adamline.study.input_folders import InputFolders, find_all
from adamline.study.rehearsal import rehearse
from adamline.study.run import run_study
from adamline.study.specification.page import specification
from adamline.study.study import open_study

STUDIES = ("jahh", "cdiscpilot01", "pharmaverse", "pharmaverse-adsl")


@cache
def pages(study: str, programs: Programs = Programs.READ) -> dict[str, str]:
    opened = open_study(resource_folder("specs") / study, programs)
    made = rehearse(opened).made
    return {plan.spec.dataset: specification(opened, plan, made[plan.spec.dataset]) for plan in opened.datasets}


@pytest.mark.parametrize("study", STUDIES)
def test_each_dataset_of_the_bundled_studies_has_a_page_that_names_all(study):
    """Every variable in the dataset's order, every work variable, parameter and row of a table."""
    opened = open_study(resource_folder("specs") / study, Programs.READ)
    for name, page in pages(study).items():
        plan = next(plan for plan in opened.datasets if plan.spec.dataset == name)
        assert re.findall(r"^\| [0-9]+ \| ([A-Z0-9_]+) \| ", _part(page, "Variables"), re.M) == dataset_variables(
            plan.spec
        )
        described = re.findall(r"^- \*\*([A-Z0-9_]+)\*\*", _part(page, "Derivations"), re.M)
        assert described == [call.target for call in plan.steps if call.target and not call.only_places]
        for row in plan.spec.parameters:
            assert f"| {row['PARAMCD']} |" in page
        assert page.count("### Added records") == len(plan.spec.records)
        for table in plan.tables:
            rows = _part(page, "Tables").split(f"### {table}\n")[1].split("###")[0]
            assert rows.count("\n|") == len(opened.tables[table]) + 2


@pytest.mark.parametrize("study", STUDIES)
def test_no_page_has_words_of_the_program_or_gaps(study):
    for page in pages(study).values():
        assert not re.search(r"\bnan\b|[{}\[\]]|: None|\*\*\*|derive_|adamline|Traceback|<class", page)
        assert not re.search(r"(?<!\|)  (?!\|)(?![a-z`])", page.replace("\n  ", "\n"))


def test_the_pages_are_the_same_each_time_and_with_or_without_programs_run():
    assert pages("pharmaverse-adsl") == pages.__wrapped__("pharmaverse-adsl")
    run, read = (pages("cdiscpilot01", programs) for programs in (Programs.RUN, Programs.READ))
    differing = {name for name in run if run[name] != read[name]}
    assert differing <= {"ADSL", "ADLBC", "ADLBH", "ADLBCPV", "ADLBHPV"}  # types that only running a program tells


def _part(page: str, title: str) -> str:
    return page.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_the_rule_that_the_guide_quotes_is_that_of_the_page():
    guide = (Path(__file__).parents[3] / "docs/guide/second-program.md").read_text(encoding="utf-8")
    quoted = " ".join(line.removeprefix("> ") for line in guide.splitlines() if line.startswith("> "))
    assert f"- {quoted}\n" in pages("jahh")["ADLB"]


@pytest.fixture(scope="module")
def sdtm(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sdtm")
    simulate_jahh(folder, subjects=6, seed=1)
    return folder


def test_labels_of_copies_are_those_of_the_files(sdtm):
    """Without files the page says of which variable the label is."""
    opened = open_study(resource_folder("specs") / "jahh", Programs.READ)
    made = rehearse(opened, find_all(opened, InputFolders(sdtm))).made
    assert "| COUNTRY | Country | Char |" in specification(opened, opened.datasets[0], made["ADSL"])
    assert "| COUNTRY | (that of DM.COUNTRY) | Char |" in pages("jahh")["ADSL"]


def test_types_and_formats_are_those_of_a_run(sdtm, tmp_path):
    folder = tmp_path / "jahh"
    shutil.copytree(resource_folder("specs") / "jahh", folder, ignore=shutil.ignore_patterns("tlf"))
    opened = open_study(folder)
    run_study(opened, sdtm, tmp_path / "out", lambda done: None)
    for name, made in rehearse(opened).made.items():
        written = read_xpt(tmp_path / "out" / "adam" / f"{name.lower()}.xpt").variables
        assert [(v.name, v.kind, v.format) for v in made.variables] == [(v.name, v.kind, v.format) for v in written]


def test_values_that_the_spec_lists_stand_beside_a_variable():
    page = pages("jahh")["ADLB"]
    assert (
        "| Baseline Category 1 | Char |  |  | Meets baseline requirement, Does not meet baseline requirement |" in page
    )
    assert "| Analysis Visit | Char |  |  | see windows.yaml | Derived |" in page
    assert "| Parameter Code | Char |  |  | see Parameters | Parameters |" in page


STUDY = """\
study: MINI
title: A study of a few lines
data_cutoff: 2020-01-31
datasets: [adsl, adlb]
"""
ADSL = """\
dataset: ADSL
label: Subject-Level Analysis
class: ADSL
keys: [USUBJID]
source: {domain: DM, supp: true}
variables:
  USUBJID: copy
  AGEGR1: {derive: lookup, table: ages.yaml, by: AGE}
  STRAT1R: {derive: copy, label: Stratum}
"""
ADLB = """\
dataset: ADLB
label: Laboratory Analysis
class: BDS
keys: [USUBJID, PARAMCD, LBSEQ]
source: {domain: LB}
subject: {ADSL: [AGEGR1]}
parameters:
  - {PARAMCD: GLUC, PARAM: "Glucose | mmol/L", LBTESTCD: GLUC, unit: mmol/L}
  - {PARAMCD: GLUCCV, PARAM: "Glucose (mg/dL)", records_of: GLUC, unit: mg/dL}
  - {PARAMCD: HIGH, PARAM: High Glucose}
variables:
  USUBJID: copy
  PARAMCD: copy
  LBSEQ: copy
  AVAL: {derive: copy, from: LBSTRESN}
records:
  - {add: composite, parameter: HIGH, when: GLUC > 7, by: [USUBJID, LBSEQ], latest: []}
"""


def test_qualifiers_ranges_second_parameters_and_added_ones(tmp_path):
    files = {"study": STUDY, "adsl": ADSL, "adlb": ADLB, "ages": "- {AGE: low -< 18, AGEGR1: <18}\n"}
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    opened = open_study(tmp_path)
    made = rehearse(opened).made
    adsl, adlb = (specification(opened, plan, made[plan.spec.dataset]) for plan in opened.datasets)
    assert "- SUPPDM is merged into DM first" in adsl and "| STRAT1R | Stratum | Char |" in adsl
    assert "`a -< b` is without b" in adsl and "| low -< 18 | <18 |" in adsl
    assert "GLUCCV has each record of GLUC once more, as a record of its own." in adlb
    assert "No record of LB belongs to HIGH: their records are added." in adlb
    assert "Glucose \\| mmol/L" in adlb and "No variables: unit, records_of." in adlb
    assert "HIGH: a record for each USUBJID, LBSEQ" in adlb
    assert "- Missing: and every" not in adlb and "- From ADSL by USUBJID: AGEGR1" in adlb
