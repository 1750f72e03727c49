"""The packages name their public functions without loading them, and each such name shows how it is used."""

from __future__ import annotations

import doctest
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

import pytest

PACKAGES = ("analyses", "derive", "io", "qc", "stats")


def public_names() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        for name in import_module(f"adamline.{package}").__all__:
            yield package, name


@pytest.mark.parametrize(("package", "name"), list(public_names()))
def test_each_name_has_an_example_that_runs(package: str, name: str) -> None:
    found = getattr(import_module(f"adamline.{package}"), name)
    home = import_module(found.__module__)
    assert not name.startswith("_") and vars(home)[name] is found
    tests = doctest.DocTestFinder(recurse=False).find(found, name, module=home, globs=dict(vars(home)))
    examples = [each for each in tests if each.examples]
    assert examples, f"adamline.{package}.{name} has no example"
    told: list[str] = []
    for each in examples:
        doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS).run(each, out=told.append)
    assert not told, "".join(told)


def run(*lines: str) -> str:
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "lines",
    [
        ("from adamline.stats import rank_sum",),
        ("import adamline.stats.rank_sum", "from adamline.stats import rank_sum"),
        ("from adamline.stats import rank_sum", "import adamline.stats.rank_sum", "rank_sum = adamline.stats.rank_sum"),
        ("from adamline.stats.rank_sum import rank_sum",),
        ("from adamline.stats.rank_sum import RankSum", "import adamline", "rank_sum = adamline.stats.rank_sum"),
        ("from adamline.stats import *",),
        ("from importlib import import_module", "rank_sum = import_module('adamline.stats.rank_sum').rank_sum"),
    ],
)
def test_a_function_of_the_name_of_its_module(lines: tuple[str, ...]) -> None:
    assert run(*lines, "print(rank_sum([1, 2], [3, 4]).n1, type(rank_sum).__name__)") == "2 function"


def test_a_result_of_such_a_function_can_be_pickled() -> None:
    lines = ("import pickle", "from adamline.stats import rank_sum", "found = rank_sum([1, 2], [3, 4])")
    assert run(*lines, "print(pickle.loads(pickle.dumps(found)) == found, pickle.loads(pickle.dumps(rank_sum)))")


def test_a_package_loads_no_heavy_library() -> None:
    names = ", ".join(f"adamline.{package}" for package in PACKAGES)
    loaded = run(f"import sys, {names}", "print(*{name.partition('.')[0] for name in sys.modules})").split()
    assert not {"numpy", "pandas", "pyarrow", "scipy"} & {*loaded}


def test_the_names_can_be_listed_and_others_are_an_error() -> None:
    stats = import_module("adamline.stats")
    assert {"rank_sum", "fit_mmrm", "describe"} <= {*dir(stats)}
    with pytest.raises(AttributeError, match="no attribute 'rank_summ'"):
        stats.rank_summ  # noqa: B018
