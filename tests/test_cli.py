"""The command line: what each command prints, and the exit status."""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import typing
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from adamline import __version__
from adamline._resources import resource_folder
from adamline.cli import main
from adamline.cli.commands import app
from adamline.cli.loading import loading
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_read import read_xpt
from adamline.io.xpt_write import write_xpt
from adamline.simulate.jahh import simulate_jahh

PILOT = str(Path(__file__).parents[1] / "specs" / "cdiscpilot01")


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(caught.value.code or 0), printed.out, printed.err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "--version") == (0, f"{__version__}\n", "")


THREADS = ("OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS")


@pytest.mark.parametrize("given", [None, *THREADS])
def test_linear_algebra_has_one_thread_whatever_the_environment_says(
    given: str | None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in THREADS:
        monkeypatch.setenv(name, "")  # so that it is as before when the test has ended
        monkeypatch.delenv(name)
    if given:
        monkeypatch.setenv(given, "3")
    assert call(capsys, "--version")[0] == 0
    # OpenBLAS reads it before the others.
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


def test_where_leads_from_a_variable_to_spec_line_code_and_method(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "where", "ablfl", "--study", PILOT, "--dataset", "ADLBC")
    line = next(
        n for n, text in enumerate((Path(PILOT) / "adlbc.yaml").read_text().splitlines(), 1) if "ABLFL:" in text
    )
    assert status == 0
    assert f"adlbc.yaml:{line}\n" in out
    assert "adamline.derive.ablfl.derive_ablfl" in out
    assert "ablfl.py:" in out
    assert "VISITNUM = 1" in out


def test_where_leads_from_an_output_to_spec_and_analyses(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "where", "t-14-6-01", "--study", PILOT)
    assert status == 0 and "tlf/t-14-6-01.yaml:2" in out and "adamline/analyses/summary.py" in out


def test_where_offers_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = call(capsys, "where", "ABLFLL", "--study", PILOT)
    assert (status, "did you mean ABLFL?" in err) == (2, True)


def test_program_writes_the_specification_as_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = call(capsys, "program", PILOT, "--dataset", "adlbhy", "--text")
    assert status == 0 and out.startswith("# ADLBHY: Analysis Dataset Lab Hy's Law\n")
    assert call(capsys, "program", PILOT, "--text", "--out", str(tmp_path / "text"))[0] == 0
    assert (tmp_path / "text" / "ADLBHY.md").read_text(encoding="utf-8") + "\n" == out
    written = Path(PILOT, "study.yaml").read_text("utf-8").partition("\ndatasets: [")[2].partition("]")[0]
    names = {f"{name.strip().upper()}.md" for name in written.split(",")}
    assert {path.name for path in (tmp_path / "text").iterdir()} == names


def test_program_of_an_unknown_dataset(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = call(capsys, "program", PILOT, "--dataset", "ADLBX", "--text")
    assert (status, "The study makes no ADLBX." in err) == (2, True)
    status, _, err = call(capsys, "program", PILOT)
    assert (status, "--text" in err) == (2, True)


def test_derivations_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "derivations")
    assert status == 0 and "  ablfl " in out and "  response.sri " in out
    assert "| `at_least` |" in call(capsys, "derivations", "average")[1]


def test_plan_shows_the_order(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "plan", PILOT)
    order = ["ADSL (", "ADLBC (", "ADLBH (", "T-14-6-01 from ADSL, ADLBC"]
    assert status == 0
    assert sorted(order, key=out.index) == order
    assert out.index("ABLFL     ablfl") < out.index("BASE      base") < out.index("CHG       chg")


def test_plan_of_an_unknown_dataset(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = call(capsys, "plan", PILOT, "--dataset", "ADLB")
    assert (status, "did you mean ADLB" in err) == (2, True)


def test_check_shows_defaults_in_force(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "check", PILOT, "--expanded")
    assert status == 0
    assert "  BASE: base\n    from: AVAL   (default)\n    flag: ABLFL   (default)\n" in out
    assert re.search(r"\n\d+ datasets, \d+ outputs, 0 findings\n$", out)


def test_check_warns_where_sas_selects_other_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "study.yaml").write_text("study: X\ntitle: X\ndata_cutoff: 2020-01-01\ndatasets: [adsl]\n")
    (tmp_path / "adsl.yaml").write_text(
        "dataset: ADSL\nlabel: X\nclass: ADSL\nkeys: [USUBJID]\nsource: {domain: DM}\n"
        "variables:\n  USUBJID: copy\n"
        "  AGEGR1: {derive: case_when, rows: [{when: AGE < 65, value: <65}, {value: '>=65'}]}\n"
        "  AGEGR2:\n    derive: case_when\n    label: Group\n"
        "    rows: [{when: AGE is missing}, {when: AGE < 65, value: <65}]\n"
    )
    status, out, _ = call(capsys, "check", str(tmp_path))
    assert status == 1
    # A row `AGE is missing` above takes the missing values away, so that only AGEGR1 differs.
    assert out.count("WARNING") == 1
    assert "adsl.yaml, line 8, dataset ADSL, variable AGEGR1: AGE < 65" in out


def test_errors_are_messages_and_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["check", str(tmp_path)], ["run", PILOT, "--sdtm", str(tmp_path), "--out", str(tmp_path / "o")]):
        status, _, err = call(capsys, *arguments)
        assert status == 2
        assert err.startswith("ERROR: ")
        assert "Traceback" not in err


