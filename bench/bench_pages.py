"""Time and memory of documents: a listing of 50,000 records by 8 columns in each format, and packs of 200 outputs.

Run `python bench/bench_pages.py`. Each figure is of a process of its own, start-up and making of the layout left out,
pagination included. The peak is that of the process, of which the texts of the listing take the part given. Where a
Python with rtflite is named by ADAMLINE_RTFLITE, a tenth of the listing is written by it in the same run, from a frame.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

RECORDS, OUTPUTS, PAGES_OF_OUTPUT = 50_000, 200, 5
HEADS = ("Site", "Subject", "Parameter", "Date", "Value", "Change", "Comment", "Record")
PARAMETERS = ("Aspartate Aminotransferase (U/L)", "Alanine", "Potassium (mmol/L)", "Bilirubin (umol/L)", "Urate")
COMMENTS = ("", "", "Repeated", "Not clinically significant; repeated at the next visit", "Sample haemolysed")


def records() -> list[tuple[str, ...]]:
    return [
        (
            f"01-{701 + number // 400}",
            f"{1000 + number // 20}",
            PARAMETERS[number % 5],
            f"2014-{1 + number % 12:02d}-{1 + number % 28:02d}",
            f"{number * 7919 % 10_000 / 100:.2f}",
            f"{number * 104_729 % 1_000 / 10 - 50:.1f}",
            COMMENTS[number // 3 % 5],
            f"{number + 1}",
        )
        for number in range(RECORDS)
    ]


def listing(count: int = RECORDS) -> Any:
    from adamline.tlf.layout import Align, Column, HeaderCell, Layout, Row

    left, decimal = Column(1), Column(1, Align.DECIMAL)
    return Layout(
        output="L-16-2-8",
        titles=("Listing 16.2.8", "Laboratory Values"),
        columns=(left, left, Column(1.5), left, decimal, decimal, Column(2), Column(1, Align.RIGHT)),
        header=(tuple(map(HeaderCell, HEADS)),),
        rows=tuple(map(Row, records()[:count])),
        footnotes=("Values below the limit of quantification are shown with <.",),
        study="Protocol ABC-123",
        repeat_keys=2,
    )


def writer(suffix: str) -> Callable[[Path], int]:
    from adamline.spec.formats import Format
    from adamline.tlf.paginate import paginate
    from adamline.tlf.render.formats import WRITERS, Given

    layout = listing()

    def write(path: Path) -> int:
        output = paginate(layout)
        with path.open("wb") as handle:
            WRITERS[Format(suffix)].write(output, handle, Given())
        return len(output.pages)

    return write


def packer(suffix: str) -> Callable[[Path], int]:
    """Outputs of so many pages, each paginated when it is written, as from stored layouts."""
    from adamline.tlf.front import Cover
    from adamline.tlf.pages import Planned
    from adamline.tlf.paginate import paginate
    from adamline.tlf.render.pack import Group, render_pack
    from adamline.tlf.render.rtf_pack import render_rtf_pack

    count = next(n for n in range(60, RECORDS, 10) if len(paginate(listing(n)).pages) == PAGES_OF_OUTPUT)
    layouts = [replace(listing(count), output=f"L-{n}", titles=(f"Listing {n}", "Values")) for n in range(OUTPUTS)]

    def write(path: Path) -> int:
        outputs = tuple(Planned(one, PAGES_OF_OUTPUT, (), lambda one=one: paginate(one)) for one in layouts)
        with path.open("wb") as handle:
            pack = render_rtf_pack if suffix == "rtf" else render_pack
            pack(Cover("A study", ()), [Group("Listings", outputs)], handle)
        return OUTPUTS * PAGES_OF_OUTPUT

    return write


def rival(_: str) -> Callable[[Path], int]:
    import polars
    import rtflite

    frame = polars.DataFrame(records()[: RECORDS // 10], schema=HEADS, orient="row")

    def write(path: Path) -> int:
        document = rtflite.RTFDocument(
            df=frame,
            rtf_page=rtflite.RTFPage(orientation="landscape"),
            rtf_title=rtflite.RTFTitle(text=["Listing 16.2.8", "Laboratory Values"]),
            rtf_body=rtflite.RTFBody(col_rel_width=[1, 1, 1.5, 1, 1, 1, 2, 1]),
            rtf_footnote=rtflite.RTFFootnote(text=["Values below the limit of quantification are shown with <."]),
        )
        document.write_rtf(path)
        return path.read_text().count("\\page")

    return write


TASKS = {
    "listing, docx": (writer, "docx"),
    "listing, rtf": (writer, "rtf"),
    "listing, csv": (writer, "csv"),
    "pack of 200, docx": (packer, "docx"),
    "pack of 200, rtf": (packer, "rtf"),
}
RIVAL = "a tenth of the listing, rtflite"


def measure(name: str) -> None:
    make, suffix = {**TASKS, RIVAL: (rival, "rtf")}[name]
    task = make(suffix)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"made.{suffix}"
        wall, cpu = time.perf_counter(), time.process_time()
        pages = task(path)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        size = path.stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| {name} | {pages} | {cpu:.2f} | {wall:.2f} | {peak:.0f} | {before:.0f} | {size:.1f} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1])
    else:
        print("| task | pages | CPU s | wall s | peak MB | before MB | file MB |", flush=True)
        print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
        pythons = dict.fromkeys(TASKS, sys.executable)
        if other := os.environ.get("ADAMLINE_RTFLITE"):
            pythons[RIVAL] = other
        for each, python in pythons.items():
            subprocess.run([python, __file__, each], check=True)
