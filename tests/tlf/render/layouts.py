"""Layouts of each kind, hard to set: a table in blocks, a long listing, a figure."""

from __future__ import annotations

import io
from dataclasses import replace

import matplotlib
from matplotlib.figure import Figure

from adamline.tlf.layout import A4, Align, Column, HeaderCell, Layout, PageSetup, Picture, Row

NASTY = "a <b> & \"c\" 'd' {{ e }} – ≥ 5 µg/mL\u00a0é " + "Verylongword" * 12
STUDY = "Protocol ABC-123\nSimulated data"
SOURCE = "Source: ADLB; run 1a2b3c4d; data cut-off 2014-07-02"
VISITS = ("Baseline", "Week 2", "Week 4", "Week 8", "Week 12", "Week 24")
SPANS = (HeaderCell(""), HeaderCell("Placebo\n(N=86)", 2), HeaderCell("Active 10 mg\n(N=84)", 2))
NAMES = (HeaderCell("Visit", align=Align.LEFT), *(HeaderCell("Value"), HeaderCell("Change from\nBaseline")) * 2)


def lab_table() -> Layout:
    """A summary by visit: blocks of statistics under two levels of headings."""
    rows = []
    for test in ("ALT (U/L)", "AST (U/L)", "Bilirubin (umol/L)"):
        for number, visit in enumerate(VISITS):
            for statistic, value in (("n", "186"), ("Mean (SD)", "12.3 (4.56)"), ("Min, Max", "<0.1, 103.4")):
                cells = (statistic, value, f"-{number}.5", value, "NA")
                rows.append(Row(cells, indent=2, group=(test, visit), block=test + visit, bold=statistic == "n"))
    return Layout(
        output="T-14-3-4-1",
        titles=("Table 14.3.4.1", "Laboratory Values by Visit <chemistry>"),
        population="Safety Population",
        columns=(Column(2), *(Column(1, Align.DECIMAL),) * 4),
        header=(SPANS, NAMES),
        rows=tuple(rows),
        footnotes=("SD = standard deviation; p < 0.05 & n >= 3.", "A long note about the analysis. " * 14),
        source=SOURCE,
        study=STUDY,
    )


def listing(count: int = 400, page: PageSetup = A4) -> Layout:
    """A listing with two repeated keys, wrapped comments, and texts of all lengths."""
    comments = (
        "",
        "Repeated at the next visit; not clinically significant, value -0.1 to 2.5 on 2014-03-05",
        "≥ ULN",
        NASTY,
    )
    rows = tuple(
        Row((f"01-{701 + i // 40}", f"{1000 + i // 7}", "Potassium (mmol/L)", f"{i % 37 / 4:.2f}", comments[i % 4]))
        for i in range(count)
    )
    return Layout(
        output="L-16-2-8-1",
        titles=("Listing 16.2.8.1", "Laboratory Values"),
        columns=(Column(1), Column(1), Column(1.2), Column(1, Align.DECIMAL), Column(2.5)),
        header=(tuple(HeaderCell(text) for text in ("Site", "Subject", "Parameter", "Result", "Comment")),),
        rows=rows,
        footnotes=("Values below the limit are shown with <.",),
        study=STUDY,
        repeat_keys=2,
        page=page,
    )


def figure() -> Layout:
    matplotlib.rcParams["svg.hashsalt"] = "adamline"
    drawing = Figure(figsize=(6, 9))
    drawing.subplots().plot([0, 2, 4], [0, -1.5, -2.5])
    png, svg = io.BytesIO(), io.BytesIO()
    drawing.savefig(png, format="png", dpi=100)
    drawing.savefig(svg, format="svg", metadata={"Date": None})
    picture = Picture(png.getvalue(), svg.getvalue(), 6, 9, 'Mean "change" by week & arm')
    return Layout(
        "F-14-2-1", ("Figure 14.2.1", "Mean Change"), picture=picture, footnotes=("Bars: 95% CI.",), study=STUDY
    )


def wide_listing() -> Layout:
    """A listing of more columns than a page holds, under heads of several."""
    texts = [f"Widecolumntext{number}" for number in range(20)]
    return replace(
        listing(0),
        output="L-16-9",
        columns=(Column(1),) * 22,
        header=(
            (HeaderCell(""), HeaderCell(""), *(HeaderCell(f"Group {n}", 4) for n in range(5))),
            (HeaderCell("Site"), HeaderCell("Subject"), *(HeaderCell(text) for text in texts)),
        ),
        rows=tuple(Row((f"01-{i // 9}", f"{i}", *(f"{text} {i}" for text in texts))) for i in range(50)),
        footnotes=("A note.",),
    )
