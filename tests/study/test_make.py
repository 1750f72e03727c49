"""Making a dataset part by part gives the files, the log and the findings of the whole."""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
import weakref
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from adamline.errors import AdamlineError, FileFormatError
from adamline.findings import Finding
from adamline.io import split_domains, xpt_encoded
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.parquet import read_parquet
from adamline.io.xpt_read import read_xpt
from adamline.io.xpt_write import Lengths, write_xpt
from adamline.study import make, out_folder
from adamline.study.run import run_study
from adamline.study.sources import Sources
from adamline.study.study import open_study


def made(study: Path, sdtm: Path, out: Path, **options: int) -> tuple[dict[str, bytes], list[Finding]]:
    """The files that a run makes, without those that tell how, and what it has to say."""
    _, findings = run_study(open_study(study), sdtm, out, **options)
    files = [path for folder in ("adam", "logs", "results", "tlf") for path in (out / folder).iterdir()]
    return {path.name: path.read_bytes() for path in files if path.suffix not in (".jsonl", ".docx")}, findings


def write_lb(folder: Path, frame: pd.DataFrame, name: str = "LB") -> None:
    numbers = {"LBSEQ", "LBSTRESN", "VISITNUM"}
    variables = tuple(Variable(c, Kind.NUMBER if c in numbers else Kind.TEXT, label=c.title()) for c in frame.columns)
    write_xpt(Dataset(name, frame, variables), folder / f"{name.lower()}.xpt")


@pytest.fixture
def lb(sdtm: Path) -> pd.DataFrame:
    """Records in no order, one without a subject, one of a subject that is not in DM, tests without a parameter."""
    frame = pd.DataFrame(
        [
            ("M-3", 1.0, "ALT", 22.0, 1.0),
            ("M-1", 2.0, "ALT", None, 2.0),
            (None, 1.0, "ALT", 5.0, 1.0),
            ("M-2", 1.0, "ALT", 30.0, 1.0),
            ("M-1", 3.0, "GLUCOSE", 5.0, 2.0),
            ("M-9", 1.0, "ALT", 5.0, 1.0),
            ("M-2", 2.0, "ALT", 28.0, 2.0),
            ("M-1", 1.0, "ALT", 20.0, 1.0),
            ("M-3", 4.0, "GLUCOSE", 5.0, 2.0),
            ("M-3", 5.0, "K", 5.0, 2.0),
            ("M-3", 6.0, "ALT", 5.0, 200.0),
        ],
        columns=["USUBJID", "LBSEQ", "LBTESTCD", "LBSTRESN", "VISITNUM"],
    )
    write_lb(sdtm, frame)
    return frame


@pytest.mark.usefixtures("lb")
@pytest.mark.parametrize("records", [1, 3, 10])
@pytest.mark.parametrize("lengths", ["spec", "minimal"])
def test_parts_give_what_the_whole_gives(
    study: Path, sdtm: Path, tmp_path: Path, edit, records: int, lengths: str
) -> None:
    edit("study.yaml", "outputs: [t-1]", f"outputs: [t-1]\nlengths: {lengths}\nadam_files: [xpt, parquet]")
    whole, findings = made(study, sdtm, tmp_path / "whole")
    parts, same_findings = made(study, sdtm, tmp_path / "parts", part_records=records)
    # A group of records in Parquet is a part; all else is the same.
    groups = [name for name in whole if whole[name] != parts[name]]
    assert set(groups) <= {"adlb.parquet", "adsl.parquet"}
    for name in groups:
        ours, theirs = (read_parquet(tmp_path / kind / "adam" / name) for kind in ("whole", "parts"))
        pd.testing.assert_frame_equal(ours.frame, theirs.frame)
        assert ours.variables == theirs.variables
    assert same_findings == findings
    messages = [finding.message for finding in findings]
    assert "1 record of LB has no USUBJID." in messages
    assert "3 records match no parameter and are left out: GLUCOSE (2); K (1)" in messages
    assert list((tmp_path / "parts" / "adam").glob("parts-*")) == []


