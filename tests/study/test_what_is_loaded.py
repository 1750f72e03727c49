"""A run loads what it uses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Edit = Callable[[str, str, str], None]

# What makes outputs and shows them, and libraries of these alone.
OF_OUTPUTS = {"adamline.study.outputs", "adamline.analyses.leaf", "adamline.tlf.layout", "jinja2", "pyarrow.parquet"}
RUN = """
import sys
from collections.abc import Callable
from pathlib import Path
from adamline.study.run import run_study
from adamline.study.study import open_study
study, sdtm, out = map(Path, sys.argv[1:])
run_study(open_study(study), sdtm, out)
print(*sys.modules)
"""


@pytest.mark.parametrize("outputs", ["outputs: []", "outputs: [t-1]"])
def test_a_run_of_datasets_loads_nothing_of_outputs(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit, outputs: str
) -> None:
    edit("study.yaml", "outputs: [t-1]", f"{outputs}\nstudy_line: '{{{{ study }}}} – {{{{ title }}}}'")
    asked = [sys.executable, "-c", RUN, study, sdtm, tmp_path / "out"]
    loaded = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    assert (tmp_path / "out" / "adam" / "adlb.xpt").is_file()
    assert OF_OUTPUTS & set(loaded) == (OF_OUTPUTS if "t-1" in outputs else set())
