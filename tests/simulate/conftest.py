"""Fixtures of the tests of the simulators."""

from __future__ import annotations

import pytest

from adamline.io.xpt_read import read_xpt
from adamline.simulate.jahh import simulate_jahh


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("jahh")
    simulate_jahh(folder)
    return folder


@pytest.fixture(scope="session")
def sdtm(folder):
    return {
        domain: read_xpt(folder / f"{domain}.xpt").frame
        for domain in ["ae", "cm", "dm", "ds", "ex", "lb", "mh", "rs", "suppdm", "sv", "ta", "te", "ts", "tv", "vs"]
    }


@pytest.fixture(scope="session")
def randomised(sdtm):
    dm = sdtm["dm"]
    return dm[dm["ARM"].notna()].set_index("USUBJID")
