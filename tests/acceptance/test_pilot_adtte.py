"""The ADTTE of the CDISC pilot rebuilt from its SDTM and the published ADAE, against the one that CDISC published."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from adamline.study.check import check_study
from adamline.study.demo import write_pilot_sdtm
from adamline.study.run import run_study
from adamline.study.study import open_study

STUDY = Path(__file__).parents[2] / "specs" / "cdiscpilot01"
SETTINGS = "study: PILOT\ntitle: Times to events\ndata_cutoff: 2015-03-05\nlengths: spec\n"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study with its ADSL and ADTTE alone, supplied with ADAE."""
    folder = tmp_path_factory.mktemp("adtte")
    for name in ("adsl.yaml", "adtte.yaml"):
        shutil.copy(STUDY / name, folder)
    shutil.copytree(STUDY / "programs", folder / "programs")
    (folder / "study.yaml").write_text(f"{SETTINGS}datasets: [adsl, adtte]\nsupplied: [ADAE]\n")
    return folder


def test_equals_the_published_dataset(study: Path, shared: Path, tmp_path: Path) -> None:
    """Every record, value and label, with no tolerance and no exception."""
    write_pilot_sdtm(tmp_path / "sdtm")
    (tmp_path / "adam").mkdir()
    shutil.copy(shared / "data" / "phuse-tdf" / "adam" / "adae.xpt", tmp_path / "adam")
    run_study(open_study(study), tmp_path / "sdtm", tmp_path / "out", adam=tmp_path / "adam")
    files = (tmp_path / "out" / "adam" / "adtte.xpt", shared / "data" / "phuse-tdf" / "adam" / "adtte.xpt")
    (ours, our_labels), (theirs, their_labels) = (
        pyreadstat.read_xport(file, disable_datetime_conversion=True) for file in files
    )
    assert len(theirs) == 254
    pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    assert our_labels.column_names_to_labels == their_labels.column_names_to_labels


def test_the_spec_has_no_findings_and_no_work_variables(study: Path) -> None:
    opened = open_study(study)
    assert [found for found in check_study(opened) if found.place.dataset == "ADTTE"] == []
    plan = next(plan for plan in opened.datasets if plan.spec.dataset == "ADTTE")
    assert not plan.spec.work
    assert not plan.has_programs
