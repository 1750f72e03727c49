"""The analyses of a study's own programs: run, or read as text."""

from __future__ import annotations

import copy
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
from pydantic import ConfigDict

from adamline.analyses.leaf import LeafOptions
from adamline.errors import AdamlineError, Place
from adamline.study.functions import PROGRAMS, failed, program_file, study_module
from adamline.study.program_text import read_definition


class _AnyOptions(LeafOptions):
    """Options of a program that only running it could check."""

    model_config = ConfigDict(extra="allow")


def read_analysis(stem: str, folder: Path) -> SimpleNamespace | None:
    """What stands for the analysis of the study's own file where the file is not run: it takes any options.

    None where there is no such file, or it does not define `analyse`.
    """
    path = program_file(stem, folder)
    if path is None or read_definition(path, "analyse") is None:
        return None

    def unloaded(given: object, options: object) -> pd.DataFrame:
        raise AdamlineError(f"`{PROGRAMS}.{stem}` was read and not loaded.", hint="open the study with Programs.RUN")

    return SimpleNamespace(Options=_AnyOptions, analyse=unloaded)


def study_analysis(stem: str, folder: Path) -> SimpleNamespace | None:
    """The analysis of the study's own file, run: its options, and its function on copies of what it is given.

    None where there is no such file or analysis. What fails in it, or ends Python, is an AdamlineError with the line.
    """
    module, path = study_module(stem, folder), program_file(stem, folder)
    if path is None or not hasattr(module, "Options") or not callable(getattr(module, "analyse", None)):
        return None

    def guarded(given: object, options: object) -> pd.DataFrame:
        try:
            made = module.analyse(*copy.deepcopy((given, options)))  # type: ignore[union-attr]  # it was looked for
        except (AdamlineError, KeyboardInterrupt):
            raise
        except BaseException as error:  # sys.exit() too: a run would end as if all were made
            raise failed(error, path) from error
        if not isinstance(made, pd.DataFrame):
            what = f"`{PROGRAMS}.{stem}` did not give results."
            place = Place(f"{path.parent.name}/{path.name}")
            raise AdamlineError(what, place=place, expected="a DataFrame", found=type(made).__name__)
        return made

    return SimpleNamespace(Options=module.Options, analyse=guarded)  # type: ignore[union-attr]
