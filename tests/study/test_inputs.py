"""Domains in several files: parts of a split domain, and SUPP-- merged into its parent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.study.conftest import write_domain

from adamline.errors import AdamlineError
from adamline.findings import Severity
from adamline.io.files import write_dataset
from adamline.io.xpt_read import read_xpt
from adamline.study.inputs import InputsError, check_inputs, find_inputs
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]
SUPP = {
    "RDOMAIN": ["LB", "LB"],
    "USUBJID": ["M-1", "M-2"],
    "IDVAR": ["LBSEQ", "LBSEQ"],
    "IDVARVAL": ["2", "1"],
    "QNAM": ["LBCLSIG", "LBCLSIG"],
    "QLABEL": ["Clinically Significant", "Clinically Significant"],
    "QVAL": ["Y", "N"],
}


def run(study: Path, sdtm: Path, out: Path) -> pd.DataFrame:
    run_study(open_study(study), sdtm, out)
    return read_xpt(out / "adam" / "adlb.xpt").frame


def test_a_split_domain_is_one(study: Path, sdtm: Path, tmp_path: Path) -> None:
    whole = run(study, sdtm, tmp_path / "whole")
    lb = read_xpt(sdtm / "lb.xpt").frame
    (sdtm / "lb.xpt").unlink()
    write_domain(sdtm, "LBCH", lb.iloc[:2])
    write_domain(sdtm, "LBHE", lb.iloc[2:])
    pd.testing.assert_frame_equal(run(study, sdtm, tmp_path / "split"), whole)
    # A part that changes makes the dataset anew.
    write_domain(sdtm, "LBHE", lb.iloc[2:4])
    assert len(run(study, sdtm, tmp_path / "split")) == len(whole) - 1


def test_the_only_part_of_a_domain_is_read(study: Path, sdtm: Path, tmp_path: Path) -> None:
    whole = run(study, sdtm, tmp_path / "whole")
    write_domain(sdtm, "LBCH", read_xpt(sdtm / "lb.xpt").frame)
    (sdtm / "lb.xpt").unlink()
    pd.testing.assert_frame_equal(run(study, sdtm, tmp_path / "part"), whole)


def test_a_qualifier_is_a_variable(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("adlb.yaml", "{domain: LB, where", "{domain: LB, supp: true, where")
    edit("adlb.yaml", "  LBSEQ: copy", "  LBSEQ: copy\n  LBCLSIG: copy")
    write_domain(sdtm, "SUPPLB", pd.DataFrame(SUPP))
    made = run(study, sdtm, tmp_path / "out")
    found = {(row.USUBJID, row.LBSEQ): row.LBCLSIG for row in made.itertuples() if pd.notna(row.LBCLSIG)}
    assert found == {("M-1", 2.0): "Y", ("M-2", 1.0): "N"}
    assert read_xpt(tmp_path / "out" / "adam" / "adlb.xpt")["LBCLSIG"].label == "Clinically Significant"


def findings_of(study: Path, sdtm: Path, out: Path) -> list[str]:
    _, findings = run_study(open_study(study), sdtm, out)
    ours = [f for f in findings if f.check.partition(".")[0] in ("supp", "split")]
    return [f"{finding.severity.name} {finding.message}" for finding in ours]


def test_a_qualifier_that_was_not_collected(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    """SUPP-- holds only what is not missing: no QNAM, no record and no file of it are no faults of the spec."""
    edit("adlb.yaml", "{domain: LB, where", "{domain: LB, supp: true, where")
    edit("adlb.yaml", "  LBSEQ: copy", "  LBSEQ: copy\n  LBREPEAT: {derive: copy, label: Repeated}")
    none = "it is missing on all records."
    out = tmp_path / "out"
    assert findings_of(study, sdtm, out) == [f"WARNING There is no file of SUPPLB, and LB has no LBREPEAT: {none}"]
    write_domain(sdtm, "SUPPLB", pd.DataFrame(SUPP))
    for frame in (pd.DataFrame(SUPP), pd.DataFrame(SUPP).iloc[:0]):
        write_domain(sdtm, "SUPPLB", frame)
        assert findings_of(study, sdtm, out) == [f"NOTE LB and SUPPLB have no LBREPEAT: {none}"]
        # A rerun that makes nothing says it again.
        assert findings_of(study, sdtm, out) == [f"NOTE LB and SUPPLB have no LBREPEAT: {none}"]
    made = read_xpt(out / "adam" / "adlb.xpt")
    assert len(made.frame) == 5
    assert made.frame["LBREPEAT"].isna().all()
    assert made["LBREPEAT"].label == "Repeated"


def test_a_qualifier_that_is_like_one_that_is_not_read(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("adlb.yaml", "{domain: LB, where", "{domain: LB, supp: true, where")
    edit("adlb.yaml", "  LBSEQ: copy", "  LBSEQ: copy\n  LBCLSIGG: {derive: copy, label: Significant}")
    write_domain(sdtm, "SUPPLB", pd.DataFrame(SUPP))
    expected = "LB and SUPPLB have no LBCLSIGG: it is missing on all records. Did you mean LBCLSIG?"
    assert findings_of(study, sdtm, tmp_path / "out") == [f"WARNING {expected}"]
    opened = open_study(study)
    assert expected in [finding.message for finding in check_inputs(opened, find_inputs(opened, sdtm))]


def test_a_variable_of_the_standard_is_no_qualifier(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    """SDTM has LBFAST, so a QNAM cannot be called so: the spec reads what the domain does not have."""
    edit("adlb.yaml", "{domain: LB, where", "{domain: LB, supp: true, where")
    edit("adlb.yaml", "  LBSEQ: copy", "  LBSEQ: copy\n  LBFAST: {derive: copy, label: Fasting}")
    with pytest.raises(InputsError, match="LB has no variable LBFAST") as caught:
        run(study, sdtm, tmp_path / "out")
    assert "adlb.yaml, line 19, dataset ADLB, variable LBFAST" in str(caught.value)


def test_a_variable_that_a_derivation_reads_by_default_is_no_qualifier(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    """`flag` looks at PARAMCD unless told otherwise; ADSL has none, and no SUPPDM ever will."""
    edit("adsl.yaml", "{domain: DM}", "{domain: DM, supp: true}")
    edit(
        "adsl.yaml",
        "  ITTFL: {derive: case_when, rows: [{value: Y}]}",
        "  ITTFL: {derive: flag, where: ARM = 'Active'}",
    )
    with pytest.raises(InputsError, match="DM has no variable PARAMCD"):
        run(study, sdtm, tmp_path / "out")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("where: VISITNUM < 100", "where: VISTNUM < 100", "line 5, dataset ADLB"),
        ("LBTESTCD: ALT, PARAMCD", "LBTESTCDD: ALT, PARAMCD", "line 7, dataset ADLB"),
        ("{derive: copy, from: VISITNUM}", "{derive: copy, from: VISTNUM}", "line 12, dataset ADLB, variable AVISITN"),
        ("{derive: copy, from: LBSTRESN}", "{derive: copy, from: LBSTRSN}", "line 16, dataset ADLB, variable AVAL"),
        ("where: VISITNUM = 1}", "where: VISTNUM = 1}", "line 17, dataset ADLB, variable ABLFL"),
    ],
)
def test_a_variable_that_is_not_there_is_named_with_the_line_of_the_spec(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit, old: str, new: str, line: str
) -> None:
    edit("adlb.yaml", old, new)
    with pytest.raises(InputsError, match="LB has no variable") as caught:
        run(study, sdtm, tmp_path / "out")
    (fault,) = caught.value.faults
    assert str(fault.place) == f"adlb.yaml, {line}"
    assert fault.found == "lb.xpt without it"
    assert fault.hint.startswith("did you mean")


def test_a_where_that_does_not_fit_the_data_names_its_line(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("adlb.yaml", "where: VISITNUM < 100", "where: VISITNUM < '100'")
    with pytest.raises(AdamlineError) as caught:
        run(study, sdtm, tmp_path / "out")
    assert "adlb.yaml, line 5, dataset ADLB" in str(caught.value)


FORMATS = ["xpt", "json", "ndjson", "parquet"]


@pytest.mark.parametrize(("dm", "lb"), list(zip(FORMATS, FORMATS[1:] + FORMATS[:1], strict=True)))
def test_domains_of_any_format_give_the_same_dataset(study: Path, sdtm: Path, tmp_path: Path, dm: str, lb: str) -> None:
    run_study(open_study(study), sdtm, tmp_path / "out")
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    write_dataset(read_xpt(sdtm / "dm.xpt"), mixed / f"DM.{dm.upper()}")
    write_dataset(read_xpt(sdtm / "lb.xpt"), mixed / f"lb.{lb}")
    run_study(open_study(study), mixed, tmp_path / "other")
    for name in ("adam/adsl.xpt", "adam/adlb.xpt", "results/t-1.csv"):
        ours, theirs = (tmp_path / out / name for out in ("out", "other"))
        assert ours.read_bytes() == theirs.read_bytes()


def test_a_domain_in_two_formats_is_refused(study: Path, sdtm: Path, tmp_path: Path) -> None:
    write_dataset(read_xpt(sdtm / "lb.xpt"), sdtm / "LB.json")
    with pytest.raises(InputsError, match="two files of LB") as caught:
        run(study, sdtm, tmp_path / "out")
    assert "LB.json, lb.xpt" in str(caught.value)


@pytest.mark.parametrize("suffix", ["json", "parquet"])
def test_a_large_domain_of_another_format(study: Path, sdtm: Path, tmp_path: Path, suffix: str) -> None:
    """Parquet is read by record, as a transport file is; of other formats all is read at once, which is said."""
    run_study(open_study(study), sdtm, tmp_path / "out")
    write_dataset(read_xpt(sdtm / "lb.xpt"), sdtm / f"lb.{suffix}")
    (sdtm / "lb.xpt").unlink()
    _, findings = run_study(open_study(study), sdtm, tmp_path / "other", part_records=1)
    made = [(tmp_path / out / "adam" / "adlb.xpt").read_bytes() for out in ("out", "other")]
    assert made[0] == made[1]
    why = "ADLB is large and is made as a whole: lb.json is of a format that is read as a whole."
    assert [f.message for f in findings if f.check == "not by subject"] == ([why] if suffix == "json" else [])


def test_records_of_another_domain_and_study_are_found_in_parts_too(study: Path, sdtm: Path, tmp_path: Path) -> None:
    lb = read_xpt(sdtm / "lb.xpt").frame
    write_domain(sdtm, "LB", lb.assign(DOMAIN=["LB", "LB", "VS", "VS", "LB"], STUDYID=["MINI", "MAXI"] + [None] * 3))
    expected = [
        "WARNING 2 of the records read as LB have another DOMAIN: VS in lb.xpt.",
        "WARNING Records of several studies are read: MAXI in lb.xpt; MINI in lb.xpt.",
    ]
    for records in (100, 1):
        _, findings = run_study(open_study(study), sdtm, tmp_path / str(records), part_records=records)
        assert [f"{f.severity.name} {f.message}" for f in findings if f.severity > Severity.NOTE] == expected
    write_domain(sdtm, "LB", lb.assign(DOMAIN="VS"))
    with pytest.raises(InputsError, match="The file is not of LB") as caught:
        run(study, sdtm, tmp_path / "out")
    assert "lb.xpt" in str(caught.value)


def test_a_file_beside_the_whole_domain_is_named(study: Path, sdtm: Path, tmp_path: Path) -> None:
    assert findings_of(study, sdtm, tmp_path / "out") == []
    write_domain(sdtm, "LBCH", read_xpt(sdtm / "lb.xpt").frame)
    said = findings_of(study, sdtm, tmp_path / "out")
    assert said == ["WARNING lb.xpt is read as the whole domain, and not lbch.xpt beside it."]


def test_a_domain_without_records_is_named(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    """Also where the dataset has records, and lacks what was to be looked up in the domain."""
    first = "ALT: {derive: pick, label: First value, source: LB, from: LBSTRESN, where: LBSEQ = 1}"
    edit("adsl.yaml", "  USUBJID: copy", f"  USUBJID: copy\n  {first}")
    edit("study.yaml", "datasets: [adlb, adsl]\noutputs: [t-1]", "datasets: [adsl]\noutputs: []")
    write_domain(sdtm, "LB", read_xpt(sdtm / "lb.xpt").frame)
    assert not run_study(open_study(study), sdtm, tmp_path / "out")[1]
    write_domain(sdtm, "LB", read_xpt(sdtm / "lb.xpt").frame.iloc[:0])
    for _ in range(2):  # made, then unchanged
        said = run_study(open_study(study), sdtm, tmp_path / "out")[1]
        (finding,) = [finding for finding in said if finding.severity > Severity.NOTE]
        assert (finding.message, finding.place.file) == ("The domain has no records.", "lb.xpt")


def test_datasets_that_read_one_file_say_once_what_is_wrong_with_it(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    edit("adlb.yaml", "{domain: LB, where", "{domain: LB, supp: true, where")
    edit("study.yaml", "[adlb, adsl]", "[adlb, adsl, adlx]")
    (study / "adlx.yaml").write_text((study / "adlb.yaml").read_text().replace("dataset: ADLB", "dataset: ADLX"))
    write_domain(sdtm, "SUPPLB", pd.DataFrame(SUPP | {"IDVARVAL": ["2", "7"]}))
    for _ in range(2):  # made, then unchanged
        assert findings_of(study, sdtm, tmp_path / "out") == [
            "WARNING 1 record of SUPPLB has no parent in LB and is not used: "
            "USUBJID=M-2 LBSEQ=7 QNAM=LBCLSIG (record 2)"
        ]
