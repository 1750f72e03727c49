"""Specs whose added records would have wrong values without a word, as programmers wrote them: each is refused.

The ADEX of the CDISC pilot first had 20,118 wrong values so (the flags, days and dates of what is summed over a
treatment), an ADTTE 40. Each case is refused with the line to write; with it, the records are right.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.study.conftest import write_domain

from adamline.errors import SpecError
from adamline.io.xpt_read import read_xpt
from adamline.study.run import run_study
from adamline.study.study import open_study

ADEX = """\
dataset: ADEX
label: Exposure Analysis
class: BDS
keys: [USUBJID, PARAMCD, EXSEQ]
source: {domain: EX}
subject: {ADSL: [TRT01P]}
parameters:
  - {PARAMCD: DOSE, PARAM: Dose Administered (mg), DOMAIN: EX}
  - {PARAMCD: TDOSE, PARAM: Total Dose Administered (mg)}
variables:
  USUBJID, PARAMCD, PARAM, EXSEQ: copy
  ASEQ:     {derive: aseq, order: [PARAMCD, EXSEQ]}
  ASTDT:    {derive: date, from: EXSTDTC, highest: month}
  ASTDTF:   {derive: dtf, from: EXSTDTC, date: ASTDT}
  AVAL:     {derive: copy, from: EXDOSE}
  AVALCAT1: {derive: case_when, rows: [{when: AVAL is missing}, {when: AVAL < 60, value: Low}, {value: High}]}
  SETTING:  {derive: case_when, rows: [{when: "VISIT = 'WEEK 2'", value: Clinic}, {value: Home}], label: Setting}
records:
"""
TOTAL = (
    "{add: summary, parameter: TDOSE, statistic: sum, of: DOSE, earliest: [ASTDT], missing: [source, ASTDTF, SETTING]}"
)
FIRST = "{add: copied_records, where: EXSEQ = 1, set: {PARAMCD: TDOSE}, copies: all}"


@pytest.fixture
def adex(study: Path, sdtm: Path, tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """Writes the ADEX with entries of `records`, and gives what a run makes of it."""
    ex = {
        "USUBJID": ["M-1", "M-1", "M-2"],
        "EXSEQ": [1.0, 2, 1],
        "EXDOSE": [54.0, 81, 54],
        "EXSTDTC": ["2020-01", "2020-02-01", "2020-01-02"],
        "VISIT": ["WEEK 2", "WEEK 4", "WEEK 2"],
    }
    write_domain(sdtm, "EX", pd.DataFrame(ex))
    for old, new in (("[adlb, adsl]", "[adsl, adex]"), ("outputs: [t-1]", "outputs: []")):
        (study / "study.yaml").write_text((study / "study.yaml").read_text().replace(old, new))

    def made(*entries: str) -> pd.DataFrame:
        (study / "adex.yaml").write_text(ADEX + "".join(f"  - {entry}\n" for entry in entries))
        run_study(open_study(study), sdtm, tmp_path / "out")
        return read_xpt(tmp_path / "out" / "adam" / "adex.xpt").frame

    return made


def fault(adex: Callable[..., pd.DataFrame], *entries: str) -> str:
    with pytest.raises(SpecError) as caught:
        adex(*entries)
    return str(caught.value)


def test_of_what_a_variable_is_that_the_records_do_not_have(adex, plain) -> None:
    """ASTDTF said Y of each start of treatment, as of a date that is imputed whole: there is no EXSTDTC beside it."""
    assert fault(adex, TOTAL.replace(", ASTDTF, SETTING", "")) == (
        "The spec has 1 fault.\n"
        "1. The entry does not say what the records of `summary` have of ASTDTF, SETTING.\n"
        "  where:    adex.yaml, line 19, dataset ADEX\n"
        "  expected: each of them under `missing` or `derived`\n"
        "  found:    not said: ASTDTF, made of EXSTDTC, which they do not have; "
        "SETTING, made of VISIT, which they do not have\n"
        "  try:      to leave them missing write `missing: [source, ASTDTF, SETTING]`"
    )
    total = adex(TOTAL).query("PARAMCD == 'TDOSE'")
    assert plain(total["ASTDTF"]) == [None, None] == plain(total["SETTING"])
    assert total["ASTDT"].dt.strftime("%F").tolist() == ["2020-01-01", "2020-01-02"]


def test_a_step_reads_what_is_derived(adex, plain) -> None:
    """The category was missing on the totals alone, since a condition of the entry happened to read it."""
    assert adex(TOTAL).query("PARAMCD == 'TDOSE'")["AVALCAT1"].tolist() == ["High", "Low"]
    reading = TOTAL.replace("of: DOSE", "of: DOSE, where: AVALCAT1 is not missing")
    found = fault(adex, reading)
    assert "have of AVALCAT1." in found and "not said: AVALCAT1, made before them" in found
    total = adex(reading.replace("missing: [", "derived: [AVALCAT1], missing: [")).query("PARAMCD == 'TDOSE'")
    assert total["AVALCAT1"].tolist() == ["High", "Low"]


def test_another_entry_reads_it(adex) -> None:
    """ADTTE: an entry that was added behind changed the records of the one in front."""
    behind = FIRST.replace("EXSEQ = 1", "AVALCAT1 = 'High'")
    found = fault(adex, TOTAL, behind.replace("copies: all", "copies: [ASTDT, AVAL]"))
    assert "what the records of `copied_records` have of AVALCAT1" in found and "`summary`" not in found


def test_a_copy_of_which_nothing_is_said(adex) -> None:
    assert fault(adex, FIRST.replace(", copies: all", "")).splitlines()[1:] == [
        "1. `copied_records` copies records, and the entry does not say what the copies keep.",
        "  where:    adex.yaml, line 19, dataset ADEX",
        "  expected: `copies: all`, or `copies:` with a list of variables, which may be empty",
        "  try:      a copy keeps the variables of the source; what else it does not keep is derived for it",
    ]


def test_a_copy_has_a_number_of_its_own(adex) -> None:
    """ASEQ of the last value on treatment was that of the record that it is a copy of."""
    made = adex(FIRST)
    assert made.groupby("USUBJID")["ASEQ"].apply(sorted).to_dict() == {"M-1": [1, 2, 3], "M-2": [1, 2]}
    found = fault(adex, FIRST.replace("copies: all", "copies: [ASEQ, ASTDT, ASTDTF, AVAL]"))
    assert "`copies` names ASEQ, by which the records are numbered: two would have one number." in found
