"""The form of a Word document: one that is edited further, or one whose pages stand as they were planned."""

from __future__ import annotations

from enum import StrEnum


class DocxForm(StrEnum):
    """FLOW: one Word table, titles and footnotes in Word's header and footer; FIXED: a page a table, written out."""

    FLOW = "flow"
    FIXED = "fixed"
