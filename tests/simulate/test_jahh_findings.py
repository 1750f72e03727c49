"""Tests of simulate.jahh: laboratory and scores as a reader finds them, against the design and the paper."""

from __future__ import annotations

import numpy as np
import pytest

SUBJECT = "USUBJID"
# Weights of SLEDAI-2K, Gladman et al., J Rheumatol 2002;29:288-291: eight of 8, six of 4, seven of 2, three of 1.
WEIGHTS = [8] * 8 + [4] * 6 + [2] * 7 + [1] * 3
COMPLEMENT = {"ADSDNA", "C3", "C4"}
OTHERS = {"CRDIGAAB", "CRDIGGAB", "CRDIGMAB", "RNPAB", "SJSSAAB", "SJSSBAB", "SMTHAB"}


def across(frame, by, names, values):
    """One column a test; a second record of a test is an error."""
    return frame.pivot(index=by, columns=names, values=values)


def test_tests_are_done_at_their_visits(sdtm, randomised):
    lb = sdtm["lb"][sdtm["lb"]["LBCAT"] == "IMMUNOLOGY"]
    weeks = {code: set(visits) for code, visits in lb.groupby("LBTESTCD")["VISIT"]}
    usual = {"WEEK 0", "WEEK 12", "WEEK 24", "EARLY TERMINATION"}
    assert {code for code, visits in weeks.items() if visits == usual} == OTHERS
    assert weeks["IGG"] == usual | {"WEEK 4"}
    for code in COMPLEMENT:
        scheduled = {visit for visit in weeks[code] if not visit.startswith("UNSCHEDULED")}
        assert scheduled == {f"WEEK {week}" for week in (0, 2, 4, 8, 12, 16, 20, 24)} | {
            "SCREENING",
            "EARLY TERMINATION",
        }
        done = lb[(lb["LBTESTCD"] == code) & (lb["VISIT"] == "WEEK 0") & lb["LBORRES"].notna()]
        assert set(done[SUBJECT]) == set(randomised.index)


def test_results_units_and_limits_agree(sdtm):
    lb = sdtm["lb"][sdtm["lb"]["LBCAT"] == "IMMUNOLOGY"]
    done = lb["LBSTAT"].isna()
    assert 20 < (~done).sum() < 600
    assert lb.loc[~done, ["LBORRES", "LBSTRESC", "LBSTRESN", "LBNRIND", "LBLOBXFL"]].isna().all(axis=None)
    assert (done == lb["LBREASND"].isna()).all()
    below = lb["LBORRES"].str.startswith("<").eq(True)
    assert below.sum() > 100
    assert lb.loc[below, "LBSTRESN"].isna().all()
    assert lb.loc[done & ~below, "LBSTRESN"].notna().all()
    assert set(lb.loc[below & (lb["LBTESTCD"] == "ADSDNA"), "LBSTRESC"]) == {"<10"}
    known = lb[done & ~below]
    complement = known["LBTESTCD"].isin(["C3", "C4"])
    factor = np.where(known["LBORRESU"] == "mg/dL", 100, 1)
    assert set(known.loc[complement, "LBORRESU"]) == {"mg/dL", "g/L"}
    assert (known.loc[complement, "LBSTRESU"] == "g/L").all()
    np.testing.assert_allclose(known["LBORRES"].astype(float), known["LBSTRESN"] * factor, rtol=1e-12)
    assert (known["LBSTRESC"].astype(float) == known["LBSTRESN"].round(6)).all()
    expected = np.select(
        [known["LBSTRESN"] < known["LBSTNRLO"], known["LBSTRESN"] > known["LBSTNRHI"]], ["LOW", "HIGH"], "NORMAL"
    )
    assert (known["LBNRIND"] == expected).all()


