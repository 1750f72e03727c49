"""Needed: the datasets of a study without which some of them cannot be made."""

from __future__ import annotations

from collections.abc import Collection

from adamline.errors import AdamlineError, nearest
from adamline.study.plan import DatasetPlan
from adamline.study.study import Study


def needed_datasets(study: Study, names: Collection[str]) -> tuple[DatasetPlan, ...]:
    """The datasets of these names and those of the study that they read, in the order of need.

    Raises AdamlineError, with the nearest name, for a dataset that the study does not make.
    """
    for name in names:
        if name not in study.dataset_names:
            raise no_dataset(study, name)
    needed = set(names)
    for plan in reversed(study.datasets):
        needed |= set(plan.reads) if plan.spec.dataset in needed else set()
    return tuple(plan for plan in study.datasets if plan.spec.dataset in needed)


def no_dataset(study: Study, name: str) -> AdamlineError:
    """The error of a command that is asked for a dataset which the study does not make."""
    if name in study.supplied:
        what, hint = f"{name} is supplied, and not made.", "`adamline show` on its file says what is in it"
        return AdamlineError(what, place=study.supplied[name], hint=hint)
    return AdamlineError(f"The study makes no {name}.", hint=nearest(name, study.dataset_names))
