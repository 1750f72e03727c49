"""What is said of tables of queries without data."""

from __future__ import annotations

import pytest

from adamline.study.check import check_study
from adamline.study.study import open_study

ADAE = """\
dataset: ADAE
label: Adverse Events Analysis
class: OCCDS
keys: [USUBJID, AESEQ]
source: {domain: AE}
subject: {ADSL: [TRTSDT]}
variables:
  USUBJID, AESEQ, AEDECOD: copy
"""
TERMS = """\
- {PREFIX: SMQ01, GRPNAME: Rashes, SRCVAR: AEDECOD, TERMCHAR: Rash}
- {PREFIX: CQ02, GRPNAME: Falls, SRCVAR: AEDECOD, TERMCHAR: Fall}
"""
SMQ, CQ = (f"  {name}NAM: {{derive: query, table: queries.yaml}}\n" for name in ("SMQ01", "CQ02"))


@pytest.fixture
def said(study, edit):
    """The findings of the mini study with these entries and this table, as severity, message and line."""

    def of(entries: str, terms: str) -> list[tuple[str, str, int | None]]:
        edit("study.yaml", "datasets: [adlb, adsl]", "datasets: [adsl, adae]")
        edit("study.yaml", "outputs: [t-1]", "outputs: []")
        (study / "adlb.yaml").unlink()
        (study / "adae.yaml").write_text(ADAE + entries)
        (study / "queries.yaml").write_text(terms)
        found = check_study(open_study(study))
        return [(f.severity.name, f.message, f.place.line) for f in found if f.place.file == "adae.yaml"]

    return of


def test_all_is_well(said):
    assert said(SMQ + CQ, TERMS) == []


def test_a_query_without_a_variable(said):
    message = "queries.yaml has the query CQ02, of which ADAE has no variable: CQ02NAM"
    assert said(SMQ, TERMS) == [("WARNING", message, 9)]


def test_a_query_that_the_table_does_not_have(said):
    entry = "  SMQ03NAM: {derive: query, table: queries.yaml}\n"
    message = "queries.yaml: The table has no query SMQ03. There are CQ02, SMQ01."
    assert said(SMQ + CQ + entry, TERMS) == [("ERROR", message, 11)]


def test_a_query_of_two_names(said):
    terms = TERMS + "- {PREFIX: CQ02, GRPNAME: Trips, SRCVAR: AEDECOD, TERMCHAR: Trip}\n"
    message = "queries.yaml: The query CQ02 has several values of GRPNAME. Found: Falls, Trips."
    assert said(SMQ + CQ, terms) == [("ERROR", message, 10)]


def test_a_name_that_is_no_querys(said):
    entry = "  RASHFL: {derive: query, table: queries.yaml, label: Rash}\n"
    assert said(SMQ + CQ + entry, TERMS) == [("ERROR", "queries.yaml: RASHFL is no name of a query's variable.", 11)]


def test_a_code_of_two_values_is_one_fault(said):
    terms = TERMS + "- {PREFIX: SMQ01, GRPNAME: Rashes, GRPID: 7, SRCVAR: AEDECOD, TERMCHAR: Rash}\n"
    entry = "  SMQ01CD: {derive: query, table: queries.yaml}\n"
    message = "queries.yaml: The query SMQ01 has several values of GRPID. Found: missing, 7."
    assert said(entry + CQ, terms) == [("ERROR", message, 9)]


def test_a_query_of_another_datasets_terms_is_for_that_dataset(said, study):
    terms = TERMS + "- {PREFIX: SDG01, GRPNAME: Analgesics, SRCVAR: CMDECOD, TERMCHAR: ASPIRIN}\n"
    message = "queries.yaml has the query SDG01, of which ADAE has no variable: SDG01NAM"
    assert said(SMQ + CQ, terms) == [("WARNING", message, 9)]
    adcm = ADAE.replace("ADAE", "ADCM").replace("{domain: AE}", "{domain: CM}").replace("AESEQ", "CMSEQ")
    adcm = adcm.replace("AEDECOD", "CMDECOD").replace("Adverse Events", "Concomitant Medications")
    entry = "  SDG01NAM: {derive: query, table: queries.yaml, by: [CMDECOD], label: SDG 01 Name}\n"
    (study / "adcm.yaml").write_text(adcm + entry)
    (study / "study.yaml").write_text((study / "study.yaml").read_text().replace("adae]", "adae, adcm]"))
    found = check_study(open_study(study))
    assert [f.message for f in found if "queries.yaml" in f.message] == []
