"""Programs of a study: read, not executed, unless a run asks for them; what they can and cannot do to a run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.cli import main
from adamline.errors import AdamlineError
from adamline.io.xpt_read import read_xpt
from adamline.study.functions import Programs, find_derivation, known_names
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]
PILOT = Path(__file__).resolve().parents[2] / "specs" / "cdiscpilot01"

# Says that it was executed by a file beside the study.
PROGRAM = """\
from pathlib import Path
from adamline.contract import Column, New, derivation
(Path(__file__).parents[2] / "executed-{name}").write_text("")

@derivation(define="{name}", needs=["AVAL"])
def derive_{name}(frame, *, variable: New, from_: Column = "AVISITN"):
    {body}
"""


def write_program(study: Path, name: str = "mine", body: str = "return frame.assign(**{variable: 1.0})") -> None:
    (study / "programs").mkdir(exist_ok=True)
    (study / "programs" / f"{name}.py").write_text(PROGRAM.format(name=name, body=body))


def executed(study: Path) -> list[str]:
    return sorted(path.name for path in study.parent.glob("executed-*"))


def status(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    return int(caught.value.code or 0)


@pytest.fixture
def mine(study: Path, edit: Edit) -> Path:
    """The study, of which a program makes BASE; there is another program that it does not name."""
    write_program(study)
    write_program(study, "other")
    edit("adlb.yaml", "BASE: base", "BASE: programs.mine")
    return study


@pytest.mark.parametrize("command", ["check {}", "check {} --expanded", "plan {}", "where BASE --study {}"])
def test_looking_at_a_study_executes_nothing(command: str, mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(*command.format(mine).split()) < 2
    assert executed(mine) == []
    if command.startswith("plan"):
        assert "BASE      programs.mine  <- AVAL, AVISITN" in capsys.readouterr().out


def test_where_names_the_program_and_its_line(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status("where", "BASE", "--study", mine)
    said = capsys.readouterr().out
    assert "programs.mine.derive_mine" in said
    assert "programs/mine.py:5" in said


@pytest.mark.parametrize("command", ["check {}", "plan {}", "run {} --sdtm {} --out {}"])
def test_a_name_misspelt_executes_no_program(
    command: str, mine: Path, sdtm: Path, tmp_path: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    edit("adlb.yaml", "BASE: programs.mine", "BASE: programs.mime")
    assert status(*command.format(mine, sdtm, tmp_path / "out").split()) == 2
    assert "did you mean programs.mine?" in capsys.readouterr().err
    assert executed(mine) == []


def test_a_run_executes_the_programs_that_the_spec_names(mine: Path, sdtm: Path, tmp_path: Path) -> None:
    run_study(open_study(mine), sdtm, tmp_path / "out")
    assert executed(mine) == ["executed-mine"]


def test_a_study_whose_programs_were_read_is_not_run(mine: Path, sdtm: Path, tmp_path: Path) -> None:
    with pytest.raises(AdamlineError, match="was read and not loaded"):
        run_study(open_study(mine, Programs.READ), sdtm, tmp_path / "out")


@pytest.mark.parametrize("name", sorted(path.stem for path in (PILOT / "programs").glob("[a-z]*.py")))
def test_the_text_of_a_program_says_what_running_it_says(name: str) -> None:
    read = find_derivation(f"programs.{name}", "derive", PILOT, Programs.READ)
    assert read.contract == find_derivation(f"programs.{name}", "derive", PILOT).contract


# Forms of a contract that text alone tells, each beside the standard form's meaning.
FORMS = {
    "module": """
import adamline.contract as c
import typing
@c.derivation(define="a" " b" + " {n}", needs=("AVAL", "ABLFL"), within="subject")
def derive_mine(frame, *, variable: c.New, n: int = -1, how: typing.Literal["x", "y"] = "x"): ...
""",
    "constants": """
from collections.abc import Mapping, Sequence
from adamline.contract import Where, derivation as d, Column as Variable
NEEDS = ["AVAL"]
MORE: list[str] = NEEDS + ["BASE"]
@d(define="x", needs=MORE, copies=True, makes=["AVAL", "w"], keeps="a", within=None)
def derive_mine(
    frame, a: "Variable", /, b: Variable | None = None, *, w: Where = None, m: Mapping[str, str] = {"A": "B"}
): ...
""",
    "several functions": """
