"""Derivations of two variables are not given one."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from adamline.derive.ady import derive_ady
from adamline.derive.bmi import derive_bmi
from adamline.derive.chg import derive_chg
from adamline.derive.duration import derive_duration
from adamline.derive.pchg import derive_pchg
from adamline.derive.ratio import derive_ratio
from adamline.derive.shift import derive_shift
from adamline.errors import DerivationError

FRAME = pd.DataFrame({"D": pd.to_datetime(["2014-01-02"]), "N": [1.0], "T": ["HIGH"]})


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (derive_ady, {"from_": "D", "start": "D"}),
        (derive_duration, {"from_": "D", "to": "D"}),
        (derive_ratio, {"from_": "N", "to": "N"}),
        (derive_chg, {"aval": "N", "base": "N"}),
        (derive_pchg, {"aval": "N", "base": "N"}),
        (derive_shift, {"from_": "T", "to": "T"}),
        (derive_bmi, {"height": "N", "weight": "N"}),
    ],
)
def test_one_variable_for_two(function: Any, arguments: dict[str, str]) -> None:
    """Each record would have the same day, ratio or change."""
    (one, other), name = arguments, next(iter(arguments.values()))
    with pytest.raises(DerivationError) as caught:
        function(FRAME, variable="X", **arguments)
    assert caught.value.what == f"`{one.removesuffix('_')}` and `{other}` are both {name}."
