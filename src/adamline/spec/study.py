"""The spec of a study: what it is called, and which datasets and outputs it has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from adamline.spec.types import FileName


class StudySpec(BaseModel):
    """What stands in ``study.yaml``.

    ``datasets`` and ``outputs`` name files beside it (``adlbc`` is ``adlbc.yaml``, ``t-14-6-01`` is
    ``tlf/t-14-6-01.yaml``); the order of outputs is the order of the package, that of datasets is planned.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    study: Annotated[str, Field(min_length=1, max_length=40)]
    title: str
    data_cutoff: dt.date
    label: str = ""
    lengths: Literal["spec", "minimal", "study"] = "spec"
    encoding: str = "ascii"
    datasets: Annotated[tuple[FileName, ...], Field(min_length=1)]
    outputs: tuple[FileName, ...] = ()
    footnotes: Mapping[str, str] = {}
