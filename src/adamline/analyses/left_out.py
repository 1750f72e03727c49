"""What is known of all records of a dataset, of which those alone were read that outputs select."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adamline.io.dataset import Dataset


@dataclass(frozen=True)
class LeftOut:
    """What is known of a dataset with ``records`` records, of which some were left in its file.

    ``read`` are the conditions of which every selected record was read. ``keys`` name one of all records, as the
    variables of each of ``identities`` do. ``people`` has one record for each that differs from others in one of its
    variables, USUBJID and those of the conditions on populations. ``present`` has the texts that a variable has on any
    record, as groupings know them.
    """

    records: int
    read: frozenset[str]
    keys: frozenset[str]
    identities: frozenset[tuple[str, ...]]
    people: Dataset
    present: Mapping[str, list[str]]
