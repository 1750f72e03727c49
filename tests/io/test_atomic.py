"""A file is either whole or as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adamline.io.atomic import remove_leftovers, replace_file


def test_success_replaces(tmp_path: Path) -> None:
    target = tmp_path / "a.xpt"
    target.write_bytes(b"old")
    with replace_file(target) as handle:
        handle.write(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_failure_leaves_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "a.xpt"
    target.write_bytes(b"old")
    with pytest.raises(error), replace_file(target) as handle:
        handle.write(b"half")
        raise error
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_two_writers_do_not_share_a_temporary_file(tmp_path: Path) -> None:
    target = tmp_path / "a.xpt"
    with replace_file(target) as first, replace_file(target) as second:
        first.write(b"first")
        second.write(b"second")
    assert target.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [target]


def test_missing_folder_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replace_file(tmp_path / "no" / "a.xpt"):
        pass


@pytest.mark.skipif(os.name != "posix", reason="elsewhere there is no such limit")
def test_a_file_without_room_is_named(tmp_path: Path) -> None:
    # The system's own message has no file in it.
    program = """if True:
        import resource, sys
        from adamline.cli.main import main
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        main(["convert", *sys.argv[1:]])
    """
    source, target = tmp_path / "a.csv", tmp_path / "a.xpt"
    source.write_text("USUBJID\n01\n02\n")
    command = [sys.executable, "-c", program, str(source), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "There is no room to write a file." in done.stderr
    assert f"File too large: '{tmp_path}" in done.stderr
    assert "try:      make room there" in done.stderr
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the system keeps files that are being written")
def test_leftovers_are_of_processes_that_are_no_more(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    names = [".a.xpt.999999999-0.tmp", f".a.xpt.{os.getpid()}-3.tmp", f".a.xpt.{other.pid}-0.tmp", ".mine.tmp", "a.xpt"]
    for name in names:
        (tmp_path / name).write_bytes(b"half")
    remove_leftovers(tmp_path)
    other.communicate(b"\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([names[2], ".mine.tmp", "a.xpt"])
    remove_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".mine.tmp", "a.xpt"]
    remove_leftovers(tmp_path / "not there")
