"""What added records have: said by their entry, or refused; never a matter of what other entries read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.errors import SpecError
from adamline.io.xpt_read import read_xpt
from adamline.study.expanded import expanded_lines, plan_lines
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]
AVERAGE = "{add: average, by: [USUBJID, PARAMCD], set: {AVISIT: Mean}"
COPY = "{add: copied_records, where: VISITNUM = 1, set: {AVISIT: Last}"
# Adds nothing, and reads a variable.
READER = "{{add: copied_records, where: {name} = 12345, set: {{AVISIT: None}}, copies: all}}"


@pytest.fixture
def write(study: Path, edit: Edit) -> Callable[..., None]:
    """Gives the ADLB of the mini study entries of `records`, and a variable that is made of AVAL alone."""

    def written(*entries: str) -> None:
        edit("study.yaml", "outputs: [t-1]", "outputs: []")
        edit("adlb.yaml", "[USUBJID, PARAMCD, LBSEQ]", "[USUBJID, PARAMCD, LBSEQ, AVISIT]")
        high = "{derive: case_when, rows: [{when: AVAL >= 25, value: 1}, {value: 0}], type: number}"
        lines = "".join(f"  - {entry}\n" for entry in entries)
        edit("adlb.yaml", "  LBSEQ: copy\n", f"  LBSEQ: copy\n  CRIT1FN: {high}\nrecords:\n{lines}")

    return written


@pytest.fixture
def made(study: Path, sdtm: Path, tmp_path: Path) -> Callable[[], pd.DataFrame]:
    """The ADLB that the study makes."""

    def adlb() -> pd.DataFrame:
        run_study(open_study(study), sdtm, tmp_path / "out")
        return read_xpt(tmp_path / "out" / "adam" / "adlb.xpt").frame

    return adlb


def fault(study: Path) -> str:
    with pytest.raises(SpecError) as caught:
        open_study(study)
    return str(caught.value)


def test_a_variable_that_a_step_reads_is_not_left_out_unsaid(
    study: Path, write: Callable[..., None], edit: Edit, made: Callable[[], pd.DataFrame]
) -> None:
    """ADEX: the category of a summed dose was missing, since the sum was taken `where` the category was not."""
    write(AVERAGE + ", where: CRIT1FN is not missing, missing: source}")
    assert fault(study) == (
        "The spec has 1 fault.\n"
        "1. The entry does not say what the records of `average` have of CRIT1FN.\n"
        "  where:    adlb.yaml, line 21, dataset ADLB\n"
        "  expected: each of them under `missing` or `derived`\n"
        "  found:    not said: CRIT1FN, made before them\n"
        "  try:      to leave them missing write `missing: [source, CRIT1FN]`"
    )
    edit("adlb.yaml", "missing: source", "missing: source, derived: [CRIT1FN]")
    adlb = made()
    mean = adlb[adlb["AVISIT"] == "Mean"]
    assert mean[["AVAL", "CRIT1FN"]].to_numpy().tolist() == [[22.5, 0], [29, 1]]
    edit("adlb.yaml", ", where: CRIT1FN is not missing", "")
    pd.testing.assert_frame_equal(made(), adlb)  # as if no step read it


def test_nor_one_that_another_entry_reads(study: Path, write: Callable[..., None], edit: Edit) -> None:
    """ADTTE: of two entries the second reads a variable, which its own records then had no more."""
    write(AVERAGE + ", missing: [source, ABLFL]}", COPY + ", copies: [AVAL], missing: [ABLFL]}")
    open_study(study)
    edit("adlb.yaml", "where: VISITNUM = 1, set", "where: CRIT1FN = 0, set")
    assert "what the records of `copied_records` have of CRIT1FN" in fault(study)
    assert "`average`" not in fault(study)  # whose records have it derived, as all do


@pytest.mark.parametrize("name", ["AVAL", "BASE", "CHG", "CRIT1FN", "ABLFL", "AVISITN"])
def test_what_another_entry_reads_changes_nothing(
    name: str, study: Path, write: Callable[..., None], edit: Edit, made: Callable[[], pd.DataFrame]
) -> None:
    """Whatever an entry in front reads, records are as they were; all that matters is said."""
    first = AVERAGE + ", missing: [source, ABLFL], derived: [AVISITN, BASE, CHG, CRIT1FN]}"
    second = COPY + ", copies: [AVAL], missing: [ABLFL, BASE], derived: [AVISITN, CHG, CRIT1FN]}"
    write(first, second)
    before = made()
    reader = READER.format(name=name) if name != "ABLFL" else READER.format(name="ABLFL").replace("12345", "'N'")
    edit("adlb.yaml", f"records:\n  - {first}", f"records:\n  - {reader}\n  - {first}")
    pd.testing.assert_frame_equal(made(), before)


def test_the_three_words(write: Callable[..., None], made: Callable[[], pd.DataFrame], table, plain) -> None:
    write(
        AVERAGE + ", missing: [source, ABLFL, CHG]}",
        COPY + ", copies: [AVAL, CHG], missing: [CRIT1FN, ABLFL], derived: [BASE]}",
    )
    adlb = made()
    expected = table("""
        USUBJID AVISIT LBSEQ AVISITN AVAL ABLFL BASE CHG CRIT1FN
        M-1     Mean   .     .       22.5 .     20   .   0
        M-1     Last   1     1       20   .     20   .   .
        M-2     Mean   .     .       29   .     30   .   1
        M-2     Last   1     1       30   .     30   .   .
        M-3     Last   1     1       22   .     22   .   .
        """)
    added = adlb[adlb["AVISIT"].isin(["Mean", "Last"])]
    for name in expected.columns:
        assert plain(added[name]) == plain(expected[name]), name


def test_others_are_all_that_the_entry_does_not_name(
    write: Callable[..., None], made: Callable[[], pd.DataFrame]
) -> None:
    write(AVERAGE + ", missing: others, derived: [CRIT1FN]}")
    mean = made().query("AVISIT == 'Mean'")
    has = [name for name in mean.columns if mean[name].notna().any()]
    assert has == ["STUDYID", "USUBJID", "TRTP", "TRTSDT", "ITTFL", "PARAMCD", "PARAM", "AVISIT", "AVAL", "CRIT1FN"]


WRONG = {
    "no copies": (COPY + "}", ["`copied_records` copies records, and the entry does not say what the copies keep"]),
    "copies of none": (AVERAGE + ", copies: all, missing: source}", ["are no copies", "under `by`, `common`"]),
    "unknown": (AVERAGE + ", missing: [source, CRIT1N]}", ["`missing` names CRIT1N", "did you mean CRIT1FN?"]),
    "twice": (
        AVERAGE + ", missing: [source, CHG], derived: [CHG]}",
        ["CHG stands twice, under `missing` and `derived`"],
    ),
    "given": (AVERAGE + ", missing: [source, AVAL]}", ["`missing` names AVAL, which `"]),
    "of the subject": (AVERAGE + ", missing: [source, TRTP]}", ["`missing` names TRTP, which `"]),
    "set": (COPY + ", copies: [AVISIT]}", ["`copies` names AVISIT, which `"]),
    "source of copies": (COPY + ", copies: [AVAL], missing: source}", ["Copies have the variables of the source"]),
    "read of the source": (AVERAGE + "}", ["have of VISITNUM, LBSEQ", "VISITNUM, for AVISITN; LBSEQ"]),
    "derived of what others leaves out": (
        AVERAGE + ", missing: others, derived: [CHG]}",
        ["BASE, for CHG", "have of BASE, ABLFL.", "add them to `derived`: [CHG, BASE, ABLFL]"],
    ),
    "neither word": (AVERAGE + ", missing: other}", ["`records.0.missing`"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_refused(case: str, study: Path, write: Callable[..., None]) -> None:
    entry, expected = WRONG[case]
    write(entry)
    found = fault(study)
    assert [text for text in expected if text not in found] == [], found


def test_the_plan_and_the_expanded_spec_show_it(study: Path, write: Callable[..., None]) -> None:
    write(COPY + ", copies: [AVAL], missing: [CRIT1FN], derived: [ABLFL]}", AVERAGE + ", missing: others}")
    plan = [line.strip() for line in plan_lines(open_study(study), "ADLB")]
    assert "copies: [AVAL]" in plan and "missing: [CRIT1FN]" in plan
    expanded = [line.strip() for line in expanded_lines(open_study(study))]
    assert "copies: [AVAL]" in expanded and "missing: [CRIT1FN]" in expanded


def test_a_program_gives_what_it_says(study: Path, sdtm: Path, tmp_path: Path, write: Callable[..., None]) -> None:
    (study / "programs").mkdir()
    (study / "programs" / "more.py").write_text(
        "import pandas as pd\n"
        "from adamline.contract import derivation\n"
        "@derivation(define='x', needs=['AVAL'], makes=['PARAMCD'])\n"
        "def add_more(frame):\n"
        "    return pd.concat([frame, frame[['USUBJID', 'PARAMCD', 'AVAL']]], ignore_index=True)\n"
    )
    write("{add: programs.more, missing: others}")
    with pytest.raises(Exception, match="did not keep its contract") as caught:
        run_study(open_study(study), sdtm, tmp_path / "out")
    assert caught.value.found == "values of AVAL"  # type: ignore[attr-defined]
