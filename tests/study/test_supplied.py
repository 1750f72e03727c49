"""ADaM datasets that the study does not make: named in study.yaml, read from a folder of their own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from adamline.cli import main
from adamline.errors import AdamlineError, SpecError
from adamline.findings import Severity
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.files import WriteOptions, read_dataset, write_dataset
from adamline.io.xpt_layout import XptVersion
from adamline.io.xpt_read import read_xpt
from adamline.study import under_way
from adamline.study.expanded import plan_lines
from adamline.study.input_folders import InputFolders, find_all
from adamline.study.inputs import InputsError
from adamline.study.run import run_study
from adamline.study.study import open_study
from adamline.study.where import where_is

Edit = Callable[[str, str, str], None]
ONLY_TABLES = """\
study: MINI
title: A study of three subjects
data_cutoff: 2020-01-31
supplied: [ADSL, ADLB]
outputs: [t-1]
footnotes: {source: All records.}
"""


@pytest.fixture
def made(study: Path, sdtm: Path, tmp_path: Path) -> Path:
    """Where the study has made its ADSL and ADLB from SDTM."""
    run_study(open_study(study), sdtm, tmp_path / "made")
    return tmp_path / "made"


@pytest.fixture
def adam(made: Path, tmp_path: Path) -> Path:
    """A folder with an ADSL and an ADLB that were made elsewhere."""
    (tmp_path / "adam").mkdir()
    for name in ("adsl.xpt", "adlb.xpt"):
        shutil.copy(made / "adam" / name, tmp_path / "adam" / name)
    return tmp_path / "adam"


@pytest.fixture
def with_adsl(study: Path, adam: Path, edit: Edit) -> Path:
    """The study, which makes ADLB and is supplied with ADSL."""
    edit("study.yaml", "datasets: [adlb, adsl]", "datasets: [adlb]\nsupplied: [ADSL]")
    (study / "adsl.yaml").unlink()
    return study


@pytest.fixture
def tables(study: Path, adam: Path) -> Path:
    """The study, which makes a table alone."""
    (study / "study.yaml").write_text(ONLY_TABLES)
    for name in ("adsl.yaml", "adlb.yaml"):
        (study / name).unlink()
    return study


def new(study: Path, sdtm: Path | None, adam: Path | None, out: Path) -> list[str]:
    """Names of what was made."""
    done, _ = run_study(open_study(study), sdtm, out, adam=adam)
    return [one.name for one in done if one.is_new]


def messages(study: Path, adam: Path, out: Path) -> list[str]:
    _, findings = run_study(open_study(study), None, out, adam=adam)
    return [f"{found.severity.name} {found.place}: {found.message}" for found in findings]


def rewrite(file: Path, suffix: str, change: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame) -> Path:
    """The dataset in another format in its place, with other records."""
    dataset = read_dataset(file)
    file.unlink()
    target = file.with_name(file.stem + suffix.removeprefix("v8"))
    options = WriteOptions(version=XptVersion.V8) if suffix == "v8.xpt" else None
    write_dataset(dataset.with_frame(change(dataset.frame)), target, options=options)
    return target


def test_a_dataset_derives_from_a_supplied_one_what_it_derives_from_a_made_one(
    with_adsl: Path, sdtm: Path, made: Path, adam: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert new(with_adsl, sdtm, adam, out) == ["ADLB", "T-1"]
    for name in ("adam/adlb.xpt", "results/t-1.csv"):
        assert (out / name).read_bytes() == (made / name).read_bytes()
    assert not (out / "adam" / "adsl.xpt").exists()


@pytest.mark.parametrize("suffix", [".xpt", "v8.xpt", ".json", ".ndjson", ".parquet", ".csv"])
def test_tables_of_supplied_datasets_need_no_sdtm(
    tables: Path, made: Path, adam: Path, tmp_path: Path, suffix: str
) -> None:
    for name in ("adsl", "adlb"):
        rewrite(adam / f"{name}.xpt", suffix)
    before = {path: path.read_bytes() for path in adam.iterdir()}
    assert new(tables, None, adam, tmp_path / "out") == ["T-1"]
    results, theirs = ((at / "results" / "t-1.csv").read_bytes() for at in (tmp_path / "out", made))
    assert results == theirs
    assert {path: path.read_bytes() for path in adam.iterdir()} == before


def test_a_changed_file_makes_what_reads_it(tables: Path, adam: Path, tmp_path: Path, edit: Edit) -> None:
    out = tmp_path / "out"
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1, t-2]")
    t_2 = "output: T-2\nkind: table\ntitle: [Age]\nrecords: {from: ADSL}\nrows: [{count: TRT01P}]\n"
    (tables / "tlf" / "t-2.yaml").write_text(t_2)
    assert new(tables, None, adam, out) == ["T-1", "T-2"]
    assert new(tables, None, adam, out) == []
    rewrite(adam / "adlb.xpt", ".xpt", lambda frame: frame.iloc[:4])
    assert new(tables, None, adam, out) == ["T-1"]
    # So does one that stands there in another format; a name more in the list makes nothing.
    rewrite(adam / "adsl.xpt", ".json")
    assert new(tables, None, adam, out) == ["T-1", "T-2"]
    edit("study.yaml", "[ADSL, ADLB]", "[ADSL, ADLB, ADAE]")
    assert new(tables, None, adam, out) == []


def test_a_changed_file_makes_what_is_derived_from_it(with_adsl: Path, sdtm: Path, adam: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    new(with_adsl, sdtm, adam, out)
    assert new(with_adsl, sdtm, adam, out) == []
    rewrite(adam / "adsl.xpt", ".xpt", lambda frame: frame.assign(TRT01P=["Placebo", "Placebo", "Active"]))
    assert new(with_adsl, sdtm, adam, out) == ["ADLB", "T-1"]


def test_the_manifest_records_what_was_read(with_adsl: Path, sdtm: Path, adam: Path, tmp_path: Path) -> None:
    """Also of SDTM. A run that makes nothing records the same."""
    out = tmp_path / "out"
    rewrite(adam / "adsl.xpt", ".csv")
    for _ in range(2):
        new(with_adsl, sdtm, adam, out)
        inputs = json.loads((out / "manifest.json").read_text())["inputs"]
        assert {name: (list(found["files"]), found["records"]) for name, found in inputs.items()} == {
            "ADSL": (["adsl.csv", "adsl.csv.yaml"], 3),
            "LB": (["lb.xpt"], 5),
        }
        assert all(len(digest) == 64 for found in inputs.values() for digest in found["files"].values())


def test_a_file_is_read_once_a_run(
    tables: Path, adam: Path, tmp_path: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1, t-2]")
    (tables / "tlf" / "t-2.yaml").write_text((tables / "tlf" / "t-1.yaml").read_text().replace("T-1", "T-2"))
    read: list[str] = []

    def counted(given, whole=under_way.read_whole):
        read.append(given.domain)
        return whole(given)

    monkeypatch.setattr(under_way, "read_whole", counted)
    assert new(tables, None, adam, tmp_path / "out") == ["T-1", "T-2"]
    assert sorted(read) == ["ADLB", "ADSL"]
    assert new(tables, None, adam, tmp_path / "out") == []
    assert sorted(read) == ["ADLB", "ADSL"]


@pytest.mark.parametrize(
    ("file", "old", "new", "what", "said"),
    [
        ("study.yaml", "[ADSL]", "[ADSL, ADLB]", "ADLB is supplied, and made as well.", "study.yaml, line 5"),
        ("study.yaml", "[ADSL]", "[]", "The study makes no ADSL.", "adlb.yaml, line 6"),
        ("study.yaml", "[ADSL]", "[]", "listed under `supplied` in study.yaml", "t-1.yaml, line 4"),
        ("study.yaml", "[ADSL]", "[ADSX]", "did you mean ADSX?", "adlb.yaml, line 6"),
        ("study.yaml", "[ADSL]", "[ADSL, ADSL]", "each once; listed twice: ADSL", "study.yaml, line 5"),
        ("study.yaml", "[ADSL]", "[ADSL, SUPPAE, LB]", "read without being listed: SUPPAE, LB", "study.yaml, line 5"),
        ("study.yaml", "[ADSL]", "[adsl]", "the dataset's name, not its file's: ADSL", "study.yaml, line 5"),
        ("study.yaml", "[ADSL]", "[ADSL.xpt]", "the dataset's name, not its file's", "study.yaml, line 5"),
        ("tlf/t-1.yaml", "output: T-1", "output: ADSL", "supplied dataset ADSL, whose name it is", "t-1.yaml, line 1"),
        ("adlb.yaml", "{domain: LB, ", "{domain: ADSL, supp: true, ", "no domain of SDTM, and has no SUPP--", "line 5"),
        (
            "study.yaml",
            "datasets: [adlb]\nsupplied: [ADSL]\noutputs: [t-1]",
            "supplied: [ADSL]\noutputs: []",
            "makes nothing",
            "1",
        ),
    ],
)
def test_what_a_spec_says_wrong(
    with_adsl: Path, edit: Edit, file: str, old: str, new: str, what: str, said: str
) -> None:
    edit(file, old, new)
    with pytest.raises(SpecError) as caught:
        open_study(with_adsl)
    faults = [str(fault) for fault in caught.value.faults]
    assert any(what in fault and said in fault for fault in faults), faults


def test_one_name_needs_no_list(with_adsl: Path, edit: Edit) -> None:
    edit("study.yaml", "[ADSL]", "ADSL")
    assert list(open_study(with_adsl).supplied) == ["ADSL"]


def csv_alone(adam: Path) -> None:
    rewrite(adam / "adsl.xpt", ".csv")
    (adam / "adsl.csv.yaml").unlink()


def of_numbers(adam: Path) -> None:
    """USUBJID as a number, as a CSV that pandas read would make of it."""
    (adam / "adsl.xpt").unlink()
    pd.DataFrame({"USUBJID": [1, 2, 3], "TRT01P": ["A"] * 3, "ITTFL": ["Y"] * 3}).to_parquet(adam / "adsl.parquet")


BAD = {
    "missing": (lambda adam: (adam / "adsl.xpt").unlink(), "There is no file of ADSL.", "adsl.xpt (or .json,"),
    "folder": (shutil.rmtree, "is not there, or is no folder", "a folder with a file a dataset"),
    "zipped": (lambda adam: (adam / "adsl.xpt").rename(adam / "adsl.xpt.gz"), "no file of ADSL", "adsl.xpt.gz, which"),
    "csv alone": (csv_alone, "There is no file of ADSL.", "adsl.csv without adsl.csv.yaml"),
    "two": (lambda adam: shutil.copy(adam / "adsl.xpt", adam / "ADSL.XPT"), "two files of ADSL", "ADSL.XPT, adsl.xpt"),
    "of another": (
        lambda adam: shutil.copy(adam / "adlb.xpt", adam / "adsl.xpt"),
        "The file of ADSL has no dataset ADSL.",
        "ADLB",
    ),
    "cut": (lambda adam: (adam / "adsl.xpt").write_bytes((adam / "adsl.xpt").read_bytes()[:1000]), "", "adsl.xpt"),
    "of numbers": (of_numbers, "USUBJID is no text.", "adsl.parquet, dataset ADSL, variable USUBJID"),
    "variable": (
        lambda adam: write_dataset(read_xpt(adam / "adsl.xpt", columns=["USUBJID", "TRT01P"]), adam / "adsl.xpt"),
        "ADSL has no variable ITTFL.",
        "t-1.yaml, line 4",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_cannot_be_used(tables: Path, adam: Path, tmp_path: Path, kind: str) -> None:
    spoil, what, said = BAD[kind]
    spoil(adam)
    with pytest.raises(InputsError) as caught:
        new(tables, None, adam, tmp_path / "out")
    assert what in str(caught.value)
    assert said in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_all_faults_of_both_folders_at_once(with_adsl: Path, sdtm: Path, adam: Path, tmp_path: Path) -> None:
    (sdtm / "lb.xpt").unlink()
    (adam / "adsl.xpt").unlink()
    with pytest.raises(InputsError) as caught:
        new(with_adsl, sdtm, adam, tmp_path / "out")
    assert [fault.what for fault in caught.value.faults] == ["Domain LB is missing.", "There is no file of ADSL."]
    with pytest.raises(InputsError) as caught:
        new(with_adsl, None, None, tmp_path / "out")
    assert [fault.hint.split(",")[0] for fault in caught.value.faults] == ["--sdtm FOLDER", "--adam FOLDER"]


def test_a_folder_of_which_nothing_is_read_is_a_warning(tables: Path, sdtm: Path, adam: Path, tmp_path: Path) -> None:
    _, findings = run_study(open_study(tables), sdtm, tmp_path / "out", adam=adam)
    (warning,) = [found for found in findings if found.severity is Severity.WARNING]
    assert warning.message == "Nothing is read of the folder of --sdtm: no dataset of the study reads a domain."


@pytest.mark.parametrize("where", ["adam", "results/mine", "logs"])
def test_inputs_may_not_stand_where_a_run_writes(tables: Path, adam: Path, tmp_path: Path, where: str) -> None:
    """A file that an earlier run has made there would be removed as one that is no longer made."""
    out = tmp_path / "out"
    shutil.copytree(adam, out / where)
    before = {path.name: path.read_bytes() for path in (out / where).iterdir()}
    with pytest.raises(AdamlineError, match="The run would write where it reads"):
        new(tables, None, out / where, out)
    assert {path.name: path.read_bytes() for path in (out / where).iterdir()} == before


def test_text_ends_where_its_blanks_begin(tables: Path, made: Path, adam: Path, tmp_path: Path) -> None:
    """SAS pads text, so that blanks at its end are none of it, and blank text is missing: in any format."""

    def padded(frame: pd.DataFrame) -> pd.DataFrame:
        texts = frame.select_dtypes("str").columns
        return frame.assign(**{name: frame[name].str.pad(30, side="right").fillna("   ") for name in texts})

    for name in ("adsl", "adlb"):
        rewrite(adam / f"{name}.xpt", ".parquet", padded)
    new(tables, None, adam, tmp_path / "out")
    ours, theirs = ((at / "results" / "t-1.csv").read_bytes() for at in (tmp_path / "out", made))
    assert ours == theirs


@pytest.mark.parametrize("suffix", [".xpt", ".parquet", ".json"])
def test_large_data_are_made_by_subject(
    with_adsl: Path, sdtm: Path, made: Path, adam: Path, tmp_path: Path, suffix: str
) -> None:
    rewrite(adam / "adsl.xpt", suffix, lambda frame: frame.assign(USUBJID=frame["USUBJID"].str.rstrip()))
    run_study(open_study(with_adsl), sdtm, tmp_path / "out", adam=adam, part_records=1)
    assert (tmp_path / "out/adam/adlb.xpt").read_bytes() == (made / "adam/adlb.xpt").read_bytes()


FROM_ADLB = """\
dataset: ADLX
label: Worst Values
class: BDS
keys: [USUBJID, PARAMCD, AVISITN]
source: {domain: ADLB, where: AVAL >= 25}
subject: {ADSL: [TRT01P]}
parameters:
  - {PARAMCD: ALT, PARAM: Alanine Aminotransferase, PARAMN: 1, decimals: 0}
