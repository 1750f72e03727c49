"""What the last run has not come to is stale: it is not compared or shown, until a run comes to its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.cli import main
from adamline.errors import AdamlineError
from adamline.study.made import require_fresh
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]


@pytest.fixture
def out(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> Path:
    """A run that made all, and a second one that made ADSL and failed at ADLB."""
    out = tmp_path / "out"
    run_study(open_study(study), sdtm, out)
    require_fresh(out)
    edit("adsl.yaml", "label: Subject-Level Analysis", "label: Subject-Level Analysis Dataset")
    edit("visits.yaml", "VISITNUM: 2, ", "VISITNUM: 3, ")
    with pytest.raises(AdamlineError):
        run_study(open_study(study), sdtm, out)
    return out


def test_a_run_that_failed_leaves_stale_what_it_has_not_come_to(out: Path) -> None:
    require_fresh(out / "adam" / "adsl.xpt")
    for path, named in (("adam/adlb.xpt", "ADLB"), ("adam", "ADLB"), ("results/t-1.csv", "T-1"), (".", "ADLB, ")):
        with pytest.raises(AdamlineError, match="did not come to all") as caught:
            require_fresh(out / path)
        assert caught.value.found.startswith(f"not made by it: {named}")


def test_commands_refuse_it(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    adlb, adsl = (str(out / "adam" / name) for name in ("adlb.xpt", "adsl.xpt"))
    for command, status in (
        (["compare", adsl, adsl, "--id", "USUBJID"], 0),
        (["compare", adlb, adlb], 2),
        (["compare", str(out / "adam"), str(out / "adam")], 2),
        (["results", str(out), "t-1"], 2),
        (["results", str(out), str(out)], 2),
    ):
        with pytest.raises(SystemExit) as end:
            main(command)
        assert int(end.value.code or 0) == status, command
        assert ("did not come to all" in capsys.readouterr().err) == (status == 2)


def test_a_run_that_ends_makes_it_fresh(out: Path, study: Path, sdtm: Path, edit: Edit) -> None:
    edit("visits.yaml", "VISITNUM: 3, ", "VISITNUM: 2, ")
    done, _ = run_study(open_study(study), sdtm, out)
    assert [one.name for one in done if one.is_new] == ["ADLB", "T-1"]
    require_fresh(out)
    assert "under_way" not in (out / "manifest.json").read_text()


def test_what_is_no_run_is_not_looked_at(tmp_path: Path, sdtm: Path) -> None:
    require_fresh(sdtm / "dm.xpt")
    (tmp_path / "manifest.json").write_text("{}")
    require_fresh(tmp_path)
