"""Listings of the catalogue on the pilot's data: the records are those that pandas selects, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.acceptance.catalogue_data import CATALOGUE, dataset, pharmaverse, pilot

from adamline.analyses import listing
from adamline.analyses.data import AnalysisData
from adamline.errors import DataError
from adamline.spec.criteria import with_criteria
from adamline.spec.template import merged, read_templates
from adamline.tlf.kinds import listing as page
from adamline.tlf.kinds._data import PageContext


def listed(
    template: str,
    said: Mapping[str, Any] | None = None,
    parameters: Mapping[str, Mapping[str, str]] | None = None,
    **data: pd.DataFrame,
) -> pd.DataFrame:
    """The results of a listing with what is ``said`` over its template; its page is laid out as well."""
    file = read_templates([CATALOGUE])[template].file
    file, faults = with_criteria(replace(file, content=merged(file.content, said or {})), [CATALOGUE])
    assert not faults, faults
    options = listing.Options.model_validate({"output": "L-1", **file.content})
    datasets = {name: dataset(name, frame) for name, frame in data.items()}
    made = listing.analyse(AnalysisData(datasets, parameters or {}), options)
    assert len(page.lay_out(made.results, options, PageContext()).rows) == len(made.results)
    return made.results


def events() -> pd.DataFrame:
    return pharmaverse("adae").assign(TRTA=lambda frame: frame["TRT01A"])


def test_deaths() -> None:
    adsl = pharmaverse("adsl")
    made = listed("deaths-listing", ADSL=adsl, ADAE=events())
    fatal = events().query("AEOUT == 'FATAL'").sort_values(["TRTA", "USUBJID"])
    assert made["USUBJID"].tolist() == fatal["USUBJID"].tolist() and len(made) == 3
    assert made["AGE"].tolist() == [f"{age:.0f}" for age in fatal["AGE"]]
    days = adsl.set_index("USUBJID").loc[fatal["USUBJID"], "DTHADY"]
    assert made["DTHADY"].tolist() == [f"{day:.0f}" for day in days]


def test_events_that_ended_treatment() -> None:
    adae = events().assign(AEACN=lambda frame: ["DRUG WITHDRAWN" if n % 7 == 0 else "NONE" for n in frame["AESEQ"]])
    made = listed("ae-discontinuation-listing", ADSL=pharmaverse("adsl"), ADAE=adae)
    chosen = adae.query("TRTEMFL == 'Y' and AEACN == 'DRUG WITHDRAWN'")
    expected = sorted(zip(chosen["TRTA"], chosen["USUBJID"], chosen["AEDECOD"], strict=True))
    assert sorted(zip(made["TRTA"], made["USUBJID"], made["AEDECOD"], strict=True)) == expected
    assert len(expected) > 50


@pytest.mark.parametrize("times", [1, 3])
def test_laboratory_values(times: int) -> None:
    adlb = pilot("adlbc").query("AVISITN > 0 and AVISITN < 90").dropna(subset=["LBSEQ"])
    adlb = adlb.assign(R2ANRHI=times * adlb["AVAL"] / adlb["A1HI"]).drop_duplicates(["USUBJID", "PARAM", "LBSEQ"])
    made = listed("lab-outlier-listing", ADSL=pilot("adsl"), ADLB=adlb)
    liver = adlb["PARAMCD"].isin(["ALT", "AST"]) & (adlb["R2ANRHI"] > 5)
    other = adlb["PARAMCD"].isin(["ALP", "BILI"]) & (adlb["R2ANRHI"] > 2)
    chosen = adlb[liver | other].sort_values(["TRTAN", "USUBJID", "PARAMN", "ADY"])
    assert made["USUBJID"].tolist() == chosen["USUBJID"].tolist() and len(chosen)
    assert [float(text) for text in made["R2ANRHI"]] == pytest.approx(chosen["R2ANRHI"].tolist(), abs=0.005 + 1e-9)


def test_values_suggestive_of_error() -> None:
    """Limits of FDA's table 60, retyped here; every fiftieth value is made one."""
    advs = pilot("advs").query("AVISITN > 0 and AVISITN <= 24 and PARAMCD in ('SYSBP', 'DIABP', 'PULSE')")
    advs = advs.dropna(subset=["AVAL"]).drop_duplicates(["USUBJID", "PARAM", "AVISITN", "VSSEQ"]).reset_index(drop=True)
    factor = advs.index.map(lambda n: {0: 0.1, 25: 10.0}.get(n % 50, 1.0))
    advs = advs.assign(AVAL=advs["AVAL"] * factor, ADT=advs["ADY"])
    made = listed("extreme-values-listing", ADSL=pilot("adsl"), ADVS=advs)
    limits = {"SYSBP": (50, 400), "DIABP": (25, 370), "PULSE": (10, 600)}
    low, high = (advs["PARAMCD"].map(lambda code, n=n: limits[code][n]) for n in (0, 1))
    chosen = advs[(advs["AVAL"] < low) | (advs["AVAL"] > high)]
    assert sorted(zip(made["USUBJID"], made["PARAM"], made["VSSEQ"], strict=True)) == sorted(
        zip(chosen["USUBJID"], chosen["PARAM"], chosen["VSSEQ"].map("{:.0f}".format), strict=True)
    )
    assert len(chosen) > 100


