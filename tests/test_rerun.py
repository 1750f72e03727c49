"""A plain run is read from its arguments as the command line's parser reads them; what is not plain is left to it."""

from __future__ import annotations

import pytest
import typer.main

from adamline.cli.commands import app
from adamline.cli.rerun import PlainRun, plain_run

PLAIN = [
    ["run", "specs", "--out", "out"],
    ["run", "--out", "out", "specs"],
    ["run", "specs", "--sdtm=a=b", "--out=out", "--adam", "adam"],
    ["run", "--strict", "specs", "--out", "out", "--workers", "12"],
    ["run", "specs", "--out", "out", "--workers=2"],
]
OTHER = [
    [],
    ["check", "specs"],
    ["run"],
    ["run", "specs"],
    ["run", "--out", "out"],
    ["run", "specs", "more", "--out", "out"],
    ["run", "specs", "--out"],
    ["run", "specs", "--out="],
    ["run", "specs", "--out", "--strict"],
    ["run", "specs", "--out", "-x"],
    ["run", "specs", "--out", "a", "--out", "b"],
    ["run", "specs", "--out", "out", "--workers", "0"],
    ["run", "specs", "--out", "out", "--workers", "x"],
    ["run", "specs", "--out", "out", "--strict=no"],
    ["run", "specs", "--out", "out", "--help"],
    ["run", "specs", "--out", "out", "--dataset", "ADSL"],
    ["run", "specs", "--out", "out", "--cutoff", "2014-01-01"],
    ["run", "specs", "--out", "out", "--keep-work"],
    ["run", "specs", "--out", "out", "--", "more"],
]


@pytest.mark.parametrize("arguments", PLAIN)
def test_a_plain_run_is_what_the_parser_reads(arguments: list[str]) -> None:
    """And every option that it does not have is at its default."""
    command = typer.main.get_command(app).commands["run"]  # type: ignore[attr-defined]
    given = command.make_context("run", arguments[1:]).params
    found = PlainRun(*(given.pop(name) for name in ("study", "out", "sdtm", "adam", "strict")))
    assert plain_run(arguments) == found
    del given["workers"]
    assert not any(given.values())


@pytest.mark.parametrize("arguments", OTHER)
def test_what_is_not_plain_is_left_to_the_parser(arguments: list[str]) -> None:
    assert plain_run(arguments) is None
