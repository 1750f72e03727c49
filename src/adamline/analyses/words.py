"""Words that a row of a table may name: an analysis of `adamline.analyses`, or of the study's own `programs/`."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace

import pandas as pd

import adamline.analyses
from adamline.analyses.leaf import Given, LeafOptions
from adamline.findings import Finding

PROGRAMS = "programs"
# Finds a file of the study's `programs/` by its stem: the module, or what stands for it where it is only read.
Programs = Callable[[str], ModuleType | SimpleNamespace | None]


@dataclass(frozen=True)
class Word:
    """An analysis: its name in a spec, its function, its options, and what finds what it does not show, if anything."""

    name: str
    analyse: Callable[[Given, LeafOptions], pd.DataFrame]
    options: type[LeafOptions]
    check: Callable[[Given, LeafOptions], tuple[Finding, ...]] | None = None

    @property
    def main(self) -> str:
        """The option whose value a spec writes beside the word (`{summary: AGE}`)."""
        field = self.options.model_fields.get("of")
        return (field.alias or "of") if field is not None else self.name


def find_word(name: str, programs: Programs | None = None) -> Word | None:
    """The analysis of that name, None where there is none; `programs.x` is the module that ``programs`` finds for x."""
    *parents, last = name.split(".")
    if not last.isidentifier() or last.startswith("_"):
        return None
    if parents == [PROGRAMS] and programs is not None:
        return _word(name, programs(last))
    if parents or importlib.util.find_spec(f"adamline.analyses.{last}") is None:
        return None
    return _word(name, importlib.import_module(f"adamline.analyses.{last}"))


def known_words() -> list[str]:
    """Names of all analyses of adamline that a row may name."""
    return [info.name for info in pkgutil.iter_modules(adamline.analyses.__path__) if find_word(info.name)]


def _word(name: str, module: ModuleType | SimpleNamespace | None) -> Word | None:
    options, analyse = getattr(module, "Options", None), getattr(module, "analyse", None)
    if not (isinstance(options, type) and issubclass(options, LeafOptions) and callable(analyse)):
        return None
    return Word(name, analyse, options, getattr(module, "check", None))
