"""Failed outputs: what becomes of a run of which some outputs could not be made."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from adamline.errors import AdamlineError, OutputsError

if TYPE_CHECKING:
    from adamline.study.outputs import OutputPlan


def raise_faults(errors: Iterable[AdamlineError | None]) -> None:
    """Raise the error of the output that could not be made, or OutputsError with those of all that could not."""
    faults = [error for error in errors if error is not None]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise OutputsError(faults)


def require_results(output: OutputPlan, made: Collection[str]) -> None:
    """AdamlineError for an output that shows the results of one that could not be made."""
    lacking = [name for name in output.results if name not in made]
    if lacking:
        what = "The output shows the results of one that could not be made."
        raise AdamlineError(what, found=", ".join(lacking), hint="mend that output first")
