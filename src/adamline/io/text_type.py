"""How text comes into a frame: as pandas strings, or as categories."""

from __future__ import annotations

from enum import StrEnum


class TextType(StrEnum):
    """STR gives pandas ``str``; CATEGORY gives ``category`` with sorted categories, fastest for derivations.

    Both take about the same to read, also of texts that differ in each record, of which categories have no gain.
    """

    STR = "str"
    CATEGORY = "category"
