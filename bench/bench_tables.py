"""Time and memory of tables: adverse events by SOC and PT over 1 million records, and 300 tables of one template.

Run `python bench/bench_tables.py`. Each figure is of a process of its own, start-up and data left out. The data are
synthetic. Beside the events stands the least that pandas needs for the same counts: the records grouped by column, SOC
and PT, and in each the different subjects and the records, without results, displayed texts or pages.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from adamline.analyses.data import AnalysisData
from adamline.analyses.table import Options, analyse
from adamline.io.dataset import Dataset, Variable, kind_of
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds.table import lay_out
from adamline.tlf.paginate import paginate

SUBJECTS, EVENTS, PARAMETERS, VISITS = 100_000, 1_000_000, 300, 10
ARMS = ["Placebo", "Low", "High"]
POPULATION = {"from": "ADSL", "where": "SAFFL = 'Y'"}
COLUMNS = {"by": "TRTA", "population_by": "TRT01A", "order": ARMS}


def data_of(**frames: pd.DataFrame) -> AnalysisData:
    """Datasets by name, which tables share as the outputs of a run do."""
    return AnalysisData({name: dataset(name, frame) for name, frame in frames.items()})


def dataset(name: str, frame: pd.DataFrame) -> Dataset:
    return Dataset(name, frame, tuple(Variable(column, kind_of(frame[column])) for column in frame.columns))


def subjects(count: int) -> pd.DataFrame:
    ids = np.array([f"STUDY-{number:06d}" for number in range(count)])
    return pd.DataFrame({"USUBJID": ids, "TRT01A": np.array(ARMS)[np.arange(count) % 3], "SAFFL": "Y"})


def events() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng, adsl = np.random.default_rng(1), subjects(SUBJECTS)
    who, term = rng.integers(0, SUBJECTS, EVENTS), rng.zipf(1.3, EVENTS) % 2000
    texts = {"AEBODSYS": [f"SOC {n % 26:02d}" for n in range(2000)], "AEDECOD": [f"TERM {n:04d}" for n in range(2000)]}
    adae = adsl.rename(columns={"TRT01A": "TRTA"}).iloc[who].reset_index(drop=True)
    return adsl, adae.assign(**{name: np.array(known)[term] for name, known in texts.items()})


def pages(spec: dict[str, object], data: AnalysisData) -> int:
    options = Options.model_validate({"output": "T-1", "kind": "table", "title": "T", **spec})
    made = analyse(data, options)
    return len(paginate(lay_out(made.results, options, PageContext())).pages)


def adverse_events() -> Callable[[], object]:
    adsl, adae = events()
    data = data_of(ADSL=adsl, ADAE=adae)
    columns = {**COLUMNS, "total": "Total", "below": ["n_pct", "events"]}
    rows = [{"count": "subjects", "label": "Any"}, {"count": ["AEBODSYS", "AEDECOD"], "sort": "frequency"}]
    spec = {"population": POPULATION, "records": {"from": "ADAE"}, "columns": columns, "rows": rows}
    return lambda: pages(spec, data)


def pandas_alone() -> Callable[[], object]:
    _, adae = events()

    def counts() -> int:
        total = 0
        for frame in (adae, adae.assign(TRTA="Total")):
            for by in (["TRTA"], ["TRTA", "AEBODSYS"], ["TRTA", "AEBODSYS", "AEDECOD"]):
                total += len(frame.groupby(by)["USUBJID"].agg(["nunique", "size"]))
        return total

    return counts


def laboratory() -> Callable[[], object]:
    adsl = subjects(300)
    shape = pd.MultiIndex.from_product([range(300), range(PARAMETERS), range(VISITS)]).to_frame(index=False)
    people = adsl.rename(columns={"TRT01A": "TRTA"}).iloc[shape[0]].reset_index(drop=True)
    values = np.random.default_rng(2).normal(50, 9, len(shape)).round(1)
    adlb = people.assign(
        PARAMCD=[f"P{n:03d}" for n in shape[1]], AVISITN=shape[2].astype(float), AVAL=values, CHG=values - 50
    )
    adlb = adlb.assign(PARAM="Parameter " + adlb["PARAMCD"], AVISIT="Week " + shape[2].astype(str))
    data = data_of(ADSL=adsl, ADLB=adlb)
    visits = {"by": "AVISIT", "order_by": "AVISITN", "rows": [{"summary": ["AVAL", "CHG"]}]}

    def tables() -> int:
        below = {**COLUMNS, "below": [{"variable": "AVAL"}, {"variable": "CHG"}]}
        spec = {"population": POPULATION, "columns": below, "rows": [{"by": "PARAMCD", "rows": [visits]}]}
        codes = [f"P{number:03d}" for number in range(PARAMETERS)]
        return sum(pages({**spec, "records": {"from": "ADLB", "where": f"PARAMCD = '{c}'"}}, data) for c in codes)

    return tables


TASKS = {"adverse events": adverse_events, "pandas alone": pandas_alone, "300 tables": laboratory}


def measure(name: str) -> None:
    task = TASKS[name]()
    wall, cpu = time.perf_counter(), time.process_time()
    made = task()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| {name} | {made} | {cpu:.2f} | {wall:.2f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1])
    else:
        print("| task | pages or groups | CPU s | wall s | peak MB |\n| --- | --- | --- | --- | --- |", flush=True)
        for each in TASKS:
            subprocess.run([sys.executable, __file__, each], check=True)
