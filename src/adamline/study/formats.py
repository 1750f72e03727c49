"""The formats of a study's outputs: which each is written in, and whether all that writes them is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adamline.errors import AdamlineError, SpecError
from adamline.spec.formats import Format
from adamline.study.study import Study

if TYPE_CHECKING:
    from adamline.study.outputs import OutputPlan


def formats_of(study: Study, output: OutputPlan) -> tuple[Format, ...]:
    """The formats of an output: its own, else those of the study."""
    return output.options.formats or study.spec.formats


def check_formats(study: Study) -> list[AdamlineError]:
    """A fault for each line that asks for a format whose writer is not installed, with what installs it."""
    if not study.outputs:
        return []
    from adamline.tlf.render.formats import WRITERS

    faults = {}
    for output in study.outputs:
        place = output.file.place(("formats",)) if output.options.formats else study.formats_at
        for name in formats_of(study, output):
            if not WRITERS[name].is_installed:
                faults[name, place] = AdamlineError(
                    f"Nothing is installed here that writes {name}.",
                    place=place,
                    expected=f"the library {WRITERS[name].library}",
                    hint=f"pip install 'adamline[{WRITERS[name].extra}]', or take {name} out of `formats`",
                )
    return list(faults.values())


def require_formats(study: Study) -> None:
    """Raise SpecError with the faults of `check_formats`."""
    faults = check_formats(study)
    if faults:
        raise SpecError(faults)