def test_where_finds_what_the_subject_and_the_parameters_give(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "where", "TRTP", "--study", PILOT, "--dataset", "adlbc")
    assert "ADSL.TRT01P" in out
    _, out, _ = call(capsys, "where", "PARAMN", "--study", PILOT, "--dataset", "adlbc")
    assert "by LBTESTCD" in out


def test_simulate_says_what_it_wrote(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = call(capsys, "simulate", "jahh", "--out", str(tmp_path / "sdtm"), "--subjects", "9", "--seed", "5")
    assert status == 0
    assert f"15 files of simulated data, not calibrated to the trial, in {tmp_path / 'sdtm'}" in out
    written = sorted(path.stem for path in (tmp_path / "sdtm").iterdir())
    assert written == ["ae", "cm", "dm", "ds", "ex", "lb", "mh", "rs", "suppdm", "sv", "ta", "te", "ts", "tv", "vs"]


def test_simulate_refuses_what_it_cannot_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, _, err = call(capsys, "simulate", "jahh", "--out", str(tmp_path / "sdtm"), "--subjects", "1")
    assert status == 2 and err.startswith("ERROR: ") and not (tmp_path / "sdtm").exists()
    assert call(capsys, "simulate", "jah", "--out", str(tmp_path))[0] == 2


def test_demo_simulates_and_runs_the_reference_study(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = call(capsys, "demo", "--out", str(tmp_path))
    assert status == 0
    assert "simulated data, calibrated to what is published of the trial, in" in out
    outputs = len(list((Path(PILOT).parent / "jahh" / "tlf").glob("*.yaml")))
    made = len(list((tmp_path / "adam").glob("*.xpt"))) + outputs
    assert f"{made} made, 0 unchanged" in out
    assert len(list((tmp_path / "tlf").glob("*.docx"))) == outputs > 20
    status, out, _ = call(capsys, "demo", "--out", str(tmp_path))
    assert f"0 made, {made} unchanged" in out  # simulated anew, to the same bytes


@pytest.fixture(scope="module")
def sdtm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    simulate_jahh(folder, subjects=9)
    return folder


def test_convert_and_back_compare_equal(capsys: pytest.CaptureFixture[str], sdtm: Path, tmp_path: Path) -> None:
    assert call(capsys, "convert", str(sdtm / "dm.xpt"), str(tmp_path / "dm.json"))[0] == 0
    status, out, _ = call(capsys, "convert", str(tmp_path / "dm.json"), str(tmp_path / "dm.xpt"))
    assert (status, "DM: " in out) == (0, True)
    status, out, _ = call(capsys, "compare", str(sdtm / "dm.xpt"), str(tmp_path / "dm.xpt"), "--id", "USUBJID")
    assert (status, out.partition(":")[0]) == (0, "PASS")


def test_convert_refuses_what_would_be_lost(capsys: pytest.CaptureFixture[str], sdtm: Path, tmp_path: Path) -> None:
    status, _, err = call(capsys, "convert", str(sdtm / "dm.xpt"), str(tmp_path / "dm.csv"), "--allow", "attribute")
    assert (status, "did you mean attributes?" in err) == (2, True)
    status, _, err = call(capsys, "convert", str(sdtm / "dm.xpt"), str(tmp_path / "dm.xlsx"))
    assert (status, "does not tell its format" in err) == (2, True)
    status, _, err = call(capsys, "convert", str(sdtm / "dm.xpt"), str(tmp_path / "dm.xpt"), "--xpt-version", "7")
    assert status == 2 and not list(tmp_path.iterdir())


def test_show(capsys: pytest.CaptureFixture[str], sdtm: Path) -> None:
    status, out, _ = call(capsys, "show", str(sdtm / "dm.xpt"), "--rows", "2")
    assert status == 0 and "Unique Subject Identifier" in out
    status, out, _ = call(capsys, "show", str(sdtm / "dm.xpt"), "--rows", "2", "--json")
    assert (status, len(json.loads(out)["first"])) == (0, 2)


def test_compare_says_different_and_could_not(capsys: pytest.CaptureFixture[str], sdtm: Path, tmp_path: Path) -> None:
    dm = read_xpt(sdtm / "dm.xpt")
    changed = replace(dm, frame=dm.frame.assign(AGE=dm.frame["AGE"] + 1))
    write_xpt(changed, tmp_path / "dm.xpt")
    pair = (str(sdtm / "dm.xpt"), str(tmp_path / "dm.xpt"))
    status, out, _ = call(capsys, "compare", *pair, "--id", "USUBJID", "--json", str(tmp_path / "dm.json"))
    assert (status, out.partition(":")[0]) == (1, "FAIL")
    assert json.loads((tmp_path / "dm.json").read_text())["verdict"] == "FAIL"
    assert call(capsys, "compare", *pair, "--options", "method=absolute criterion=1")[0] == 0
    assert call(capsys, "compare", *pair, "--exclude", "AGE")[0] == 0
    assert call(capsys, "compare", *pair, "--var", "SEX,RACE", "--by-position")[0] == 0
    assert call(capsys, "compare", *pair, "--options", "criterium=1")[0] == 2
    assert call(capsys, "compare", str(sdtm / "dm.xpt"), str(tmp_path / "none.xpt"))[0] == 2


def test_compare_folders(capsys: pytest.CaptureFixture[str], sdtm: Path, tmp_path: Path) -> None:
    assert call(capsys, "compare", str(sdtm), str(sdtm))[0] == 0
    copied = shutil.copytree(sdtm, tmp_path / "other")
    (copied / "ex.xpt").unlink()
    status, out, _ = call(capsys, "compare", str(sdtm), str(copied))
    assert (status, "only in base" in out) == (1, True)


def test_compare_refuses_what_contradicts_itself(capsys: pytest.CaptureFixture[str], sdtm: Path) -> None:
    pair = (str(sdtm / "dm.xpt"), str(sdtm / "dm.xpt"))
    assert call(capsys, "compare", *pair, "--id", "USUBJID", "--by-position")[0] == 2
    status, _, err = call(capsys, "compare", str(sdtm), str(sdtm), "--accepted", "accepted.csv")
    assert (status, "--accepted is for two files" in err) == (2, True)
    assert call(capsys, "compare", *pair, "--options", "noprint warning")[0] == 0


def test_a_report_does_not_replace_the_configuration(
    capsys: pytest.CaptureFixture[str], sdtm: Path, tmp_path: Path
) -> None:
    config = tmp_path / "compare.yaml"
    config.write_text("datasets: {DM: {id: USUBJID}}\n")
    pair = (str(sdtm / "dm.xpt"), str(sdtm / "dm.xpt"))
    assert call(capsys, "compare", *pair, "--config", str(config))[0] == 0
    assert call(capsys, "compare", *pair, "--config", str(config), "--text", str(config))[0] == 2
    assert config.read_text().startswith("datasets")


HOSTILE = "\x1b]0;owned\x07\x9b31m\u202e\r"


def hostile_file(folder: Path) -> Path:
    """A dataset with sequences that a terminal obeys in its name, labels, values and file name."""
    columns = [
        {"itemOID": "IT.X", "name": f"A{HOSTILE}", "label": f"L{HOSTILE}", "dataType": "string", "odd": 1},
        {"itemOID": "IT.N", "name": "N", "label": "", "dataType": "float"},
    ]
    head = {"datasetJSONVersion": "1.1.0", "name": f"DM{HOSTILE}", "label": HOSTILE, "records": 1, "columns": columns}
    file = folder / f"dm{HOSTILE}.json"
    file.write_text(json.dumps({**head, "rows": [[f"v{HOSTILE}", "7"]]}))
    return file


@pytest.mark.parametrize(
    "command",
    [["show"], ["show", "--json"], ["convert", "OUT"], ["compare", "SAME"], ["compare", "OTHER"], ["convert", "BAD"]],
)
def test_nothing_that_a_terminal_obeys_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    file = hostile_file(tmp_path)
    other = tmp_path / "other.json"
    other.write_text(file.read_text().replace('"v', '"w'))
    places = {"OUT": tmp_path / f"out{HOSTILE}.csv", "SAME": file, "OTHER": other, "BAD": tmp_path / f"{HOSTILE}.xpt"}
    _, out, err = call(capsys, command[0], str(file), *(str(places.get(word, word)) for word in command[1:]))
    assert "owned" in out + err
    assert not [character for character in out + err if not character.isprintable() and character != "\n"]
    if "--json" in command:
        assert json.loads(out)["variables"][0]["variable"]["name"] == f"A{HOSTILE}"


@pytest.mark.parametrize("arguments", [["show", "a", HOSTILE], ["show", "a", f"--{HOSTILE}"], [HOSTILE]])
def test_wrong_arguments_are_quoted_safely(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    status, out, err = call(capsys, *arguments)
    assert (status, out, "Usage: " in err, "owned" in err) == (2, "", True, True)
    assert not [character for character in err if not character.isprintable() and character != "\n"]


def test_commands_print_in_one_way_only() -> None:
    """`echo` of the application spells out what a terminal obeys."""
    folder = Path(__file__).parents[1] / "src" / "adamline" / "cli"
    others = [path.name for path in folder.glob("*.py") if re.search(r"typer\.echo|print\(", path.read_text("utf-8"))]
    assert sorted(others) == ["app.py", "said.py"]


def test_one_of_several_datasets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --member the hint names it; any capitals will do."""
    two = tmp_path / "two.xpt"
    variables = (Variable("AVAL", Kind.NUMBER),)
    members = [Dataset(name, pd.DataFrame({"AVAL": [n]}), variables) for n, name in enumerate(("ADLB", "ADLB2"))]
    write_xpt(members, two)
    status, _, err = call(capsys, "show", str(two))
    assert (status, "--member ADLB" in err) == (2, True)
    status, out, _ = call(capsys, "show", str(two), "--member", "adlb2")
    assert (status, out.startswith("ADLB2\n1 record,")) == (0, True)
    status, out, _ = call(capsys, "convert", str(two), str(tmp_path / "b.csv"), "--member", "ADLB2")
    assert (status, (tmp_path / "b.csv").read_text().split()) == (0, ["AVAL", "1"])
    status, _, err = call(capsys, "show", str(two), "--member", "ADLB3")
    assert (status, "did you mean ADLB" in err) == (2, True)
    status, _, err = call(capsys, "show", str(tmp_path / "b.csv"), "--member", "ADLB")
    assert (status, "no choice of member" in err) == (2, True)


def test_compare_says_what_reading_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """21915 <> 21915.5, as PROC COMPARE has it."""
    for name, day in (("base", 21915.0), ("new", 21915.5)):
        date = (Variable("ADT", Kind.NUMBER, length=8, format="DATE9."),)
        write_xpt(Dataset("ADAE", pd.DataFrame({"ADT": [day]}), date), tmp_path / f"{name}.xpt")
    files = str(tmp_path / "base.xpt"), str(tmp_path / "new.xpt")
    status, out, _ = call(capsys, "compare", *files, "--by-position", "--text", str(tmp_path / "r.txt"))
    assert (status, "1 value unequal" in out) == (1, True)
    assert "WARNING: compare new.xpt, dataset ADAE, variable ADT, record 1: ADT is read as a number" in out
    assert "21915      21915.5  0.5000" in (tmp_path / "r.txt").read_text()


def test_compare_reads_each_file_as_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Encodings by option, configuration and study; one of several datasets; a CSV by the kinds of the other side."""
    two = tmp_path / "two.xpt"
    variables = (Variable("AETERM", Kind.TEXT, length=8), Variable("AESEQ", Kind.NUMBER))
    frame = pd.DataFrame({"AETERM": ["Sjögren"], "AESEQ": [1.0]})
    write_xpt([Dataset(name, frame, variables) for name in ("AE", "AE2")], two, encoding="utf-8")
    both = ("compare", str(two), str(two), "--by-position", "--member", "AE", "--member-compare", "AE2")
    status, out, _ = call(capsys, *both)
    assert (status, "--encoding on the command line" in out) == (2, True)
    assert call(capsys, *both, "--encoding", "utf-8")[0] == 0
    assert call(capsys, *both, "--encoding", "ascii", "--fallback", "utf-8")[0] == 0
    config = tmp_path / "compare.yaml"
    config.write_text("options: {encoding: utf-8}\n")
    assert call(capsys, *both, "--config", str(config))[0] == 0
    study = shutil.copytree(resource_folder("specs") / "jahh", tmp_path / "study")
    with (study / "study.yaml").open("a", encoding="utf-8") as handle:
        handle.write("adam_encoding: utf-8\n")
    assert call(capsys, *both, "--study", str(study))[0] == 0
    (tmp_path / "ae.csv").write_text("AETERM,AESEQ\nSjögren,1\n", "utf-8")
    csv = ("compare", str(two), str(tmp_path / "ae.csv"), "--member", "AE", "--encoding", "utf-8", "--by-position")
    assert [call(capsys, *csv, *more)[0] for more in ([], ["--csv-like-other"])] == [1, 0]
    status, out, _ = call(capsys, *both, "--csv-like-other")
    assert (status, "--csv-like-other (`csv_like_other` in the configuration) does not fit the files" in out) == (
        2,
        True,
    )
    status, _, err = call(capsys, "compare", str(tmp_path), str(tmp_path), "--member", "AE")
    assert (status, "--member and --member-compare are for two files" in err) == (2, True)


@pytest.mark.parametrize("written", ["1_0", "\u0661\u0662", "1.5", "nan", "x", "-1"])
@pytest.mark.parametrize(
    "command",
    [
        ("show", "dm.xpt", "--rows"),
        ("run", "study", "--sdtm", "sdtm", "--out", "out", "--workers"),
        ("simulate", "jahh", "out", "--subjects"),
        ("simulate", "jahh", "out", "--seed"),
    ],
)
def test_whole_numbers_are_plain_digits(
    command: tuple[str, ...], written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python's int takes 1_0 as 10 and the digits of every script."""
    status, _, err = call(capsys, *command, written)
    assert (status, f"Invalid value for '{command[-1]}'" in err) == (2, True)


def test_no_option_has_a_whole_number_of_its_own() -> None:
    found = {}
    for command in app.registered_commands:
        for name, kind in typing.get_type_hints(command.callback, include_extras=True).items():
            if int in (typing.get_args(kind)[:1] or (kind,)) or "int |" in str(kind):
                found[f"{command.callback.__name__} {name}"] = typing.get_args(kind)[1].parser.__qualname__
    assert found == dict.fromkeys(
        ["show rows", "explain first", "run workers", "run dummy_treatment", "simulate subjects", "simulate seed"],
        "at_least.<locals>.whole_number",
    )


def test_the_hint_for_a_folder_with_a_file_of_several_datasets_can_be_followed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the hint shows is the configuration that is needed."""
    frame, variables = pd.DataFrame({"AVAL": [1.0]}), (Variable("AVAL", Kind.NUMBER),)
    folder = tmp_path / "adam"
    folder.mkdir()
    write_xpt([Dataset(name, frame, variables) for name in ("ADLB", "ADLB2")], folder / "two.xpt")
    status, out, _ = call(capsys, "compare", str(folder), str(folder), "--by-position")
    assert (status, "--member" in out) == (2, False)
    hint = " ".join(out.split()).partition("in the file of --config: `")[2].partition("`")[0]
    (tmp_path / "compare.yaml").write_text(hint)
    status, out, _ = call(
        capsys, "compare", str(folder), str(folder), "--by-position", "--config", str(tmp_path / "compare.yaml")
    )
    assert (status, out.startswith("PASS")) == (0, True)


def test_compare_datasets_without_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = pd.DataFrame({"AESEQ": pd.Series([], dtype="float64")})
    write_xpt(Dataset("AE", empty, (Variable("AESEQ", Kind.NUMBER),)), tmp_path / "ae.xpt")
    pair = ("compare", str(tmp_path / "ae.xpt"), str(tmp_path / "ae.xpt"), "--by-position")
    found = [call(capsys, *pair, *more) for more in ([], ["--allow-empty"])]
    assert [(status, out.partition(":")[0]) for status, out, _ in found] == [(1, "EMPTY"), (0, "EMPTY")]


def test_loading_collects_no_garbage() -> None:
    """What was loaded is never looked through again; what comes after it is collected."""
    with loading():
        assert not gc.isenabled()
        with loading():
            kept = [[number] for number in range(1000)]
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(kept)
    gc.unfreeze()
