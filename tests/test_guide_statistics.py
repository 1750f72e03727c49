"""The guide to the statistics, run as it stands."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

GUIDE = Path(__file__).parents[1] / "docs/guide/statistics.md"


def test_the_guide_prints_what_it_shows() -> None:
    blocks = re.findall(r"^```pycon\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) > 6
    guide = doctest.DocTestParser().get_doctest("".join(blocks), {}, GUIDE.name, str(GUIDE), 0)
    told: list[str] = []
    result = doctest.DocTestRunner().run(guide, out=told.append)
    assert result.failed == 0, "".join(told)