variables:
  USUBJID: copy
  PARAMCD: copy
  AVISITN: copy
  AVAL: copy
  FIRST: {derive: pick, source: ADLB, from: AVAL, order: [AVISITN], take: first, label: First Value}
"""


def test_a_supplied_dataset_is_the_source(tables: Path, adam: Path, tmp_path: Path, edit: Edit) -> None:
    """Its records, and those of `pick`: ADLB has 20, 25 of M-1, 30, 28 of M-2, 22 of M-3."""
    edit("study.yaml", "supplied:", "datasets: [adlx]\nsupplied:")
    (tables / "adlx.yaml").write_text(FROM_ADLB)
    for records in (100, 1):
        out = tmp_path / str(records)
        run_study(open_study(tables), None, out, adam=adam, part_records=records)
        frame = read_xpt(out / "adam" / "adlx.xpt").frame
        assert frame[["USUBJID", "TRT01P", "AVAL", "FIRST"]].to_numpy().tolist() == [
            ["M-1", "Active", 25.0, 20.0],
            ["M-2", "Placebo", 30.0, 30.0],
            ["M-2", "Placebo", 28.0, 30.0],
        ]


def test_text_in_the_encoding_of_the_study(tables: Path, adam: Path, tmp_path: Path, edit: Edit) -> None:
    adsl = read_xpt(adam / "adsl.xpt")
    texts = adsl.with_frame(adsl.frame.assign(TRT01P=adsl.frame["TRT01P"].replace("Active", "Sjögren")))
    write_dataset(texts, adam / "adsl.xpt", options=WriteOptions(encoding="cp1252"))
    with pytest.raises(AdamlineError, match=r"ascii|ASCII"):
        new(tables, None, adam, tmp_path / "out")
    edit("study.yaml", "supplied:", "fallback: cp1252\nsupplied:")
    t_1 = "output: T-1\nkind: table\ntitle: [Arms]\nrecords: {from: ADSL}\nrows: [{count: TRT01P}]\n"
    (tables / "tlf" / "t-1.yaml").write_text(t_1)
    assert new(tables, None, adam, tmp_path / "out") == ["T-1"]
    results = pd.read_csv(tmp_path / "out" / "results" / "t-1.csv", dtype=str).set_index("result")["stat_text"]
    assert results["T-1/count TRT01P/TRT01P=Sjögren/n"] == "2"


def test_what_a_file_says_of_its_study_and_domain(tables: Path, adam: Path, tmp_path: Path, edit: Edit) -> None:
    """DOMAIN, which ADAE may have carried over from AE, says nothing; two STUDYID are a warning, once."""
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1, t-2]")
    (tables / "tlf" / "t-2.yaml").write_text((tables / "tlf" / "t-1.yaml").read_text().replace("T-1", "T-2"))
    adlb = read_xpt(adam / "adlb.xpt")
    more = (*adlb.variables, Variable("DOMAIN", Kind.TEXT))
    frame = adlb.frame.assign(DOMAIN="LB")
    write_dataset(Dataset("ADLB", frame, more), adam / "adlb.xpt")
    assert [said for said in messages(tables, adam, tmp_path / "out") if said.startswith("WARNING")] == []
    adsl = read_xpt(adam / "adsl.xpt")
    write_dataset(adsl.with_frame(adsl.frame.assign(STUDYID="MAXI")), adam / "adsl.xpt")
    for _ in range(2):  # made, then unchanged
        (said,) = [said for said in messages(tables, adam, tmp_path / "out") if said.startswith("WARNING")]
        assert "Records of several studies are read: MINI in adlb.xpt (5); MAXI in adsl.xpt (3)." in said


def test_a_file_without_records_is_a_warning(tables: Path, adam: Path, tmp_path: Path) -> None:
    rewrite(adam / "adlb.xpt", ".json", lambda frame: frame.iloc[:0])
    warnings = [said for said in messages(tables, adam, tmp_path / "out") if said.startswith("WARNING")]
    assert warnings[0] == "WARNING adlb.json, dataset ADLB: The supplied dataset has no records."


def test_labels_and_decimals_of_parameters_are_those_of_the_records(
    tables: Path, adam: Path, tmp_path: Path, edit: Edit
) -> None:
    """Each parameter has the decimals of its own values: 25 and 0.75 do not make 25.00 of the mean."""
    edit("tlf/t-1.yaml", "    show: [ALT]\n", "")
    edit("tlf/t-1.yaml", "{summary: [AVAL, CHG]}", "{summary: AVAL, statistics: [min_max]}")
    adlb = read_xpt(adam / "adlb.xpt")
    other = adlb.frame.assign(PARAMCD="BILI", PARAM="Bilirubin (mg/dL)", AVAL=0.75)
    variables = tuple(replace(variable, length=None) for variable in adlb.variables)
    write_dataset(Dataset("ADLB", pd.concat([adlb.frame, other]), variables), adam / "adlb.xpt")
    new(tables, None, adam, tmp_path / "out")
    results = pd.read_csv(tmp_path / "out" / "results" / "t-1.csv", dtype=str, keep_default_na=False)
    texts = results.set_index("result")["stat_text"]
    at = "T-1/summary AVAL/TRTP=Placebo/PARAMCD={}/AVISIT=Baseline/AVAL/minimum"
    assert (texts[at.format("ALT")], texts[at.format("BILI")]) == ("30", "0.75")
    labels = results[(results["analysis"] == "labels") & (results["group1_level"] != "")]
    assert set(labels["stat_text"]) == {"Alanine Aminotransferase (U/L)", "Bilirubin (mg/dL)"}


def test_the_plan_and_whereabouts_name_what_is_supplied(with_adsl: Path) -> None:
    opened = open_study(with_adsl)
    assert next(plan_lines(opened)) == "ADSL is supplied (study.yaml, line 5)"
    (found,) = where_is(opened, "TRT01P")
    assert (found.dataset, found.spec) == ("ADSL", f"{with_adsl}/study.yaml:5")
    assert found.method == "as supplied; read by adlb.yaml, line 6"
    for ask in (lambda: list(plan_lines(opened, "ADSL")), lambda: where_is(opened, "AGE", "ADSL")):
        with pytest.raises(AdamlineError) as caught:
            ask()
        assert "`adamline show`" in caught.value.hint


def status(*arguments: object) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return int(end.value.code or 0)


def test_check_without_and_with_the_files(
    tables: Path, adam: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status("check", tables) == 0
    assert status("check", tables, "--adam", adam) == 0
    edit("study.yaml", "[ADSL, ADLB]", "[ADSL, ADLB, ADAE]")
    capsys.readouterr()
    assert status("check", tables) == 1
    assert "study.yaml, line 4: ADAE is supplied, and nothing reads it." in capsys.readouterr().out
    edit("study.yaml", "[ADSL, ADLB, ADAE]", "[ADSL, ADLB]")
    edit("tlf/t-1.yaml", "records: {from: ADLB}", "records: {from: ADLB, where: AVISITN = '1'}")
    assert status("check", tables) == 0  # only the data tell
    assert status("check", tables, "--adam", adam) == 1
    assert "AVISITN is a number, and is compared with '1', which is text" in capsys.readouterr().out
    edit("tlf/t-1.yaml", "AVISITN = '1'", "AVISITNN = 1")
    assert status("check", tables, "--adam", adam) == 2
    shown = capsys.readouterr().err
    assert "ADLB has no variable AVISITNN." in shown and "t-1.yaml, line 5" in shown


def test_run_by_the_command_line(tables: Path, adam: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status("run", tables, "--adam", adam, "--out", tmp_path / "out", "--strict") == 0
    assert status("run", tables, "--out", tmp_path / "other") == 2
    assert "--adam FOLDER, with a file a dataset" in capsys.readouterr().err


def test_no_folder_no_faults(with_adsl: Path, adam: Path) -> None:
    """`check` looks into the folders that it is given."""
    opened = open_study(with_adsl)
    assert list(find_all(opened, InputFolders(adam=adam))) == ["ADSL"]
    assert find_all(opened, InputFolders()) == {}
