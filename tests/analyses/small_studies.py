"""Small random data with what goes wrong in studies, and the results of one row of a table made from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.table import Options, analyse
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.results.ard import Around, levels_of

VISITS = ("Week 2", "Week 4", "Week 6")
# The columns of the tables, and the treatments that each holds; nobody has C.
COLUMNS = {"A": ("A",), "B": ("B",), "C": ("C",), "Any": ("A", "B"), "Total": ("A", "B", "C")}


@dataclass(frozen=True)
class Study:
    """Subjects and records: the population is ITTFL = 'Y', the records are those of PARAMCD = 'P'."""

    adsl: pd.DataFrame
    adlb: pd.DataFrame

    @property
    def people(self) -> pd.DataFrame:
        """The population."""
        return self.adsl[self.adsl["ITTFL"] == "Y"]

    @property
    def records(self) -> pd.DataFrame:
        """The records of the population that tables are made from."""
        inside = self.adlb["USUBJID"].isin(self.people["USUBJID"])
        return self.adlb[inside & (self.adlb["PARAMCD"] == "P")]

    def once(self) -> Study:
        """The same with one record a subject and visit."""
        return Study(self.adsl, self.adlb.drop_duplicates(["USUBJID", "AVISIT", "PARAMCD"]))


def study(seed: int) -> Study:
    """Nobody, one subject, one treatment alone, or some; values missing, subjects without records, records twice.

    No record of Week 6 is one of PARAMCD = 'P'. Subjects who are not in the population have records too.
    """
    random = np.random.default_rng(seed)
    count = (0, 1, 6, 12, 20)[seed % 5]
    adsl = pd.DataFrame(
        {
            "USUBJID": [f"S{number:02}" for number in range(count)],
            "TRT01P": random.choice(["A"] if seed % 7 == 6 else ["A", "B"], count),
            "ITTFL": random.choice(["Y", "Y", "Y", "N"], count),
            "TRTDURD": random.choice([0.0, 30.0, 61.0, 365.0], count),
        }
    )
    each = random.integers(0, 6, count)
    adlb = adsl.loc[np.repeat(np.arange(count), each), ["USUBJID", "TRT01P", "ITTFL"]].rename(
        columns={"TRT01P": "TRTP"}
    )
    size = len(adlb)
    adlb = adlb.assign(
        AVISIT=random.choice(VISITS[:2], size),
        PARAMCD="P",
        AVAL=random.choice([np.nan, 0.5, 1, 2, 2, 3.25, 7, 11], size),
        BASE=random.choice([np.nan, 1, 2, 4, 5, 9], size),
        CNSR=random.choice([0.0, 0.0, 1.0, np.nan], size),
        ASTDY=random.integers(1, 80, size).astype(float),
        AVALC=random.choice(["Y", "N", "N", ""], size),
        AEBODSYS=random.choice(["Heart", "Skin", ""], size),
        AEDECOD=random.choice(["Itch", "Rash", "Pain", ""], size),
        ASEVN=random.choice([1.0, 2.0, 3.0, np.nan], size),
        ANRIND=random.choice(["LOW", "NORMAL", "HIGH", ""], size),
        BNRIND=random.choice(["LOW", "NORMAL", "HIGH", ""], size),
        REGION=random.choice(["EU", "US", ""], size),
    )
    twice = adlb[random.random(size) < 0.2]
    other = adsl[:1].rename(columns={"TRT01P": "TRTP"}).drop(columns="TRTDURD")
    other = other.merge(pd.DataFrame({"AVISIT": VISITS, "PARAMCD": "Q"}), how="cross")
    adlb = pd.concat([adlb, twice, other], ignore_index=True)
    values = ["AVAL", "BASE", "CNSR", "ASTDY", "ASEVN"]
    texts = adlb.columns.difference(values)
    adlb = adlb.astype(dict.fromkeys(values, float) | dict.fromkeys(texts, "str"))
    adlb[texts] = adlb[texts].mask(adlb[texts] == "")
    return Study(adsl.astype({"USUBJID": "str", "TRT01P": "str", "ITTFL": "str"}), adlb)


STUDIES = pytest.mark.parametrize("seed", range(10))


def _dataset(name: str, frame: pd.DataFrame) -> Dataset:
    kinds = [Kind.NUMBER if frame[column].dtype == float else Kind.TEXT for column in frame]
    return Dataset(name, frame, tuple(Variable(each, kind) for each, kind in zip(frame, kinds, strict=True)))


def table(study: Study, row: Mapping[str, Any], **more: Any) -> pd.DataFrame:
    """The results of one row in three visits and all columns, with ``visit`` and ``column`` of each."""
    results = with_around(study, row, **more)
    results = results[~results["analysis"].isin(list(Around))]
    return results.assign(visit=levels_of(results, "AVISIT"), column=levels_of(results, "TRTP"))


def with_around(study: Study, row: Mapping[str, Any], **more: Any) -> pd.DataFrame:
    """The results of one row in three visits and all columns, with those of who is counted and who is not."""
    return made(study, row, **more).results


def made(study: Study, row: Mapping[str, Any], **more: Any) -> Made:
    """What a table of one row in three visits and all columns is made into."""
    spec = {
        "output": "T-1",
        "kind": "table",
        "title": "T",
        "population": {"from": "ADSL", "where": "ITTFL = 'Y'", "label": "All"},
        "records": {"from": "ADLB", "where": "PARAMCD = 'P'"},
        "columns": {
            "by": "TRTP",
            "population_by": "TRT01P",
            "order": ["A", "B", "C"],
            "pooled": {"Any": ["A", "B"]},
            "total": "Total",
        },
        "rows": [{"by": "AVISIT", "show": list(VISITS), "rows": [row]}],
        **more,
    }
    data = AnalysisData({"ADSL": _dataset("ADSL", study.adsl), "ADLB": _dataset("ADLB", study.adlb)})
    return analyse(data, Options.model_validate(spec))


def cells(study: Study) -> Iterator[tuple[str, str, pd.DataFrame, pd.DataFrame]]:
    """Each visit and column with its records, and the people of the column."""
    for visit in VISITS:
        for column, treatments in COLUMNS.items():
            of_column = study.people[study.people["TRT01P"].isin(treatments)]
            records = study.records[study.records["TRTP"].isin(treatments) & (study.records["AVISIT"] == visit)]
            yield visit, column, records, of_column


def numbers(results: pd.DataFrame, *names: str) -> dict[tuple[str, ...], float]:
    """The number of each result, by the columns ``names`` and the name of the statistic."""
    keys = zip(*(results[name] for name in (*names, "stat_name")), strict=True)
    made = dict(zip(keys, results["stat"], strict=True))
    assert len(made) == len(results)
    return made


def assert_same(found: Mapping[Any, float], expected: Mapping[Any, float], rel: float = 1e-9) -> None:
    """Every number is expected, and near what is expected, or missing as it is."""
    assert found.keys() == expected.keys()
    wrong = {
        key: (found[key], value)
        for key, value in expected.items()
        if found[key] != pytest.approx(value, rel, 1e-9, nan_ok=True)
    }
    assert not wrong
