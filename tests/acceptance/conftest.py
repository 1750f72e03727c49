"""The reference study, simulated, and the CDISC pilot, each run once for all tests that look at what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from adamline.findings import Finding
from adamline.simulate.jahh import simulate_jahh
from adamline.study.demo import write_pilot_sdtm
from adamline.study.run import run_study
from adamline.study.study import open_study

JAHH = Path(__file__).parents[2] / "specs" / "jahh"
PILOT = Path(__file__).parents[2] / "specs" / "cdiscpilot01"


@dataclass(frozen=True)
class Ran:
    """A run: the folders of its SDTM and of what it made, and its findings. No test writes into them."""

    sdtm: Path
    out: Path
    findings: tuple[Finding, ...]


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference study's SDTM alone, for tests that need no run of all its outputs."""
    sdtm = tmp_path_factory.mktemp("simulated") / "sdtm"
    simulate_jahh(sdtm)
    return sdtm


@pytest.fixture(scope="session")
def jahh(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    out = tmp_path_factory.mktemp("jahh") / "out"
    _, findings = run_study(open_study(JAHH), simulated, out)
    return Ran(simulated, out, tuple(findings))


@pytest.fixture(scope="session")
def sdtm(jahh: Ran) -> Path:
    """The reference study's SDTM, where a file of tests has no other."""
    return jahh.sdtm


@pytest.fixture(scope="session")
def out(jahh: Ran) -> Path:
    """What the run of the reference study made."""
    return jahh.out


@pytest.fixture(scope="session")
def pilot_run(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The CDISC pilot from its public SDTM, with all outputs."""
    folder = tmp_path_factory.mktemp("pilot")
    write_pilot_sdtm(folder / "sdtm")
    _, findings = run_study(open_study(PILOT), folder / "sdtm", folder / "out")
    return Ran(folder / "sdtm", folder / "out", tuple(findings))
