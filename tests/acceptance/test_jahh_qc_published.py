"""The reference study's paper against its run by the command, and by a program of its own for the same cells."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.acceptance.published import read_study

from adamline.qc.published.compare_published import Class, PublishedComparison
from adamline.study.published import run_published

pytestmark = pytest.mark.slow

STUDY = Path(__file__).parents[2] / "specs" / "jahh"
CELLS = pd.read_csv(STUDY / "published.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def comparison(out: Path) -> PublishedComparison:
    return run_published(STUDY, out).comparison


def test_every_cell_is_as_printed_but_for_the_slips(comparison):
    assert not comparison.of(Class.DIFFERS, Class.NO_SLIP, Class.SEVERAL, Class.NO_RESULT)
    assert [each.cell.text for each in comparison.of(Class.SLIP)] == ["11.47", "20.9", "27.0", "15.3", "0.02"]


def test_each_result_is_the_value_that_another_program_computes(comparison, out):
    """pyreadstat, pandas and scipy from the ADaM files: the right cell was found, and its number is right.

    But for the p-values of LS means: Kenward and Roger's there, those of the normal distribution here.
    """
    study = read_study(out / "adam")
    rows = list(CELLS.itertuples())
    found = [each for each in comparison.cells if each.found]
    assert len(found) == len(CELLS) == 294
    for each in (each for each in found if each.cell.output != "Figure 1b"):
        assert each.found.value == pytest.approx(study.value(rows[each.cell.line - 2]), rel=1e-6, abs=1e-9), each.cell
