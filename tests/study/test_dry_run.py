"""Dry runs: data up to a day, counted on the pilot by pandas apart; arms dealt out anew, and said on every page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from docx import Document

from adamline.errors import AdamlineError
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.parquet import read_parquet
from adamline.io.xpt_read import read_xpt
from adamline.spec.study import Cutoff
from adamline.study.cutoff import cut_domain, cut_subjects, cut_supplemental
from adamline.study.demo import write_pilot_sdtm
from adamline.study.dry_run import as_dry_run, prepared
from adamline.study.dummy_treatment import check_told, dealt, true_arms, with_dummy_exposure
from adamline.study.functions import Programs
from adamline.study.input_folders import InputFolders
from adamline.study.iso_dates import date_range
from adamline.study.run import run_study
from adamline.study.study import Study, open_study

SPECS = Path(__file__).parents[2] / "specs"
DAY = dt.date(2013, 7, 1)
SEED = 4711


def dataset(name: str, **columns: list[object]) -> Dataset:
    frame = pd.DataFrame(columns)
    kinds = [(column, Kind.NUMBER if frame[column].dtype.kind in "if" else Kind.TEXT) for column in frame.columns]
    return Dataset(name, frame, tuple(Variable(column, kind) for column, kind in kinds))


# Cut-off.


@pytest.mark.parametrize(
    ("text", "surely", "perhaps"),
    [
        ("2014-07-02", False, False),
        ("2014-07-03", True, False),
        ("2014-07-02T23:59", False, False),
        ("2014-07", False, True),
        ("2014-06", False, False),
        ("2014-08", True, False),
        ("2014", False, True),
        ("2015", True, False),
        ("2014---15", False, True),
        ("2014-07-02/2014-09-01", False, False),
        ("UNK", False, False),
        ("2014-13-01", False, False),
        (None, False, False),
    ],
)
def test_a_partial_date_is_after_the_day_where_all_that_it_can_be_is(
    text: str | None, surely: bool, perhaps: bool
) -> None:
    found = date_range(pd.Series([text], dtype=object))
    day = pd.Timestamp("2014-07-02").to_datetime64().astype("datetime64[D]")
    assert (found.surely_after(day)[0], found.perhaps_after(day)[0]) == (surely, perhaps)


def test_dm_knows_neither_later_subjects_nor_later_deaths() -> None:
    dm = dataset(
        "DM",
        USUBJID=["1", "2", "3", "4"],
        RFSTDTC=["2013-01-01", "2013-08-01", None, "2013-05-05"],
        DMDTC=["2012-12-20", "2013-06-20", "2013-06-01", "2013-05-01"],
        RFXENDTC=["2013-09-01", "2013-09-02", None, "2013-06-01"],
        DTHDTC=["2013-07-02", None, None, "2013-06-30"],
        DTHFL=["Y", None, None, "Y"],
    )
    cut, subjects = cut_subjects(dm, Cutoff(date=DAY))
    made = cut.dataset.frame.astype(object).where(cut.dataset.frame.notna(), None)
    assert made["USUBJID"].tolist() == ["1", "3", "4"]
    assert made["RFXENDTC"].tolist() == ["2013-07-01", None, "2013-06-01"]
    assert made["DTHDTC"].tolist() == [None, None, "2013-06-30"]
    assert made["DTHFL"].tolist() == [None, None, "Y"]
    assert (subjects.out, subjects.die_later, subjects.treated) == ({"2"}, {"1"}, {"1"})
    assert "1 subject after 2013-07-01 left out" in cut.findings[0].message
    assert "1 death after it not known" in cut.findings[0].message


def test_a_treatment_that_starts_later_has_no_start_and_no_end() -> None:
    dm = dataset(
        "DM",
        USUBJID=["1", "2"],
        RFSTDTC=["2013-06-28", "2013-06-28"],
        RFXSTDTC=["2013-06-28", "2013-07-03"],
        RFXENDTC=["2013-09-01", "2013-09-02"],
    )
    cut, subjects = cut_subjects(dm, Cutoff(date=DAY))
    made = cut.dataset.frame.astype(object).where(cut.dataset.frame.notna(), None)
    assert made["RFXSTDTC"].tolist() == ["2013-06-28", None]
    assert made["RFXENDTC"].tolist() == ["2013-07-01", None]
    assert subjects.treated == {"1"}


def test_a_domain_knows_neither_later_records_nor_later_ends() -> None:
    dm = dataset("DM", USUBJID=["1", "2"], RFSTDTC=["2013-01-01", "2013-08-01"], DTHDTC=["2013-07-05", None])
    _, subjects = cut_subjects(dm, Cutoff(date=DAY))
    ae = dataset(
        "AE",
        USUBJID=["1", "1", "1", "1", "2"],
        AESEQ=[1.0, 2.0, 3.0, 4.0, 1.0],
        AESTDTC=["2013-06-30", "2013-07-02", "2013", None, "2013-06-01"],
        AEENDTC=["2013-07-05", "2013-07-06", None, "2013-06", None],
        AEENDY=[180.0, 181.0, None, 150.0, None],
        AEOUT=["FATAL", "RECOVERED", "NOT RECOVERED", "RECOVERED", None],
        AESDTH=["Y", None, None, None, None],
    )
    cut = cut_domain(ae, Cutoff(date=DAY), subjects)
    made = cut.dataset.frame.astype(object).where(cut.dataset.frame.notna(), None)
    assert made["AESEQ"].tolist() == [1.0, 3.0, 4.0]
    assert made["AEENDTC"].tolist() == [None, None, "2013-06"]
    assert made["AEENDY"].tolist() == [None, None, 150.0]
    assert made["AEOUT"].tolist() == [None, "NOT RECOVERED", "RECOVERED"]
    assert made["AESDTH"].tolist() == [None, None, None]
    assert cut.findings[0].message == (
        "1 record after 2013-07-01 left out, by AESTDTC; 1 record of subjects not yet in the study; "
        "1 that may be after it, by a partial date, kept; 1 without a date kept; 1 end after it not known."
    )
    supp = dataset("SUPPAE", USUBJID=["1", "1", "2"], IDVAR=["AESEQ"] * 3, IDVARVAL=["1", "2", "1"], QNAM=["Q"] * 3)
    assert cut_supplemental(supp, ae, cut.left_out, subjects).frame["IDVARVAL"].tolist() == ["1"]


def test_exposure_goes_on_to_the_cut_off() -> None:
    dm = dataset("DM", USUBJID=["1", "2"], RFSTDTC=["2013-01-01"] * 2, RFENDTC=["2013-08-01", "2013-05-01"])
    _, subjects = cut_subjects(dm, Cutoff(date=DAY))
    ex = dataset(
        "EX",
        USUBJID=["1", "1", "1", "2"],
        EXSTDTC=["2013-01-01", "2013-03-01", "2013-07-15", "2013-01-01"],
        EXENDTC=["2013-02-28", None, None, None],
    )
    made = cut_domain(ex, Cutoff(date=DAY), subjects).dataset.frame
    assert made["EXENDTC"].astype(object).where(made["EXENDTC"].notna(), None).tolist() == [
        "2013-02-28",
        "2013-07-01",
        None,
    ]


def test_the_variable_of_a_domain_can_be_named_or_none() -> None:
    dm = dataset("DM", USUBJID=["1"], RFSTDTC=["2013-01-01"])
    _, subjects = cut_subjects(dm, Cutoff(date=DAY))
    lb = dataset("LBCH", USUBJID=["1", "1"], LBDTC=["2013-06-01", "2013-08-01"], LBENDTC=["2013-08-01"] * 2)
    cutoffs = {by: Cutoff(date=DAY, by={"LB": by} if by else {}) for by in ("", "LBENDTC", "none")}
    counts = {by: len(cut_domain(lb, cutoff, subjects).dataset.frame) for by, cutoff in cutoffs.items()}
    assert counts == {"": 1, "LBENDTC": 0, "none": 2}
    with pytest.raises(AdamlineError, match="LBCH has no LBDTM to cut it off by"):
        cut_domain(lb, Cutoff(date=DAY, by={"LB": "LBDTM"}), subjects)


# Dummy treatment.

ARMS = ["A", "B", "C", "A", "B", "C", "A", "A", "Scrnfail", "A"]
DM = dataset(
    "DM",
    USUBJID=[f"S{n}" for n in range(10)],
    ARMCD=ARMS,
    ARM=[f"Arm {code}" for code in ARMS],
    ACTARMCD=ARMS,
    ACTARM=[f"Arm {code}" for code in ARMS],
)


def test_arms_keep_their_sizes_and_their_codes() -> None:
    made, dummy, said = dealt(DM, SEED)
    frame = made.frame.set_index("USUBJID")
    assert sorted(frame["ARMCD"]) == sorted(ARMS)
    assert frame["ARMCD"].tolist() != ARMS
    assert frame.loc["S8", "ARMCD"] == "Scrnfail"
    assert (frame["ARM"] == "Arm " + frame["ARMCD"]).all()
    assert (frame["ACTARMCD"] == frame["ARMCD"]).all()
    assert dummy.to_dict() == frame["ARMCD"].drop("S8").to_dict()
    assert "9 subjects" in said.message


def test_who_has_which_arm_depends_on_the_seed_and_not_on_the_order_of_records() -> None:
    backwards = DM.with_frame(DM.frame[::-1].reset_index(drop=True))
    assert dealt(backwards, SEED)[1].to_dict() == dealt(DM, SEED)[1].to_dict()
    assert any(dealt(DM, seed)[1].to_dict() != dealt(DM, SEED)[1].to_dict() for seed in range(3))


def test_exposure_is_that_of_the_dummy_arm_on_the_subjects_own_days() -> None:
    subjects = [f"S{n}" for n in range(8) for _ in range(2)]
    doses = {"A": 0.0, "B": 54.0, "C": 81.0}
    ex = dataset(
        "EX",
        USUBJID=subjects,
        EXTRT=[f"Drug {ARMS[int(subject[1:])]}" for subject in subjects],
        EXDOSE=[doses[ARMS[int(subject[1:])]] for subject in subjects],
        EXSTDTC=[f"2013-01-{n + 1:02}" for n in range(16)],
    )
    _, dummy, _ = dealt(DM, SEED)
    made = with_dummy_exposure(ex, dummy, true_arms(DM)).frame
    arm = made["USUBJID"].map(dummy)
    assert (made["EXTRT"] == "Drug " + arm).all()
    assert (made["EXDOSE"] == arm.map(doses)).all()
    assert made[["USUBJID", "EXSTDTC"]].equals(ex.frame[["USUBJID", "EXSTDTC"]])


def test_what_still_tells_the_treatment_is_said() -> None:
    se = dataset("SE", USUBJID=["S1"], ELEMENT=["Screening"])
    ds = dataset("DS", USUBJID=["S1"], DSTERM=["Arm B"])
    vs = dataset("VS", USUBJID=["S1"], VSTEST=["Weight"])
    found = check_told([se, ds, vs], ["Arm A", "Arm B"])
    assert {finding.place.dataset: finding.message for finding in found} == {
        "SE": "The records tell the treatment and are as they were.",
        "DS": "The records tell the treatment and are as they were: DSTERM.",
    }


# A run.


def run(study: Study, sdtm: Path, out: Path) -> tuple[int, list[str]]:
    done, findings = run_study(study, sdtm, out)
    return sum(one.is_new for one in done), [finding.message for finding in findings]


def texts(path: Path) -> str:
    document = Document(str(path))
    sections = [part for section in document.sections for part in (section.header, section.footer)]
    everything = [document, *sections]
    paragraphs = [p.text for part in everything for p in part.paragraphs]
    cells = [c.text for part in everything for table in part.tables for row in table.rows for c in row.cells]
    return "\n".join([*paragraphs, *cells])


def test_every_page_dataset_and_result_says_that_treatments_are_dummies(
    study: Path, sdtm: Path, tmp_path: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit("study.yaml", "data_cutoff: 2020-01-31\n", "data_cutoff: 2020-01-31\nlabel: Draft\n")
    real, out = open_study(study), tmp_path / "out"
    dummy = as_dry_run(real, seed=1)
    assert run(dummy, sdtm, out)[0] == 3
    assert "MINI – DUMMY TREATMENT" in texts(out / "tlf/t-1.docx")
    assert "DUMMY TREATMENT; Draft. Source: ADSL" in texts(out / "tlf/t-1.docx")
    assert "DUMMY TREATMENT: arms are dealt out" in texts(out / "tlf/t-1.docx")
    assert read_xpt(out / "adam/adsl.xpt").label == "DUMMY TREATMENT: Subject-Level Analysis"
    assert "DUMMY TREATMENT" in (out / "results/t-1.csv").read_text()
    assert json.loads((out / "manifest.json").read_text())["package"]["label"] == "DUMMY TREATMENT; Draft"
    assert run(dummy, sdtm, out)[0] == 0
    with pytest.raises(AdamlineError, match="outputs of dummy treatments, beside which"):
        run_study(real, sdtm, out, only=["ADSL"])
    made, said = run(real, sdtm, out)
    assert made == 3
    assert any("all datasets and outputs are made anew with true treatments" in message for message in said)
    assert "DUMMY" not in texts(out / "tlf/t-1.docx")
    assert "DUMMY" not in (out / "results/t-1.csv").read_text()


def test_a_study_can_say_its_cut_off_itself(
    study: Path, sdtm: Path, tmp_path: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit("study.yaml", "outputs: [t-1]\n", "outputs: [t-1]\ncutoff: {date: 2020-01-02, by: {LB: none}}\n")
    edit("adlb.yaml", "VISITNUM < 100", "VISITNUM < 99")
    _, said = run(open_study(study), sdtm, tmp_path / "out")
    assert "data cut-off 2020-01-02" in texts(tmp_path / "out/tlf/t-1.docx")
    adsl = read_xpt(tmp_path / "out/adam/adsl.xpt").frame
    # The third subject began on 3 January.
    assert adsl["USUBJID"].tolist() == ["M-1", "M-2"]
    assert any("1 subject after 2020-01-02 left out" in message for message in said)


def test_supplied_datasets_have_no_dry_run(study: Path, tmp_path: Path) -> None:
    opened = as_dry_run(open_study(study, Programs.READ), seed=1)
    supplied = replace(opened, supplied={"ADLB": opened.label_at}, datasets=opened.datasets[:1])
    assert supplied.reads_supplied
    with pytest.raises(AdamlineError, match="ADLB would be supplied as it is"):
        prepared(supplied, InputFolders(tmp_path, tmp_path), tmp_path / "out")


def test_the_pilot_is_cut_in_the_middle_as_pandas_counts_it(tmp_path: Path) -> None:
    sdtm = tmp_path / "sdtm"
    write_pilot_sdtm(sdtm)
    study = as_dry_run(open_study(SPECS / "cdiscpilot01", Programs.READ), DAY)
    folders, findings = prepared(study, InputFolders(sdtm), tmp_path / "out")
    assert folders.sdtm is not None
    said = {finding.place.dataset: finding.message for finding in findings}
    dm = read_xpt(sdtm / "dm.xpt").frame
    # The dates of DM of the pilot are whole, and one is there for each subject.
    late = set(dm.loc[dm["RFSTDTC"].fillna(dm["DMDTC"]).str[:10] > "2013-07-01", "USUBJID"])
    assert 100 < len(late) < 200
    for name, date in {"ae": "AESTDTC", "lbch": "LBDTC", "vs": "VSDTC", "ex": "EXSTDTC", "ds": "DSSTDTC"}.items():
        whole = read_xpt(sdtm / f"{name}.xpt").frame
        is_in = whole[~whole["USUBJID"].isin(late)]
        # Of a partial date the first day that it can be decides whether it is surely later.
        first = (
            is_in[date].fillna("").str[:10].map(lambda text: (text + "-01-01"[len(text) - 4 :])[:10] if text else "")
        )
        gone = int((first > "2013-07-01").sum())
        assert len(read_parquet(folders.sdtm / f"{name}.parquet").frame) == len(is_in) - gone
        assert said[name.upper()].startswith(f"{gone} record")
    dates = read_parquet(folders.sdtm / "ae.parquet").frame["AEENDTC"].dropna()
    assert (dates.str[:10] <= "2013-07-01").all()
