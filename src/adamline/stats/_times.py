"""Take times to event with their events and codes as arrays, checked, records with missing parts set apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from adamline.errors import DataError
from adamline.stats._arrays import Bools, Floats, Ints, as_codes, as_numbers
from adamline.stats._same_records import check_same_records


def checked_times(
    times: npt.ArrayLike, events: npt.ArrayLike, *codes: npt.ArrayLike
) -> tuple[Floats, Bools, list[Ints], Bools]:
    """Times, events as booleans, the codes, and which records have all of them.

    A missing time or event (NaN), or a negative code, sets a record apart. DataError for times that are negative or
    infinite, events that are not 0 or 1, and lengths that differ.
    """
    check_same_records(times=times, events=events, **{f"codes {n}": each for n, each in enumerate(codes, 1)})
    numbers = as_numbers(times, "A time to event") + 0.0  # zero has no sign
    flags = as_numbers(events, "An event")
    groups = [as_codes(each, "A group code") for each in codes]
    shapes = {numbers.shape, flags.shape, *(each.shape for each in groups)}
    if len(shapes) != 1 or numbers.ndim != 1:
        raise DataError(
            "Times, events and groups must be columns of one length.",
            found=" and ".join(str(shape) for shape in sorted(shapes)),
        )
    with np.errstate(invalid="ignore"):
        wrong_time = np.isinf(numbers) | (numbers < 0)
        wrong_event = ~np.isnan(flags) & (flags != 0) & (flags != 1)
    if wrong_time.any():
        found = repr(float(numbers[wrong_time][0]))
        raise DataError("A time to event must be a finite number, 0 or more.", expected="0 or more", found=found)
    if wrong_event.any():
        raise DataError(
            "An event must be 1 (seen) or 0 (censored).",
            found=repr(float(flags[wrong_event][0])),
            hint="CNSR of ADTTE is the other way round: events are CNSR == 0",
        )
    present = ~np.isnan(numbers) & ~np.isnan(flags)
    for each in groups:
        present &= each >= 0
    return numbers, flags == 1, groups, present
