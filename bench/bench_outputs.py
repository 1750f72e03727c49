"""Time and memory of a run of 200 outputs of about five pages out of one dataset: listings, tables, or both.

Run `python bench/bench_outputs.py [listings|tables|mixed ...] [--workers N]`. The dataset is the ADLBC of the CDISC
pilot (74,264 records), supplied or made from its SDTM; each run is a process of its own, start-up included, from files
to files. The outputs of `mixed` read two datasets by turns.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench_catalogue import measured

from adamline._resources import resource_folder
from adamline.study.demo import write_pilot_sdtm

OUTPUTS = 200
STUDY = """\
study: OUTPUTS200
title: Outputs of one dataset
data_cutoff: 2015-03-05
supplied: [ADSL, ADLBC, ADLBH]
tables:
  columns: {order: [Placebo, Xanomeline Low Dose, Xanomeline High Dose], control: Placebo}
"""
LISTING = """\
output: L-{number:03d}
kind: listing
title: [Listing {number}, "{code}, Part {part}"]
population: {{from: ADSL, where: "SAFFL = 'Y'", label: Safety Population}}
records: {{from: {dataset}, where: "PARAMCD = '{code}' and SUBJID >= '{first}' and SUBJID < '{stop}'"}}
keys: [TRTA, USUBJID]
identify_by: [PARAM, AVISIT, ADT, LBSEQ]
sort_by: [TRTA, USUBJID, ADT]
columns:
  - {{variable: TRTA, heading: Treatment, width: 2}}
  - {{variable: USUBJID, heading: Subject, width: 1.5}}
  - {{variable: AVISIT, heading: Visit, width: 1.5}}
  - {{variable: ADT, heading: Date}}
  - {{variable: ADY, heading: Day, decimals: 0}}
  - {{variable: AVAL, heading: Result, decimals: 2}}
  - {{variable: CHG, heading: Change, decimals: 2}}
  - {{variable: LBNRIND, heading: Range}}
"""
TABLE = """\
output: T-{number:03d}
template: mean-change-by-visit
title: [Table {number}, "Mean Change from Baseline of {codes}"]
records: {{from: {dataset}, where: "AVISITN is not missing and PARAMCD in ({codes_in})"}}
"""
CODES = {
    "ADLBC": "ALB ALP ALT AST BILI BUN CA CHOL CK CL CREAT GGT GLUC K PHOS PROT",
    "ADLBH": "BASO EOS HCT HGB LYM MCH MCHC MCV MONO PLAT RBC WBC",
}
# First numbers of subjects, so that each part of a parameter takes about five pages.
SITES = ("0000", "1030", "1120", "1200", "1300", "1360", "1450", "9999")


def listing(number: int, dataset: str = "ADLBC") -> str:
    codes = CODES[dataset].split()
    part = number // len(codes) % (len(SITES) - 1)
    given = {"first": SITES[part], "stop": SITES[part + 1], "part": part + 1}
    return LISTING.format(number=number, code=codes[number % len(codes)], dataset=dataset, **given)


def table(number: int, dataset: str = "ADLBC") -> str:
    codes = CODES[dataset].split()
    chosen = [codes[(number + step * (1 + number // len(codes) % 3)) % len(codes)] for step in range(5)]
    codes_in = ", ".join(f"'{code}'" for code in chosen)
    return TABLE.format(number=number, codes=" ".join(chosen), codes_in=codes_in, dataset=dataset)


def written(kind: str, number: int) -> str:
    """The spec of one output."""
    if kind == "mixed":
        return (listing, table)[number // 2 % 2](number, ("ADLBC", "ADLBH")[number % 2])
    return (listing if kind == "listings" else table)(number)


def write_study(folder: Path, kind: str, outputs: int = OUTPUTS) -> None:
    """A study of so many outputs of a kind."""
    (folder / "tlf").mkdir(parents=True)
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    for number in range(1, outputs + 1):
        (folder / "tlf" / f"o-{number:03d}.yaml").write_text(written(kind, number), encoding="utf-8")


def main() -> None:
    """Print a line for each kind of outputs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kinds", nargs="*", default=["listings", "tables", "mixed"])
    parser.add_argument("--workers", default="1")
    parser.add_argument("--outputs", type=int, default=OUTPUTS)
    parser.add_argument("--adam", type=Path, help="a folder with ADSL, ADLBC and ADLBH; made anew without it")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        adam = given.adam
        if adam is None:
            write_pilot_sdtm(folder / "sdtm")
            pilot = str(resource_folder("specs") / "cdiscpilot01")
            only = ["--dataset", "ADLBC", "--dataset", "ADLBH"]
            measured("run", pilot, "--sdtm", str(folder / "sdtm"), "--out", str(folder / "out"), *only)
            adam = folder / "out" / "adam"
        print("| outputs | workers | wall s | CPU s | peak MB |\n| --- | --- | --- | --- | --- |")
        for kind in given.kinds:
            write_study(folder / kind, kind, given.outputs)
            command = ["run", str(folder / kind), "--adam", str(adam), "--out", str(folder / f"{kind}-out")]
            wall, cpu, memory = measured(*command, "--workers", given.workers)
            print(f"| {given.outputs} {kind} | {given.workers} | {wall:.1f} | {cpu:.1f} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
