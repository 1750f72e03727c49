"""Tests of simulate.jahh: subjects, visits and files as a reader finds them, against the design."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from adamline.errors import AdamlineError
from adamline.io.xpt_read import read_xpt
from adamline.simulate.jahh import simulate_jahh

OF_SUBJECTS = ["ae", "cm", "dm", "ds", "ex", "lb", "mh", "rs", "suppdm", "sv", "vs"]
DOMAINS = [*OF_SUBJECTS, "ta", "te", "ts", "tv"]
SUBJECT = "USUBJID"
PLANNED = {f"WEEK {week}": 7 * week + 1 for week in (0, 1, 2, 4, 8, 12, 16, 20, 24)}


def test_the_same_arguments_give_the_same_bytes_and_another_seed_others(folder, tmp_path):
    for name, seed in (("again", 20160324), ("other", 20160325)):
        simulate_jahh(tmp_path / name, seed=seed)
    for domain in OF_SUBJECTS:
        files = [(place / f"{domain}.xpt").read_bytes() for place in (folder, tmp_path / "again", tmp_path / "other")]
        assert files[0] == files[1]
        assert files[0] != files[2]


@pytest.mark.parametrize("domain", DOMAINS)
def test_another_reader_reads_the_same(folder, sdtm, domain):
    frame, meta = pyreadstat.read_xport(folder / f"{domain}.xpt")
    ours = sdtm[domain]
    assert meta.table_name == domain.upper()
    assert meta.file_label.endswith("(simulated)")
    assert all(meta.column_labels)
    pd.testing.assert_frame_equal(frame.replace("", np.nan), ours, check_dtype=False, rtol=1e-14)


def test_arms_are_balanced_and_reasons_stand_where_an_arm_lacks(sdtm, randomised):
    dm = sdtm["dm"]
    assert dm[SUBJECT].is_unique
    assert randomised["ARM"].value_counts().to_dict() == {
        "Placebo": 105,
        "Baricitinib 2 mg": 105,
        "Baricitinib 4 mg": 104,
    }
    failed = dm["ARMNRS"] == "SCREEN FAILURE"
    assert 40 <= failed.sum() <= 70
    assert dm.loc[failed, ["ARMCD", "ACTARM", "RFSTDTC", "RFXSTDTC", "RFENDTC"]].isna().all(axis=None)
    untreated = randomised["ARMNRS"] == "ASSIGNED, NOT TREATED"
    assert 1 <= untreated.sum() <= 2
    assert randomised.loc[untreated, ["ACTARM", "RFXSTDTC", "RFXENDTC"]].isna().all(axis=None)
    assert (randomised.loc[~untreated, "ACTARM"] == randomised.loc[~untreated, "ARM"]).all()
    assert set(sdtm["ex"][SUBJECT]) == set(randomised.index[~untreated])
    assert randomised["RFSTDTC"].min() == "2016-03-24"
    assert randomised["RFSTDTC"].max() == "2017-04-27"


def test_blocks_of_six_are_balanced(randomised):
    in_order = randomised.sort_values("RFSTDTC")["ARMCD"]
    # Within a day the order is not known, so that a count may be off by what a block or two can hold.
    running = pd.get_dummies(in_order).cumsum()
    assert (running.max(axis=1) - running.min(axis=1)).max() <= 6


@pytest.mark.parametrize(
    ("domain", "keys"),
    [
        ("suppdm", ["QNAM"]),
        ("ds", ["DSSEQ"]),
        ("ds", ["DSCAT", "DSDECOD", "DSSCAT"]),
        ("ex", ["EXSEQ"]),
        ("ex", ["EXSTDTC"]),
        ("cm", ["CMSEQ"]),
        ("ae", ["AESEQ"]),
        ("vs", ["VSSEQ"]),
        ("vs", ["VSTESTCD", "VISITNUM"]),
        ("mh", ["MHSEQ"]),
        ("mh", ["MHTERM"]),
        ("sv", ["VISITNUM"]),
        ("lb", ["LBSEQ"]),
        ("rs", ["RSSEQ"]),
        ("rs", ["RSTESTCD", "VISITNUM"]),
    ],
)
def test_keys_are_unique(sdtm, domain, keys):
    assert not sdtm[domain].duplicated([SUBJECT, *keys]).any()


@pytest.mark.parametrize("domain", ["ae", "ds", "ex", "cm", "lb", "mh", "rs", "vs"])
def test_records_are_sorted_and_numbered(sdtm, domain):
    frame = sdtm[domain]
    assert frame[SUBJECT].is_monotonic_increasing
    number = frame[f"{domain.upper()}SEQ"]
    assert (number == frame.groupby(SUBJECT).cumcount() + 1).all()


@pytest.mark.parametrize(
    ("domain", "date"),
    [("lb", "LBDTC"), ("rs", "RSDTC"), ("sv", "SVSTDTC"), ("ds", "DSSTDTC"), ("mh", "MHDTC"), ("vs", "VSDTC")],
)
def test_study_days_follow_from_the_dates(sdtm, domain, date):
    frame = sdtm[domain].merge(sdtm["dm"][[SUBJECT, "RFSTDTC"]], on=SUBJECT)
    days = (pd.to_datetime(frame[date].str[:10]) - pd.to_datetime(frame["RFSTDTC"])).dt.days
    days += days >= 0
    pd.testing.assert_series_equal(frame[date.replace("DTC", "DY")], days, check_names=False, check_dtype=False)
    assert not (days == 0).any()


def test_visits_are_within_their_rules(sdtm, randomised):
    sv = sdtm["sv"]
    late = sv["SVSTDY"] - sv["VISIT"].map(PLANNED)
    assert (late[sv["VISIT"] == "WEEK 0"] == 0).all()
    assert (late.dropna().abs() <= 9).all()
    assert (late.dropna().abs() <= 3).mean() > 0.95
    assert set(sv.loc[sv["VISIT"] == "WEEK 0", SUBJECT]) == set(randomised.index)
    expected = sv["VISIT"].map(PLANNED)
    assert (sv.loc[expected.notna(), "VISITDY"] == expected.dropna()).all()
    assert (
        sv.sort_values([SUBJECT, "SVSTDTC"]).groupby(SUBJECT)["SVSTDTC"].nunique() == sv.groupby(SUBJECT).size()
    ).all()
    unscheduled = sv["VISIT"].str.startswith("UNSCHEDULED")
    assert unscheduled.sum() > 20
    assert (sv.loc[unscheduled, "VISIT"] == "UNSCHEDULED " + sv.loc[unscheduled, "VISITNUM"].round(1).astype(str)).all()
    assert (unscheduled == sv["SVUPDES"].notna()).all()


def test_about_a_fifth_discontinue_and_then_have_no_scheduled_visit(sdtm, randomised):
    ds = sdtm["ds"]
    treatment = ds[ds["DSSCAT"] == "STUDY TREATMENT"].set_index(SUBJECT)
    completed = treatment[treatment["DSDECOD"] == "COMPLETED"].index
    assert randomised.loc[completed, "ARMCD"].value_counts().to_dict() == {"PBO": 83, "BARI2": 86, "BARI4": 86}
    sv = sdtm["sv"]
    assert set(completed) <= set(sv.loc[sv["VISIT"] == "WEEK 24", SUBJECT])
    stopped = sv[~sv[SUBJECT].isin(completed) & sv["VISIT"].str.startswith("WEEK")]
    assert (stopped["SVSTDY"] <= stopped[SUBJECT].map(treatment["DSSTDY"]).fillna(1)).all()
    early = sv.loc[sv["VISIT"] == "EARLY TERMINATION", SUBJECT]
    gone = treatment.index[treatment["DSDECOD"].isin(["LOST TO FOLLOW-UP", "DEATH"])]
    assert len(early) > 0.6 * (len(treatment) - len(completed))
    assert not set(early) & (set(completed) | set(gone))


def test_exposure_is_without_gaps_and_some_ends_are_not_known(sdtm, randomised):
    ex = sdtm["ex"]
    following = ex.groupby(SUBJECT)["EXSTDTC"].shift(-1)
    last = following.isna()
    gap = pd.to_datetime(following[~last]) - pd.to_datetime(ex.loc[~last, "EXENDTC"])
    assert (gap == pd.Timedelta(days=1)).all()
    lengths = ex["EXENDTC"].str.len()
    assert (lengths[~last] == 10).all()
    assert {7.0, 10.0} <= set(lengths[last].dropna())
    assert lengths[last].isna().any()
    doses = {"PBO": ("PLACEBO", 0.0), "BARI2": ("BARICITINIB", 2.0), "BARI4": ("BARICITINIB", 4.0)}
    arm = ex[SUBJECT].map(randomised["ARMCD"])
    assert set(zip(arm, ex["EXTRT"], ex["EXDOSE"], strict=True)) == {(arm, *given) for arm, given in doses.items()}
    first = ex.groupby(SUBJECT)["EXSTDTC"].min()
    assert (first == randomised.loc[first.index, "RFXSTDTC"]).all()
    end = ex[last].set_index(SUBJECT)
    assert (end["EXENDTC"].fillna(end["EXSTDTC"]) == randomised.loc[end.index, "RFXENDTC"]).all()


def test_strata_are_those_of_week_0_but_for_a_few(sdtm, randomised):
    strata = sdtm["suppdm"].pivot(index=SUBJECT, columns="QNAM", values="QVAL").loc[randomised.index]  # noqa: PD010
    rs, lb = sdtm["rs"], sdtm["lb"]
    total = rs[(rs["RSTESTCD"] == "SLED0125") & (rs["VISIT"] == "WEEK 0")].set_index(SUBJECT)["RSSTRESN"]
    other = (strata["STRAT1R"] == ">=10") != (total.reindex(strata.index) >= 10)
    assert 1 <= other.sum() <= 20
    dna = lb[(lb["LBTESTCD"] == "ADSDNA") & (lb["LBLOBXFL"] == "Y")].set_index(SUBJECT)["LBSTRESN"]
    treated = strata.index[strata.index.isin(dna.index)]
    other = (strata.loc[treated, "STRAT2R"] == "POSITIVE") != (dna.loc[treated] >= 30)
    assert 1 <= other.sum() <= 20
    region = randomised["COUNTRY"].map(
        {
            "USA": "USA",
            "JPN": "Asia",
            "KOR": "Asia",
            "TWN": "Asia",
            "ARG": "Rest of the world",
            "MEX": "Rest of the world",
        }
    )
    assert (strata["STRAT3R"] == region.fillna("Europe")).all()


def test_rescue_begins_after_the_first_dose_and_ends_the_background(sdtm, randomised):
    cm = sdtm["cm"]
    rescue = cm[cm["CMINDC"] == "LUPUS FLARE"].set_index(SUBJECT)
    assert rescue.index.is_unique and 8 <= len(rescue) <= 36
    assert (rescue["CMSTDTC"] > randomised.loc[rescue.index, "RFXSTDTC"]).all()
    background = cm[cm["CMINDC"] != "LUPUS FLARE"].set_index(SUBJECT)
    assert set(background["CMSTDTC"].str.len()) == {4, 7, 10}
    assert (background["CMSTDTC"] < randomised.loc[background.index, "RFICDTC"]).all()
    both = rescue.index.intersection(background.index)
    assert (background.loc[both, "CMENDTC"] < rescue.loc[both, "CMSTDTC"]).all()
    assert (background.loc[both, "CMDOSE"] < rescue.loc[both, "CMDOSE"]).all()


def test_everyone_has_an_onset_of_lupus_that_may_be_partial(sdtm, randomised):
    mh, dm = sdtm["mh"], sdtm["dm"].set_index(SUBJECT)
    lupus = mh[mh["MHTERM"] == "SYSTEMIC LUPUS ERYTHEMATOSUS"].set_index(SUBJECT)
    assert (lupus["MHEVDTYP"] == "SYMPTOM ONSET").all() and mh["MHEVDTYP"].notna().sum() == len(dm)
    assert set(lupus.index) == set(dm.index) and (lupus["MHSEQ"] == 1).all()
    assert set(lupus["MHSTDTC"].str.len()) == {4, 7, 10}
    assert (lupus["MHSTDTC"] < dm.loc[lupus.index, "RFICDTC"]).all()
    # Table 2 of the paper has 9.7 to 11.8 years with SD of 7.7 to 10.3; three standard errors of the whole around them.
    year = lupus.loc[randomised.index, "MHSTDTC"].str[:4].astype(int)
    years = randomised["RFSTDTC"].str[:4].astype(int) - year
    assert 9 < years.mean() < 13 and 7.5 < years.std() < 10.5
    assert (years <= randomised["AGE"]).all()


def test_other_history_has_begun_and_ended_before_screening(sdtm):
    mh = sdtm["mh"]
    mh = mh[mh["MHEVDTYP"].isna()]
    assert mh.groupby(SUBJECT).size().between(1, 12).all() and mh[SUBJECT].nunique() > 300
    for date in ("MHSTDTC", "MHENDTC"):
        known = mh[mh[date].notna()]
        assert set(known[date].str.len()) == {4, 7, 10}
        assert (known[date] <= known["MHDTC"]).all()
    assert mh["MHSTDTC"].isna().any()
    relative = mh["MHENRTPT"].fillna("dated")
    assert set(relative) == {"ONGOING", "BEFORE", "dated"}
    assert ((relative == "dated") == mh["MHENDTC"].notna()).all()
    both = mh[(mh["MHSTDTC"].str.len() == 10) & (mh["MHENDTC"].str.len() == 10)]
    assert (both["MHSTDTC"] <= both["MHENDTC"]).all()
    women = sdtm["dm"].set_index(SUBJECT)["SEX"].eq("F")
    assert women[mh.loc[mh["MHDECOD"] == "Caesarean section", SUBJECT]].all()


CODELISTS = {
    ("lb", "LBTESTCD"): "LBTESTCD",
    ("lb", "LBTEST"): "LBTEST",
    ("lb", "LBMETHOD"): "METHOD",
    ("lb", "LBORRESU"): "UNIT",
    ("lb", "LBSTRESU"): "UNIT",
    ("lb", "LBSPEC"): "SPECTYPE",
    ("lb", "LBNRIND"): "NRIND",
    ("rs", "RSORRESU"): "UNIT",
    ("rs", "RSEVAL"): "EVAL",
    ("ex", "EXDOSFRM"): "FRM",
    ("ex", "EXDOSFRQ"): "FREQ",
    ("ex", "EXROUTE"): "ROUTE",
    ("cm", "CMENRTPT"): "STENRF",
    ("mh", "MHENRTPT"): "STENRF",
    ("ae", "AESEV"): "AESEV",
    ("ae", "AESER"): "NY",
    ("ae", "AEACN"): "ACN",
    ("ae", "AEOUT"): "OUT",
    ("ae", "AESHOSP"): "NY",
    ("ae", "AEENRTPT"): "STENRF",
    ("ta", "EPOCH"): "EPOCH",
    ("vs", "VSORRESU"): "UNIT",
    ("vs", "VSSTRESU"): "UNIT",
    ("vs", "VSSTAT"): "ND",
    ("dm", "RACE"): "RACE",
    ("dm", "ETHNIC"): "ETHNIC",
    ("dm", "AGEU"): "AGEU",
    ("dm", "SEX"): "SEX",
    ("ds", "DSCAT"): "DSCAT",
    **{(domain, "EPOCH"): "EPOCH" for domain in ("ae", "ds", "ex", "lb", "rs", "sv", "vs")},
}


@pytest.fixture(scope="module")
def terms(shared):
    table = pd.read_csv(shared / "data" / "ct" / "sdtm-ct-2022-03-25-extract.csv", dtype="str", keep_default_na=False)
    return table.groupby("codelist_submission_value")["submission_value"].agg(set)


@pytest.mark.parametrize(("domain", "variable"), CODELISTS, ids=lambda part: part)
def test_values_are_terms_of_the_codelist(sdtm, terms, domain, variable):
    assert set(sdtm[domain][variable].dropna()) <= terms[CODELISTS[domain, variable]]


def test_disposition_terms(sdtm, terms):
    # The extract lost the term WITHDRAWAL BY SUBJECT, which NCI EVS has (C49634).
    known = terms["NCOMPLT"] | terms["PROTMLST"] | {"WITHDRAWAL BY SUBJECT"}
    assert set(sdtm["ds"]["DSDECOD"]) <= known


@pytest.mark.parametrize("subjects", [3, 4, 100])
@pytest.mark.parametrize("seed", [0, 1])
def test_other_sizes(tmp_path, subjects, seed):
    paths = simulate_jahh(tmp_path / "new" / "folder", subjects=subjects, seed=seed)
    assert [path.stem for path in paths] == DOMAINS
    dm = read_xpt(tmp_path / "new" / "folder" / "dm.xpt").frame
    counts = dm["ARMCD"].value_counts()
    assert counts.sum() == subjects and counts.max() - counts.min() <= 1


def test_a_thousand_subjects(tmp_path):
    simulate_jahh(tmp_path, subjects=1000)
    assert read_xpt(tmp_path / "dm.xpt").frame[SUBJECT].is_unique
    rs = read_xpt(tmp_path / "rs.xpt", columns=[SUBJECT]).frame
    assert rs[SUBJECT].nunique() == 1000


@pytest.mark.parametrize(("arguments", "message"), [({"subjects": 2}, "subject an arm"), ({"seed": -1}, "seed")])
def test_wrong_arguments(tmp_path, arguments, message):
    with pytest.raises(AdamlineError, match=message):
        simulate_jahh(tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_to(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(AdamlineError, match=r"cannot be written(.|\n)*file"):
        simulate_jahh(tmp_path / "file" / "sub")
