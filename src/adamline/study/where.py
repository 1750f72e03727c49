"""Where a variable is made: the line of the spec, the function, the sentence for define.xml."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adamline.derive.parameter_variables import derive_parameter_variables
from adamline.derive.subject_variables import derive_subject_variables
from adamline.errors import AdamlineError, Place, nearest
from adamline.study.plan import DatasetPlan, given_variables, matched_variables
from adamline.study.study import Study


@dataclass(frozen=True)
class Whereabouts:
    """One variable of one dataset: its spec line, the function and the file it stands in, its define sentence."""

    dataset: str
    variable: str
    spec: str
    function: str
    code: str
    method: str


def where_is(study: Study, variable: str, dataset: str | None = None) -> list[Whereabouts]:
    """Each place where ``variable`` is made, in all datasets or in one.

    Raises AdamlineError, with the nearest name, when no dataset makes it, or there is no such dataset.
    """
    if dataset not in (None, *study.dataset_names):
        raise AdamlineError(f"The study makes no {dataset}.", hint=nearest(str(dataset), study.dataset_names))
    plans = [plan for plan in study.datasets if dataset in (None, plan.spec.dataset)]
    everywhere = [found for plan in plans for found in _all_of(study.folder, plan)]
    found = [one for one in everywhere if one.variable == variable]
    if not found:
        raise AdamlineError(
            f"No dataset makes {variable}.", hint=nearest(variable, {one.variable for one in everywhere})
        )
    return found


def _all_of(folder: Path, plan: DatasetPlan) -> Iterator[Whereabouts]:
    """Every variable of a dataset; one that the subject or a parameter gives and an entry copies is found twice."""

    def at(variable: str, place: Place, function: Callable[..., Any], method: str) -> Whereabouts:
        file, line = inspect.getsourcefile(function) or "", inspect.getsourcelines(function)[1]
        name = f"{function.__module__}.{function.__qualname__}"
        spec = f"{folder / place.file}:{place.line}"
        return Whereabouts(plan.spec.dataset, variable, spec, name, f"{_shown(Path(file))}:{line}", method)

    for source, renamed in plan.spec.subject.items():
        for here, there in renamed:
            yield at(here, plan.place_of("subject", source), derive_subject_variables, f"{source}.{there}")
    match = ", ".join(matched_variables(plan.spec))
    for name in given_variables(plan.spec):
        yield at(name, plan.place_of("parameters"), derive_parameter_variables, f"by {match}")
    for call in plan.steps:
        if call.target:
            method = call.derivation.contract.sentence(call.arguments)
            yield at(call.target, call.place, call.derivation.function, method)


def _shown(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
