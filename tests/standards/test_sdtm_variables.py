"""Variables of SDTM: those of public study files, which this project did not make, and those that are misspelt."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from adamline.io.dataset import Kind
from adamline.io.xpt_read import read_xpt
from adamline.standards.sdtm_variables import sdtm_type, sdtm_variables

DOMAINS = """AG CM EC EX ML PR SU AE BE CE DS DV HO MH BS CP CV DA DD EG FT GF IE IS LB MB MI MK MO MS NV OE PC PE PP QS
RE RP RS SC SS TR TU UR VS FA SR DM CO SE SM SV TA TD TE TI TM TS TV OI RELREC SUPPAE""".split()  # noqa: SIM905


@pytest.mark.parametrize(
    ("domain", "known", "unknown"),
    [
        (
            "LB",
            ["LBSTRESN", "LBBLFL", "LBLOBXFL", "VISITNUM", "EPOCH", "USUBJID"],
            ["LBSTRSN", "AETERM", "AGE", "AVAL"],
        ),
        ("AE", ["AETERM", "AESOC", "AESTDTC", "AETOXGR", "AESMIE"], ["AESTRESN", "AESTDT", "LBTESTCD"]),
        ("EX", ["EXTRT", "EXDOSE", "EXSTDTC", "EXADJ"], ["EXTERM", "EXTESTCD"]),
        ("DM", ["RFXSTDTC", "ACTARM", "DTHFL"], ["VISITNUM", "TRT01P", "DMSEQ"]),
        ("FA", ["FAOBJ", "FATESTCD"], ["FATERM"]),
        ("XB", ["XBTERM", "XBTRT", "XBTESTCD"], ["XBFOO"]),
        ("QSPH", ["QSTESTCD", "QSSTRESN"], ["QSPHCD"]),
        ("SUPPLB", ["QNAM", "QVAL"], ["LBSEQ"]),
    ],
)
def test_variables_of_a_domain(domain: str, known: list[str], unknown: list[str]) -> None:
    assert set(known) <= sdtm_variables(domain)
    assert not set(unknown) & sdtm_variables(domain)


@pytest.mark.parametrize("name", ["ADSL", "ADLB", "ADAE", "SDTM", "X", ""])
def test_what_is_no_domain_has_none(name: str) -> None:
    assert sdtm_variables(name) == frozenset()


def test_every_variable_with_a_codelist(shared: Path) -> None:
    """CDISC's tables of the codelists of SDTMIG 3.2 to 3.4; SREL is of associated persons, SPEC of no domain."""
    maps = json.loads((shared / "data" / "ct" / "variable_codelist_maps.json").read_text("utf-8"))
    known = frozenset().union(*map(sdtm_variables, DOMAINS))
    for version in ("3-2", "3-3", "3-4"):
        assert {*maps[f"sdtmig-{version}-codelists"]} - known <= {"name", "SREL", "SPEC"}


@pytest.mark.parametrize("source", ["example", "pilot"])
def test_names_and_types_of_public_files(shared: Path, source: str, tmp_path: Path) -> None:
    folder = shared / "data" / "cdisc-msg-datasetjson" / "sdtm"
    if source == "pilot":
        folder = tmp_path
        with zipfile.ZipFile(shared / "data" / "phuse-tdf" / "cdiscpilot_update2.zip") as archive:
            names = [name for name in archive.namelist() if name.startswith("SDTM/") and name.endswith(".xpt")]
            archive.extractall(folder, names)
    files = sorted(folder.rglob("*.xpt"))
    assert len(files) > 10
    for file in files:
        dataset = read_xpt(file, encoding="cp1252")
        found = {variable.name: variable.kind for variable in dataset.variables}
        assert not found.keys() - sdtm_variables(dataset.name), file.name
        for name, kind in found.items():
            assert (sdtm_type(dataset.name, name) == "number") == (kind is Kind.NUMBER), (file.name, name)
