"""What an output is made from: the datasets that it reads, stored results, what specs say of parameters."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from adamline.analyses.data import AnalysisData
from adamline.results.csv_file import read_results
from adamline.study.manifest import RESULTS
from adamline.study.outputs import OutputPlan
from adamline.study.study import Study
from adamline.study.under_way import UnderWay


def analysis_data(run: UnderWay, output: OutputPlan, parameters: Mapping[str, Mapping[str, str]]) -> AnalysisData:
    """The data of an output in a run, with what specs say of ``parameters``; its conditions are checked on them."""
    wholes = run.read(output)
    supplied = [run.supplied[name] for name in output.datasets if name in run.inputs]
    # What a spec says of a parameter goes before what the data say.
    parameters = {code: said for one in supplied for code, said in one.parameters.items()} | dict(parameters)
    results: dict[str, pd.DataFrame] = {name: read_results(run.path(RESULTS, name, "csv")) for name in output.results}
    data = AnalysisData({name: whole.dataset for name, whole in wholes.items()}, parameters, results, wholes)
    output.check_conditions(data)
    return data


def parameters_of(study: Study, output: OutputPlan) -> dict[str, dict[str, str]]:
    """What the specs of the datasets that an output reads say of each parameter."""
    return {
        str(row["PARAMCD"]): {name: text for name, text in row.items() if text is not None}
        for plan in study.datasets
        if plan.spec.dataset in output.datasets
        for row in plan.spec.parameters
    }
