"""Give a package the names of its stub, each loaded from its module when it is first asked for (PEP 562)."""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType


def name_lazily(package: str) -> None:
    """Makes the names that ``__init__.pyi`` of a package imports names of the package, without importing their modules.

    The stub is the one list: type checkers read it, and so does this function. A function may have the name of its
    module (``rank_sum`` of ``adamline.stats.rank_sum``): the name then is the function, whichever is imported first;
    the module is reached by ``from adamline.stats.rank_sum import ...``.

    >>> from adamline.stats import rank_sum
    >>> import adamline.stats.rank_sum
    >>> adamline.stats.rank_sum is rank_sum
    True
    """
    module = sys.modules[package]
    homes = _homes(Path(str(module.__file__)).with_suffix(".pyi"))
    module.__dict__.update(_homes=homes, __all__=sorted(homes))
    module.__class__ = _Package


class _Package(ModuleType):
    _homes: dict[str, str]

    def __getattr__(self, name: str) -> object:
        if name not in self._homes:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        found = getattr(import_module(self._homes[name]), name)
        super().__setattr__(name, found)
        return found

    def __setattr__(self, name: str, value: object) -> None:
        # The import system puts a module that it has loaded into its package, in the place of the function.
        if not (isinstance(value, ModuleType) and name in self.__dict__.get("_homes", {})):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._homes})


def _homes(stub: Path) -> dict[str, str]:
    """The module of each name that a stub imports."""
    imports = [each for each in ast.parse(stub.read_text("utf-8")).body if isinstance(each, ast.ImportFrom)]
    return {alias.name: str(each.module) for each in imports for alias in each.names}
