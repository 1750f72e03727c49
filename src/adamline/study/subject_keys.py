"""Finds keys without USUBJID by which a step would take records of other subjects from another dataset."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from inspect import Parameter

from adamline.contract import Role
from adamline.errors import AdamlineError
from adamline.spec.dataset import dataset_variables
from adamline.standards.sdtm_variables import is_of_guide, sdtm_variables
from adamline.study.call import Call
from adamline.study.plan import DatasetPlan

USUBJID = "USUBJID"


def known_to_specs(plans: Mapping[str, DatasetPlan]) -> dict[str, Collection[str]]:
    """The variables of the datasets that plans read, of those that the study makes or a guide of SDTM has."""
    read = dict.fromkeys(name for plan in plans.values() for name in plan.reads)
    of_sdtm = {name: sdtm_variables(name) for name in read if is_of_guide(name)}
    return {**of_sdtm, **{name: dataset_variables(plan.spec) for name, plan in plans.items()}}


def subject_key_faults(
    plans: Iterable[DatasetPlan], variables: Mapping[str, Collection[str]]
) -> Iterator[AdamlineError]:
    """Each step that looks at one subject, and by whose keys a dataset with USUBJID is searched in all subjects.

    ``variables`` are those of the other datasets as far as they are known. Of trial design (TV, TS) no record is of a
    subject. A program of the study that may look at all subjects (`within: study`) has keys as it likes.
    """
    for call in (call for plan in plans for call in plan.calls if call.derivation.contract.within == "subject"):
        of_subjects = [name for name in call.sources if USUBJID in variables.get(name, ())]
        for argument, keys in _keys(call) if of_subjects else ():
            if USUBJID not in keys:
                yield AdamlineError(
                    f"`{argument}` does not name {USUBJID}: records of {of_subjects[0]} would be taken of other "
                    "subjects.",
                    place=call.place,
                    expected=f"{USUBJID} among them",
                    found=", ".join(keys) or "no variable",
                    hint=f"{argument}: [{', '.join((USUBJID, *keys))}]",
                )


def _keys(call: Call) -> Iterator[tuple[str, list[str]]]:
    """The arguments that are keys, by their names in a spec, with what the call has for them."""
    for parameter in call.derivation.contract.parameters:
        value = call.arguments.get(parameter.name, parameter.default)
        if parameter.role is Role.KEY and value is not Parameter.empty:
            yield parameter.spec_name, [value] if isinstance(value, str) else list(value)
