"""Faults in what a study says of the datasets that it reads and does not make, before there are any files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adamline.errors import AdamlineError, Place, nearest
from adamline.spec.load import StudyFiles
from adamline.study.plan import DatasetPlan

# Names of analysis datasets begin so (ADaMIG 3.1), and those of no domain of SDTM do, which have two letters.
_ADAM, _DOMAIN_LENGTH = "AD", 2


def supplied_faults(
    files: StudyFiles, plans: Mapping[str, DatasetPlan], supplied: Mapping[str, Place]
) -> list[AdamlineError]:
    """Datasets that are supplied and made as well; ADaM datasets that are neither; a SUPP-- of ADaM.

    ``supplied`` has the line of each name in study.yaml.
    """
    hint = "take it out of `supplied`, or its file out of `datasets`"
    found = {name: files.datasets[name].file.path.name for name in supplied if name in files.datasets}
    made_too = [
        AdamlineError(f"{name} is supplied, and made as well.", place=supplied[name], found=file, hint=hint)
        for name, file in found.items()
    ]
    return [*made_too, *(fault for plan in plans.values() for fault in _of_plan(files, plan))]


def _of_plan(files: StudyFiles, plan: DatasetPlan) -> Iterator[AdamlineError]:
    known = {*files.datasets, *files.study.supplied}
    # A dataset whose file has faults may be the one that is meant.
    all_read = len(files.datasets) == len(files.study.datasets)
    for name in plan.reads:
        is_adam = name.startswith(_ADAM) and len(name) > _DOMAIN_LENGTH
        if all_read and is_adam and name not in known:
            yield not_made(name, files, plan.place_naming(name))
    source = plan.spec.source
    if source.supp and source.domain in known:
        place = plan.place_of("source", "supp")
        yield AdamlineError(
            f"{source.domain} is no domain of SDTM, and has no SUPP--.", place=place, hint="leave it out"
        )


def not_made(name: str, files: StudyFiles, place: Place) -> AdamlineError:
    """The fault of a dataset that the study neither makes nor is supplied with."""
    near = nearest(name, {*files.datasets, *files.study.supplied})
    hint = f"{near}; one that is made elsewhere is listed under `supplied` in study.yaml"
    return AdamlineError(f"The study makes no {name}.", place=place, hint=hint)