from adamline.contract import Case, Cases, Columns, ParameterTexts, Table, derivation
def helper(frame): return frame
@derivation(define="first")
def derive_mine(frame, *, columns: Columns = ("A",)): ...
@derivation(define="the last counts")
def derive_mine(frame, *, table: Table, by: Columns = ["A", "B"], texts: ParameterTexts, cases: Cases): ...
""",
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_a_contract(form: str, tmp_path: Path) -> None:
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs" / "mine.py").write_text(FORMS[form])
    read = find_derivation("programs.mine", "derive", tmp_path, Programs.READ)
    assert read.contract == find_derivation("programs.mine", "derive", tmp_path).contract


UNREADABLE = {
    "a dictionary": ("define='x', **{'needs': ['AVAL']}", "derivation(define='x', **{'needs': ['AVAL']})", 5),
    "an unknown word": ("define='x', nothing=1", "derivation(define='x', nothing=1)", 5),
    "called": ("define=str('x')", "str('x')", 5),
    "by a condition": ("define=TEXT", "TEXT", 5),
    "changed": ("define=CHANGED", "CHANGED", 5),
    "doubled": ("define=D5", "D3 + D3", 3),
}
BEGIN = """\
from adamline.contract import New, derivation
if True: TEXT = "x"
D1 = "0123456789" + "0123456789"; D2 = D1 + D1; D3 = D2 + D2; D4 = D3 + D3; D5 = D4 + D4
CHANGED = "a"; CHANGED += "b"
@derivation({})
def derive_mine(frame, *, variable: New): ...
"""


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_contract_that_text_does_not_tell_is_not_guessed(
    case: str, mine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adamline.study.program_text._LONGEST", 50)
    argument, found, line = UNREADABLE[case]
    (mine / "programs" / "mine.py").write_text(BEGIN.format(argument))
    assert status("check", mine) == 2
    said = capsys.readouterr().err
    assert "cannot be read without running it" in said
    assert f"programs/mine.py, line {line} {found}" in said
    assert "--run-programs" in said
    assert status("check", mine, "--run-programs") == (2 if case == "an unknown word" else 1)


def test_a_check_is_left_to_the_run(mine: Path) -> None:
    text = (mine / "programs" / "mine.py").read_text()
    check = "def check(frame, *, variable, from_):\n    return []\n\n"
    text = text.replace("@derivation(", f"{check}@derivation(check=check, ")
    (mine / "programs" / "mine.py").write_text(text)
    assert status("check", mine) == 1
    assert executed(mine) == []


def test_a_decorator_beside_the_contract_is_not_guessed(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (mine / "programs" / "mine.py").read_text()
    (mine / "programs" / "mine.py").write_text(text.replace("@derivation", "@print\n@derivation"))
    assert status("check", mine) == 2
    assert "another decorator" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["def (", "\0", "x = " + "(" * 5000, "# coding: nonsense\n", "d\xe9f"])
def test_a_program_that_is_not_python_is_a_fault(text: str, mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (mine / "programs" / "mine.py").write_bytes(text.encode("latin-1"))
    assert status("check", mine) == 2
    assert "programs/mine.py" in capsys.readouterr().err
    assert "programs.mine" not in known_names("derive", mine)


@pytest.mark.parametrize("statement", ["sys.exit(0)", "raise SystemExit", "quit()", "raise GeneratorExit"])
@pytest.mark.parametrize("where", ["when it is loaded", "when it is called"])
def test_a_program_cannot_end_the_run(
    statement: str, where: str, mine: Path, sdtm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_program(mine, body=f"import sys, site; {statement}")
    if where == "when it is loaded":
        text = (mine / "programs" / "mine.py").read_text()
        (mine / "programs" / "mine.py").write_text(f"import sys\n{statement}\n{text}")
    assert status("run", mine, "--sdtm", sdtm, "--out", tmp_path / "out") == 2
    said = capsys.readouterr().err
    assert "mine.py, line" in said
    assert "Exit" in said


CHANGES = {
    "a variable": "frame['AVISITN'] = 99.0",
    "records": "frame.loc[:, 'AVISITN'] = 99.0",
    "a view of numpy": "values = frame['AVISITN'].to_numpy(); values.setflags(write=True); values[:] = 99.0",
    "an array of pandas": "frame['AVISITN'].array[:] = 99.0",
    "categories": "frame['AVISIT'].array[:] = 'Baseline'",
    "order": "frame.sort_values('LBSEQ', inplace=True, ascending=False)",
    "columns": "frame.columns = [f'X{name}' for name in frame.columns]",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_program_does_to_its_frame_is_its_own(
    change: str, study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    write_program(study, body=f"given = frame.copy(); {CHANGES[change]}; return given.assign(**{{variable: 1.0}})")
    run_study(open_study(study), sdtm, tmp_path / "without")
    edit("adlb.yaml", "BASE: base", "BASE: {derive: programs.mine}")
    edit("adlb.yaml", "CHG: {derive: chg, where: ABLFL is missing}", "CHG: {derive: copy, from: BASE}")
    run_study(open_study(study), sdtm, tmp_path / "out")
    before, after = (read_xpt(tmp_path / name / "adam" / "adlb.xpt").frame for name in ("without", "out"))
    assert set(after["BASE"]) == {1.0}
    names = [name for name in before.columns if name not in ("BASE", "CHG")]
    assert after[names].equals(before[names])


def test_a_program_that_adds_records_leaves_the_others(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    (study / "programs").mkdir()
    (study / "programs" / "mine.py").write_text(
        "from adamline.contract import derivation\n"
        "@derivation(define='x', needs=['AVAL'], makes=['AVAL'])\n"
        "def add_mine(frame):\n"
        "    return frame.assign(AVAL=99.0)\n"
    )
    edit("adlb.yaml", "  LBSEQ: copy\n", "  LBSEQ: copy\nrecords: [{add: programs.mine, missing: others}]\n")
    with pytest.raises(AdamlineError, match="did not keep its contract") as caught:
        run_study(open_study(study), sdtm, tmp_path / "out")
    assert caught.value.found == "other values of AVAL in the records that were there"


def test_a_file_of_the_folder_makes_anew_what_programs_make(mine: Path, sdtm: Path, tmp_path: Path) -> None:
    def made() -> list[str]:
        done, _ = run_study(open_study(mine), sdtm, tmp_path / "out")
        return [one.name for one in done if one.is_new]

    (mine / "data").mkdir()
    (mine / "data" / "limits.txt").write_text("10")
    write_program(
        mine,
        body="limit = (Path(__file__).parents[1] / 'data' / 'limits.txt').read_text(); "
        "return frame.assign(**{variable: float(limit)})",
    )
    assert made() == ["ADSL", "ADLB", "T-1"]
    assert made() == []
    (mine / "data" / "limits.txt").write_text("20")
    assert made() == ["ADLB", "T-1"]  # ADSL has no program
    (mine / ".hidden").write_text("x")
    assert made() == []


def test_a_run_into_the_folder_of_the_study_is_unchanged_too(mine: Path, sdtm: Path) -> None:
    for expected in (3, 0, 0):
        done, _ = run_study(open_study(mine), sdtm, mine)
        assert sum(one.is_new for one in done) == expected


LIMITS = """\
LOWER = {lower}

