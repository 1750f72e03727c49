"""Where a variable is made: the line of the spec, the function, the sentence for define.xml."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path

from adamline.errors import AdamlineError, nearest
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

    Raises AdamlineError, with the nearest name, when no dataset makes it.
    """
    found, names = [], set()
    for plan in study.datasets:
        if dataset not in (None, plan.spec.dataset):
            continue
        for call in plan.steps:
            names.add(call.target)
            if call.target == variable:
                function = inspect.unwrap(call.derivation.function)
                file, line = inspect.getsourcefile(function) or "", inspect.getsourcelines(function)[1]
                found.append(
                    Whereabouts(
                        plan.spec.dataset,
                        variable,
                        f"{study.folder / call.place.file}:{call.place.line}",
                        f"{function.__module__}.{function.__qualname__}",
                        f"{_shown(Path(file))}:{line}",
                        call.derivation.contract.sentence(call.arguments),
                    )
                )
    if not found:
        raise AdamlineError(f"No dataset derives {variable}.", hint=nearest(variable, names - {""}))
    return found


def _shown(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
