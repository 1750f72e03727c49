"""What commands load before they do anything: seconds of whole commands, of their imports, and of which libraries.

    python bench/bench_startup.py --out output/demo-pilot --repeats 5

``--out`` is the folder of a run of the bundled pilot study; without one it is made first. Each command is a process of
its own; `qc published` is measured where ``--jahh`` is the folder of a run of the reference study. "CPU s" is of the
whole command, the median of the repeats; "imports" is what `-X importtime` adds up, of one run more, "libraries" those
of it that take over 5 ms, with what they load that nothing else has loaded before.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

SPECS = Path(__file__).parents[1] / "specs"
PILOT = SPECS / "cdiscpilot01"
ADAMLINE = ("-m", "adamline.cli")


def commands(out: Path, jahh: Path | None, work: Path) -> dict[str, list[str]]:
    """The arguments of each command, by what it is called in the table."""
    adsl, study, sdtm = str(out / "adam" / "adsl.xpt"), str(PILOT), str(out / "sdtm")
    found = {
        "--help": ["--help"],
        "run, nothing changed": ["run", study, "--sdtm", sdtm, "--out", str(out)],
        "run, ADSL of 254": ["run", study, "--sdtm", sdtm, "--out", str(work / "run"), "--dataset", "ADSL"],
        "check": ["check", study],
        "plan": ["plan", study],
        "where": ["where", "ABLFL", "--study", study],
        "program": ["program", study, "--text", "--dataset", "ADSL"],
        "explain, a cell": ["explain", "T-14-1-2", "1", "Placebo", "--out", str(out)],
        "results": ["results", str(out), "T-14-1-2"],
        "show": ["show", adsl],
        "compare": ["compare", adsl, adsl],
        "convert to CSV": ["convert", adsl, str(work / "adsl.csv"), "--allow", "attributes"],
        "convert to Parquet": ["convert", adsl, str(work / "adsl.parquet")],
        "templates": ["templates"],
        "derivations": ["derivations", "ablfl"],
        "schema": ["schema", "--out", str(work / "schema")],
        "outputs": ["outputs", study, "--xlsx", str(work / "tlf.xlsx")],
        "shells, one": ["shells", study, "--out", str(work / "shells"), "--output", "T-14-1-2"],
        "pack, one": ["pack", str(out), "--out", str(work / "pack.docx"), "--output", "T-14-1-2"],
        "simulate, 10 subjects": ["simulate", "jahh", "--out", str(work / "sdtm"), "--subjects", "10"],
    }
    if jahh is not None:
        found["qc published"] = ["qc", "published", str(SPECS / "jahh"), str(jahh)]
    return found


def cpu_seconds(arguments: list[str]) -> tuple[float, int, str]:
    """Processor seconds of a command, its status and what it complains of."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, *ADAMLINE, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, done.returncode, done.stderr


def imports(arguments: list[str]) -> Counter[str]:
    """Microseconds that a command takes to load each library."""
    command = [sys.executable, "-X", "importtime", *ADAMLINE, *arguments]
    told = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False).stderr
    spent: Counter[str] = Counter()
    for line in told.splitlines():
        parts = line.removeprefix("import time:").split("|")
        if line.startswith("import time:") and parts[0].strip().isdecimal():
            library = parts[2].strip().partition(".")[0]
            spent["Python" if library in sys.stdlib_module_names else library] += int(parts[0])
    return spent


def table(out: Path, jahh: Path | None, repeats: int, only: str) -> None:
    """Measure and print a Markdown table."""
    print("| command | CPU s | imports s | libraries, ms | load |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in commands(out, jahh, Path(folder)).items():
            if only not in name:
                continue
            runs = [cpu_seconds(arguments) for _ in range(repeats)]
            if runs[-1][1] > 1:
                raise SystemExit(f"{name}: {runs[-1][2]}")
            spent = imports(arguments)
            shown = ", ".join(f"{each} {time // 1000}" for each, time in spent.most_common() if time > 5000)
            median = statistics.median(run[0] for run in runs)
            load = os.getloadavg()[0]
            print(f"| {name} | {median:.2f} | {sum(spent.values()) / 1e6:.2f} | {shown} | {load:.1f} |", flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("output/demo-pilot"))
    parser.add_argument("--jahh", type=Path, help="a run of the reference study, which has published results")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", default="", help="commands with this in their name")
    options = parser.parse_args()
    if not (options.out / "manifest.json").exists():
        made = ["demo", "--study", "cdiscpilot01", "--out", str(options.out)]
        subprocess.run([sys.executable, *ADAMLINE, *made], check=True, stdout=subprocess.DEVNULL)
    table(options.out, options.jahh, options.repeats, options.only)


if __name__ == "__main__":
    main()
