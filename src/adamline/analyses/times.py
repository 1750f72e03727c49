"""Times to events: what a row says of them, and the records that count, as ADaM's BDS for time-to-event has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from adamline.analyses.cells import Cells, Ints
from adamline.analyses.leaf import Floats
from adamline.analyses.options import OptionsModel
from adamline.analyses.records import require_numbers
from adamline.errors import DataError, Place
from adamline.plurals import counted
from adamline.spec.types import VariableName

ConfType = Literal["loglog", "log", "linear", "asinsqrt", "logit"]


class TimeOptions(OptionsModel):
    """Options that analyses of times share: CNSR is ``censor``, of which ``event`` is the value of an event."""

    censor: VariableName = "CNSR"
    event: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True)
class Times:
    """Times of the places of cells, whether the event was seen (1) or not (0), and the cell of each."""

    time: Floats
    event: Floats
    code: Ints


def times_of(cells: Cells, of: str, censor: str, event: int) -> Times:
    """The times of cells; a record without a time or CNSR counts as missing (NaN).

    DataError for variables that are no numbers, and for negative times.
    """
    require_numbers(cells.records, (of, censor))
    time = cells.values(of).to_numpy(dtype=np.float64)
    censored = cells.values(censor).to_numpy(dtype=np.float64)
    if (time < 0).any():
        place = Place(dataset=cells.records.dataset.name, variable=of)
        raise DataError("A time to an event is negative.", place=place, found=counted(int((time < 0).sum()), "record"))
    seen: npt.NDArray[np.float64] = np.where(np.isnan(censored), np.nan, (censored == event).astype(np.float64))
    return Times(time, seen, cells.code)
