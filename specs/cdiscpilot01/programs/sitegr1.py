"""SITEGR1: the site, or one pooled group for sites that are too small.

Not general: whether, how and by which arms sites are pooled is each study's own rule.
"""

from __future__ import annotations

import pandas as pd

from adamline.contract import New, derivation


@derivation(
    define="SITEID; '{pooled}' where any ARM of the study has fewer than {smallest} subjects at the site, none "
    "included.",
    needs=("SITEID", "ARM"),
    within="study",
)
def derive_sitegr1(frame: pd.DataFrame, *, variable: New, pooled: str, smallest: int) -> pd.DataFrame:
    """SITEID, but ``pooled`` where any arm of the study has fewer than ``smallest`` subjects at the site."""
    site = frame["SITEID"].astype("str")
    subjects = pd.crosstab(site.to_numpy(), frame["ARM"].astype("str").to_numpy())
    small = subjects.index[(subjects < smallest).any(axis=1)]
    return frame.assign(**{variable: site.mask(site.isin(small), pooled)})
