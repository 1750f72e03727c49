"""Counts of subjects and events against SQL."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pytest
from tests.analyses.small_studies import COLUMNS, STUDIES, Study, assert_same, numbers, study, table

from adamline.results.ard import levels_of

COLUMN = pd.DataFrame([(name, one) for name, of in COLUMNS.items() for one in of], columns=["column", "treatment"])


def sql(query: str, given: Study) -> dict[tuple[str, ...], float]:
    """Rows of a query over records, people and columns: keys, then n, N and events, as numbers of results."""
    base = """
        with records as (select * from adlb semi join adsl on adlb.USUBJID = adsl.USUBJID and adsl.ITTFL = 'Y'
                         where PARAMCD = 'P'),
             people as (select * from adsl where ITTFL = 'Y'),
             placed as (select "column", records.* from records join columns_ on TRTP = treatment),
             whole as (select name as "column", count(distinct USUBJID) as total
                       from (select distinct "column" as name from columns_)
                       left join columns_ on "column" = name left join people on TRT01P = treatment group by name)
        """
    with duckdb.connect() as connection:
        for name, frame in (("adlb", given.adlb), ("adsl", given.adsl), ("columns_", COLUMN)):
            connection.register(name, frame.astype(dict.fromkeys(frame.select_dtypes("str"), object)))
        found = connection.execute(base + query).fetchall()
    made = {}
    for *keys, n, total, events in found:
        pct = 100 * n / total if total else float("nan")
        made |= {(*keys, name): value for name, value in (("n", n), ("N", total), ("pct", pct), ("events", events))}
    return made


def only_counted(found: dict[tuple[str, ...], float]) -> dict[tuple[str, ...], float]:
    """The numbers of categories that somebody has; no other has a count."""
    somebody = {key[:-1] for key, value in found.items() if key[-1] == "n" and value > 0}
    assert all(value == 0 for key, value in found.items() if key[:-1] not in somebody and key[-1] in ("n", "events"))
    return {key: value for key, value in found.items() if key[:-1] in somebody}


@STUDIES
def test_subjects(seed: int) -> None:
    given = study(seed)
    expected = sql(
        """select visit, whole."column", count(distinct USUBJID), any_value(total), count(USUBJID)
           from whole cross join (values ('Week 2'), ('Week 4'), ('Week 6')) as visits(visit)
           left join placed on placed."column" = whole."column" and AVISIT = visit group by all""",
        given,
    )
    assert_same(numbers(table(given, {"count": "subjects"}), "visit", "column"), expected)


CATEGORIES = """
    select AVISIT, "column", coalesce(AEDECOD, '(missing)'), count(distinct USUBJID), {total}, count(*)
    from placed join whole using ("column") {where} group by all"""


@STUDIES
@pytest.mark.parametrize(
    ("said", "total", "where"),
    [
        ({"missing": "auto"}, "any_value(total)", ""),
        ({"missing": "drop"}, "any_value(total)", "where AEDECOD is not null"),
        ({"missing": "show", "levels": ["Rash", "Pain", "Itch", "Never"]}, "any_value(total)", ""),
        (
            {"denominator": "values", "missing": "drop"},
            """(select count(distinct USUBJID) from placed as own
                where own.AVISIT = placed.AVISIT and own."column" = placed."column" and own.AEDECOD is not null)""",
            "where AEDECOD is not null",
        ),
    ],
    ids=["as they are", "missing dropped", "levels", "values"],
)
def test_categories(seed: int, said: dict[str, Any], total: str, where: str) -> None:
    given = study(seed)
    made = table(given, {"count": "AEDECOD", **said})
    found = numbers(made, "visit", "column", "variable_level")
    assert_same(only_counted(found), sql(CATEGORIES.format(total=total, where=where), given))
    if "levels" in said:
        # Each category in each cell, also where nobody has it, and that of records without one.
        assert len(made) == 3 * len(COLUMNS) * 5 * 4


@STUDIES
@pytest.mark.parametrize("denominator", ["population", "above"])
def test_nested_categories(seed: int, denominator: str) -> None:
    given = study(seed)
    row = {"count": ["AEBODSYS", "AEDECOD"], "missing": "show", "denominator": denominator}
    made = table(given, row)
    outer = sql(CATEGORIES.replace("AEDECOD", "AEBODSYS").format(total="any_value(total)", where=""), given)
    found = only_counted(numbers(made[made["variable"] == "AEBODSYS"], "visit", "column", "variable_level"))
    assert_same(found, outer)
    made = made.assign(outer=levels_of(made, "AEBODSYS"))
    found = only_counted(numbers(made[made["variable"] == "AEDECOD"], "visit", "column", "outer", "variable_level"))
    above = """(select count(distinct USUBJID) from placed as own where own.AVISIT = placed.AVISIT
               and own."column" = placed."column" and own.AEBODSYS is not distinct from placed.AEBODSYS)"""
    query = """select AVISIT, "column", coalesce(AEBODSYS, '(missing)'), coalesce(AEDECOD, '(missing)'),
                   count(distinct USUBJID), {total}, count(*)
               from placed join whole using ("column") group by AVISIT, "column", AEBODSYS, AEDECOD"""
    expected = sql(query.format(total=above if denominator == "above" else "any_value(total)"), given)
    assert_same(found, expected)


@STUDIES
def test_once_at_the_highest_severity(seed: int) -> None:
    given = study(seed)
    made = table(given, {"count": "AEDECOD", "worst": "ASEVN", "missing": "show"})
    found = only_counted(numbers(made, "visit", "column", "variable_level"))
    # Of several records of the highest severity the first category by the alphabet, a missing one last.
    expected = sql(
        """, ranked as (select *, row_number() over (partition by AVISIT, "column", USUBJID
                        order by coalesce(ASEVN, -1) desc, AEDECOD nulls last) as place from placed)
           select AVISIT, "column", coalesce(AEDECOD, '(missing)'), count(*), any_value(total), count(*)
           from ranked join whole using ("column") where place = 1 group by all""",
        given,
    )
    assert_same(found, expected)


def test_records_without_a_category_are_counted_where_no_row_shows_them() -> None:
    given = study(4)
    made = table(given, {"count": "AEDECOD", "missing": "drop"})
    assert not (made["variable_level"] == "(missing)").any()
    assert given.records["AEDECOD"].isna().sum() > 0
