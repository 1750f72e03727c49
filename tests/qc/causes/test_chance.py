from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from adamline.qc.causes.chance import at_least, log_at_least_drawn


@given(trials=st.integers(1, 200), share=st.floats(0.001, 0.999), data=st.data())
def test_the_binomial_tail_is_that_of_scipy(trials: int, share: float, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, trials))
    assert at_least(hits, trials, share) == pytest.approx(stats.binom.sf(hits - 1, trials, share), rel=1e-8, abs=1e-300)


@given(total=st.integers(1, 3000), data=st.data())
def test_the_bound_is_never_below_the_hypergeometric_tail(total: int, data: st.DataObject) -> None:
    special, drawn = data.draw(st.integers(0, total)), data.draw(st.integers(0, total))
    hits = data.draw(st.integers(0, min(special, drawn)))
    bound = log_at_least_drawn(np.array([hits]), total, np.array([special]), drawn)[0]
    exact = stats.hypergeom.logsf(hits - 1, total, special, drawn)
    assert bound <= 0
    assert bound >= exact - 1e-6


def test_the_bound_is_close_far_from_what_is_expected() -> None:
    bound = log_at_least_drawn(np.array([10]), 1000, np.array([12]), 30)[0]
    assert bound == pytest.approx(stats.hypergeom.logsf(9, 1000, 12, 30), abs=0.01)
