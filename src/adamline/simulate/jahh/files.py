"""Writes the simulated trial as SDTM transport files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from adamline.errors import AdamlineError, Place
from adamline.io.dataset import Dataset
from adamline.io.xpt_encoded import EncodedPart, encode_part
from adamline.io.xpt_fields import Lengths, XptOptions
from adamline.io.xpt_write import head_length, write_xpt_encoded
from adamline.simulate.jahh.adverse_event_domain import build_ae
from adamline.simulate.jahh.context import build_context
from adamline.simulate.jahh.design import SEED, SUBJECTS
from adamline.simulate.jahh.exposure import build_cm, build_ex
from adamline.simulate.jahh.history_domain import build_mh
from adamline.simulate.jahh.laboratory_domain import build_lb
from adamline.simulate.jahh.parts import context_parts
from adamline.simulate.jahh.score_domain import build_rs
from adamline.simulate.jahh.subject_domains import build_dm, build_ds, build_suppdm
from adamline.simulate.jahh.trial_design import build_ta, build_te, build_ts, build_tv
from adamline.simulate.jahh.values import Values, simulate_values
from adamline.simulate.jahh.visit_domain import build_sv
from adamline.simulate.jahh.vital_sign_domain import build_vs

_FEWEST: Final = 3
_OPTIONS: Final = XptOptions(lengths=Lengths.MINIMAL)
_OF_SUBJECTS: Final = (
    build_ae,
    build_cm,
    build_dm,
    build_ds,
    build_ex,
    build_lb,
    build_mh,
    build_rs,
    build_suppdm,
    build_sv,
    build_vs,
)
_OF_THE_TRIAL: Final = (build_ta, build_te, build_ts, build_tv)


def simulate_jahh(folder: Path, *, subjects: int = SUBJECTS, seed: int = SEED) -> list[Path]:
    """Write simulated SDTM of the reference study into ``folder``, one .xpt a domain; the paths written.

    Parameters: ``subjects`` is the number randomised, at least 3, on three arms of equal size (314: 105, 105, 104);
    about 15 % of those screened fail on top of them. ``seed`` is any whole number from 0. The same arguments give
    the same bytes. No value stands for a patient; docs/methods/simulated-jahh.md says what is assumed.

    Files: dm, suppdm, ds, mh, ex, cm, ae, sv, lb, rs, vs, ta, te, ts, tv (SDTMIG 3.3, CT 2022-03-25). Existing ones are
    replaced, each when it is whole. Raises AdamlineError for fewer subjects, a negative seed, or a folder that cannot
    be written to.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     " ".join(path.stem for path in simulate_jahh(Path(folder), subjects=3))
    'ae cm dm ds ex lb mh rs suppdm sv vs ta te ts tv'
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
        return [_write(parts, folder) for parts in build_sdtm(simulate_values(subjects, seed))]
    except OSError as error:
        raise AdamlineError(
            "The simulated data cannot be written.",
            place=Place(file=str(folder)),
            expected="a folder that can be written to",
            found=error.strerror or str(error),
        ) from error


def build_sdtm(values: Values) -> Iterator[Iterator[Dataset]]:
    """The simulated values as SDTM datasets, each in parts of subjects, one part unless the trial is large.

    Nothing is drawn here, and no value changes but by its unit. A part is built when it is asked for.
    """
    whole = build_context(values)
    for build in _OF_SUBJECTS:
        yield map(build, context_parts(whole))
    for build in _OF_THE_TRIAL:
        yield iter([build(whole)])


def _write(parts: Iterable[Dataset], folder: Path) -> Path:
    """Write a domain in the memory of a part: how long its texts are is known when all parts are encoded."""
    encoded: list[EncodedPart] = []
    with tempfile.TemporaryDirectory(prefix="parts-", dir=folder) as place:
        for part in parts:
            room, after = head_length(part, _OPTIONS), encoded[-1] if encoded else None
            encoded.append(encode_part(part, Path(place) / "records", _OPTIONS, room=room, after=after))
            # All that is asked of it from here on; a view of no records would keep all of them.
            head = replace(part, frame=part.frame.iloc[:0].copy())
        path = folder / f"{head.name.lower()}.xpt"
        write_xpt_encoded(head, encoded, path, options=_OPTIONS)
    return path
