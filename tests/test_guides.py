"""The guides to statistics and tables, run as they stand."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

GUIDES = Path(__file__).parents[1] / "docs/guide"


@pytest.mark.parametrize(("name", "least"), [("statistics.md", 7), ("tables.md", 1)])
def test_the_guide_prints_what_it_shows(name: str, least: int) -> None:
    path = GUIDES / name
    blocks = re.findall(r"^```pycon\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= least
    guide = doctest.DocTestParser().get_doctest("".join(blocks), {}, name, str(path), 0)
    told: list[str] = []
    result = doctest.DocTestRunner().run(guide, out=told.append)
    assert result.failed == 0, "".join(told)
