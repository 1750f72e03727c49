"""Faults of specs: all at once, each with file, line, and what to try."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.errors import SpecError
from adamline.study.study import open_study
from adamline.study.where import where_output

from .conftest import FIGURE

Edit = Callable[[str, str, str], None]


def faults_of(study: Path) -> list[str]:
    with pytest.raises(SpecError) as caught:
        open_study(study)
    return [str(fault) for fault in caught.value.faults]


def test_outputs_are_the_files_of_their_folder_by_number_unless_listed(study: Path, edit: Edit) -> None:
    table = (study / "tlf" / "t-1.yaml").read_text()
    for name in ("L-14-10-1", "T-14-2-1", "F-14-2-1", "T-14-10-1", "x-2"):
        (study / "tlf" / f"{name}.yaml").write_text(table.replace("output: T-1", f"output: {name}"))
    assert [output.name for output in open_study(study).outputs] == ["T-1"]
    edit("study.yaml", "outputs: [t-1]\n", "")
    made = [output.name for output in open_study(study).outputs]
    assert made == ["T-1", "x-2", "T-14-2-1", "F-14-2-1", "T-14-10-1", "L-14-10-1"]


def test_where_an_output_is_made(study: Path) -> None:
    table = (study / "tlf" / "t-1.yaml").read_text().replace("output: T-1", "catalogue: mine\nabout: x\nneeds: x")
    (study / "catalogue").mkdir()
    (study / "catalogue" / "mine.yaml").write_text(table)
    (study / "tlf" / "t-1.yaml").write_text("output: T-1\ntemplate: mine\n")
    found = where_output(open_study(study), "t-1")
    assert found is not None
    assert (found.output, found.spec) == ("T-1", f"{study / 'tlf' / 't-1.yaml'}:1")
    assert found.template == str(study / "catalogue" / "mine.yaml")
    ((name, line, file),) = found.analyses
    assert (name, line) == ("summary AVAL CHG", "mine.yaml (template of t-1.yaml), line 15")
    assert file.endswith("adamline/analyses/summary.py") and found.layout.endswith("adamline/tlf/kinds/table.py")
    assert where_output(open_study(study), "T-2") is None


def test_a_study_without_faults_opens(study: Path) -> None:
    opened = open_study(study)
    assert opened.dataset_names == ("ADSL", "ADLB")  # in the order of need, not of the list
    assert [output.name for output in opened.outputs] == ["T-1"]
    assert opened.domains == {
        "DM": ("USUBJID", "STUDYID", "ARM", "RFSTDTC"),
        "LB": ("USUBJID", "VISITNUM", "LBTESTCD", "LBSTRESN", "LBSEQ"),
    }


def test_three_faults_in_three_files_are_all_reported(study: Path, edit: Edit) -> None:
    edit("adlb.yaml", "BASE: base", "BASE: bas")
    edit("adsl.yaml", "class: ADSL", "clas: ADSL")
    edit("tlf/t-1.yaml", "show: [ALT]", "shown: [ALT]")
    faults = "\n".join(faults_of(study))
    assert "`class` is missing.\n  where:    adsl.yaml, line 1" in faults
    assert "`clas` is not known here.\n  where:    adsl.yaml, line 3" in faults
    assert "There is no derivation `bas`.\n  where:    adlb.yaml, line 15, dataset ADLB, variable BASE" in faults
    assert "did you mean base?" in faults
    assert "`rows.0.shown` is not known here.\n  where:    t-1.yaml, line 9" in faults


CASES = {
    "unknown derivation": ("adlb.yaml", "BASE: base", "BASE: bass", ["no derivation `bass`", "did you mean base?"]),
    "unknown argument": ("adlb.yaml", "{derive: chg,", "{derive: chg, minus: X,", ["`chg` takes no `minus`"]),
    "misspelled attribute": ("adlb.yaml", "from: VISITNUM}", "from: VISITNUM, typ: number}", ["did you mean type?"]),
    "missing argument": ("adlb.yaml", "table: visits.yaml, ", "", ["`lookup` needs `table`", "line 13"]),
    "unknown table": ("adlb.yaml", "visits.yaml", "visit.yaml", ["no table visit.yaml", "did you mean visits.yaml?"]),
    "table elsewhere": ("adlb.yaml", "visits.yaml", "../mini/visits.yaml", ["no table ../mini/visits.yaml"]),
    "condition": (
        "adlb.yaml",
        "where: VISITNUM = 1",
        "where: VISITNUM == 1",
        ["adlb.yaml, line 17", "ABLFL", "write ="],
    ),
    "source condition": ("adlb.yaml", "VISITNUM < 100", "VISITNUM <", ["adlb.yaml, line 5"]),
    "cases": ("adsl.yaml", "rows: [{value: Y}]", "rows: [{valu: Y}]", ["`rows` does not fit", "adsl.yaml, line 11"]),
    "choice": ("adlb.yaml", "by: VISITNUM}", "by: VISITNUM, unmatched: x}", ["'missing' or 'error'", "found:    x"]),
    "key": ("adlb.yaml", "keys: [USUBJID, PARAMCD, LBSEQ]", "keys: [USUBJID, LBSQ]", ["did you mean LBSEQ?"]),
    "circle": ("adlb.yaml", "from: LBSTRESN", "from: CHG", ["in a circle", "CHG needs AVAL needs CHG"]),
    "no label": ("adlb.yaml", "  LBSEQ: copy", "  LBSEQ: copy\n  X: base", ["X has no label"]),
    "long name": ("adlb.yaml", "  LBSEQ: copy", "  LBSEQ: copy\n  TOOLONGNAME: copy", ["variables.TOOLONGNAME"]),
    "long label": ("adsl.yaml", "label: Subject-Level Analysis", "label: " + "x" * 41, ["at most 40"]),
    "length": ("adsl.yaml", "from: ARM}", "from: ARM, length: 201}", ["`variables.TRT01P.length`", "200"]),
    "subject variable": ("adlb.yaml", "TRT01P}", "TRT02P}", ["ADSL has no variable TRT02P", "did you mean TRT01P?"]),
    "dataset of output": (
        "tlf/t-1.yaml",
        "{from: ADLB}",
        "{from: ADLC}",
        ["The study makes no ADLC", "t-1.yaml, line 5\n"],
    ),
    "kind of output": ("tlf/t-1.yaml", "kind: table", "kind: tables", ["did you mean table?"]),
    "list for a dataset": ("adsl.yaml", "dataset: ADSL", "dataset: [ADSL]", ["`dataset`", "adsl.yaml, line 1\n"]),
    "table of no name": ("adlb.yaml", "table: visits.yaml", "table: ''", ["`table` has no value", "line 13"]),
    "label of no letter": ("adlb.yaml", "label: Laboratory Analysis", "label: ''", ["adlb.yaml, line 2\n"]),
    "no variable": ("adsl.yaml", "{value: Y}", "{from: ''}", ["names no variable", "line 11"]),
    "set to nothing": (
        "adlb.yaml",
        "  LBSEQ: copy",
        "  LBSEQ: copy\nrecords: [{add: copied_records, where: LBSEQ = 1, set: {AVISIT: ''}, copies: all}]",
        ["`set` gives AVISIT no value", "line 19"],
    ),
    "list of a grouping": (
        "tlf/t-1.yaml",
        "rows:\n  - by: PARAMCD\n    show: [ALT]",
        "show: {PARAMCD: [ALT]}\nrows:\n  - by: [PARAMCD]",
        ["a valid string", "t-1.yaml, line 9"],
    ),
    "no level": ("tlf/t-1.yaml", "show: [ALT]", "show: []", ["one level at least", "line 9\n"]),
    "level in a list": ("tlf/t-1.yaml", "show: [ALT]", "show: [[ALT]]", ["one level at least", "line 9\n"]),
    "category twice": (
        "tlf/t-1.yaml",
        "rows: [{summary: [AVAL, CHG]}]",
        "rows: [{count: ABLFL, levels: [Y, Y]}]",
        ["listed twice: Y", "line 13\n"],
    ),
    "templates": ("tlf/t-1.yaml", "kind: table", "template: [mean-change, ae]", ["The template is a list", "line 2\n"]),
    "footnote": ("tlf/t-1.yaml", "footnotes: source", "footnotes: sauce", ["did you mean source?", "line 14\n"]),
    "listed footnote": ("tlf/t-1.yaml", "footnotes: source", "footnotes:\n  - source\n  - sauce", ["line 16\n"]),
    "file": ("study.yaml", "[adlb, adsl]", "[adlb, adls]", ["adls.yaml is named, and not there"]),
    "dataset twice": (
        "study.yaml",
        "[adlb, adsl]",
        "\n  - adlb\n  - adsl\n  - adlb",
        ["`datasets`", "each once; listed twice: adlb", "study.yaml, line 7\n"],
    ),
    "output twice": ("study.yaml", "outputs: [t-1]", "outputs: [t-1, t-1]", ["twice: t-1", "line 5\n"]),
    "format twice": ("study.yaml", "[adlb, adsl]", "[adlb, adsl]\nadam_files: [xpt, xpt]", ["twice: xpt", "line 5\n"]),
    "catalogue twice": (
        "study.yaml",
        "[adlb, adsl]",
        "[adlb, adsl]\ncatalogue: [., .]",
        ["listed twice: .", "line 5\n"],
    ),
    "no catalogue": (
        "study.yaml",
        "[adlb, adsl]",
        "[adlb, adsl]\ncatalogue: [., ours]",
        ["no folder ours of templates", "study.yaml, line 5"],
    ),
    "duplicate key": ("adsl.yaml", "  USUBJID: copy", "  STUDYID: copy\n  USUBJID: copy", ["stands twice", "line 8"]),
    "alias": ("adsl.yaml", "STUDYID: copy", "STUDYID: &x copy", ["Anchors", "line 7"]),
    "tag": ("adsl.yaml", "STUDYID: copy", "STUDYID: !!python/name:os.system copy", ["Tags", "line 7"]),
    "not yaml": ("adsl.yaml", "keys: [USUBJID]", "keys: [USUBJID", ["not YAML", "adsl.yaml"]),
    "second document": ("adsl.yaml", "class: ADSL", "class: ADSL\n---\nx: y", ["second YAML document"]),
    "no program": ("adlb.yaml", "BASE: base", "BASE: programs.mine", ["no derivation `programs.mine`"]),
    "no condition": ("adlb.yaml", "where: VISITNUM < 100", "where: ", ["`where` has no condition", "line 5"]),
    "no value": ("adlb.yaml", "where: ABLFL is missing", "where: ", ["`where` has no value", "line 14"]),
    "order": (
        "adlb.yaml",
        "where: VISITNUM = 1}",
        "take: first, where: LBSEQ > 0, order: LBSEQ down}",
        ["how to sort"],
    ),
    "key twice": (
        "adlb.yaml",
        "[USUBJID, PARAMCD, LBSEQ]",
        "[USUBJID, LBSEQ, LBSEQ]",
        ["listed twice: LBSEQ", "line 4\n"],
    ),
    "subject twice": ("adlb.yaml", "{TRTP: TRT01P}", "{TRTP: TRT01P}, {TRTP: ITTFL}", ["listed twice: TRTP"]),
    "made twice": (
        "adlb.yaml",
        "  LBSEQ: copy",
        "  LBSEQ: copy\n  TRTP: {derive: copy, from: ITTFL}",
        ["made here as well"],
    ),
    "copies": (
        "adlb.yaml",
        "  LBSEQ: copy",
        "  LBSEQ: copy\nrecords: [{add: copied_records, where: LBSEQ = 1, set: {AVISIT: X}, copies: [AVALL]}]",
        ["`copies` names AVALL", "did you mean AVAL?"],
    ),
    "variable of an output": (
        "tlf/t-1.yaml",
        "{from: ADLB}",
        "{from: ADLB, where: AVISTIN = 1}",
        ["no variable AVISTIN"],
    ),
    "column of parameters": (
        "adlb.yaml",
        "  LBSEQ: copy",
        "  LBSEQ: copy\n  ELEVPFL: {derive: parameter_criterion, criterion: decimal, label: Elevated}",
        ["`criterion` names no column of `parameters`", "did you mean decimals?", "line 19"],
    ),
    "condition of a parameter": (
        "adlb.yaml",
        "  LBSEQ: copy",
        "  LBSEQ: copy\n  ELEVPFL: {derive: parameter_criterion, criterion: PARAM, label: Elevated}",
        ["adlb.yaml, line 19"],
    ),
    "parameter of a step": (
        "adlb.yaml",
        "  LBSEQ: copy",
        "  LBSEQ: copy\nrecords: [{add: response.sledai, items: [ALTT], parameter: ALT}]",
        ["`items` names ALTT, which `parameters` does not list", "did you mean ALT?", "line 19"],
    ),
    "parameter in a condition": (
        "adlb.yaml",
        "  LBSEQ: copy",
        "  LBSEQ: copy\nrecords: [{add: composite, parameter: ALT, when: ALTT > 3}]",
        ["`when` names ALTT, which `parameters` does not list", "did you mean ALT?", "line 19"],
    ),
    "condition on parameters": (
        "adlb.yaml",
        "  LBSEQ: copy",
        "  LBSEQ: copy\nrecords: [{add: composite, parameter: ALT, when: ALT > }]",
        ["The condition ends too early", "line 19"],
    ),
    "default parameter of a step": (
        "adlb.yaml",
        "  LBSEQ: copy",
        "  LBSEQ: copy\nrecords: [{add: response.sledai, items: [ALT]}]",
        ["`parameter` names SLEDTOT, which `parameters` does not list"],
    ),
    "no PARAMCD": ("adlb.yaml", "PARAMCD: ALT, ", "", ["row 1 has no PARAMCD"]),
    "long PARAMCD": (
        "adlb.yaml",
        "PARAMCD: ALT, ",
        "PARAMCD: ALANINEAT, ",
        ["has PARAMCD ALANINEAT", "at most 7"],
    ),
    "path as name": ("adlb.yaml", "BASE: base", "BASE: ../base", ["no derivation `../base`"]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_named_with_its_place(case: str, study: Path, edit: Edit) -> None:
    file, old, new, expected = CASES[case]
    edit(file, old, new)
    message = "\n".join(faults_of(study))
    for part in expected:
        assert part in message, message


def test_results_that_are_not_there(study: Path, edit: Edit) -> None:
    (study / "tlf" / "f-1.yaml").write_text(FIGURE.replace("results: T-1", "results: T-9"))
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1, f-1]")
    assert faults_of(study) == [
        "There is no output T-9 before this one.\n  where:    f-1.yaml, line 5\n  try:      did you mean T-1?"
    ]


def test_results_of_an_output_with_a_fault_are_no_further_fault(study: Path, edit: Edit) -> None:
    (study / "tlf" / "f-1.yaml").write_text(FIGURE)
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1, f-1]")
    edit("tlf/t-1.yaml", "show: [ALT]", "shown: [ALT]")
    assert ["no output T-1" in fault for fault in faults_of(study)] == [False]


def test_circle_of_datasets(study: Path, edit: Edit) -> None:
    edit(
        "adsl.yaml",
        "  STUDYID: copy",
        "  BASE: {derive: pick, source: ADLB, from: BASE, where: LBSEQ = 1}\n  STUDYID: copy",
    )
    assert any("ADLB reads ADSL reads ADLB" in fault for fault in faults_of(study))


def test_scalars_are_text_until_they_are_typed(study: Path, edit: Edit) -> None:
    # NO, 010 and 12:30 are values that plain YAML would turn into False, 8 and 750.
    edit(
        "adsl.yaml",
        "rows: [{value: Y}]",
        "rows: [{when: ARM = 'NO', value: NO}, {when: ARM = 'b', value: 010}, {value: 12:30}]",
    )
    plan = open_study(study).datasets[0]
    call = next(call for call in plan.steps if call.target == "ITTFL")
    assert [case.value for case in call.arguments["rows"]] == ["NO", "010", "12:30"]


def test_a_program_of_the_study_is_found_and_used(study: Path, edit: Edit) -> None:
    (study / "programs").mkdir()
    (study / "programs" / "mine.py").write_text(
        "from adamline.contract import New, derivation\n"
        "@derivation(define='AVAL again', needs=['AVAL'])\n"
        "def derive_mine(frame, *, variable: New):\n"
        "    return frame.assign(**{variable: frame['AVAL']})\n"
    )
    edit("adlb.yaml", "BASE: base", "BASE: programs.mine")
    call = next(call for call in open_study(study).datasets[1].steps if call.target == "BASE")
    assert call.needs == ("AVAL",)


def test_no_study(tmp_path: Path) -> None:
    assert "no study.yaml" in faults_of(tmp_path)[0]


def test_a_program_that_cannot_be_run_is_a_fault_with_its_line(study: Path, edit: Edit) -> None:
    (study / "programs").mkdir()
    (study / "programs" / "mine.py").write_text("import os\nimport nowhere_to_be_found\n")
    edit("adlb.yaml", "BASE: base", "BASE: programs.mine")
    edit("adlb.yaml", "CHG: {derive: chg,", "CHG: {derive: chgg,")
    faults = "\n".join(faults_of(study))
    assert "programs/mine.py, line 2 ModuleNotFoundError" in faults
    assert "did you mean chg?" in faults  # the broken program hides no other fault


def test_a_program_without_a_contract(study: Path, edit: Edit) -> None:
    (study / "programs").mkdir()
    (study / "programs" / "mine.py").write_text("def derive_mine(frame, *, variable):\n    return frame\n")
    edit("adlb.yaml", "BASE: base", "BASE: programs.mine")
    assert "`derive_mine` has no contract" in "\n".join(faults_of(study))
