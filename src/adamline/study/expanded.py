"""Shows a study as it will run: its plan, and every argument in force with the defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adamline.contract import Role
from adamline.study.call import Call
from adamline.study.needed import no_dataset
from adamline.study.study import Study


def plan_lines(study: Study, dataset: str | None = None) -> Iterator[str]:
    """What a run does, a line a step: what it is supplied with, what each dataset reads and its calls, the outputs.

    Raises AdamlineError, with the nearest name, for a dataset that the study does not make.
    """
    if dataset is not None and dataset not in study.dataset_names:
        raise no_dataset(study, dataset)
    for name in study.reads_supplied if dataset is None else ():
        yield f"{name} is supplied ({study.supplied[name]})"
    for plan in study.datasets:
        if dataset in (None, plan.spec.dataset):
            yield f"{plan.spec.dataset} ({plan.place.file})"
            for name, variables in plan.reads.items():
                yield f"  reads {name}: {', '.join(variables)}"
            for number, call in enumerate(plan.steps, start=1):
                again = " for added records" if call.only_added else ""
                yield f"  {number:>3}  {call.target or 'records':<8}  {call.derivation.name}{again}{_needs(call)}"
                for word, names in _placing(call) if not call.target else ():
                    yield f"                 {word}: {_shown(names)}"
    if dataset is None:
        for output in study.outputs:
            yield f"{output.name} from {', '.join((*output.datasets, *output.results))}"


def expanded_lines(study: Study) -> Iterator[str]:
    """Each entry of each dataset as it is called: the function and every argument, defaults marked."""
    for plan in study.datasets:
        yield f"{plan.spec.dataset}:"
        for call in plan.calls:
            yield f"  {call.target or 'records'}: {call.derivation.name}"
            for parameter in call.derivation.contract.parameters:
                if parameter.role in (Role.NEW, Role.KIND):
                    continue
                is_given = parameter.name in call.arguments
                value = call.arguments.get(parameter.name, parameter.default)
                yield f"    {parameter.spec_name}: {_shown(value)}{'' if is_given else '   (default)'}"
            for word, names in _placing(call) if not call.target else ():
                yield f"    {word}: {_shown(names)}"


def _placing(call: Call) -> Iterator[tuple[str, list[str]]]:
    """What added records have: carried over where they are copies, and missing; all else is given or derived."""
    if call.placing.copies is not None:
        yield "copies", sorted(call.placing.copies)
    yield "missing", sorted(call.placing.missing)


def _needs(call: Call) -> str:
    needs = [name for name in call.needs if name != call.target]
    needs += [f"{source}.{name}" for source, names in call.sources.items() for name in names]
    return "  <- " + ", ".join(needs) if needs else ""


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_shown(item)}" for name, item in value.items()) + "}"
    return str(value)
