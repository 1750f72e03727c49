"""Anchored notes: footnotes of a table or listing that belong to its title, a column, a row or a cell."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import model_validator

from adamline.analyses.options import OptionsModel, OutputOptions


class Anchor(OptionsModel):
    """Where a note belongs: the row, or heading over rows, with this label; the column with this head; their cell.

    A row is named by its text on the page; a column by its level, or by its head where it stands below or beside.
    """

    row: str | None = None
    column: str | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Anchor:
        if self.row is None and self.column is None:
            raise ValueError("give row, column, or both")
        return self


class Note(OptionsModel):
    """A footnote of the study by name, and what it belongs to."""

    note: str
    at: Literal["title"] | Anchor


class Marks(StrEnum):
    """How a note is marked: `[1]` behind the text, or a raised figure."""

    BRACKETS = "brackets"
    SUPERSCRIPT = "superscript"


class NotedOptions(OutputOptions):
    """Options of an output whose footnotes may belong to a place of its pages: ``notes``, and how they are marked."""

    notes: tuple[Note, ...] = ()
    marks: Marks = Marks.BRACKETS
