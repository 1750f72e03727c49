"""Fixtures that many tests share: the outside material they need, or a skip that says what is missing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Set by continuous integration, where everything must be at hand: a skip for want of material is then a failure.
REQUIRE_ALL = os.environ.get("ADAMLINE_REQUIRE_ALL") == "1"


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
