"""Templates on the pilot's published ADaM, supplied in each format: the same cells, and those that pandas counts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.acceptance.sas7bdat_writer import library, write_sas7bdat

from adamline.io.dataset import Dataset
from adamline.io.files import WriteOptions, read_dataset, write_dataset
from adamline.io.xpt_layout import XptVersion
from adamline.results.csv_file import read_results
from adamline.study.run import run_study
from adamline.study.study import open_study

PUBLISHED = ("phuse-tdf/adam/adsl.xpt", "phuse-tdf/adam/adae.xpt", "cdisc-msg-datasetjson/adam/adadas.json")
SPECS = {
    "study": """
study: PUBLISHED
title: Tables of the ADaM that was published
data_cutoff: 2014-07-02
supplied: [ADSL, ADAE, ADADAS]
outputs: [demographics, disposition, ae, adas]
tables:
  columns: {order: [Placebo, Xanomeline Low Dose, Xanomeline High Dose]}
""",
    "tlf/demographics": "output: T-1\ntemplate: demographics\n",
    "tlf/disposition": "output: T-2\ntemplate: disposition\n",
    "tlf/ae": "output: T-3\ntemplate: ae-by-soc-pt\n",
    "tlf/adas": """
output: T-4
template: lab-by-visit
title: [ADAS-Cog by Visit]
population: {from: ADSL, where: "ITTFL = 'Y'", label: Intent-to-Treat Population}
records: {from: ADADAS, where: "PARAMCD = 'ACTOT' and ANL01FL = 'Y'"}
columns: {by: TRTP, population_by: TRT01P}
""",
}


def other_xpt(dataset: Dataset, path: Path) -> None:
    write_dataset(dataset, path, options=WriteOptions(version=XptVersion.V8))


WRITERS: dict[str, Callable[[Dataset, Path], object]] = {
    "v8.xpt": other_xpt,
    ".json": write_dataset,
    ".ndjson": write_dataset,
    ".parquet": write_dataset,
    ".csv": write_dataset,
    ".sas7bdat": write_sas7bdat,
}


@pytest.fixture(scope="module")
def specs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("specs")
    (folder / "tlf").mkdir()
    for name, text in SPECS.items():
        (folder / f"{name}.yaml").write_text(text.lstrip())
    return folder


def cells_of(specs: Path, adam: Path) -> pd.DataFrame:
    """The results of all tables."""
    before = {path: path.read_bytes() for path in adam.iterdir()}
    out = adam.parent / f"{adam.name}-out"
    run_study(open_study(specs), None, out, adam=adam)
    assert {path: path.read_bytes() for path in adam.iterdir()} == before
    return pd.concat([read_results(out / "results" / f"t-{number}.csv") for number in range(1, 5)])


@pytest.fixture(scope="module")
def published(shared: Path, specs: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Cells from the files as they were published: two of XPT version 5, one of Dataset-JSON."""
    adam = tmp_path_factory.mktemp("published") / "adam"
    adam.mkdir()
    for file in PUBLISHED:
        shutil.copy(shared / "data" / file, adam)
    return cells_of(specs, adam)


def counted(results: pd.DataFrame, output: str, variable: str) -> pd.DataFrame:
    of_table = results["result"].str.startswith(f"{output}/") & (results["variable"] == variable)
    return results[of_table & (results["stat_name"] == "n") & ~results["analysis"].isin(["columns", "labels"])]


def test_cells_are_those_that_pandas_counts(shared: Path, published: pd.DataFrame) -> None:
    """From the CSV files of the same data, which another program wrote."""
    adsl, adae, adas = (pd.read_csv(shared / f"oracles/data/{name}.csv") for name in ("adsl", "adae", "adas_actot"))
    subjects = adsl[adsl["ITTFL"] == "Y"]
    checked = 0
    for output, variable in (("T-1", "SEX"), ("T-1", "RACE"), ("T-1", "AGEGR1"), ("T-2", "EOSSTT"), ("T-2", "DCSREAS")):
        for row in counted(published, output, variable).itertuples():
            chosen = subjects[subjects[variable] == row.variable_level]
            chosen = chosen if row.group1_level == "Total" else chosen[chosen["TRT01P"] == row.group1_level]
            assert row.stat == len(chosen), row.result
            checked += 1
    emergent = adae[adae["TRTEMFL"] == "Y"]
    for row in counted(published, "T-3", "AEDECOD").itertuples():
        of_term = emergent[(emergent["AEBODSYS"] == row.group2_level) & (emergent["AEDECOD"] == row.variable_level)]
        assert row.stat == of_term[of_term["TRTA"] == row.group1_level]["USUBJID"].nunique(), row.result
        checked += 1
    of_analysis = adas[(adas["ANL01FL"] == "Y") & (adas["ITTFL"] == "Y")]
    means = published[published["result"].str.startswith("T-4/") & (published["stat_name"] == "mean")]
    for row in means[means["variable"] == "AVAL"].itertuples():
        values = of_analysis[(of_analysis["TRTP"] == row.group1_level) & (of_analysis["AVISIT"] == row.group3_level)]
        assert row.stat == pytest.approx(values["AVAL"].mean(), rel=1e-12), row.result
        checked += 1
    assert checked > 700


@pytest.mark.slow
@pytest.mark.parametrize("suffix", WRITERS)
def test_every_format_gives_the_same_cells(
    shared: Path, specs: Path, published: pd.DataFrame, tmp_path: Path, suffix: str
) -> None:
    if suffix == ".sas7bdat" and library() is None:
        pytest.skip("pyreadstat's library does not show its writer of SAS datasets")
    (tmp_path / "adam").mkdir()
    for file in PUBLISHED:
        dataset = read_dataset(shared / "data" / file)
        WRITERS[suffix](dataset, tmp_path / "adam" / f"{dataset.name.lower()}{suffix.removeprefix('v8')}")
    pd.testing.assert_frame_equal(cells_of(specs, tmp_path / "adam"), published)


def test_the_guide_does_what_it_says(shared: Path, tmp_path: Path) -> None:
    """The files of `Tables from ADaM that you already have`, as they stand there."""
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "tables.md").read_text("utf-8")
    section = guide.partition("## Tables from ADaM that you already have\n")[2].partition("\n## ")[0]
    study, *tables = re.findall(r"^```yaml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    (tmp_path / "mystudy" / "tlf").mkdir(parents=True)
    (tmp_path / "adam").mkdir()
    (tmp_path / "mystudy" / "study.yaml").write_text(study)
    for table in tables:
        name = table.splitlines()[0].removeprefix("output: ").lower()
        (tmp_path / "mystudy" / "tlf" / f"{name}.yaml").write_text(table)
    for file in PUBLISHED[:2]:
        shutil.copy(shared / "data" / file, tmp_path / "adam")
    done, findings = run_study(open_study(tmp_path / "mystudy"), None, tmp_path / "output", adam=tmp_path / "adam")
    assert ([one.name for one in done], findings) == (["T-14-1-2", "T-14-3-1"], [])
