"""One file of a domain, read in any format to the same dataset."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.io.test_sas7bdat import DATA, unpacked

from adamline.errors import DataError
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.domain_file import DomainFile
from adamline.io.files import WriteOptions, write_dataset
from adamline.io.xpt_write import XptVersion, write_xpt

FRAME = pd.DataFrame({"USUBJID": pd.Series(["01", "02", "03"], dtype="str"), "AESEQ": [1.0, 2.0, np.nan]})
AE = Dataset("AE", FRAME, (Variable("USUBJID", Kind.TEXT), Variable("AESEQ", Kind.NUMBER)))


@pytest.mark.parametrize("name", ["ae.xpt", "AE.XPT", "ae.json", "Ae.ndjson", "ae.parquet"])
def test_every_format_says_the_same(tmp_path: Path, name: str) -> None:
    write_dataset(AE, tmp_path / name)
    file = DomainFile(tmp_path / name)
    assert (file.name, file.records, file.variables) == ("AE", 3, ["USUBJID", "AESEQ"])
    assert file.first("USUBJID") == "01"
    got = file.read(["AESEQ", "USUBJID"], rows=np.array([0, 2]))
    assert got.frame["USUBJID"].tolist() == ["01", "03"]
    assert got.frame["AESEQ"].tolist()[0] == 1.0
    assert list(got.frame.columns) == ["AESEQ", "USUBJID"]
    with pytest.raises(DataError, match="no variable AESEQQ") as error:
        file.read(["AESEQQ"])
    assert error.value.hint == "did you mean AESEQ?"


def test_a_transport_file_of_version_8(tmp_path: Path) -> None:
    write_dataset(AE, tmp_path / "ae.xpt", options=WriteOptions(version=XptVersion.V8))
    file = DomainFile(tmp_path / "ae.xpt")
    assert (file.records, file.variables, file.first("USUBJID")) == (3, ["USUBJID", "AESEQ"], "01")
    assert file.read(["USUBJID"], rows=np.array([2])).frame["USUBJID"].tolist() == ["03"]


def test_a_sas_dataset(tmp_path: Path) -> None:
    """It is known by its file's name, as in SAS, whatever it was called when it was made."""
    (tmp_path / "AE.sas7bdat").write_bytes(unpacked(DATA))
    file = DomainFile(tmp_path / "AE.sas7bdat")
    assert (file.name, file.records, file.first("USUBJID"), file.is_by_record) == ("AE", 6, "01-0001", False)
    got = file.read(["AVAL", "USUBJID"], rows=np.array([0, 4]))
    assert (got.name, got.frame["AVAL"].tolist()) == ("AE", [0.1, 4.1])


@pytest.mark.parametrize("name", ["ae.xpt", "ae.json", "ae.parquet"])
def test_no_records(tmp_path: Path, name: str) -> None:
    write_dataset(AE.with_frame(FRAME.iloc[:0]), tmp_path / name)
    file = DomainFile(tmp_path / name)
    assert (file.records, file.first("USUBJID"), len(file.read().frame)) == (0, None, 0)


def test_names_of_variables_are_in_upper_case(tmp_path: Path) -> None:
    """As SAS knows them: it finds USUBJID under usubjid."""
    frame = pd.DataFrame({"usubjid": ["01"], "AeSeq": [1]})
    frame.to_parquet(tmp_path / "ae.parquet")
    got = DomainFile(tmp_path / "ae.parquet").read(["AESEQ", "USUBJID"])
    assert [v.name for v in got.variables] == ["AESEQ", "USUBJID"]
    assert got.frame["USUBJID"].tolist() == ["01"]
    frame.assign(USUBJID=["02"]).to_parquet(tmp_path / "ae.parquet")
    with pytest.raises(DataError, match="differ in case alone") as error:
        DomainFile(tmp_path / "ae.parquet").read()
    assert error.value.found == "usubjid, USUBJID"


@pytest.mark.parametrize("name", ["vs.xpt", "vs.json", "vs.parquet"])
def test_a_file_that_holds_a_dataset_of_another_name(tmp_path: Path, name: str) -> None:
    write_dataset(AE, tmp_path / name)
    with pytest.raises(DataError, match="The file of VS has no dataset VS") as error:
        DomainFile(tmp_path / name).read()
    assert error.value.found == "AE"


def test_the_dataset_of_the_files_name_is_meant_where_there_are_several(tmp_path: Path) -> None:
    write_xpt([Dataset("DM", FRAME.iloc[:1], AE.variables), AE], tmp_path / "ae.xpt")
    assert DomainFile(tmp_path / "ae.xpt").records == 3
