"""Tests of simulate.jahh: adverse events, safety laboratory, vital signs and trial design, as a reader finds them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from adamline.io.xpt_read import read_xpt
from adamline.simulate.jahh import files, parts, simulate_jahh
from adamline.simulate.jahh.adverse_event_domain import build_ae
from adamline.simulate.jahh.adverse_events import Outcome, simulate_adverse_events
from adamline.simulate.jahh.context import build_context
from adamline.simulate.jahh.course import Reason
from adamline.simulate.jahh.streams import Part, stream
from adamline.simulate.jahh.values import simulate_values

SUBJECT = "USUBJID"
HEMATOLOGY = {"HGB", "LYM", "NEUT", "PLAT", "WBC"}
CHEMISTRY = {"ALT", "AST", "BILI", "CHOL", "CK", "CREAT"}


@pytest.fixture(scope="module")
def ae(sdtm):
    return sdtm["ae"]


@pytest.fixture(scope="module")
def safety(sdtm):
    lb = sdtm["lb"]
    return lb[lb["LBCAT"] != "IMMUNOLOGY"]


def test_events_are_those_of_the_treated_between_consent_and_the_end(ae, sdtm, randomised):
    treated = randomised[randomised["RFXSTDTC"].notna()]
    assert set(ae[SUBJECT]) < set(treated.index)
    dates = ae.join(treated[["RFICDTC", "RFXSTDTC", "RFPENDTC"]], on=SUBJECT)
    whole = dates["AESTDTC"].str.len() == 10
    assert dates.loc[whole, "AESTDTC"].between(dates.loc[whole, "RFICDTC"], dates.loc[whole, "RFPENDTC"]).all()
    assert (whole == ae["AESTDY"].notna()).all() and (whole == ae["EPOCH"].notna()).all()
    assert {4.0, 7.0, 10.0} == set(ae["AESTDTC"].str.len().dropna()) and ae["AESTDTC"].isna().any()
    assert {"SCREENING", "TREATMENT", "FOLLOW-UP"} == set(ae["EPOCH"].dropna())
    begun = dates["AESTDTC"] >= dates["RFXSTDTC"]
    assert (begun == ae["EPOCH"].isin(["TREATMENT", "FOLLOW-UP"]))[whole].all()
    ended = whole & (ae["AEENDTC"].str.len() == 10)
    assert (ae.loc[ended, "AEENDTC"] >= ae.loc[ended, "AESTDTC"]).all()
    assert (dates.loc[ended, "AEENDTC"] <= dates.loc[ended, "RFPENDTC"]).all()


def test_outcome_end_and_ongoing_agree(ae):
    going_on = ae["AEENRTPT"].eq("ONGOING")
    assert (going_on == ae["AEENTPT"].eq("END OF STUDY")).all()
    assert ae.loc[going_on, "AEENDTC"].isna().all()
    assert set(ae.loc[going_on, "AEOUT"]) == {"NOT RECOVERED/NOT RESOLVED", "RECOVERING/RESOLVING"}
    assert set(ae.loc[~going_on, "AEOUT"]) <= {
        "RECOVERED/RESOLVED", "RECOVERED/RESOLVED WITH SEQUELAE", "UNKNOWN", "FATAL"
    }  # fmt: skip


def test_serious_events_say_why_and_severe_ones_are_likelier_to_be(ae):
    reasons = ae[["AESDTH", "AESHOSP", "AESMIE"]].eq("Y")
    assert (reasons.any(axis=1) == ae["AESER"].eq("Y")).all() and (reasons.sum(axis=1) <= 1).all()
    serious = ae["AESER"].eq("Y").groupby(ae["AESEV"]).mean()
    assert serious["MILD"] < serious["MODERATE"] < serious["SEVERE"]


def test_who_stopped_for_an_event_has_one_for_which_the_drug_was_withdrawn(ae, sdtm):
    ds = sdtm["ds"]
    stopped = ds[(ds["DSSCAT"] == "STUDY TREATMENT") & (ds["DSDECOD"] == "ADVERSE EVENT")].set_index(SUBJECT)
    withdrawn = ae[ae["AEACN"] == "DRUG WITHDRAWN"].set_index(SUBJECT)
    assert withdrawn.index.is_unique and set(withdrawn.index) == set(stopped.index)
    assert (withdrawn["AESTDTC"] <= stopped.loc[withdrawn.index, "DSSTDTC"]).all()
    assert not withdrawn["AESEV"].eq("MILD").any()
    # No study drug is changed before its first dose, or after its last.
    other = ae[ae["EPOCH"].isin(["SCREENING", "FOLLOW-UP"]) & (ae["AEACN"] != "DRUG WITHDRAWN")]
    last = other[SUBJECT].map(sdtm["dm"].set_index(SUBJECT)["RFENDTC"])
    assert (other.loc[(other["AESTDTC"] > last) | (other["EPOCH"] == "SCREENING"), "AEACN"] == "NOT APPLICABLE").all()


def test_who_died_has_a_fatal_event_that_ends_with_the_death():
    values = simulate_values(60, 1)
    course = values.course
    who = int(np.flatnonzero(course.treated & ~course.completed)[0])
    reason, death = course.reason.copy(), course.death.copy()
    reason[who], death[who] = Reason.DEATH, course.last_dose[who] + 2
    died = dataclasses.replace(course, reason=reason, death=death)
    rng = stream(1, Part.ADVERSE_EVENTS)
    events = simulate_adverse_events(rng, values.subjects, died, values.visits)
    fatal = np.flatnonzero(events.outcome == Outcome.FATAL)
    assert events.subject[fatal].tolist() == [who] and events.end[fatal].tolist() == [death[who]]
    frame = build_ae(build_context(dataclasses.replace(values, course=died, adverse_events=events))).frame
    row = frame.iloc[fatal[0]]
    assert row[["AEOUT", "AESDTH", "AESER", "AESEV", "AESHOSP"]].tolist() == ["FATAL", "Y", "Y", "SEVERE", "N"]
    assert len(row["AEENDTC"]) == 10 and row["AESTDTC"] <= row["AEENDTC"]


def test_a_term_has_one_preferred_term_and_system(ae, sdtm):
    for finer, coarser in (("AETERM", "AEDECOD"), ("AEDECOD", "AEBODSYS"), ("AEBODSYS", "AESOC")):
        assert (ae.groupby(finer)[coarser].nunique() == 1).all()
    assert ae.groupby("AEDECOD")["AETERM"].nunique().max() > 1
    women = sdtm["dm"].set_index(SUBJECT)["SEX"].eq("F")
    assert women[ae.loc[ae["AEDECOD"] == "Vulvovaginal candidiasis", SUBJECT]].all()


def test_about_two_thirds_have_an_event_on_treatment(ae, randomised):
    """Wide bands: of 105 subjects an arm, three standard errors of a share of 0.7 are 0.13."""
    after = ae[ae["EPOCH"].isin(["TREATMENT", "FOLLOW-UP"])]
    share = after.groupby(after[SUBJECT].map(randomised["ARM"]))[SUBJECT].nunique() / randomised["ARM"].value_counts()
    assert share.between(0.55, 0.85).all()
    assert after["AEBODSYS"].value_counts().index[0] == "Infections and infestations"


def test_safety_tests_are_done_at_all_scheduled_visits(safety, sdtm):
    assert {name: set(group["LBTESTCD"]) for name, group in safety.groupby("LBCAT")} == {
        "HEMATOLOGY": HEMATOLOGY,
        "CHEMISTRY": CHEMISTRY,
    }
    sv = sdtm["sv"]
    expected = sv[sv["SVUPDES"] != "DISEASE FLARE"].set_index([SUBJECT, "VISITNUM"]).index
    for _, group in safety.groupby("LBTESTCD"):
        assert set(group.set_index([SUBJECT, "VISITNUM"]).index) == set(expected)
    assert (safety["LBCAT"].map({"HEMATOLOGY": "BLOOD", "CHEMISTRY": "SERUM"}) == safety["LBSPEC"]).all()


# Factors to the standard unit: SI prefixes, and molar masses of bilirubin 584.66 (mg/dL to umol/L 17.1), creatinine
# 113.12 (88.4) and cholesterol 386.65 (0.02586).
FACTORS = {"BILI": 17.1, "CHOL": 0.02586, "CREAT": 88.42, "HGB": 10.0, "LYM": 0.001, "NEUT": 0.001, "WBC": 0.001}


def test_results_in_either_unit_come_to_the_same(safety, sdtm):
    usa = safety[SUBJECT].map(sdtm["dm"].set_index(SUBJECT)["COUNTRY"]).eq("USA")
    known = safety["LBSTRESN"].notna()
    differ = (safety["LBORRESU"] != safety["LBSTRESU"]) & known
    assert (differ == (usa & safety["LBTESTCD"].isin([*FACTORS]) & known)).all()
    factor = np.where(differ, safety["LBTESTCD"].map(FACTORS).fillna(1), 1)[known]
    original = safety.loc[known, "LBORRES"].astype(float)
    np.testing.assert_allclose(original * factor, safety.loc[known, "LBSTRESN"], atol=0.000501)
    high, low = (known & (safety["LBSTRESN"] > safety["LBSTNRHI"])), (known & (safety["LBSTRESN"] < safety["LBSTNRLO"]))
    assert (safety["LBNRIND"].eq("HIGH") == high).all()
    below = safety["LBSTRESC"].str.startswith("<").eq(True)
    assert (safety["LBNRIND"].eq("LOW") & known == low).all() and below.any()
    assert set(safety.loc[below, "LBORRES"]) >= {"<0.2", "<3"} and safety.loc[below, "LBSTRESN"].isna().all()
    texts = safety[below & (safety["LBORRES"] == "<0.2")]
    assert set(texts["LBSTRESC"]) == {"<3.42"}  # 0.2 mg/dL of 17.1 umol/L each


def test_limits_of_the_normal_range_are_those_of_the_sex(safety, sdtm):
    sex = safety[SUBJECT].map(sdtm["dm"].set_index(SUBJECT)["SEX"])
    limits = safety.groupby(["LBTESTCD", sex])[["LBSTNRLO", "LBSTNRHI"]].nunique()
    assert (limits == 1).all(axis=None)
    women, men = (safety[(safety["LBTESTCD"] == "HGB") & (sex == one)]["LBSTNRLO"].iloc[0] for one in "FM")
    assert women < men


def test_screening_is_repeated_before_the_first_dose_and_samples_are_reported_twice(safety, randomised):
    screening = safety[safety["VISIT"] == "SCREENING"]
    days = screening.assign(day=screening["LBDTC"].str[:10]).groupby([SUBJECT, "LBTESTCD"])["day"].agg(["min", "max"])
    repeated = days[days["min"] < days["max"]].reset_index()
    assert 3 <= repeated[SUBJECT].nunique() <= 30
    assert (repeated["max"] < repeated[SUBJECT].map(randomised["RFSTDTC"])).all()
    assert (repeated.groupby(SUBJECT).size() == len(HEMATOLOGY | CHEMISTRY)).all()
    key = [SUBJECT, "LBTESTCD", "VISITNUM", "LBDTC"]
    twice = safety[safety.duplicated(key, keep=False)]
    assert 50 < len(twice) < 600 and (twice.groupby(key)["LBORRES"].nunique() == 1).all()


def test_leukocytes_are_more_than_neutrophils_and_lymphocytes_together(safety):
    first = safety[safety["LBSTRESN"].notna()].drop_duplicates([SUBJECT, "VISITNUM", "LBTESTCD"])
    wide = first.pivot(index=[SUBJECT, "VISITNUM"], columns="LBTESTCD", values="LBSTRESN")  # noqa: PD010
    wide = wide[["WBC", "NEUT", "LYM"]].dropna()
    # The error of the three assays, 2 % each, can outweigh the rest.
    assert (wide["WBC"] > 0.97 * (wide["NEUT"] + wide["LYM"])).mean() > 0.99


def test_vital_signs_units_and_visits(sdtm, randomised):
    vs = sdtm["vs"]
    assert set(vs["VSTESTCD"]) == {"DIABP", "HEIGHT", "PULSE", "SYSBP", "TEMP", "WEIGHT"}
    assert set(vs.loc[vs["VSTESTCD"] == "HEIGHT", "VISIT"]) == {"SCREENING"}
    done = vs["VSSTRESN"].notna()
    assert (done == vs["VSSTAT"].isna()).all() and 0.002 < (~done).mean() < 0.03
    assert set(vs.loc[done, "VSORRESU"]) == {"mmHg", "beats/min", "cm", "in", "C", "F", "kg", "LB"}
    usa = vs[SUBJECT].map(sdtm["dm"].set_index(SUBJECT)["COUNTRY"]).eq("USA")
    assert (vs.loc[done, "VSORRESU"].isin(["in", "F", "LB"]) <= usa[done]).all()
    to_standard = {"in": lambda x: 2.54 * x, "LB": lambda x: 0.45359237 * x, "F": lambda x: (x - 32) / 1.8}
    for unit, convert in to_standard.items():
        some = vs[done & (vs["VSORRESU"] == unit)]
        np.testing.assert_allclose(convert(some["VSORRES"].astype(float)), some["VSSTRESN"], atol=0.00501)
    pressure = vs[done].pivot(index=[SUBJECT, "VISITNUM"], columns="VSTESTCD", values="VSSTRESN")  # noqa: PD010
    both = pressure[["SYSBP", "DIABP"]].dropna()
    assert (both["SYSBP"] >= both["DIABP"] + 15).all() and np.corrcoef(both.T)[0, 1] > 0.3


def test_the_design_is_that_of_the_data(sdtm, randomised):
    ta, te, tv = sdtm["ta"], sdtm["te"], sdtm["tv"]
    assert set(ta["ARMCD"]) == set(randomised["ARMCD"]) and set(ta["ETCD"]) == set(te["ETCD"])
    assert ta.groupby("ARMCD")["EPOCH"].agg(list).map(tuple).unique().tolist() == [
        ("SCREENING", "TREATMENT", "FOLLOW-UP")
    ]
    planned = sdtm["sv"][~sdtm["sv"]["VISIT"].str.startswith("UNSCHEDULED")]
    keys = ["VISITNUM", "VISIT", "VISITDY"]
    assert set(planned[keys].fillna(0).itertuples(index=False, name=None)) == set(
        tv[keys].fillna(0).itertuples(index=False, name=None)
    )


def test_the_trial_summary_says_what_the_data_are(sdtm, randomised):
    ts = sdtm["ts"].set_index("TSPARMCD")
    value = ts["TSVAL"]
    assert value["REGID"] == "NCT02708095" and value["ACTSUB"] == str(len(randomised)) == "314"
    assert value["SIMDATA"].startswith("Simulated data, ")
    assert value["SSTDTC"] == sdtm["dm"]["RFICDTC"].min() and value["SENDTC"] == sdtm["dm"]["RFPENDTC"].max()
    assert (ts["TSVAL"].isna() == ts["TSVALNF"].notna()).all()
    assert not sdtm["ts"].duplicated(["TSPARMCD", "TSSEQ"]).any()


def test_another_size_says_that_it_is_not_calibrated(tmp_path):
    simulate_jahh(tmp_path, subjects=12, seed=7)
    ts = read_xpt(tmp_path / "ts.xpt").frame.set_index("TSPARMCD")["TSVAL"]
    assert "not calibrated" in ts["SIMDATA"] and ts["ACTSUB"] == "12"


def test_parts_make_the_same_files_as_the_whole(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "_SUBJECTS", 50)
    for path in simulate_jahh(tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_a_result_is_kept_in_few_bytes_and_a_part_is_built_when_it_is_asked_for(monkeypatch):
    """Of 100,000 subjects there are 17 million results: 8 bytes are the value's, and a domain is there in parts."""
    values = simulate_values(60, 1)
    for results in (values.safety, values.laboratory):
        kept = sum(getattr(results, field.name).nbytes for field in dataclasses.fields(results))
        assert kept <= 20 * len(results.value)
    monkeypatch.setattr(parts, "_SUBJECTS", 50)
    built = []
    monkeypatch.setattr(files, "_OF_SUBJECTS", (lambda context: built.append(len(context.usubjids)),))
    domain = next(files.build_sdtm(values))
    next(domain)
    assert built == [50]
    next(domain)
    assert built == [50, len(values.subjects) - 50] and next(domain, "end") == "end"


def test_there_is_a_file_of_events_without_events(tmp_path):
    simulate_jahh(tmp_path, subjects=3, seed=1)
    frames = {path.stem: read_xpt(path).frame for path in tmp_path.iterdir()}
    assert len(frames) == 15 and [*frames["ae"]][:4] == ["STUDYID", "DOMAIN", "USUBJID", "AESEQ"]
    assert isinstance(frames["ae"], pd.DataFrame)