def test_a_small_dataset_that_picks_from_many_records_is_made_in_parts_of_them(
    study: Path, sdtm: Path, tmp_path: Path, edit, lb: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DM has 3 records, LB 11, of which each counts a quarter: 2.75 are more than 2, 1.1 of a tenth are not."""
    last = "{derive: pick, source: LB, from: LBSEQ, order: [LBSEQ], take: last, label: Last}"
    edit("adsl.yaml", "  TRT01P:", f"  LASTLB: {last}\n  TRT01P:")
    whole, findings = made(study, sdtm, tmp_path / "whole", part_records=100)
    read: list[int] = []
    actual = Sources.read

    def counted(self, name, variables, only, *more):
        if name == "LB" and "VISITNUM" not in variables:
            read.append(len(only[sdtm / "lb.xpt"].rows) if only else len(lb))
        return actual(self, name, variables, only, *more)

    monkeypatch.setattr(Sources, "read", counted)
    parts, same_findings = made(study, sdtm, tmp_path / "parts", part_records=4)
    assert (parts, same_findings) == (whole, findings)
    assert read == [11]
    read.clear()
    assert made(study, sdtm, tmp_path / "more", part_records=2)[0] == whole
    assert len(read) > 1 and sum(read) == len(lb)


def test_what_no_step_looks_at_is_let_go_block_by_block(
    study: Path, sdtm: Path, tmp_path: Path, edit, lb: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of LB the two records of K or of VISITNUM over 100 are kept for ADSL, of the variables that it reads.

    Files, findings and logs are those of a run that keeps all; the memory is that of a block and of what is kept.
    """
    pick = '{derive: pick, source: LB, from: LBSEQ, where: "%s", order: [LBSEQ], take: last, label: Last}'
    of_k, of_late = pick % "LBTESTCD = 'K'", pick % "VISITNUM > 100"
    edit("adsl.yaml", "  TRT01P:", f"  LASTK: {of_k}\n  LASTV: {of_late}\n  TRT01P:")
    with monkeypatch.context() as patch:
        patch.setattr(make, "conditions_on_sources", lambda plan: {})
        whole, findings = made(study, sdtm, tmp_path / "whole")
    monkeypatch.setattr("adamline.io.domain_file.BLOCK_RECORDS", 4)
    blocks: list[tuple[list[str], int]] = []
    kept: list[int] = []
    actual = split_domains._kept

    def counted(block, keep):
        result = actual(block, keep)
        blocks.append((sorted(block.frame.columns), len(block.frame)))
        kept.append(len(result.frame))
        return result

    monkeypatch.setattr(split_domains, "_kept", counted)
    parts, same_findings = made(study, sdtm, tmp_path / "blocks", part_records=100)
    assert (parts, same_findings) == (whole, findings)
    assert blocks == [(["LBSEQ", "LBTESTCD", "USUBJID", "VISITNUM"], count) for count in (4, 4, 3)]
    assert kept == [0, 0, 2]


@pytest.mark.usefixtures("lb")
def test_a_part_is_let_go_when_it_is_written(
    study: Path, sdtm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept of a part has no records, nor a view into the arrays that held them."""
    held: list[weakref.ref[np.ndarray]] = []
    left: list[int] = []
    build, write = make._built, make._written

    def built(*arguments):
        dataset, building = build(*arguments)
        array = dataset.frame[dataset.frame.columns[-1]].array
        array = array.codes if hasattr(array, "codes") else np.asarray(array)
        while isinstance(array.base, np.ndarray):
            array = array.base
        held.append(weakref.ref(array))
        return dataset, building

    def written(*arguments):
        gc.collect()
        left.append(sum(array() is not None for array in held))
        return write(*arguments)

    monkeypatch.setattr(make, "_built", built)
    monkeypatch.setattr(make, "_written", written)
    made(study, sdtm, tmp_path / "out", part_records=3)
    assert len(held) > 2 and left and not any(left)


def test_no_part_is_much_smaller_than_the_others(study: Path, sdtm: Path, tmp_path: Path, edit) -> None:
    """Of six records a part may have four: there are two parts, of three each and not of four and two."""
    subjects = ["M-1"] * 3 + ["M-2"] + ["M-3"] * 2
    records = [(name, float(n), "ALT", 5.0, 2.0) for n, name in enumerate(subjects, start=1)]
    write_lb(sdtm, pd.DataFrame(records, columns=["USUBJID", "LBSEQ", "LBTESTCD", "LBSTRESN", "VISITNUM"]))
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1]\nadam_files: [parquet]")
    run_study(open_study(study), sdtm, tmp_path / "out", part_records=4, only={"ADLB"})
    groups = pq.ParquetFile(tmp_path / "out" / "adam" / "adlb.parquet").metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [3, 3]


@pytest.mark.usefixtures("lb")
def test_the_number_of_workers_changes_nothing_at_all(study: Path, sdtm: Path, tmp_path: Path) -> None:
    one = made(study, sdtm, tmp_path / "one", part_records=1)
    assert made(study, sdtm, tmp_path / "two", part_records=1, workers=2) == one
    manifests = [(tmp_path / name / "manifest.json").read_bytes() for name in ("one", "two")]
    assert manifests[0] == manifests[1]


@pytest.mark.usefixtures("lb")
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("longer", ["", "M-10000"])
def test_the_hashes_of_parts_are_those_of_their_files(
    study: Path, sdtm: Path, tmp_path: Path, lb: pd.DataFrame, workers: int, longer: str
) -> None:
    """Also where a subject of a later part has a longer name, and what was hashed until then is not the file."""
    write_lb(sdtm, lb.replace({"USUBJID": {"M-3": longer}}) if longer else lb)
    if longer:
        dm = read_xpt(sdtm / "dm.xpt")
        longest = dm.with_frame(dm.frame.replace({"USUBJID": {"M-3": longer}}))
        write_xpt(longest, sdtm / "dm.xpt", lengths=Lengths.MINIMAL)
    out = tmp_path / "out"
    made(study, sdtm, out, part_records=2, workers=workers)
    entries = json.loads((out / "manifest.json").read_bytes())["nodes"]
    told = {file: digest for entry in entries.values() for file, digest in entry["files"].items()}
    assert told == {file: hashlib.sha256((out / file).read_bytes()).hexdigest() for file in told}
    assert "adam/adlb.xpt" in told


@pytest.mark.usefixtures("lb")
def test_a_file_of_parts_is_hashed_while_it_is_made(
    study: Path, sdtm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    hash_of = out_folder.hash_of_file
    monkeypatch.setattr(out_folder, "hash_of_file", lambda path: (read.append(path.name), hash_of(path))[1])
    run_study(open_study(study), sdtm, tmp_path / "out", part_records=2, only={"ADLB"})
    assert "adlb.csv" in read and "adlb.xpt" not in read


def test_workers_write_their_parts_into_one_file(
    study: Path, sdtm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What all have the same lengths of is copied by nobody."""
    records = [(f"M-{n}", float(v), "ALT", 5.0, float(v)) for n in (1, 2, 3) for v in (1, 2)]
    write_lb(sdtm, pd.DataFrame(records, columns=["USUBJID", "LBSEQ", "LBTESTCD", "LBSTRESN", "VISITNUM"]))
    one = made(study, sdtm, tmp_path / "one")
    monkeypatch.delattr(xpt_encoded, "_copy_records")
    assert made(study, sdtm, tmp_path / "three", part_records=2, workers=3) == one


def test_the_parts_of_a_domain_are_divided_too(study: Path, sdtm: Path, tmp_path: Path, lb: pd.DataFrame) -> None:
    (sdtm / "lb.xpt").unlink()
    write_lb(sdtm, lb[lb.LBTESTCD == "ALT"].assign(DOMAIN="LB").reset_index(drop=True), "LBCH")
    write_lb(sdtm, lb[lb.LBTESTCD != "ALT"].assign(DOMAIN="LB").reset_index(drop=True), "LBZZ")
    whole = made(study, sdtm, tmp_path / "whole")
    assert made(study, sdtm, tmp_path / "parts", part_records=2) == whole
    assert len(read_xpt(tmp_path / "parts" / "adam" / "adlb.xpt").frame) == 5


@pytest.mark.usefixtures("lb")
def test_what_looks_at_all_subjects_is_made_as_a_whole_and_says_so(
    study: Path, sdtm: Path, tmp_path: Path, edit
) -> None:
    edit("adlb.yaml", "keys: [USUBJID, PARAMCD, LBSEQ]", "keys: [PARAMCD, USUBJID, LBSEQ]")
    files, findings = made(study, sdtm, tmp_path / "whole")
    assert made(study, sdtm, tmp_path / "parts", part_records=1)[0] == files
    _, said = run_study(open_study(study), sdtm, tmp_path / "parts", part_records=1)
    more = [finding.message for finding in said if finding not in findings]
    assert "ADLB is large and is made as a whole: its keys do not begin with USUBJID." in more


@pytest.mark.usefixtures("lb")
def test_parquet_alone_is_read_again_by_later_steps(study: Path, sdtm: Path, tmp_path: Path, edit) -> None:
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1]\nadam_files: [xpt, parquet]")
    both, _ = made(study, sdtm, tmp_path / "out")
    edit("study.yaml", "adam_files: [xpt, parquet]", "adam_files: [parquet]")
    files, _ = made(study, sdtm, tmp_path / "out", part_records=2)
    assert files["t-1.csv"] == both["t-1.csv"]
    assert sorted(path.name for path in (tmp_path / "out" / "adam").iterdir()) == ["adlb.parquet", "adsl.parquet"]
    assert read_parquet(tmp_path / "out" / "adam" / "adlb.parquet")["AVAL"].label == "Analysis Value"


@pytest.mark.usefixtures("lb")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_in_a_part_stops_the_run_and_leaves_previous_files(
    study: Path, sdtm: Path, tmp_path: Path, edit, workers: int
) -> None:
    out = tmp_path / "out"
    made(study, sdtm, out)
    before = (out / "adam" / "adlb.xpt").read_bytes()
    edit("adlb.yaml", "where: VISITNUM = 1}", "where: VISITNUM >= 1}")
    with pytest.raises(AdamlineError, match="several records") as caught:
        run_study(open_study(study), sdtm, out, part_records=1, workers=workers)
    assert "adlb.yaml" in str(caught.value.place)
    assert (out / "adam" / "adlb.xpt").read_bytes() == before
    assert list((out / "adam").glob("parts-*")) == []


def test_a_text_that_cannot_be_read_is_named_as_in_the_whole_file(
    study: Path, sdtm: Path, tmp_path: Path, lb: pd.DataFrame
) -> None:
    path = sdtm / "lb.xpt"
    path.write_bytes(path.read_bytes().replace(b"K   ", b"\xe9   "))
    places = []
    for records in (100, 1):
        with pytest.raises(FileFormatError) as caught:
            run_study(open_study(study), sdtm, tmp_path / "out", part_records=records)
        places.append(caught.value.place)
        shutil.rmtree(tmp_path / "out")
    assert places[0] == places[1]
    assert places[0].record == 1 + lb.index[lb.LBTESTCD == "K"][0]
