"""What the records of a file say against its being of a domain and of one study."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from adamline.errors import DataError
from adamline.findings import Severity
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.domain_checks import check_domain, refuse_other_domain
from adamline.io.domain_file import DomainFile
from adamline.io.files import write_dataset
from adamline.study.steps import added_findings


def lb(**columns: list[str | None]) -> Dataset:
    frame = pd.DataFrame(columns).astype("str")
    return Dataset("LB", frame, tuple(Variable(name, Kind.TEXT) for name in columns))


@pytest.mark.parametrize("suffix", ["xpt", "json", "parquet"])
def test_a_file_of_another_domain_is_refused(tmp_path: Path, suffix: str) -> None:
    write_dataset(lb(DOMAIN=["VS", "VS"]), tmp_path / f"lb.{suffix}")
    with pytest.raises(DataError, match="not of LB") as error:
        refuse_other_domain(DomainFile(tmp_path / f"lb.{suffix}"), "LB")
    assert (error.value.place.file, error.value.expected, error.value.found) == (f"lb.{suffix}", "LB", "VS")


@pytest.mark.parametrize("domains", [["LB", "VS"], ["VS", "LB"], ["lb", "lb"], [None, "VS"], ["VS", None]])
def test_a_file_with_records_of_its_domain_is_not(tmp_path: Path, domains: list[str | None]) -> None:
    write_dataset(lb(DOMAIN=domains, LBTESTCD=["A", "B"]), tmp_path / "lb.xpt")
    refuse_other_domain(DomainFile(tmp_path / "lb.xpt"), "LB")


def test_a_part_that_is_read_for_itself_is_of_its_domain(tmp_path: Path) -> None:
    one = lb(DOMAIN=["LB", "LB"])
    write_dataset(Dataset("LBCH", one.frame, one.variables), tmp_path / "lbch.xpt")
    refuse_other_domain(DomainFile(tmp_path / "lbch.xpt"), "LBCH")
    assert check_domain(one, "LBCH", tmp_path / "lbch.xpt") == ()
    with pytest.raises(DataError, match="not of EGXX") as error:
        refuse_other_domain(DomainFile(tmp_path / "lbch.xpt"), "EGXX")
    assert error.value.expected == "EGXX or EG"


def test_rdomain_names_the_domain_of_a_supplement(tmp_path: Path) -> None:
    one = lb(RDOMAIN=["CM"])
    write_dataset(Dataset("SUPPLB", one.frame, one.variables), tmp_path / "supplb.xpt")
    with pytest.raises(DataError, match="not of SUPPLB") as error:
        refuse_other_domain(DomainFile(tmp_path / "supplb.xpt"), "SUPPLB")
    assert (error.value.expected, error.value.found) == ("LB", "CM")
    assert check_domain(lb(RDOMAIN=["LB"]), "SUPPLB", tmp_path / "supplb.xpt") == ()


def test_a_variable_that_identifies_records_is_text(tmp_path: Path) -> None:
    pd.DataFrame({"USUBJID": [1, 2], "DOMAIN": ["LB", "LB"]}).to_parquet(tmp_path / "lb.parquet")
    with pytest.raises(DataError, match="USUBJID is no text") as error:
        refuse_other_domain(DomainFile(tmp_path / "lb.parquet"), "LB")
    assert (error.value.place.file, error.value.expected, error.value.found) == ("lb.parquet", "text", "number")


def test_records_of_another_domain_or_of_none_are_counted() -> None:
    path = Path("sdtm/lb.xpt")
    found = added_findings([check_domain(lb(DOMAIN=["LB", "VS", None, "EG"]), "LB", path)])
    assert [(finding.severity, finding.message) for finding in found] == [
        (Severity.NOTE, "1 of the records read as LB has no DOMAIN: lb.xpt."),
        (Severity.WARNING, "2 of the records read as LB have another DOMAIN: EG in lb.xpt; VS in lb.xpt."),
    ]
    (found_all,) = check_domain(lb(LBTESTCD=["A", "B"]), "LB", path)
    assert found_all.kinds == {"lb.xpt": 2}
    assert check_domain(lb(A=["A"]), "RELREC", path) == ()


def test_studies_are_counted_over_all_files() -> None:
    one = check_domain(lb(DOMAIN=["LB"], STUDYID=["S1"]), "LB", Path("lb.xpt"))
    two = check_domain(lb(DOMAIN=["DM", "DM"], STUDYID=["S1", "S2"]), "DM", Path("dm.xpt"))
    assert added_findings([one]) == []
    (found,) = added_findings([one, two])
    assert found.severity is Severity.WARNING
    assert found.message == "Records of several studies are read: S1 in dm.xpt; S1 in lb.xpt; S2 in dm.xpt."
