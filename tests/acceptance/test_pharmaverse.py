"""The datasets of the pharmaverse studies rebuilt from their SDTM, and the page of these and of the pilot's."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from tests.acceptance.published_adam import (
    PILOT,
    SPECS,
    Rebuilt,
    differences,
    exceptions_of,
    names_of_datasets,
    published_dataset,
    run_published,
    unexplained,
)
from tests.acceptance.published_page import PAGE, page

from adamline.study.check import check_study
from adamline.study.study import open_study

STUDIES = sorted(folder.name for folder in SPECS.glob("pharmaverse*"))
# Each dataset that a study lists is compared: to add one, add its spec and, where values differ, exceptions.csv.
DATASETS = [(study, name) for study in STUDIES for name in names_of_datasets(study)]


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Rebuilt]:
    """A dataset of a study, which runs once."""

    @cache
    def made(study: str) -> Path:
        return run_published(study, tmp_path_factory.mktemp(study))

    return lambda study, name: published_dataset(study, name, made(study))


@pytest.mark.parametrize(("study", "name"), DATASETS)
def test_equals_the_published_dataset(study: str, name: str, rebuilt: Callable[[str, str], Rebuilt]) -> None:
    """Every record and every value, with no tolerance; each difference stands in exceptions.csv with its cause."""
    assert unexplained(differences(rebuilt(study, name)), exceptions_of(study, name)) == []


@pytest.mark.parametrize(
    ("study", "name", "records", "variables"),
    [
        ("pharmaverse", "ADAE", 1_191, 107),
        ("pharmaverse", "ADLB", 83_652, 115),
        ("pharmaverse", "ADVS", 65_032, 105),
        ("pharmaverse", "ADCM", 7_510, 95),
        ("pharmaverse", "ADEX", 6_315, 92),
        ("pharmaverse-adsl", "ADSL", 306, 57),
        ("pharmaverse-adrs", "ADRS", 3_694, 80),
        ("pharmaverse-adrs", "ADTTE", 512, 20),
    ],
)
def test_what_is_published_is_whole(
    study: str, name: str, records: int, variables: int, rebuilt: Callable[[str, str], Rebuilt]
) -> None:
    """The package has the datasets that we think it has."""
    assert rebuilt(study, name).theirs.shape == (records, variables)


@pytest.mark.parametrize("study", STUDIES)
def test_the_specs_have_no_findings_but_of_hemoglobin(study: str) -> None:
    """HGB is published without grades: see the comment in adlb.yaml."""
    assert [finding for finding in check_study(open_study(SPECS / study)) if "HGB" not in finding.message] == []


def test_the_page_of_published_datasets_is_what_the_studies_make(rebuilt: Callable[[str, str], Rebuilt]) -> None:
    """`make published-datasets` writes it."""
    every = [(PILOT, name) for name in names_of_datasets(PILOT)] + DATASETS
    made = page({(study, name): rebuilt(study, name) for study, name in every})
    if os.environ.get("ADAMLINE_PUBLISHED_DATASETS"):
        PAGE.write_text(made, encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == made
