"""Every result of an output with the records behind it: the same as of each cell by itself."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from adamline.cli import main
from adamline.errors import DataError
from adamline.study.explain.every import explained
from adamline.study.explain.explain import explain


@pytest.mark.parametrize("output", ["T-1", "T-2"])
def test_each_result_has_the_records_of_its_own_explanation(ran: Path, output: str) -> None:
    found = [each for each in explained(ran, output) if each.behind is not None]
    assert len(found) > 5
    for each in found:
        behind = explain(ran, each.result).behind
        own, whole = (
            next((one for one in behind if each.statistic in names(one)), None)
            for names in (lambda one: one.statistics, lambda one: one.part_of)
        )
        assert own is not None and each.behind is not None
        assert own.rows.tolist() == each.behind.rows.tolist()
        assert own.subjects == each.behind.subjects
        assert (whole is None) == (each.part_of is None)
        if whole is not None and each.part_of is not None:
            assert whole.rows.tolist() == each.part_of.rows.tolist()


def test_the_command_counts_records_and_subjects(ran: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["explain", "T-2", "--all", "--out", str(ran)])
    assert not ended.value.code
    table = pd.read_csv(io.StringIO(capsys.readouterr().out), keep_default_na=False)
    [row] = table[(table["stat_name"] == "n") & (table["stat_text"] == "1")].head(1).to_dict("records")
    assert (int(row["records"]), int(row["subjects"]), int(row["denominator_subjects"])) == (1, 1, 2)
    with pytest.raises(SystemExit) as ended:
        main(["explain", "T-2", "Week 2", "--all", "--out", str(ran)])
    assert ended.value.code == 1
    assert "--all is CSV of all results" in capsys.readouterr().err


def test_one_result_is_not_all(ran: Path) -> None:
    result = next(each.result for each in explained(ran, "T-2"))
    with pytest.raises(DataError, match="All results are of an output"):
        next(explained(ran, result))
