"""The command line's application, to which the modules of commands add theirs, and how commands show text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from adamline.cli.said import COULD_NOT_RUN, FINDINGS, FINE, finding_lines, terminal_text

if TYPE_CHECKING:
    from adamline.findings import Finding

__all__ = ["COULD_NOT_RUN", "FINDINGS", "FINE", "app", "echo", "show_findings"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help starts three times as fast
    help="From SDTM to ADaM datasets, statistics, and tables, listings and figures in Word, driven by one spec.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from adamline import __version__

        typer.echo(__version__)
        raise typer.Exit(FINE)


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Hold the options that stand before a command."""


def echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print for the terminal, which obeys nothing in it: the one way in which a command shows text."""
    typer.echo(terminal_text(text), err=err, nl=nl)


def show_findings(findings: Iterable[Finding]) -> None:
    """Findings, worst first, each on one line."""
    for line in finding_lines(findings):
        echo(line)