def test_some_samples_are_taken_twice_a_day(sdtm):
    lb = sdtm["lb"][sdtm["lb"]["LBCAT"] == "IMMUNOLOGY"]
    twice = lb[lb.duplicated([SUBJECT, "LBTESTCD", "VISITNUM"], keep=False)]
    assert 20 < len(twice) < 400
    days = twice.assign(day=twice["LBDTC"].str[:10]).groupby([SUBJECT, "LBTESTCD", "VISITNUM"])
    assert (days["day"].nunique() == 1).all()
    timed = twice[twice["LBDTC"].str.len() == 16].groupby([SUBJECT, "LBTESTCD", "VISITNUM"])["LBDTC"]
    assert timed.apply(lambda times: times.is_monotonic_increasing and times.is_unique).all()


@pytest.mark.parametrize("domain", ["lb", "rs"])
def test_last_observation_before_exposure(sdtm, randomised, domain):
    upper = domain.upper()
    frame = sdtm[domain]
    day = frame[f"{upper}DTC"].str[:10]
    eligible = frame[f"{upper}ORRES"].notna() & (day <= frame[SUBJECT].map(randomised["RFXSTDTC"])).fillna(False)
    order = frame[eligible].sort_values([SUBJECT, f"{upper}TESTCD", f"{upper}DTC", f"{upper}SEQ"])
    expected = order.groupby([SUBJECT, f"{upper}TESTCD"]).tail(1).index
    assert set(frame.index[frame[f"{upper}LOBXFL"] == "Y"]) == set(expected)


def test_totals_are_sums_of_items(sdtm, randomised):
    rs = sdtm["rs"]
    wide = across(rs[rs["RSCAT"] == "SLEDAI-2K"], [SUBJECT, "VISITNUM"], "RSTESTCD", "RSSTRESN")
    items = wide[[f"SLED01{place:02d}" for place in range(1, 25)]]
    assert all(set(items[name].dropna()) <= {0.0, weight} for name, weight in zip(items, WEIGHTS, strict=True))
    complete, has_total = items.notna().all(axis=1), wide["SLED0125"].notna()
    assert has_total[complete].all() and 2 < has_total[~complete].sum() < (~complete).sum() < 100
    # A few totals of the form are off by one to four points, on purpose; never one below 0, never one of week 0.
    wrong = has_total & (wide["SLED0125"] != items.sum(axis=1))
    assert 4 < wrong.sum() < 25 and (wide["SLED0125"].dropna() >= 0).all()
    assert set((wide["SLED0125"] - items.sum(axis=1))[wrong].abs()) <= {1.0, 2.0, 4.0}
    assert not wrong[wrong.index.get_level_values("VISITNUM") == 2.0].any()
    words = rs[rs["RSTESTCD"].between("SLED0101", "SLED0124")]
    assert (words["RSORRES"].eq("PRESENT") == (words["RSSTRESN"] > 0)).all()
    baseline = wide.xs(2.0, level="VISITNUM")
    assert set(baseline.index) == set(randomised.index) and baseline.notna().all(axis=None)
    assert (baseline[["SLED0109", "SLED0115"]] > 0).any(axis=1).all()
    assert (baseline["SLED0125"] - baseline["SLED0120"] - baseline["SLED0121"] >= 4).all()


def test_laboratory_items_mostly_agree_with_the_laboratory(sdtm):
    lb, rs = sdtm["lb"], sdtm["rs"]
    first = lb[lb["LBSTAT"].isna()].drop_duplicates([SUBJECT, "VISITNUM", "LBTESTCD"])
    values = across(first, [SUBJECT, "VISITNUM"], "LBTESTCD", "LBSTRESN")
    items = rs[rs["RSTESTCD"].isin(["SLED0120", "SLED0121"])]
    both = (
        across(items, [SUBJECT, "VISITNUM"], "RSTESTCD", "RSSTRESN")
        .join(values)
        .dropna(subset=["C3", "C4", "SLED0120", "SLED0121"])
    )
    low = (both["C3"] < 0.9) | (both["C4"] < 0.1)
    high = both["ADSDNA"] >= 30
    for item, laboratory in (("SLED0120", low), ("SLED0121", high)):
        present = both[item] > 0
        assert 0 < (present & ~laboratory).mean() < 0.02
        assert 0 < (~present & laboratory).mean() < 0.02


