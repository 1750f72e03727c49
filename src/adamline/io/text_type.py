"""How text comes into a frame: as pandas strings, or as categories."""

from __future__ import annotations

from enum import StrEnum


class TextType(StrEnum):
    """STR gives pandas ``str``; CATEGORY gives ``category`` with sorted categories, fastest for derivations."""

    STR = "str"
    CATEGORY = "category"