def test_values_in_another_unit_than_the_criteria_are_refused() -> None:
    """Hemoglobin of the pilot is in mmol/L: half of its lowest would stand among the errors of g/L."""
    adlb = pilot("adlbh").assign(ADT=lambda frame: frame["ADY"])
    adlb = adlb[(adlb["PARAMCD"] == "HGB") & adlb["AVAL"].notna()]
    said = {"criteria": "fda-extreme-hematology-si", "records": {"from": "ADLB"}, "identify_by": ["AVISITN", "LBSEQ"]}
    with pytest.raises(DataError, match=r"Hemoglobin \(mmol/L\) is in another unit than the criterion") as caught:
        listed("extreme-values-listing", said, ADSL=pilot("adsl"), ADLB=adlb)
    assert caught.value.found == "mmol/L"
    # Also where values meet a criterion.
    with pytest.raises(DataError, match="in another unit"):
        listed("extreme-values-listing", said, ADSL=pilot("adsl"), ADLB=adlb.assign(AVAL=adlb["AVAL"] / 2))
    grams = adlb.assign(AVAL=adlb["AVAL"] * 16.114, PARAM="Hemoglobin (g/L)")
    assert len(listed("extreme-values-listing", said, ADSL=pilot("adsl"), ADLB=grams)) == 0


def with_dates(frame: pd.DataFrame, **days: str) -> pd.DataFrame:
    """Numbers in the place of dates, which a dataset of the tests has not."""
    return frame.assign(**{date: frame[day] for date, day in days.items()})


def test_events_by_treatment() -> None:
    """Pages in the order of the treatments' numbers; marks are on treatment-emergent events alone."""
    adae = with_dates(pilot("adae"), ASTDT="ASTDY", AENDT="AENDY")
    made = listed("ae-listing-by-treatment", ADSL=pilot("adsl"), ADAE=adae)
    expected = adae.assign(order=adae["ASTDT"].fillna(-np.inf))
    expected = expected.sort_values(["TRTAN", "USUBJID", "order", "AESEQ"]).reset_index(drop=True)
    for name in ("TRTA", "USUBJID", "AEBODSYS", "AEDECOD", "AETERM"):
        assert made[name].tolist() == expected[name].tolist(), name
    marked = made["ASTDY"].str.endswith("*")
    assert marked.tolist() == ((expected["TRTEMFL"] == "Y") & expected["ASTDY"].notna()).tolist()
    assert 0 < marked.sum() < len(made)


def test_laboratory_values_with_marks() -> None:
    adlb = with_dates(pilot("adlbc"), ADT="ADY")
    adlb = adlb[(adlb["PARAMCD"] == "ALT") & adlb["AVISITN"].between(0, 24)]
    said = {"records": {"from": "ADLB"}}
    made = listed("lab-listing", said, {"ALT": {"PARAM": "ALT", "decimals": "0"}}, ADSL=pilot("adsl"), ADLB=adlb)
    expected = adlb.sort_values(["TRTAN", "USUBJID", "ADT", "AVISITN", "LBSEQ"])
    marks = expected["ANRIND"].map({"H": " H", "L": " L"}).fillna("")
    assert made["AVAL"].tolist() == (expected["AVAL"].map("{:.0f}".format) + marks).tolist()
    assert (marks == " H").sum() == 18 and made["USUBJID"].tolist() == expected["USUBJID"].tolist()


def test_glossary() -> None:
    made = listed("ae-glossary", ADSL=pharmaverse("adsl"), ADAE=events())
    expected = (
        events()[["AEBODSYS", "AEDECOD", "AETERM"]].drop_duplicates().sort_values(["AEBODSYS", "AEDECOD", "AETERM"])
    )
    assert made[["AEBODSYS", "AEDECOD", "AETERM"]].to_numpy().tolist() == expected.to_numpy().tolist()
