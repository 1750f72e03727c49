"""Fixtures of the response tests: a check of added records, and the chain from items, grades and PGA to responses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import pytest

from adamline.derive.base import derive_base
from adamline.derive.chg import derive_chg
from adamline.derive.pick import derive_pick
from adamline.derive.response.bicla import add_bicla
from adamline.derive.response.bilag import add_bilag
from adamline.derive.response.bilag_improvement import add_bilag_improvement
from adamline.derive.response.nri import add_nri
from adamline.derive.response.pga import add_pga
from adamline.derive.response.sledai import add_sledai
from adamline.derive.response.sledai_reduction import add_sledai_reduction
from adamline.derive.response.sledai_worsening import add_sledai_worsening
from adamline.derive.response.sri import add_sri

OTHERS = {"BILNOWR": "FAILED BILAG", "PGANOWR": "FAILED PGA"}
SRI = {f"SRI{points}": {f"SLED{points}": "FAILED SLEDAI", **OTHERS} for points in (4, 5, 6)}
BICLA = {
    "BILAB": "NO BILAG A OR B",
    "BILIMPR": "NO IMPROVEMENT",
    "BILNOWR": "FAILED BILAG",
    "SLEDNOWR": "FAILED SLEDAI",
    "PGANOWR": "FAILED PGA",
}


@pytest.fixture(scope="session")
def adds(table, plain) -> Callable[..., pd.DataFrame]:
    """Runs a derivation on a frame, and asserts that it keeps it and adds the records of a text table, and no others.

    Variables that the table does not have must be missing on the new records.
    """

    def run(function: Callable[..., pd.DataFrame], frame: pd.DataFrame, text: str, **arguments) -> pd.DataFrame:
        made, expected = function(frame, **arguments), table(text)
        assert list(made.columns) == list(frame.columns) and list(made.index) == list(range(len(made)))
        old, new = made.iloc[: len(frame)], made.iloc[len(frame) :]
        for name in frame.columns:
            assert plain(old[name]) == plain(frame[name]), name
            assert plain(new[name]) == (plain(expected[name]) if name in expected else [None] * len(expected)), name
        return made

    return run


@pytest.fixture(scope="session")
def respond() -> Callable[..., pd.DataFrame]:
    """SRI4, SRI5, SRI6, BICLA and all that they are made of, from items, systems and PGA, as a spec would call it."""

    def run(
        records: pd.DataFrame,
        adsl: pd.DataFrame,
        windows: pd.DataFrame,
        *,
        items: Sequence[str],
        systems: Sequence[str],
        visits: Sequence[str],
    ) -> pd.DataFrame:
        frame = records.assign(AVALC=records["AVALC"].astype("str"), DTYPE=None, RESPREAS=None)
        assessment = ["USUBJID", "AVISIT", "AVISITN", "ADT"]
        frame = add_sledai(frame, items=items, by=assessment, copied=["ADY", "ABLFL", "ANL01FL"])
        frame = derive_chg(derive_base(derive_base(frame), variable="BASEC", from_="AVALC"))
        later, set_ = "ANL01FL = 'Y' and AVISITN > 0", {"ANL01FL": "Y"}
        for points in (4, 5, 6):
            reduced = {"parameter": f"SLED{points}", "at_least": points}
            frame = add_sledai_reduction(frame, **reduced, where=later, set_=set_)
        frame = add_sledai_worsening(frame, where=later, set_=set_)
        frame = add_bilag(frame, systems=systems, where=later, set_=set_)
        frame = add_bilag_improvement(frame, systems=systems, where=later, set_=set_)
        frame = add_pga(frame, where=later, set_=set_)
        # The run gives new records the variables of their subject.
        frame = derive_pick(frame, variable="RESCDT", source=adsl, from_="RESCDT")
        given = {"rescue": "RESCDT", "where": "ANL01FL = 'Y'", "set_": set_}
        for parameter, components in SRI.items():
            frame = add_sri(frame, parameter=parameter, components=components, **given)
        frame = add_bicla(frame, components=BICLA, **given)
        return add_nri(
            frame,
            parameters=[*SRI, "BICLA"],
            subjects=adsl,
            subjects_where="ITTFL = 'Y'",
            visits=visits,
            table=windows,
            discontinued="DCDT",
            rescue="RESCDT",
            set_=set_,
        )

    return run
