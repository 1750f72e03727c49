"""Writes the simulated trial as SDTM transport files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from adamline.errors import AdamlineError, Place
from adamline.io.dataset import Dataset
from adamline.io.xpt_write import Lengths, write_xpt
from adamline.simulate.jahh.context import build_context
from adamline.simulate.jahh.design import SEED, SUBJECTS
from adamline.simulate.jahh.exposure import build_cm, build_ex
from adamline.simulate.jahh.history_domain import build_mh
from adamline.simulate.jahh.laboratory_domain import build_lb
from adamline.simulate.jahh.score_domain import build_rs
from adamline.simulate.jahh.subject_domains import build_dm, build_ds, build_suppdm
from adamline.simulate.jahh.values import Values, simulate_values
from adamline.simulate.jahh.visit_domain import build_sv

_FEWEST: Final = 3
_BUILDERS: Final = (build_cm, build_dm, build_ds, build_ex, build_lb, build_mh, build_rs, build_suppdm, build_sv)


def simulate_jahh(folder: Path, *, subjects: int = SUBJECTS, seed: int = SEED) -> list[Path]:
    """Write simulated SDTM of the reference study into ``folder``, one .xpt a domain; the paths written.

    Parameters: ``subjects`` is the number randomised, at least 3, on three arms of equal size (314: 105, 105, 104);
    about 15 % of those screened fail on top of them. ``seed`` is any whole number from 0. The same arguments give
    the same bytes. No value stands for a patient; docs/methods/simulated-jahh.md says what is assumed.

    Files: dm, suppdm, ds, mh, ex, cm, sv, lb, rs (SDTMIG 3.3, CT 2022-03-25). Existing ones are replaced, each when it
    is whole. Raises AdamlineError for fewer subjects, a negative seed, or a folder that cannot be written to.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in simulate_jahh(Path(folder), subjects=3)]
    ['cm.xpt', 'dm.xpt', 'ds.xpt', 'ex.xpt', 'lb.xpt', 'mh.xpt', 'rs.xpt', 'suppdm.xpt', 'sv.xpt']
    """
    if subjects < _FEWEST:
        raise AdamlineError(
            "The simulated trial needs a subject an arm.",
            expected=f"subjects of {_FEWEST} or more",
            found=str(subjects),
        )
    if seed < 0:
        raise AdamlineError("A seed is a whole number from 0.", expected="0 or more", found=str(seed))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(dataset, folder) for dataset in build_sdtm(simulate_values(subjects, seed))]
    except OSError as error:
        raise AdamlineError(
            "The simulated data cannot be written.",
            place=Place(file=str(folder)),
            expected="a folder that can be written to",
            found=error.strerror or str(error),
        ) from error


def build_sdtm(values: Values) -> list[Dataset]:
    """The simulated values as SDTM datasets; nothing is drawn here, and no value changes but by its unit."""
    context = build_context(values)
    return [build(context) for build in _BUILDERS]


def _write(dataset: Dataset, folder: Path) -> Path:
    path = folder / f"{dataset.name.lower()}.xpt"
    write_xpt(dataset, path, lengths=Lengths.MINIMAL)
    return path
