"""The last dose before an adverse event: single doses of EX, and one record against many, as the guide has them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.study.test_guide_recist import write

from adamline.io.xpt_read import read_xpt
from adamline.study.check import check_study
from adamline.study.run import run_study
from adamline.study.study import open_study

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "derivations.md"
STUDY = (
    "study: MINI\ntitle: Mini\ndata_cutoff: 2020-12-31\nlengths: minimal\ndatasets: [adexd, adae]\nsupplied: [ADLB]\n"
)
# Treatment of M-1 changes on day 15, and its second interval goes on; M-2 has one dose, of which the day is unknown.
EX = """
USUBJID EXSEQ EXTRT  EXDOSE EXDOSFRQ EXSTDTC    EXENDTC
M-1     1     ACTIVE 54     QOD      2020-01-01 2020-01-14
M-1     2     ACTIVE 81     BID      2020-01-15 2020-01-16
M-2     1     ACTIVE 54     ONCE     2020-01    2020-01
"""
AE = """
USUBJID AESEQ AETERM   AESTDTC    | LDOSEDT    LDOSE ADOSE NVISIT NEXTLB
M-1     1     HEADACHE 2019-12-31 | .          .     .     DAY1   20
M-1     2     NAUSEA   2020-01-10 | 2020-01-09 54    54    WEEK2  30
M-1     3     RASH     2020-01-16 | 2020-01-16 81    81    WEEK2  30
M-1     4     COUGH    2020-02-01 | 2020-01-16 81    .     WEEK2  .
M-1     5     FEVER    2020-01    | .          .     .     .      .
M-2     1     NAUSEA   2020-01-10 | .          .     .     .      .
"""
SV = """
USUBJID VISITNUM VISIT SVSTDTC
M-1     1        DAY1  2020-01-01
M-1     2        WEEK2 2020-01-15
"""
ADLB = """
USUBJID PARAMCD ADT        AVAL
M-1     ALT     2020-01-01 20
M-1     AST     2020-01-02 99
M-1     ALT     2020-01-20 30
"""


def test_the_last_dose_before_an_event(tmp_path: Path, table, plain) -> None:
    text = GUIDE.read_text("utf-8")
    section = text[text.index("## One record against many") : text.index("## Visits")]
    single, events = re.findall(r"^```yaml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"`(?!LDOSE)([A-Z]+): (\{derive: pick_at.*?\})` \|", section)
    assert [name for name, _ in rows] == ["ADOSE", "NVISIT", "NEXTLB"]
    entries = "".join(f"  {name}: {entry[:-1]}, label: {name}}}\n" for name, entry in rows)
    study, sdtm, adam = (tmp_path / name for name in ("study", "sdtm", "adam"))
    for folder in (study, sdtm, adam):
        folder.mkdir()
    (study / "study.yaml").write_text(STUDY)
    (study / "adexd.yaml").write_text(single)
    (study / "adae.yaml").write_text(events + entries)
    expected = table(AE.replace("|", " "))
    for name, given, folder in (("EX", EX, sdtm), ("AE", AE, sdtm), ("SV", SV, sdtm), ("ADLB", ADLB, adam)):
        frame = table(given.replace("|", " ")).assign(STUDYID="MINI")
        for column in frame.columns[frame.columns.str.endswith("DTC")]:
            form = frame[column].dt.strftime("%F") if frame[column].dtype.kind == "M" else frame[column]
            frame[column] = form.astype("str")
        write(name, frame.drop(columns=frame.columns.intersection(["LDOSEDT", "LDOSE", *dict(rows)])), folder)
    assert [finding.message for finding in check_study(open_study(study))] == []
    run_study(open_study(study), sdtm, tmp_path / "out", adam=adam)
    made = read_xpt(tmp_path / "out" / "adam" / "adae.xpt").frame
    for name in ("LDOSEDT", "LDOSE", *dict(rows)):
        assert plain(made[name]) == plain(expected[name]), name
    doses = read_xpt(tmp_path / "out" / "adam" / "adexd.xpt").frame
    assert plain(doses["DOSENO"]) == [1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, None]
    assert [day.day for day in doses["ADT"].dropna()] == [1, 3, 5, 7, 9, 11, 13, 15, 15, 16, 16]
