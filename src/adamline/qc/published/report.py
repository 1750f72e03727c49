"""Reports of a comparison with a paper: the terminal's lines, sections for text, HTML and Excel, and CSV."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter

from adamline.qc.published.compare_published import FINE, Class, Compared, PublishedComparison
from adamline.qc.report.content import Fact, Section, Table, columns
from adamline.qc.value_text import without_controls

# Lines of the terminal for cells that are not as printed; the reports have all.
_SHOWN = 20
_MEANING = {
    Class.EQUAL: "equal, at the printed decimals",
    Class.FORMAT: "equal in value, printed with other decimals or punctuation than displayed",
    Class.SLIP: "different, and declared a slip of the paper",
    Class.DIFFERS: "different",
    Class.NO_SLIP: "declared a slip of the paper, and not different",
    Class.NO_RESULT: "without a result",
    Class.SEVERAL: "with several results",
}
_HEADS = ("line", "cell", "page", "class", "printed", "displayed", "value", "result", "note")


def headline(comparison: PublishedComparison, file: str, run: str) -> str:
    """What was compared, in one line."""
    fine = len(comparison.of(Class.EQUAL, Class.FORMAT))
    return f"{fine} of {len(comparison.cells)} printed cells of {file} equal those of {run}"


def terminal_text(comparison: PublishedComparison, title: str) -> str:
    """The verdict, the count of each class, and a line for each cell that is not as printed."""
    counts = _counts(comparison)
    lines = [f"{comparison.verdict}: {title}"]
    lines += [f"  {'ok' if kind in FINE else 'NO'} {counts[kind]} {_MEANING[kind]}." for kind in Class if counts[kind]]
    others = comparison.not_as_printed
    lines += [f"  {_line(each)}" for each in others[:_SHOWN]]
    lines += [f"  and {len(others) - _SHOWN} more; a report has all"] if len(others) > _SHOWN else []
    return "".join(f"{without_controls(line)}\n" for line in lines)


def _line(each: Compared) -> str:
    said = f"printed {each.cell.text}"
    said += f", computed {each.found.text} ({_value(each)})" if each.found else ""
    note = f": {each.note}" if each.note else ""
    return f"{each.kind}: line {each.cell.line}, {each.cell.name}: {said}{note}"


def sections(comparison: PublishedComparison) -> tuple[Section, ...]:
    """The report for readers: counts, cells that are not as printed, and all cells."""
    counts = _counts(comparison)
    facts = tuple(Fact(_MEANING[kind], str(counts[kind])) for kind in Class)
    others = comparison.not_as_printed
    return (
        Section("Cells", facts),
        Section("Not as printed", tables=(_table(others),) if others else ()),
        Section("All cells", tables=(_table(comparison.cells),)),
    )


def _table(cells: tuple[Compared, ...]) -> Table:
    # What is printed and displayed is text: a workbook would drop the zero of 51.0.
    heads = (*columns(_HEADS[:6], _HEADS[6:7]), *columns(_HEADS[7:]))
    return Table("", heads, tuple(_row(each) for each in cells))


def _row(each: Compared) -> tuple[str, ...]:
    cell, found = each.cell, each.found
    result, text = (found.result, found.text) if found else ("", "")
    return (str(cell.line), cell.name, cell.page, str(each.kind), cell.text, text, _value(each), result, each.note)


def _value(each: Compared) -> str:
    """The computed value, by the digits that tell it from others; blank for none."""
    return "" if each.found is None or math.isnan(each.found.value) else f"{each.found.value:.10g}"


def published_csv(comparison: PublishedComparison) -> str:
    """All cells as CSV, in the order of the file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADS)
    writer.writerows(map(_row, comparison.cells))
    return text.getvalue()


def _counts(comparison: PublishedComparison) -> Counter[Class]:
    return Counter(each.kind for each in comparison.cells)
