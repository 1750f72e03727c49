"""Tells errors that know no line of a spec where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from adamline.errors import AdamlineError, Place


@contextmanager
def told_at(place: Place) -> Iterator[None]:
    """Give errors of the block this place, as far as they know none."""
    try:
        yield
    except AdamlineError as error:
        if error.place.file == place.dataset:  # a layout knows the output's name, not the spec that it comes from
            error.place = replace(error.place, file="")
        raise error.at(place) from error
