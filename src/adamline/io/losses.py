"""Names what a file format cannot keep of a dataset, and refuses it unless the caller allows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from adamline.errors import DataError, Place


class Loss(StrEnum):
    """What can get lost on the way into a file; a loss happens only where the caller lists it."""

    MISSING_KINDS = "missing-kinds"
    ATTRIBUTES = "attributes"
    TRAILING_BLANKS = "trailing-blanks"
    TINY_NUMBERS = "tiny-numbers"
    BLANK_RECORDS = "blank-records"
    LONG_NAMES = "long-names"
    LONG_LABELS = "long-labels"
    LONG_TEXT = "long-text"
    LONG_FORMATS = "long-formats"


def refuse_losses(losses: Mapping[Loss, str], allow: Collection[Loss], path: str, dataset: str) -> None:
    """DataError that lists the losses that are not allowed, each with what it takes away; nothing where all are.

    >>> refuse_losses({Loss.MISSING_KINDS: "AVAL"}, [Loss.MISSING_KINDS], "adlb.json", "ADLB")
    """
    refused = {loss: what for loss, what in losses.items() if loss not in allow}
    if refused:
        raise DataError(
            "The file cannot keep all that the dataset holds.",
            place=Place(file=path, dataset=dataset),
            found="; ".join(f"{loss}: {what}" for loss, what in refused.items()),
            hint=f"allow {', '.join(refused)}, or another format: Parquet keeps all",
        )
