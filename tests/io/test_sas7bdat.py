"""SAS datasets and a format catalogue made by ReadStat's own writer, kept here compressed, and read back.

No program at hand but SAS writes these files as SAS does; pandas reads the same file with code of its own.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.errors import DataError, FileFormatError
from adamline.findings import Finding
from adamline.io import sas7bdat
from adamline.io.dataset import Kind, Variable
from adamline.io.sas7bdat import iter_sas7bdat, read_catalogue, read_sas7bdat
from adamline.io.text_type import TextType

# Six records of USUBJID, SEX, AVAL (.A in the second, ._ in the third, missing in the fourth), ADT (missing in the
# second, .Z in the third), ADTM, ATM, GRADE; the third USUBJID is text beyond ASCII, the fourth is blank.
DATA = """
H4sIAAAAAAACA+1ZTUwTQRSe3Za2IGqblAiJxg0SQ4w0uxYaPNElLVrTGuMWwsFEihQpISWW1pTERLwTNcaDGA8c9MZJjVETDdGD3ghe5ODBix
dPngQVqbuzsz/zwtJKQuLPfMnm7ftmvjfzdmZ3dmcRsvDq87WhR8HA0otbPlT/RpptPugPhFtROMzxEqdXCSLk4ig+zB0Ko2AQCS7OiKPIitCX
SMaTvcKWQFUQk9Oyrd7M6tJD2WZp+PWDA/TxkNgpSqmuZC5fKtv4cEgSQ2KHJEXEkCSFJBiu3B05H+mkqJnk6clPxgHr33n+YQP0k4GBgYGBgY
GBgYGBgYHhj8Gc9d1K4b2LnPBNaK9qVhp1t91F11skfDPQjzXodpCn+fl63b41CPLBniR8GvCLPt3OAr5M+JOA7yZ8FPRnzbs5/9SBLzvw3Q78
mschfhUedB/dndPwrAc719+pMgF1XV7R9xOEBTOMKHWIoijhfZSUQb5cu4rtsmaHLF2rofvSo+uOYV2fOShE90Cz85auzWwvqoy/fnKxkM1T7S
3rukXcz4+W7rCh80Xt+z1ae6MYfr38Bs6PM3XtML8uMz9dF8TlUawbsnRHYH4ROj8GBoZ/Chs/Khi11l9Anpr0Pgf9PHLXpA866G+DyE76egf9
LG7/Ctpdtf/8FldhDO3Z5vU7h+q01Ry5tqknqydqMfS6vGJssR8l1ot2qWuh11S40LraBo9b96pjCFtcJ3GMvf12YvFriZtHnfb11c3T4+zmzF
ExfD/wm4EvAN8O0pWKtdaLJJM0uW4jZBaViX+T+PeIfx/nacdPEvOxbYrB/yjafxIlHT+TzAxPFjLFycI0Qv1Kf++pRAz153OXSllBKQ2PZy8U
hcRINl/MjeayBTWQEh9ESraM2tQTba2UB+SknM9MTE/lpoSBzEQpq3KxNDK5WKaoUtp/mbjKpzSbTqTicjqFNHvirByLq+XYwsV3nc7DbY73zq
DRS88PY6Q84H3LA64zB/oH/QqoVwfq1YH5zYE8oU9uo6r30fca632rbOe+/HvxVcVm82hVBX4jJH4AlAfEVvJEoucBBIxrPKcOGISfLt8H5knl
PxuPnfoe/V0Y9xkP/D3A9wO/Cfi+HcvUh58pbagBvzVY7TTi8/01tuxWe6qtly0Ua34VbzavqV/kvwCne2QPACAAAA==
"""
# GRADEF: 0 None, 1 Mild, 2 Moderate, 3 Severe; $SEXF: M Male, F Female.
CATALOGUE = """
H4sIAAAAAAACA+3cPUvDQBjA8UtbpG4tBOxmqK6GHKlFx2CbIiQWmg7dpNgMhdpCaaWj7k6Cq5PfwFkUF0c/gIOrOOnibIvUxvQNpC7l/4Nw3H
N3z+WeNeSEGHl4Ozu6UZNPtxdxsfooz1PriaSZFum0EpHK9xRViKjyK24qG6ZQVaFFlWEez/I0e9/J56yy5eXL2jRijr3+eqdY0K6fP9bM7os1
bMcmDjIlhIiFwru6kTGku+3Um91eIG7q0tCNLSmzhi6lLsPpejvZw2xm1B/s+3p51R4+09536vsBAAAAAAAAAAAAAAAAAAAAAAAAc1QcrzRoh/
/IJP6cqbj0teko1AYAAAAAAAAAAADLJjfzK1ihZOXy9qw7/GKhdvFSE2KnY6PBY9y9h0cjgdH7sbXR4Gg8fL6DVtMPdN16o/bTjQu3VfPb1c5o
xorw/BO/7QdyfM4836aXr9gz70mMTDjFYk3a3B27x1GbUGt7ym2P/UJVG8Gq2P5xMAAAAAAA+A9fibx7cABgAAA=
"""


def unpacked(packed: str) -> bytes:
    return gzip.decompress(base64.b64decode(packed))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "lb.sas7bdat").write_bytes(unpacked(DATA))
    return tmp_path / "lb.sas7bdat"


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    (tmp_path / "formats.sas7bcat").write_bytes(unpacked(CATALOGUE))
    return tmp_path / "formats.sas7bcat"


def test_values(data: Path, plain: Callable[[pd.Series], list[Any]]) -> None:
    """Dates by their formats, letters of special missings beside numbers and dates, blank text missing."""
    got = read_sas7bdat(data).frame
    assert plain(got["USUBJID"]) == ["01-0001", "01-0002", "Sj\u00f6gren", None, "01-0005", "01-0006"]
    assert plain(got["AVAL"]) == [0.1, None, None, None, 4.1, 5.1]
    assert plain(got["AVAL.missing"]) == [None, "A", "_", None, None, None]
    assert plain(got["ADT"].dt.strftime("%Y-%m-%d")) == [
        "2012-01-08",
        None,
        None,
        *(f"2012-01-{d}" for d in (11, 12, 13)),
    ]
    assert plain(got["ADT.missing"]) == [None, None, "Z", None, None, None]
    assert got["ADTM"].iloc[0] == pd.Timestamp("2012-01-08T00:00:00.5")
    assert got["ATM"].iloc[5] == pd.Timedelta(hours=1, seconds=5)
    assert [str(got[name].dtype) for name in ("ADT", "ADTM", "ATM")] == [
        "datetime64[s]",
        "datetime64[us]",
        "timedelta64[us]",
    ]


def test_attributes(data: Path) -> None:
    got = read_sas7bdat(data)
    assert (got.name, got.label) == ("LB", "Laboratory")
    assert got.variables == (
        Variable("USUBJID", Kind.TEXT, "Unique Subject Identifier", 12),
        Variable("SEX", Kind.TEXT, "Sex", 1, "$SEXF."),
        Variable("AVAL", Kind.NUMBER, "Analysis Value", 8, "8.2"),
        Variable("ADT", Kind.DATE, "Analysis Date", 8, "DATE9."),
        Variable("ADTM", Kind.DATETIME, "", 8, "DATETIME20."),
        Variable("ATM", Kind.TIME, "", 8, "TIME8."),
        Variable("GRADE", Kind.NUMBER, "", 8, "GRADEF."),
    )


def test_catalogue(data: Path, catalogue: Path) -> None:
    """A format of the catalogue is the codelist of its variables; values stay raw."""
    labels = read_catalogue(catalogue)
    assert labels["GRADEF"] == {0.0: "None", 1.0: "Mild", 2.0: "Moderate", 3.0: "Severe"}
    assert labels["$SEXF"] == {"M": "Male", "F": "Female"}
    got = read_sas7bdat(data, catalogue=catalogue)
    assert {v.name: v.codelist for v in got.variables if v.codelist} == {"SEX": "$SEXF", "GRADE": "GRADEF"}
    assert got.frame["GRADE"].tolist() == [0, 1, 2, 3, 0, 1]


def test_as_pandas_reads_it(data: Path) -> None:
    """Its own reader agrees, but for the letters, which it drops, and the time, which it leaves as seconds."""
    ours, other = read_sas7bdat(data).frame, pd.read_sas(data, encoding="utf-8")
    for name in ("AVAL", "GRADE"):
        np.testing.assert_array_equal(ours[name].to_numpy(), other[name].to_numpy())
    for name in ("ADT", "ADTM"):
        assert ours[name].astype("datetime64[us]").equals(other[name].astype("datetime64[us]"))
    assert ours["ATM"].dt.total_seconds().tolist() == other["ATM"].tolist()
    assert ours["USUBJID"].fillna("").tolist() == other["USUBJID"].fillna("").tolist()


def test_columns_categories_and_parts(data: Path) -> None:
    got = read_sas7bdat(data, columns=["AVAL", "SEX"], text=TextType.CATEGORY)
    assert list(got.frame.columns) == ["AVAL", "AVAL.missing", "SEX"]
    assert got.frame["SEX"].cat.categories.tolist() == ["F", "M"]
    parts = list(iter_sas7bdat(data, 4))
    assert [len(part.frame) for part in parts] == [4, 2]
    assert "AVAL.missing" not in parts[1].frame.columns
    joined = pd.concat([part.frame[["USUBJID", "AVAL", "ADT"]] for part in parts], ignore_index=True)
    assert joined.equals(read_sas7bdat(data).frame[["USUBJID", "AVAL", "ADT"]])


def test_faults(data: Path, catalogue: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no variable AVALL") as error:
        read_sas7bdat(data, columns=["AVALL"])
    assert error.value.hint == "did you mean AVAL?"
    whole = data.read_bytes()
    for size in (0, 100, 5000, len(whole) - 1):
        (tmp_path / "cut.sas7bdat").write_bytes(whole[:size])
        with pytest.raises(FileFormatError, match="cannot be read as a SAS dataset"):
            read_sas7bdat(tmp_path / "cut.sas7bdat")
    with pytest.raises(FileFormatError):
        read_catalogue(data)
    with pytest.raises(FileFormatError):
        read_sas7bdat(catalogue)
    with pytest.raises(DataError, match="at least one record"):
        next(iter_sas7bdat(data, 0))
    with pytest.raises(OSError, match="absent"):
        read_sas7bdat(tmp_path / "absent.sas7bdat")


def test_a_date_that_is_none(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if AVAL, 0.1 in the first record, had a date format."""
    monkeypatch.setattr(sas7bdat, "kind_of_format", lambda name: Kind.NUMBER if name else Kind.DATE)
    found: list[Finding] = []
    got = read_sas7bdat(data, report=found.append)
    assert (got["AVAL"].kind, got.frame["AVAL"].iloc[0]) == (Kind.NUMBER, 0.1)
    assert [(f.check, f.place.variable, f.place.record) for f in found] == [("read.unheld_date", "AVAL", 1)]
    again: list[Finding] = []
    assert {part["AVAL"].kind for part in iter_sas7bdat(data, 1, report=again.append)} == {Kind.NUMBER}
    assert again == found


def test_a_name_twice(data: Path) -> None:
    """pyreadstat would rename the second; a name of the same length takes its place in the file."""
    data.write_bytes(data.read_bytes().replace(b"ATM ", b"SEX ").replace(b"ATM\0", b"SEX\0"))
    with pytest.raises(FileFormatError, match="cannot be read") as error:
        read_sas7bdat(data)
    assert "duplicated" in error.value.found


def test_text_of_no_length(data: Path) -> None:
    """The length of SEX stands at this place of the file; pandas then has no values for any variable behind it."""
    raw = bytearray(data.read_bytes())
    assert raw[6_376:6_380] == b"\1\0\0\0"
    raw[6_376] = 0
    data.write_bytes(raw)
    with pytest.raises(FileFormatError, match="a length of 0 bytes") as error:
        read_sas7bdat(data)
    assert error.value.place.variable == "SEX"


def test_text_in_another_encoding(data: Path) -> None:
    """The file says UTF-8; a wrong encoding is either an error or what the caller asked for, never dropped text."""
    got = read_sas7bdat(data, encoding="WINDOWS-1252").frame["USUBJID"].iloc[2]
    assert got == "Sj\u00f6gren".encode().decode("cp1252")
