"""The command line's application: version, findings, and the exit status that an error becomes."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from adamline.errors import AdamlineError
from adamline.io.printable import printable

if TYPE_CHECKING:
    from adamline.findings import Finding

FINE, FINDINGS, COULD_NOT_RUN = 0, 1, 2

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
    typer.echo(printable(text, keep="\n\t"), err=err, nl=nl)


def show_findings(findings: Iterable[Finding]) -> None:
    """Findings, worst first, each on one line."""
    for finding in sorted(findings, key=lambda finding: -finding.severity):
        echo(printable(f"{finding.severity.name}: {finding.place}: {finding.message}"))


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line; errors of adamline become a message and status 2."""
    sys.exit(_guarded(lambda: app(arguments, standalone_mode=False)))


def _guarded(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except AdamlineError as error:
        echo(f"ERROR: {error}", err=True)
    except OSError as error:
        echo(f"ERROR: A file or folder cannot be used.\n  found:    {error}", err=True)
    except typer.Abort:
        echo("Aborted.", err=True)
        return FINDINGS
    except Exception as error:
        # Wrong options and arguments, which the message quotes; the class is private to typer.
        if not hasattr(error, "show"):
            raise
        message = io.StringIO()
        error.show(file=message)
        echo(message.getvalue(), err=True, nl=False)
    return COULD_NOT_RUN
