"""Says that a study does not make a dataset which a command is asked for."""

from __future__ import annotations

from adamline.errors import AdamlineError, nearest
from adamline.study.study import Study


def no_dataset(study: Study, name: str) -> AdamlineError:
    """The error of a command that is asked for a dataset which the study does not make."""
    if name in study.supplied:
        what, hint = f"{name} is supplied, and not made.", "`adamline show` on its file says what is in it"
        return AdamlineError(what, place=study.supplied[name], hint=hint)
    return AdamlineError(f"The study makes no {name}.", hint=nearest(name, study.dataset_names))