def test_grades_and_global_assessment(sdtm):
    rs = sdtm["rs"]
    bilag = rs[rs["RSCAT"] == "BILAG-2004"]
    assert set(bilag["RSTESTCD"]) == {f"BILG01A{place}" for place in range(1, 10)}
    assert set(bilag["RSORRES"].dropna()) == set("ABCDE")
    assert bilag["RSSTRESC"].equals(bilag["RSORRES"])
    # E is never involved: no grade but E may come before it.
    ever = bilag[bilag["RSORRES"].notna()].sort_values([SUBJECT, "RSTESTCD", "RSDTC"])
    involved = ever["RSORRES"].ne("E").groupby([ever[SUBJECT], ever["RSTESTCD"]]).cummax()
    assert not (involved & ever["RSORRES"].eq("E")).any()
    pga = rs[(rs["RSTESTCD"] == "PGA0101") & rs["RSSTAT"].isna()]
    mm = pga["RSORRES"].astype(int)
    assert mm.between(0, 100).all() and (pga["RSORRESU"] == "mm").all()
    np.testing.assert_allclose(pga["RSSTRESN"], mm * 3 / 100, rtol=1e-14)
    assert (pga["RSSTRESC"].astype(float) == (mm * 3 / 100).round(2)).all()


def test_marginals_are_about_those_of_the_paper(sdtm, randomised):
    """Bands of about three standard errors or more around tables 1 and 2; only a calibrated trial would meet them."""
    assert 42 < randomised["AGE"].mean() < 47 and 10 < randomised["AGE"].std() < 14
    assert 0.90 < (randomised["SEX"] == "F").mean() < 0.98
    rs = sdtm["rs"][sdtm["rs"]["VISIT"] == "WEEK 0"]
    numbers = {code: group.set_index(SUBJECT)["RSSTRESN"] for code, group in rs.groupby("RSTESTCD")}
    assert 8.3 < numbers["SLED0125"].mean() < 9.6 and 2.6 < numbers["SLED0125"].std() < 3.7
    assert 0.30 < (numbers["SLED0125"] >= 10).mean() < 0.47
    assert 1.4 < numbers["PGA0101"].mean() < 1.65 and 0.4 < numbers["PGA0101"].std() < 0.6
    grades = across(rs[rs["RSCAT"] == "BILAG-2004"], [SUBJECT], "RSTESTCD", "RSSTRESC")
    active = grades.eq("A").any(axis=1) | (grades.eq("B").sum(axis=1) >= 2)
    assert 0.50 < active.mean() < 0.69
    lb = sdtm["lb"]
    lb = lb[(lb["VISIT"] == "WEEK 0")].drop_duplicates([SUBJECT, "LBTESTCD"])
    base = {code: group.set_index(SUBJECT)["LBSTRESN"] for code, group in lb.groupby("LBTESTCD")}
    assert 130 < (base["ADSDNA"] >= 30).sum() < 190
    assert 95 < base["ADSDNA"][base["ADSDNA"] >= 30].median() < 170
    assert 65 < (base["C3"] < 0.9).sum() < 125 and 30 < (base["C4"] < 0.1).sum() < 85
    assert 280 < base["IGG"].notna().sum() < 310 and 12 < base["IGG"].median() < 14.5
    counts = {"SMTHAB": 30, "CRDIGMAB": 12.5, "CRDIGGAB": 14.5, "CRDIGAAB": 11.5, "RNPAB": 30, "SJSSAAB": 20.5}
    found = {code: int((base[code] >= cut).sum()) for code, cut in counts.items()}
    bands = {"SMTHAB": 28, "CRDIGMAB": 64, "CRDIGGAB": 25, "CRDIGAAB": 11, "RNPAB": 77, "SJSSAAB": 89}
    assert all(abs(found[code] - expected) < 10 + 2 * expected**0.5 for code, expected in bands.items()), found
