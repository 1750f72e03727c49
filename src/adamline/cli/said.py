"""What commands say, as lines for the terminal, and the statuses that they end with."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sized
from typing import TYPE_CHECKING

from adamline.io.atomic import FULL
from adamline.io.printable import printable
from adamline.plurals import counted

if TYPE_CHECKING:
    from adamline.findings import Finding

FINE, FINDINGS, COULD_NOT_RUN = 0, 1, 2


def terminal_text(text: str) -> str:
    """The text for the terminal, which obeys nothing in it."""
    return printable(text, keep="\n\t")


def write_text(text: str, *, err: bool = False) -> None:
    """Print text before, or after, the command line's libraries are there: see `adamline.cli.app.echo`."""
    print(terminal_text(text), end="", file=sys.stderr if err else sys.stdout, flush=True)


def system_fault(error: OSError) -> str:
    """What an error of the operating system says of a file or folder, and what to do where there is no room for it."""
    if error.errno not in FULL:
        return f"A file or folder cannot be used.\n  found:    {error}"
    hint = "make room there, or write elsewhere; files that were there are as they were"
    return f"There is no room to write a file.\n  found:    {error}\n  try:      {hint}"


def finding_lines(findings: Iterable[Finding]) -> list[str]:
    """Findings, worst first, each on one line."""
    worst_first = sorted(findings, key=lambda finding: -finding.severity)
    return [printable(f"{finding.severity.name}: {finding.place}: {finding.message}") for finding in worst_first]


def sizes(datasets: Sized, outputs: Sized) -> str:
    """How many there are of each."""
    return f"{counted(len(datasets), 'dataset')}, {counted(len(outputs), 'output')}"
