"""The way into the command line: runs a command, and turns errors into a message and an exit status."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from adamline.cli.loading import loading
from adamline.cli.rerun import status_of_rerun
from adamline.cli.said import COULD_NOT_RUN, FINDINGS, system_fault, write_text
from adamline.errors import AdamlineError

# Where OpenBLAS, of NumPy and of SciPy, reads how many threads it is to start, before all else.
_THREADS = "OPENBLAS_NUM_THREADS"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; errors of adamline become a message and status 2."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    _limit_threads()
    sys.exit(guarded(lambda: _status(given)))


def _status(given: list[str]) -> Any:
    status = status_of_rerun(given)
    if status is not None:
        return status
    # Typer and what it loads to read arguments, which take as long as all that a run with nothing to do does.
    with loading():
        from adamline.cli.commands import app

    return app(given, standalone_mode=False)


def _limit_threads() -> None:
    """Have linear algebra start no threads of its own, whatever the environment says.

    With two a sum has other last digits, as those of a mixed model show, and a run is to give the same bytes. And
    matrices are small here: threads would do nothing but look for work, in the command and in each of its workers.
    """
    os.environ[_THREADS] = "1"


def guarded(call: Callable[[], Any]) -> Any:
    """What the call returns, or the status that its error becomes, whose message is shown."""
    try:
        return call()
    except AdamlineError as error:
        write_text(f"ERROR: {error}\n", err=True)
    except OSError as error:
        write_text(f"ERROR: {system_fault(error)}\n", err=True)
    except Exception as error:
        if type(error).__name__ == "Abort":  # typer's, for an interrupt by the keyboard
            write_text("Aborted.\n", err=True)
            return FINDINGS
        # Wrong options and arguments, which the message quotes; the class is private to typer.
        if not hasattr(error, "show"):
            raise
        message = io.StringIO()
        error.show(file=message)
        write_text(message.getvalue(), err=True)
    return COULD_NOT_RUN