def above(values):
    return values.clip(lower=LOWER)
"""
IMPORTING = """\
from adamline.contract import New, derivation
from .limits import LOWER, above

@derivation(define="AVAL, at least a limit", needs=["AVAL"])
def derive_mine(frame, *, variable: New):
    assert LOWER == {lower}
    return frame.assign(**{{variable: above(frame["AVAL"])}})
"""


def write_importing(folder: Path, lower: float) -> None:
    (folder / "programs").mkdir(exist_ok=True)
    (folder / "programs" / "mine.py").write_text(IMPORTING.format(lower=lower))
    (folder / "programs" / "limits.py").write_text(LIMITS.format(lower=lower))


def test_programs_share_code_by_imports(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    """A file that changes is read anew, here and in another study; nothing is compiled into the folder."""
    edit("adlb.yaml", "BASE: base", "BASE: programs.mine")
    edit("adlb.yaml", "CHG: {derive: chg, where: ABLFL is missing}", "CHG: {derive: copy, from: BASE}")
    other = tmp_path / "other"
    shutil.copytree(study, other)
    for folder, lower, expected in ((study, 25.0, {25.0, 30.0, 28.0}), (other, 29.0, {29.0, 30.0}), (study, 0.0, None)):
        write_importing(folder, lower)
        run_study(open_study(folder), sdtm, tmp_path / f"out-{folder.name}")
        base = read_xpt(tmp_path / f"out-{folder.name}" / "adam" / "adlb.xpt").frame["BASE"]
        assert set(base) == (expected or {20.0, 25.0, 30.0, 28.0, 22.0})
        assert sorted(path.name for path in (folder / "programs").iterdir()) == ["limits.py", "mine.py"]
    assert find_derivation("programs.mine", "derive", study, Programs.READ).contract is not None


def test_a_file_that_is_imported_and_fails(study: Path, edit: Edit) -> None:
    edit("adlb.yaml", "BASE: base", "BASE: programs.mine")
    write_importing(study, 1.0)
    (study / "programs" / "limits.py").write_text("LOWER = 1 / 0\n")
    with pytest.raises(AdamlineError, match="cannot be run") as caught:
        open_study(study)
    assert "programs/mine.py, line 2" in str(caught.value) and "ZeroDivisionError" in str(caught.value)
    (study / "programs" / "limits.py").unlink()
    with pytest.raises(AdamlineError, match="cannot be run") as caught:
        open_study(study)
    assert "limits" in str(caught.value)
