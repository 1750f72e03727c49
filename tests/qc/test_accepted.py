"""Files of accepted differences: what they say, what is refused, and how they stand against a comparison."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.errors import FileFormatError
from adamline.qc.acceptance import Acceptance, Standing, accept_differences, verdict_with
from adamline.qc.accepted import read_accepted
from adamline.qc.answer import Verdict
from adamline.qc.comparison import compare
from adamline.qc.model import Comparison
from adamline.qc.options import CompareOptions

HEADER = "USUBJID,AVISITN,VARIABLE,BASE,COMPARE,REASON,PERSON,DATE\n"

BASE = """
USUBJID AVISITN AVAL   AVALC
'01'    1       8.5    high
'01'    2       9      low
'02'    1       .      low
'02'    2       7      low
"""
COMPARE = """
USUBJID AVISITN AVAL   AVALC
'02'    2       7      low
'01'    1       8.4    High
'01'    2       9      low
'02'    1       6      low
"""
THREE = (
    "01,1,AVAL,8.5,8.4,rounded,A. Tester,2026-01-02\n"
    "01,1.0,avalc,high,High,case,A. Tester,\n"
    "02,1,AVAL,.,6.0,imputed,A. Tester,\n"
)


@pytest.fixture
def comparison(table: Callable[[str], pd.DataFrame]) -> Comparison:
    return compare(table(BASE), table(COMPARE), CompareOptions(id=("USUBJID", "AVISITN")))


@pytest.fixture
def accepted(comparison: Comparison, tmp_path: Path) -> Callable[[str], Acceptance]:
    def make(lines: str, header: str = HEADER) -> Acceptance:
        path = tmp_path / "accepted.csv"
        path.write_text(header + lines, "utf-8")
        return accept_differences(comparison, read_accepted(path))

    return make


def test_all_accepted_is_pass_with_exceptions(comparison: Comparison, accepted: Callable[[str], Acceptance]) -> None:
    acceptance = accepted(THREE)
    assert acceptance.n_accepted == 3
    assert acceptance.count(Standing.USED) == 3
    assert comparison.verdict is Verdict.FAIL
    assert verdict_with(comparison, acceptance) is Verdict.PASS_WITH_EXCEPTIONS


def test_one_not_accepted_fails(comparison: Comparison, accepted: Callable[[str], Acceptance]) -> None:
    acceptance = accepted(THREE.splitlines(keepends=True)[0])
    assert acceptance.n_accepted == 1
    assert verdict_with(comparison, acceptance) is Verdict.FAIL


def test_another_demand_not_met_fails(table: Callable[[str], pd.DataFrame], tmp_path: Path) -> None:
    path = tmp_path / "accepted.csv"
    path.write_text(HEADER + THREE, "utf-8")
    longer = table(COMPARE + "'03' 1 1 low\n")
    found = compare(table(BASE), longer, CompareOptions(id=("USUBJID", "AVISITN")))
    acceptance = accept_differences(found, read_accepted(path))
    assert acceptance.n_accepted == 3
    assert verdict_with(found, acceptance) is Verdict.FAIL


@pytest.mark.parametrize(
    ("line", "standing", "text"),
    [
        ("01,1,AVAL,8.6,8.4,r,p,", Standing.VOID, "the values are now 8.5 and 8.4"),
        ("01,1,AVAL,8.5,8.3,r,p,", Standing.VOID, "the values are now 8.5 and 8.4"),
        ("01,2,AVAL,9,8,r,p,", Standing.VOID, "the values are now 9 and 9"),
        ("02,1,AVAL,.A,6,r,p,", Standing.VOID, "the values are now . and 6"),
        ("01,1,AVALC,high,HIGH,r,p,", Standing.VOID, "the values are now high and High"),
        ("09,1,AVAL,9,8,r,p,", Standing.UNUSED, "no record of both datasets has these keys"),
    ],
)
def test_void_and_unused(accepted: Callable[[str], Acceptance], line: str, standing: Standing, text: str) -> None:
    acceptance = accepted(line + "\n")
    assert acceptance.n_accepted == 0
    assert [(one.standing, one.text) for one in acceptance.differences] == [(standing, text)]


def test_within_the_criterion_is_unused(table: Callable[[str], pd.DataFrame], tmp_path: Path) -> None:
    path = tmp_path / "accepted.csv"
    path.write_text(HEADER + "01,1,AVAL,8.5,8.4,r,p,\n", "utf-8")
    options = CompareOptions(id=("USUBJID", "AVISITN"), method="ABSOLUTE", criterion=0.2)  # type: ignore[arg-type]
    acceptance = accept_differences(compare(table(BASE), table(COMPARE), options), read_accepted(path))
    assert [one.standing for one in acceptance.differences] == [Standing.UNUSED]


def test_order_of_key_columns_does_not_matter(accepted: Callable[..., Acceptance]) -> None:
    header = "avisitn,usubjid,variable,base,compare,reason,person\n"
    assert accepted("1,01,AVAL,8.5,8.4,r,p\n", header).n_accepted == 1


def test_by_position(table: Callable[[str], pd.DataFrame], tmp_path: Path) -> None:
    path = tmp_path / "accepted.csv"
    path.write_text("_OBS_,VARIABLE,BASE,COMPARE,REASON,PERSON\n2,X,1,3,r,p\n7,X,1,3,r,p\n", "utf-8")
    found = compare(table("X\n1\n1"), table("X\n1\n3"))
    acceptance = accept_differences(found, read_accepted(path))
    assert [one.standing for one in acceptance.differences] == [Standing.USED, Standing.UNUSED]
    assert verdict_with(found, acceptance) is Verdict.PASS_WITH_EXCEPTIONS


def test_leading_blanks_count_and_quotes_hold_commas(table: Callable[[str], pd.DataFrame], tmp_path: Path) -> None:
    path = tmp_path / "accepted.csv"
    path.write_text('ID,VARIABLE,BASE,COMPARE,REASON,PERSON\n1,T,"a, b"," a, b","x, y",p\n', "utf-8-sig")
    found = compare(table("ID T\n1 'a, b'"), table("ID T\n1 ' a, b'"), CompareOptions(id="ID"))
    assert accept_differences(found, read_accepted(path)).n_accepted == 1


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "The file of accepted differences is empty.", None),
        ("USUBJID,VARIABLE,BASE\n", "The columns are not those of accepted differences.", 1),
        (HEADER + "01,1,AVAL\n", "A line has another number of fields.", 2),
        (HEADER + "\n01,1,AVAL,1,2,,p,\n", "An accepted difference has no reason.", 3),
        (HEADER + "01,1,AVAL,1,2,r,,\n", "An accepted difference has no person.", 2),
        (HEADER + "01,1,AVAL,1,1,r,p,\n", "The two values are the same.", 2),
        (
            HEADER + "01,1,AVAL,1,2,r,p,\n01,1,AVALC,1,2,r,p,\n01,1,aval,1,3,r,p,\n",
            "AVAL of one record is accepted twice (first on line 2).",
            4,
        ),
    ],
)
def test_refused_files(tmp_path: Path, text: str, message: str, line: int | None) -> None:
    path = tmp_path / "accepted.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(FileFormatError) as caught:
        read_accepted(path)
    assert (caught.value.what, caught.value.place.line) == (message, line)
    assert caught.value.place.file == "accepted.csv"


def test_all_faults_at_once(tmp_path: Path) -> None:
    path = tmp_path / "accepted.csv"
    path.write_text(HEADER + "01,1,AVAL,1,1,r,p,\n01,2,AVAL,1,2,,,\n", "utf-8")
    with pytest.raises(FileFormatError) as caught:
        read_accepted(path)
    assert caught.value.what == "The file of accepted differences has 3 faults."
    assert "accepted.csv, line 3: An accepted difference has no person." in caught.value.found


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="cannot be read"):
        read_accepted(tmp_path / "none.csv")


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "accepted.csv"
    path.write_bytes(b"USUBJID,VARIABLE,BASE,COMPARE,REASON,PERSON\n\xe9,X,1,2,r,p\n")
    with pytest.raises(FileFormatError, match=r"not utf-8(.|\n)*line 2, column 1"):
        read_accepted(path)


def test_unknown_variable(accepted: Callable[[str], Acceptance]) -> None:
    with pytest.raises(FileFormatError) as caught:
        accepted("01,1,AVALX,1,2,r,p,\n")
    assert (caught.value.what, caught.value.place.line) == ("AVALX is not a compared variable.", 2)


def test_other_keys_than_those_of_the_comparison(accepted: Callable[..., Acceptance]) -> None:
    with pytest.raises(FileFormatError) as caught:
        accepted("01,AVAL,1,2,r,p\n", "USUBJID,VARIABLE,BASE,COMPARE,REASON,PERSON\n")
    assert (caught.value.expected, caught.value.found) == ("USUBJID, AVISITN", "USUBJID")


@pytest.mark.parametrize(
    ("line", "column"), [('01,X,1,2,5" wide,p', 11), ('01,X,1,2,"reason" too,p', 17), ('01,X,1,2,r,p"', 13)]
)
def test_quotes_that_rfc_4180_does_not_allow(tmp_path: Path, line: str, column: int) -> None:
    path = tmp_path / "accepted.csv"
    path.write_text(f"USUBJID,VARIABLE,BASE,COMPARE,REASON,PERSON\n{line}\n02,X,1,2,r,p\n")
    with pytest.raises(FileFormatError) as caught:
        read_accepted(path)
    assert (caught.value.place.line, caught.value.place.column) == (2, column)
