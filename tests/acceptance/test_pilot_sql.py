"""The central tables of the pilot's safety package, cell by cell, against SQL over the ADaM that the run made."""

# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from tests.acceptance.conftest import Ran

from adamline.io.xpt_read import read_xpt
from adamline.results.csv_file import read_results

Key = tuple[str, ...]
DATASETS = ("adsl", "adae", "adcm", "adlbc", "adlbcl", "adlbhl", "advs")
# Events on treatment in the safety population, with severity as a number.
TEAE = """(select *, case AESEV when 'MILD' then 1 when 'MODERATE' then 2 else 3 end RANK
           from adae where SAFFL = 'Y' and TRTEMFL = 'Y')"""
SEVERITY = "case RANK when 1 then 'MILD' when 2 then 'MODERATE' else 'SEVERE' end"
TAKEN = "(select * from adcm where SAFFL = 'Y' and ONTRTFL = 'Y')"
DISCONTINUED = "(select * from adsl where EOSSTT = 'DISCONTINUED')"


@pytest.fixture(scope="module")
def database(pilot_run: Ran) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        for name in DATASETS:
            frame = read_xpt(pilot_run.out / "adam" / f"{name}.xpt").frame
            texts = frame.columns.difference(frame.select_dtypes(["number", "datetime"]).columns)
            made.register(name, frame.assign(**{column: frame[column].astype(object) for column in texts}))
        yield made


def worst(*by: str) -> str:
    """Subjects by the worst severity of their events in each of these."""
    names = ", ".join(["TRTA", *by])
    return f"""select {names}, {SEVERITY}, count(*) from
               (select {names}, USUBJID, max(RANK) RANK from {TEAE} group by all) group by all"""


def of_subjects(source: str, *by: str, of: str = "count(distinct USUBJID)") -> str:
    return f"select {', '.join(by)}, {of} from {source} where {' is not null and '.join(by)} is not null group by all"


def beyond(dataset: str, code: str, condition: str) -> str:
    """Subjects with a value after baseline that meets the condition."""
    return f"""select TRTA, count(distinct USUBJID) from {dataset}
               where SAFFL = 'Y' and AVISITN > 0 and PARAMCD = '{code}' and {condition} group by all"""


