"""What `adamline check` finds without data, all in one pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from adamline.cli import main
from adamline.findings import Finding, Severity
from adamline.study.check import check_study
from adamline.study.study import open_study, read_study


def changed(study: Path, file: str, old: str, new: str) -> int:
    """The line on which the change ends."""
    text = (study / file).read_text()
    assert old in text
    (study / file).write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + new.count("\n") + 1


def found(study: Path, check: str) -> list[Finding]:
    return [finding for finding in check_study(open_study(study)) if finding.check == check]


def test_a_study_without_a_fault_has_none(study: Path) -> None:
    others = {finding.check for finding in check_study(open_study(study))} - {"differs in SAS"}
    assert others == set()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("from: LBSTRESN", "from: LBSTRSN", "no LBSTRSN in LB, and the spec makes none: did you mean LBSTRES"),
        ("VISITNUM < 100", "VISITNO < 100", "SDTMIG has no VISITNO in LB"),
        ("  LBSEQ: copy", "  LBSEQ: copy\n  LBCOMMNT: copy", "SDTMIG has no LBCOMMNT in LB"),
    ],
)
def test_a_variable_that_sdtmig_does_not_have(study: Path, old: str, new: str, message: str) -> None:
    line = changed(study, "adlb.yaml", old, new)
    (finding,) = found(study, "unknown variable")
    assert (finding.severity, finding.place.file, finding.place.line) == (Severity.WARNING, "adlb.yaml", line)
    assert message in finding.message


def test_a_variable_that_parameters_are_matched_on(study: Path) -> None:
    line = changed(study, "adlb.yaml", "{LBTESTCD: ALT", "{LBTESTC: ALT")
    (finding,) = found(study, "unknown variable")
    assert (finding.place.line, finding.message[:27]) == (line - 1, "SDTMIG has no LBTESTC in LB")


def test_a_supp_may_have_any_qnam(study: Path) -> None:
    changed(study, "adlb.yaml", "domain: LB,", "domain: LB, supp: true,")
    changed(study, "adlb.yaml", "from: LBSTRESN", "from: LBSTRSN")
    assert found(study, "unknown variable") == []


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("adlb.yaml", "VISITNUM < 100", "VISITNUM = '1'", "VISITNUM is a number, and is compared with '1', which"),
        ("adlb.yaml", "where: VISITNUM = 1", "where: 'LBTESTCD in (1, 2)'", "LBTESTCD is text"),
        ("adlb.yaml", "ABLFL is missing", "ABLFL = 1", "ABLFL is text, and is compared with 1"),
        ("adlb.yaml", "ABLFL is missing", "TRTSDT > '2020-01-01'", "TRTSDT is a date or datetime, and is compared"),
        ("adlb.yaml", "ABLFL is missing", "AVISITN = AVISIT", "AVISITN is a number, and is compared with AVISIT"),
        ("adlb.yaml", "ABLFL is missing", "not (PARAMN = 'A' or AVAL > 1)", "PARAMN is a number"),
        ("adsl.yaml", "[{value: Y}]", "[{when: AGE >= '65', value: Y}]", "AGE is a number"),
        ("tlf/t-1.yaml", "{from: ADLB}", "{from: ADLB, where: AVAL = 'x'}", "AVAL is a number"),
        ("tlf/t-1.yaml", "ITTFL = 'Y'", "ITTFL = 1", "ITTFL is text"),
        ("tlf/t-1.yaml", "[{summary: [AVAL, CHG]}]", "[{summary: CHG, where: AVAL = 'x'}]", "AVAL is a number"),
        ("tlf/t-1.yaml", "    show: [ALT]", "    show: [ALT]\n    where: AVAL = 'x'", "AVAL is a number"),
        (
            "tlf/t-1.yaml",
            "[{summary: [AVAL, CHG]}]",
            "[{count: TRT01P, records: {from: ADSL}, where: TRTSDT = 1}]",
            "TRTSDT is a date",
        ),
    ],
)
def test_kinds_that_cannot_be_compared(study: Path, file: str, old: str, new: str, message: str) -> None:
    line = changed(study, file, old, new)
    (finding,) = found(study, "types of a condition")
    assert (finding.severity, finding.place.file, finding.place.line) == (Severity.ERROR, Path(file).name, line)
    assert message in finding.message


def test_kinds_that_are_not_known_are_not_judged(study: Path) -> None:
    changed(study, "adlb.yaml", "domain: LB,", "domain: LB, supp: true,")
    changed(study, "adlb.yaml", "ABLFL is missing", "LBCLSIG2 = 1 and date '2020-01-01' < TRTSDT and AVAL > 1")
    assert found(study, "types of a condition") == []


def test_a_condition_of_a_row_with_a_variable_that_its_dataset_has_not(study: Path) -> None:
    """Of the records that hold where the row stands: those of the table, of a grouping around it, or its own."""
    row = "{summary: AVAL, where: AVALL = 1, compare: [{rank_sum: CHG, against: Placebo, where: ITTFLL = 'Y'}]}"
    changed(
        study,
        "tlf/t-1.yaml",
        "{summary: [AVAL, CHG]}",
        f"{row}, {{count: ITTFL, records: {{from: ADSL}}, where: AVAL = 1}}",
    )
    line = (study / "tlf/t-1.yaml").read_text().split("\n").index(
        f"        rows: [{row}, {{count: ITTFL, records: {{from: ADSL}}, where: AVAL = 1}}]"
    ) + 1
    _, faults = read_study(study)
    assert [(fault.what, fault.place.file, fault.place.line) for fault in faults] == [
        ("ADLB has no variable AVALL.", "t-1.yaml", line),
        ("ADLB has no variable ITTFLL.", "t-1.yaml", line),
        ("ADSL has no variable AVAL.", "t-1.yaml", line),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{summary: [AVAL, CHG]}", "{summary: [AVAL, CHGG]}", "ADLB or ADSL has no variable CHGG."),
        ("{summary: [AVAL, CHG]}", "{count: AVISITX}", "ADLB or ADSL has no variable AVISITX."),
        ("{summary: [AVAL, CHG]}", "{count: AVISIT, order_by: {AVISIT: AVISITNN}}", "has no variable AVISITNN."),
        ("{summary: [AVAL, CHG]}", "{count: AVISIT, worst: AVISITNN}", "has no variable AVISITNN."),
        (
            "{summary: [AVAL, CHG]}",
            "{van_elteren: CHG, strata: [SEXX]}",
            "ADLB or ADSL has no variable SEXX.",
        ),
        (
            "{summary: [AVAL, CHG]}",
            "{summary: AVAL, compare: [{rank_sum: CHGG, against: Placebo}]}",
            "ADLB or ADSL has no variable CHGG.",
        ),
        ("by: PARAMCD", "by: PARAMCDD", "ADLB or ADSL has no variable PARAMCDD."),
        ("columns: {by: TRTP,", "columns: {by: TRTPP,", "ADLB has no variable TRTPP."),
        ("population_by: TRT01P", "population_by: TRT01PP", "ADSL has no variable TRT01PP."),
    ],
)
def test_a_variable_that_rows_or_columns_name(study: Path, old: str, new: str, message: str) -> None:
    line = changed(study, "tlf/t-1.yaml", old, new)
    _, faults = read_study(study)
    assert [(fault.place.file, fault.place.line) for fault in faults] == [("t-1.yaml", line)]
    assert faults[0].what.endswith(message)


def test_a_variable_of_a_listing(study: Path) -> None:
    listing = "output: L-1\nkind: listing\ntitle: [L]\nrecords: {from: ADLB}\nkeys: [USUBJID]\nsort_by: [ADTT]\n"
    columns = "columns:\n  - {variable: USUBJID, heading: Subject}\n  - {variable: AVALL, heading: Value}\n"
    (study / "tlf/l-1.yaml").write_text(listing + columns)
    changed(study, "study.yaml", "outputs: [t-1]", "outputs: [t-1, l-1]")
    _, faults = read_study(study)
    assert [(fault.what, fault.place.line) for fault in faults] == [
        ("ADLB has no variable ADTT.", 6),
        ("ADLB has no variable AVALL.", 9),
    ]


def test_datasets_that_read_each_other_end(study: Path) -> None:
    changed(study, "adsl.yaml", "domain: DM", "domain: ADLB, where: XX = 1")
    opened, faults = read_study(study)
    assert any("circle" in fault.what for fault in faults)
    assert check_study(opened) is not None


def test_attributes_of_parameters_that_a_table_shows(study: Path) -> None:
    changed(study, "tlf/t-1.yaml", "[ALT]", "[ALT, AST]")
    changed(study, "tlf/t-1.yaml", "rows:\n  - by", "stub: [{attribute: PARAM}, {attribute: METHOD}]\nrows:\n  - by")
    findings = check_study(open_study(study))
    messages = {finding.check: (finding.severity, finding.message) for finding in findings}
    assert messages["no METHOD"] == (Severity.ERROR, "T-1 shows METHOD of parameters that have none: ALT")
    assert messages["unknown parameter"] == (
        Severity.ERROR,
        "T-1 shows AST, which `parameters` does not list: did you mean ALT?",
    )
    assert [finding.severity for finding in findings] == sorted((f.severity for f in findings), reverse=True)


def test_all_in_one_pass(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Faults of the spec do not hide what can be said of the rest."""
    changed(study, "adlb.yaml", "  BASE: base", "  BASE: bese")
    changed(study, "adlb.yaml", "VISITNUM < 100", "VISITNUM = '1'")
    changed(study, "adsl.yaml", "from: RFSTDTC", "from: RFSTDT")
    changed(study, "tlf/t-1.yaml", "{from: ADLB}", "{from: ADLB, where: AVALL = 1}")
    changed(study, "study.yaml", "2020-01-31", "31JAN2020")
    with pytest.raises(SystemExit) as ended:
        main(["check", str(study)])
    said = "".join(capsys.readouterr())
    assert ended.value.code == 2
    assert "`data_cutoff` does not fit" in said
    changed(study, "study.yaml", "31JAN2020", "2020-01-31")
    with pytest.raises(SystemExit) as ended:
        main(["check", str(study)])
    said = "".join(capsys.readouterr())
    assert ended.value.code == 2
    for part in ("`bese`", "VISITNUM is a number", "SDTMIG has no RFSTDT in DM", "no variable AVALL"):
        assert part in said, part
    assert "BASE in LB" not in said


def test_arguments_that_a_derivation_refuses(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = "  TRTEMFL: {derive: trtemfl, from: TRTSDT, to: TRTSDT, end: TRTSDT}"
    line = changed(study, "adlb.yaml", "  LBSEQ: copy", f"  LBSEQ: copy\n{entry}")
    with pytest.raises(SystemExit):
        main(["check", str(study)])
    said = capsys.readouterr().err
    assert "`end` decides nothing without `days_after`." in said
    assert f"adlb.yaml, line {line}, dataset ADLB, variable TRTEMFL" in said
