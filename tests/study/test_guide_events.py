"""The ADAE that the guide to adverse events shows, run in a study as it stands, against its table."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
from tests.study.conftest import write_domain

from adamline.io.xpt_read import read_xpt
from adamline.study.check import check_study
from adamline.study.run import run_study
from adamline.study.study import open_study

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "events.md").read_text("utf-8")
GIVEN = ["AESEQ", "AESTDTC", "AEENDTC", "AESEV", "AEREL"]


def shown() -> pd.DataFrame:
    """The table of the guide as text, without a value where a cell is empty."""
    names, _, *rows = (
        [cell.strip() or None for cell in line[1:-1].split("|")] for line in GUIDE.splitlines() if line.startswith("|")
    )
    return pd.DataFrame(rows, columns=names)


def text_of(values: pd.Series) -> list[str | None]:
    if values.dtype.kind == "M":
        values = values.dt.strftime("%F")
    return [None if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value) for value in values]


def test_the_table_of_the_guide(study, sdtm, tmp_path, edit):
    events = shown()
    ae = events[GIVEN].astype({"AESEQ": "float64"} | dict.fromkeys(GIVEN[1:], "str"))
    write_domain(sdtm, "AE", ae.assign(USUBJID="M-2", AEDECOD="Nausea", AEBODSYS="GI", AESER="N"))
    edit("study.yaml", "datasets: [adlb, adsl]", "datasets: [adsl, adae]")
    edit("study.yaml", "outputs: [t-1]", "outputs: []")
    last = "".join(
        f"  {name}: {{derive: plus_days, from: TRTSDT, days: {days}}}\n"
        for name, days in (("TRTEDT", 29), ("EOSDT", 59))
    )
    edit("adsl.yaml", "  ITTFL:", f"{last}  ITTFL:")
    (study / "tlf" / "t-1.yaml").unlink()
    (study / "adlb.yaml").unlink()
    adae, severities = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    (study / "adae.yaml").write_text(adae)
    (study / "severities.yaml").write_text(severities)
    assert check_study(open_study(study)) == []
    run_study(open_study(study), sdtm, tmp_path / "out")
    made = read_xpt(tmp_path / "out" / "adam" / "adae.xpt").frame
    for name in events.columns:
        assert text_of(made[name]) == events[name].astype(object).where(events[name].notna(), None).tolist(), name