# The output, the analysis and statistic, and the query: levels from the column in, then the number.
CELLS: list[tuple[str, str, str, str]] = [
    ("T-14-3-1-2", "count subjects", "n", of_subjects(TEAE, "TRTA")),
    ("T-14-3-1-2", "count subjects", "events", of_subjects(TEAE, "TRTA", of="count(*)")),
    ("T-14-3-1-2", "count AEBODSYS AEDECOD", "n", of_subjects(TEAE, "TRTA", "AEBODSYS", "AEDECOD")),
    ("T-14-3-1-2", "count AEBODSYS AEDECOD", "events", of_subjects(TEAE, "TRTA", "AEBODSYS", "AEDECOD", of="count(*)")),
    ("T-14-3-1-6", "any severity", "n", worst()),
    ("T-14-3-1-6", "soc severity", "n", worst("AEBODSYS")),
    ("T-14-3-1-6", "term severity", "n", worst("AEBODSYS", "AEDECOD")),
    ("T-14-1-8", "summary TRTDURD", "mean", of_subjects("adsl", "TRT01A", of="avg(TRTDURD)")),
    ("T-14-1-8", "summary TRTDURD", "median", of_subjects("adsl", "TRT01A", of="median(TRTDURD)")),
    ("T-14-1-8", "summary CUMDOSE", "sd", of_subjects("adsl", "TRT01A", of="stddev_samp(CUMDOSE)")),
    ("T-14-1-8", "exposure", "person_years", of_subjects("adsl", "TRT01A", of="sum(TRTDURD) / 365.25")),
    ("T-14-1-8", "16 weeks", "n", of_subjects("(select * from adsl where TRTDURD >= 112)", "TRT01A")),
    ("T-14-1-3", "count DCSREAS where EOSSTT = 'DISCONTINUED'", "n", of_subjects(DISCONTINUED, "TRT01A", "DCSREAS")),
    ("T-14-1-7", "count CMCLAS CMDECOD", "n", of_subjects(TAKEN, "TRTA", "CMCLAS", "CMDECOD")),
    ("T-14-1-7", "count CMCLAS CMDECOD", "events", of_subjects(TAKEN, "TRTA", "CMCLAS", "CMDECOD", of="count(*)")),
    ("T-14-3-4-8", "fda-chemistry-si Potassium, low (mmol per L) Level 2 (<3.4)", "n",
     beyond("adlbcl", "K", "AVAL < 3.4")),
    ("T-14-3-4-8", "fda-liver Alanine aminotransferase, high Level 1 (>3 x ULN)", "n",
     beyond("adlbcl", "ALT", "R2ANRHI > 3")),
    ("T-14-3-5-3", "fda-blood-pressure Maximum diastolic blood pressure (mmHg) ≥90", "n",
     beyond("advs", "DIABP", "AVAL >= 90 and ATPTN = 815 and AVISITN <= 24")),
    ("T-14-3-4-18", "high", "n", """select TRTA, PARAMCD, GRADE, count(*) from
        (select TRTA, PARAMCD, USUBJID, max(ATOXGRH) GRADE from adlbcl
         where SAFFL = 'Y' and AVISITN > 0 and ATOXGRH is not null group by all) group by all"""),
    ("T-14-3-4-19", "shift ATOXGRH", "n", """select TRTA, PARAMCD, BTOXGRH, ATOXGRH, count(distinct USUBJID) from adlbcl
        where SAFFL = 'Y' and ANL01FL = 'Y' and PARAMCD in ('ALT', 'AST', 'ALP', 'BILI', 'CREAT')
        and BTOXGRH is not null and ATOXGRH is not null group by all"""),
    ("T-14-3-4-4", "shift ANRIND", "n", """select TRTA, PARAMCD, coalesce(BNRIND, '(missing)'),
        coalesce(ANRIND, '(missing)'), count(distinct USUBJID) from adlbc
        where SAFFL = 'Y' and AVISITN = 99 group by all"""),
    ("T-14-3-4-2", "summary AVAL CHG", "n", """unpivot (select TRTA, PARAMCD, AVISIT, count(AVAL) AVAL, count(CHG) CHG
        from adlbc where SAFFL = 'Y' and AVISITN between 0 and 24
        and PARAMCD in ('ALT', 'AST', 'ALP', 'BILI', 'CREAT') group by all) on AVAL, CHG"""),
]  # fmt: skip


def stored(pilot_run: Ran, output: str, analysis: str, statistic: str) -> dict[Key, float]:
    """What is there of an analysis, by column, groupings and category; zeros, and sums over categories, left out."""
    results = read_results(pilot_run.out / "results" / f"{output.lower()}.csv")
    rows = results[(results["analysis"] == analysis) & (results["stat_name"] == statistic)]
    names = [name for name in rows.columns if name.startswith("group") and name.endswith("_level")]
    levels = rows["variable" if analysis.startswith("summary AVAL") else "variable_level"]
    keys = rows[names].assign(last=levels).itertuples(index=False)
    found = {tuple(part for part in key if part): value for key, value in zip(keys, rows["stat"], strict=True)}
    return {key: value for key, value in found.items() if value and "Total" not in key}


@pytest.mark.parametrize(("output", "analysis", "statistic", "query"), CELLS, ids=lambda text: text[:40])
def test_cells(
    pilot_run: Ran, database: duckdb.DuckDBPyConnection, output: str, analysis: str, statistic: str, query: str
) -> None:
    expected = {tuple(map(str, row[:-1])): float(row[-1]) for row in database.sql(query).fetchall() if row[-1]}
    found = stored(pilot_run, output, analysis, statistic)
    depth = len(next(iter(expected)))
    found = {key: value for key, value in found.items() if len(key) == depth}
    assert found == pytest.approx(expected, rel=1e-12)
    assert len(found) > 1


