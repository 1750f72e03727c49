"""The ADRS of tumours that the guide shows, run as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from adamline.io.dataset import Dataset, Variable, kind_of
from adamline.io.xpt_read import read_xpt
from adamline.io.xpt_write import write_xpt
from adamline.study.check import check_study
from adamline.study.run import run_study
from adamline.study.study import open_study

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "derivations.md"
STUDY = "study: MINI\ntitle: Mini\ndata_cutoff: 2020-12-31\nlengths: minimal\ndatasets: [adrs]\nsupplied: [ADSL]\n"
ADSL = """
USUBJID RANDDT     NACTDT
M-1     2020-01-01 .
M-2     2020-01-01 2020-03-20
M-3     2020-01-01 .
"""
# M-1 has two readings on one day, and one before randomisation; M-2 responds after new therapy began.
RS = """
USUBJID RSSEQ RSTESTCD RSEVAL                 RSDTC      RSSTRESC
M-1     1     OVRLRESP INVESTIGATOR           2019-12-20 PD
M-1     2     OVRLRESP INVESTIGATOR           2020-02-12 PR
M-1     3     OVRLRESP INVESTIGATOR           2020-02-12 NE
M-1     4     OVRLRESP INVESTIGATOR           2020-03-25 PR
M-1     5     OVRLRESP INVESTIGATOR           2020-05-06 PD
M-1     6     OVRLRESP 'INDEPENDENT ASSESSOR' 2020-02-12 CR
M-2     1     OVRLRESP INVESTIGATOR           2020-02-12 SD
M-2     2     OVRLRESP INVESTIGATOR           2020-03-20 NE
M-2     3     OVRLRESP INVESTIGATOR           2020-05-06 CR
M-2     4     TRGRESP  INVESTIGATOR           2020-05-06 CR
"""
ADDED = """
USUBJID PARAMCD ADT        AVAL AVALC   RSSEQ
M-1     BOR     2020-02-12 2    PR      2
M-1     CBOR    2020-02-12 2    PR      2
M-1     CCB     2020-02-12 1    Y       2
M-1     CRSP    2020-02-12 1    Y       2
M-1     LSTA    2020-05-06 5    PD      5
M-1     PD      2020-05-06 1    Y       5
M-1     RSP     2020-02-12 1    Y       2
M-2     BOR     2020-02-12 3    SD      1
M-2     CBOR    2020-02-12 3    SD      1
M-2     CCB     .          0    N       .
M-2     CRSP    .          0    N       .
M-2     LSTA    2020-02-12 3    SD      1
M-2     PD      .          0    N       .
M-2     RSP     .          0    N       .
M-3     BOR     .          7    MISSING .
M-3     CBOR    .          7    MISSING .
M-3     CCB     .          0    N       .
M-3     CRSP    .          0    N       .
M-3     PD      .          0    N       .
M-3     RSP     .          0    N       .
"""


def test_tumour_response(tmp_path: Path, table, plain) -> None:
    text = GUIDE.read_text("utf-8")
    found = re.search(
        r"^## Tumour response$.*?^```yaml\n(.*?)^```.*?^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL
    )
    assert found
    study, sdtm, adam = (tmp_path / name for name in ("study", "sdtm", "adam"))
    for folder in (study, sdtm, adam):
        folder.mkdir()
    (study / "study.yaml").write_text(STUDY)
    (study / "adrs.yaml").write_text(found[1])
    (study / "responses.yaml").write_text(found[2])
    rs = table(RS)
    rs["RSDTC"] = rs["RSDTC"].dt.strftime("%F").astype("str")
    for name, frame, folder in (("RS", rs, sdtm), ("ADSL", table(ADSL), adam)):
        write(name, frame, folder)
    assert [finding.message for finding in check_study(open_study(study))] == []
    run_study(open_study(study), sdtm, tmp_path / "out", adam=adam)
    made = read_xpt(tmp_path / "out" / "adam" / "adrs.xpt").frame
    added, expected = made[made["PARAMCD"] != "OVR"], table(ADDED)
    for name in expected.columns:
        assert plain(added[name]) == plain(expected[name]), name
    assert plain(added["ANL01FL"]) == ["Y"] * len(expected)


def write(name: str, frame: pd.DataFrame, folder: Path) -> None:
    formats = {column: "DATE9." if frame[column].dtype.kind == "M" else "" for column in frame.columns}
    variables = tuple(Variable(c, kind_of(frame[c]), label=c, format=formats[c]) for c in frame.columns)
    write_xpt(Dataset(name, frame, variables), folder / f"{name.lower()}.xpt")
