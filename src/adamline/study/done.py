"""Done: what became of one dataset or output of a run."""

from __future__ import annotations

from dataclasses import dataclass

from adamline.errors import AdamlineError


@dataclass(frozen=True)
class Done:
    """What became of one dataset or output: made, unchanged or failed, its records or pages, the seconds it took."""

    name: str
    is_new: bool
    size: str
    seconds: float
    error: AdamlineError | None = None
