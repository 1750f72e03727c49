"""The readings of ADRS that a house may have otherwise, each turned in the spec and on data planted for it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests.acceptance.conftest import JAHH

from adamline.io.xpt_read import read_xpt
from adamline.io.xpt_write import write_xpt
from adamline.study.run import run_study
from adamline.study.study import open_study

pytestmark = pytest.mark.slow

RESPONSES = ["SRI4", "SRI5", "SRI6", "BICLA"]
LAST_DAYS = {4: 42, 8: 70, 12: 98, 16: 126, 20: 154, 24: 183}
Made = tuple[pd.DataFrame, pd.DataFrame, list[str]]


def made(folder: Path, sdtm: Path, **changes: tuple[str, str]) -> Made:
    """ADSL and ADRS alone, with a text of a spec changed, and what the run says."""
    specs = folder / "specs"
    shutil.copytree(JAHH, specs, ignore=shutil.ignore_patterns("tlf"))
    study = (specs / "study.yaml").read_text()
    (specs / "study.yaml").write_text(re.sub(r"datasets: .*", "datasets: [adsl, adrs]", study))
    for name, (old, new) in changes.items():
        text = (specs / f"{name}.yaml").read_text()
        assert text.count(old) == 1
        (specs / f"{name}.yaml").write_text(text.replace(old, new))
    _, findings = run_study(open_study(specs), sdtm, folder / "out")
    adsl, adrs = (read_xpt(folder / "out" / "adam" / f"{name}.xpt").frame for name in ("adsl", "adrs"))
    return adsl.set_index("USUBJID"), adrs, [f"{finding.message} [{finding.place.keys}]" for finding in findings]


def planted(folder: Path, sdtm: Path, change: Callable[[pd.DataFrame], None]) -> Path:
    """A copy of the files with RS changed."""
    shutil.copytree(sdtm, folder / "sdtm")
    dataset = read_xpt(sdtm / "rs.xpt")
    frame = dataset.frame.astype({"RSDTC": object})
    change(frame)
    write_xpt(replace(dataset, frame=frame), folder / "sdtm" / "rs.xpt")
    return folder / "sdtm"


@pytest.fixture(scope="module")
def late(jahh, tmp_path_factory) -> tuple[Path, str, int]:
    """A visit at early termination, moved to eight days after the last dose: files, subject, its records of RS."""
    adrs, adsl = (read_xpt(jahh.out / "adam" / f"{name}.xpt").frame for name in ("adrs", "adsl"))
    early = adrs[(adrs["VISITNUM"] == 90) & adrs["RSSEQ"].notna() & (adrs["ANL01FL"] == "Y")]
    subject = early["USUBJID"].iloc[0]
    last = adsl.set_index("USUBJID").loc[subject, "TRTEDT"]

    def moved(rs: pd.DataFrame) -> None:
        here = (rs["USUBJID"] == subject) & (rs["VISITNUM"] == 90)
        rs.loc[here, "RSDTC"] = (last + pd.Timedelta(days=8)).date().isoformat()

    count = int((early["USUBJID"] == subject).sum())
    return planted(tmp_path_factory.mktemp("late"), jahh.sdtm, moved), subject, count


@pytest.mark.parametrize(("days", "counts"), [(7, False), (8, True)])
def test_a_late_visit_at_early_termination_is_missed(days, counts, late, tmp_path):
    sdtm, subject, count = late
    option = ("derive: ontrtfl, days_after: 7", f"derive: ontrtfl, days_after: {days}")
    _, adrs, said = made(tmp_path, sdtm, adrs=option)
    of = adrs[adrs["USUBJID"] == subject]
    visit = of[(of["VISITNUM"] == 90) & of["RSSEQ"].notna()]
    assert len(visit) == count and (visit["AVISIT"].notna() == counts).all() and visit["ADY"].nunique() == 1
    message = f"{count} records are out of the window of their ADY by `where`, by VISITNUM: 90 [USUBJID={subject}]"
    assert (message in said) != counts
    week = next(week for week, last in LAST_DAYS.items() if visit["ADY"].iloc[0] <= last)
    response = of[of["PARAMCD"].isin(RESPONSES) & (of["AVISITN"] == week)]
    assert len(response) == len(RESPONSES)
    assert (response["DTYPE"].isna() == counts).all()
    if not counts:
        assert set(response["AVALC"]) == {"N"} and set(response["RESPREAS"]) <= {"DISCONTINUED", "MISSING", "RESCUE"}


def test_rescue_counts_whatever_its_dose_or_from_a_threshold(jahh, tmp_path):
    cm = read_xpt(jahh.sdtm / "cm.xpt").frame
    dose = cm[cm["CMINDC"] == "LUPUS FLARE"].set_index("USUBJID")["CMDOSE"]
    before = read_xpt(jahh.out / "adam" / "adsl.xpt").frame.set_index("USUBJID")
    assert set(before.index[before["RESCDT"].notna()]) == set(dose.index)
    option = ('and CMSTDY >= 1"', 'and CMSTDY >= 1 and CMDOSE >= 20"')
    adsl, adrs, _ = made(tmp_path, jahh.sdtm, adsl=option)
    assert 0 < (dose >= 20).sum() < len(dose)
    assert set(adsl.index[adsl["RESCDT"].notna()]) == set(dose.index[dose >= 20])
    assert set(adrs.loc[adrs["RESPREAS"] == "RESCUE", "USUBJID"]) <= set(dose.index[dose >= 20])


def test_a_planted_total_of_the_form_is_told(jahh, tmp_path):
    """At week 0 of a patient whose total was right. No response changes: none is made of the form's total."""
    before = read_xpt(jahh.out / "adam" / "adrs.xpt").frame
    subject, wrong = before["USUBJID"].iloc[0], int((before["SUMAGRFL"] == "N").sum())

    def raised(rs: pd.DataFrame) -> None:
        here = rs["USUBJID"].eq(subject) & rs["VISITNUM"].eq(2) & rs["RSTESTCD"].eq("SLED0125")
        assert here.sum() == 1
        rs.loc[here, "RSSTRESN"] += 3

    _, adrs, said = made(tmp_path, planted(tmp_path, jahh.sdtm, raised))
    (message,) = (text for text in said if "another AVAL than ITEMSUM" in text)
    row = adrs[(adrs["SUMAGRFL"] == "N") & (adrs["USUBJID"] == subject)].iloc[0]
    key = f"USUBJID={subject}, RSSEQ={row['RSSEQ']:.0f}, AVAL={row['AVAL']:.0f}, ITEMSUM={row['AVAL'] - 3:.0f}"
    assert message.startswith(f"{wrong + 1} records have another AVAL than ITEMSUM: SLED0125 [{key}")
    keys = ["USUBJID", "PARAMCD", "AVISITN"]
    answers = [frame[frame["PARAMCD"].isin(RESPONSES)].sort_values(keys)["AVALC"].tolist() for frame in (before, adrs)]
    assert len(answers[0]) > 7000 and answers[0] == answers[1]
