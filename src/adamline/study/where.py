"""Where a variable or an output is made: the line of the spec, the functions, the sentence for define.xml."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adamline.analyses.rows import Leaf
from adamline.analyses.table_options import Options as TableOptions
from adamline.analyses.table_options import placed_parts
from adamline.derive.parameter_variables import derive_parameter_variables
from adamline.derive.subject_variables import derive_subject_variables
from adamline.errors import AdamlineError, Place, nearest
from adamline.spec.dataset import given_variables, matched_variables
from adamline.study.call import Call
from adamline.study.functions import PROGRAMS, Code
from adamline.study.needed import no_dataset
from adamline.study.plan import DatasetPlan
from adamline.study.study import Study


@dataclass(frozen=True)
class Whereabouts:
    """One variable of one dataset, or what added records have of it: spec line, function, its file, define sentence.

    ``table`` is the table of the study that the function looks up, ``reads`` are the variables that it is made from.
    """

    dataset: str
    variable: str
    spec: str
    function: str
    code: str
    method: str
    table: str = ""
    reads: str = ""


def where_is(study: Study, variable: str, dataset: str | None = None) -> list[Whereabouts]:
    """Each place where ``variable`` is made, in all datasets or in one; also where it is read of a supplied dataset.

    In the order of a run: its entry, and each of `records` that gives it to what it adds, carries it over, or leaves it
    missing.

    Raises AdamlineError, with the nearest name, when no dataset makes it, or there is no such dataset.
    """
    if dataset not in (None, *study.dataset_names, *study.supplied):
        raise no_dataset(study, str(dataset))
    plans = [plan for plan in study.datasets if dataset in (None, plan.spec.dataset)]
    everywhere = [found for plan in plans for found in _all_of(study.folder, plan)]
    everywhere += [found for found in _of_supplied(study) if dataset in (None, found.dataset)]
    found = [one for one in everywhere if one.variable == variable]
    if not found:
        supplied = [name for name in study.supplied if dataset in (None, name)]
        hint = nearest(variable, {one.variable for one in everywhere} | {output.name for output in study.outputs})
        hint += f"; what {', '.join(supplied)} has beside, its file tells (`adamline show`)" if supplied else ""
        raise AdamlineError(f"No dataset makes {variable}.", hint=hint)
    return found


def _of_supplied(study: Study) -> Iterator[Whereabouts]:
    """Every variable that a spec reads of a supplied dataset, as far as the specs tell."""
    for name, variables in study.reads_supplied.items():
        place = study.supplied[name]
        spec = f"{study.folder / place.file}:{place.line}"
        for variable in variables:
            read = study.place_reading(name, variable)
            method = f"as supplied; read by {read.file}, line {read.line}"
            yield Whereabouts(name, variable, spec, "none: the dataset is supplied", "its supplied file", method)


@dataclass(frozen=True)
class OutputWhereabouts:
    """An output: its spec, its template if it has one, the file of its layout, and where each number is counted.

    ``analyses`` are the name of each analysis in results, its line, and the file of its function.
    """

    output: str
    spec: str
    template: str
    layout: str
    analyses: tuple[tuple[str, str, str], ...]


def where_output(study: Study, name: str) -> OutputWhereabouts | None:
    """Where an output is made, by its name in any case; None where the study has none of that name."""
    plan = next((output for output in study.outputs if output.name.lower() == name.lower()), None)
    if plan is None:
        return None
    rows = placed_parts(plan.options.rows) if isinstance(plan.options, TableOptions) else ()
    analyses = [
        (leaf.name, str(plan.file.place(route)), _file_of(study.folder, leaf.word))
        for route, leaf in rows
        if isinstance(leaf, Leaf)
    ]
    return OutputWhereabouts(
        plan.name,
        f"{_shown(study.folder / 'tlf' / plan.file.path.name)}:{plan.place.line}",
        str(_shown(plan.template)) if plan.template else "",
        _module_file(f"adamline.tlf.kinds.{plan.kind}"),
        tuple(analyses) or ((plan.kind, str(plan.place), _module_file(f"adamline.analyses.{plan.kind}")),),
    )


def _file_of(folder: Path, word: str) -> str:
    """The file of an analysis: one of adamline, or of the study's programs."""
    *is_program, name = word.split(".")
    return str(_shown(folder / PROGRAMS / f"{name}.py")) if is_program else _module_file(f"adamline.analyses.{name}")


def _module_file(name: str) -> str:
    found = importlib.util.find_spec(name)
    return str(_shown(Path(found.origin))) if found and found.origin else name


def _all_of(folder: Path, plan: DatasetPlan) -> Iterator[Whereabouts]:
    """Every variable of a dataset; one that the subject or a parameter gives and an entry copies is found twice."""

    def at(variable: str, place: Place, code: Code, method: str, call: Call | None = None) -> Whereabouts:
        spec = f"{folder / place.file}:{place.line}"
        file = f"{_shown(code.file)}:{code.line}"
        more = (str(_shown(folder / call.table)) if call.table else "", _read_by(call)) if call else ()
        return Whereabouts(plan.spec.dataset, variable, spec, code.name, file, method, *more)

    for source, renamed in plan.spec.subject.items():
        for here, there in renamed:
            yield at(here, plan.place_of("subject", source), code_of(derive_subject_variables), f"{source}.{there}")
    match = ", ".join(matched_variables(plan.spec))
    for name in given_variables(plan.spec):
        yield at(name, plan.place_of("parameters"), code_of(derive_parameter_variables), f"by {match}")
    for call in plan.calls:
        code = call.derivation.code or code_of(call.derivation.function)
        method = call.derivation.contract.sentence(call.arguments)
        if call.target:
            yield at(call.target, call.place, code, method, call)
        else:
            for name, how in _of_added(call).items():
                yield at(name, call.place, code, f"{how}: {method}", call)


def _of_added(call: Call) -> dict[str, str]:
    """What the records that a step adds have of variables, by its entry; what is not named is derived for them."""
    placing, records = call.placing, f"the records that `{call.derivation.name}` adds"
    missing = dict.fromkeys(sorted(placing.missing), f"missing on {records}")
    carried = dict.fromkeys(sorted(placing.copies or ()), f"carried over to {records}")
    given = dict.fromkeys(call.derivation.contract.gives(call.arguments), f"given to {records}")
    return {**missing, **carried, **given}


def _read_by(call: Call) -> str:
    """The variables that a call reads, those of another dataset with its name."""
    of_sources = [f"{source}.{name}" for source, names in call.sources.items() for name in names]
    return ", ".join([*(name for name in call.needs if name != call.target), *of_sources])


def code_of(function: Callable[..., Any]) -> Code:
    """Where a function stands that is loaded."""
    function = inspect.unwrap(function)
    file, line = inspect.getsourcefile(function) or "", inspect.getsourcelines(function)[1]
    return Code(f"{function.__module__}.{function.__qualname__}", Path(file), line)


def _shown(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
