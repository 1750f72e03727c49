"""Controls: random differences that no one cause explains."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pandas as pd
from numpy.random import Generator

from planter.case import Case, Cause, differs
from planter.datasets import RealDataset, real_datasets
from planter.places import FEWEST, Evidence, places_of, random_count
from planter.planting import TRIES, NoCaseError
from planter.unrelated import UNRELATED, exchanged
from planter.ways import largest_share

EXCHANGED = "values exchanged"
MOST = 5000


def control(name: str, number: int, seed: int) -> Case:
    """Random differences in one to three variables, each in 3 to thousands of records."""
    rng = np.random.default_rng([seed, crc32(name.encode())])
    reals = list(real_datasets().values())
    real = reals[number % len(reals)]
    wanted = int(rng.integers(1, 4))
    changed: dict[str, pd.Series] = {}
    details, counts = [], []
    for _ in range(TRIES):
        kind = str(rng.choice([*UNRELATED, EXCHANGED]))
        sorts = UNRELATED[kind][1] if kind in UNRELATED else ("decimal", "whole", "date", "text")
        variable = str(rng.choice(real.of(*sorts)))
        made = None if variable in changed else _differences(real, variable, kind, rng)
        if made is not None:
            changed[variable] = made
            counts.append(int(differs(real.frame[variable], made).sum()))
            details.append(f"{variable}: {kind}, {counts[-1]} records")
        if len(changed) == wanted:
            break
    else:
        raise NoCaseError(name)
    first, *others = changed
    no_cause, no_other = frozenset[Cause](), frozenset[frozenset[Cause]]()
    return Case(
        name,
        real.name,
        real.frame,
        real.frame.assign(**changed),
        real.keys,
        first,
        no_cause,
        no_other,
        "; ".join(details),
        counts[0],
        tuple(others),
    )


def _differences(real: RealDataset, variable: str, kind: str, rng: Generator) -> pd.Series | None:
    """The variable with other values in some random records; None where a cause could be made out all the same."""
    base = real.frame[variable]
    known = base.notna().to_numpy()
    most = min(MOST, int(known.sum() // 2))
    records = np.zeros(len(base), dtype=bool)
    records[rng.choice(np.flatnonzero(known), random_count(most, rng), replace=False)] = True
    made = exchanged(real, variable, records, rng) if kind == EXCHANGED else UNRELATED[kind][0](real, variable, rng)
    compare = made.where(records, base)
    differing = differs(base, compare)
    if differing.sum() < FEWEST or largest_share(base[differing], compare[differing]) >= 0.8:
        return None
    # Nothing may pick the records out, not even half of the time.
    return None if places_of(real, variable, Evidence(differing, differs(base, made), known), enough=0.5) else compare
