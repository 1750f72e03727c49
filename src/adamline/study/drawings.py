"""Finds the function of a study's own file that draws a figure."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from adamline.errors import AdamlineError
from adamline.study.functions import PROGRAMS, Programs, failed, program_file, study_module
from adamline.study.program_text import read_definition


def find_drawing(stem: str, *, folder: Path, programs: Programs) -> SimpleNamespace | None:
    """The functions `draw` and `words` of the study's own file; None where it does not define both.

    They are given copies. What fails in them, or ends Python, is an AdamlineError with the line. A program that is
    read and not run stands there without them.
    """
    path = program_file(stem, folder)
    if path is None or any(read_definition(path, name) is None for name in ("draw", "words")):
        return None
    if programs is Programs.READ:
        return SimpleNamespace()
    module = study_module(stem, folder)

    def guarded(name: str) -> Callable[..., Any]:
        def call(results: object, values: object, *more: object) -> object:
            try:
                return getattr(module, name)(*more, *copy.deepcopy((results, values)))
            except (AdamlineError, KeyboardInterrupt):
                raise
            except BaseException as error:  # sys.exit() too: a run would end as if all were made
                raise failed(error, path) from error

        return call

    return SimpleNamespace(draw=guarded("draw"), words=guarded("words"), name=f"{PROGRAMS}.{stem}")