@pytest.mark.parametrize("variable", ["SEX", "RACE", "AGEGR1", "ETHNIC"])
def test_demographics(pilot_run: Ran, database: duckdb.DuckDBPyConnection, variable: str) -> None:
    of = f"select TRT01P, {variable}, count(*) from adsl where ITTFL = 'Y' group by all"
    of += f" union all select 'Total', {variable}, count(*) from adsl where ITTFL = 'Y' group by all"
    expected = {(arm, level): float(n) for arm, level, n in database.sql(of).fetchall()}
    results = read_results(pilot_run.out / "results" / "t-14-1-4.csv")
    rows = results[(results["analysis"] == f"count {variable}") & (results["stat_name"] == "n") & (results["stat"] > 0)]
    assert (
        dict(zip(zip(rows["group1_level"], rows["variable_level"], strict=True), rows["stat"], strict=True)) == expected
    )


# Each listing, and the records that it is to have.
LISTED = {
    "L-14-3-2-2": "select USUBJID, AEDECOD from adae where SAFFL = 'Y' and AESER = 'Y'",
    "L-16-2-1": "select USUBJID, DCSREAS from adsl where SAFFL = 'Y' and EOSSTT = 'DISCONTINUED'",
    "L-16-2-4-2": """select USUBJID, CMTRT from adcm
                     where SAFFL = 'Y' and ONTRTFL = 'Y' and VISITNUM = 1 and SITEID = '701'""",
    "L-16-2-5": "select USUBJID, TRT01A from adsl where SAFFL = 'Y'",
    "L-16-2-7-1": "select USUBJID, AETERM from adae where SAFFL = 'Y' and TRTEMFL = 'Y' and AESEV = 'SEVERE'",
    "L-16-2-7-3": """select distinct AEBODSYS, AEDECOD, AETERM from adae where SAFFL = 'Y' and TRTEMFL = 'Y'""",
    "L-16-2-9-1": """select USUBJID, PARAM, AVISIT from advs where SAFFL = 'Y' and PARAMCD in ('PULSE', 'WEIGHT')
                     and AVISITN is not null and AVISITN <> 99 and SITEID = '701'""",
    "L-16-2-9-2": """select USUBJID, PARAM from adlbcl where SAFFL = 'Y' and (PARAMCD = 'K' and (AVAL < 1.3 or AVAL > 9)
                     or PARAMCD = 'ALT' and AVAL > 50000 or PARAMCD = 'GLUC' and (AVAL < 0.6 or AVAL > 150))""",
}


@pytest.mark.parametrize("output", LISTED)
def test_listings(pilot_run: Ran, database: duckdb.DuckDBPyConnection, output: str) -> None:
    query = database.sql(LISTED[output])
    results = read_results(pilot_run.out / "results" / f"{output.lower()}.csv")
    found = results[query.columns].itertuples(index=False, name=None)
    assert sorted(found) == sorted(tuple(text or "" for text in row) for row in query.fetchall())


def test_profiles(pilot_run: Ran, database: duckdb.DuckDBPyConnection) -> None:
    results = read_results(pilot_run.out / "results" / "l-16-2-10.csv")
    subjects = sorted(set(results["USUBJID"]))
    assert len(subjects) == 6
    events = results[results["section"] == "Adverse events"]
    for subject in subjects:
        query = f"select AEDECOD from adae where USUBJID = '{subject}' order by ASTDY nulls first, AESEQ"
        terms = [row[0] for row in database.sql(query).fetchall()]
        assert events.loc[events["USUBJID"] == subject, "cell3"].tolist() == terms
