"""The guides to statistics and tables, run as they stand; the list of words has them all."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from adamline.analyses.categories import CategoryOptions
from adamline.analyses.leaf import LeafOptions
from adamline.analyses.words import find_word, known_words

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


@pytest.mark.parametrize("name", known_words())
def test_the_list_of_words_has_each_with_its_own_options(name: str) -> None:
    lines = (GUIDES / "words.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if line.startswith(f"| `{name}` |")]
    assert len(rows) == 1, f"docs/guide/words.md needs one row of {name}"
    word = find_word(name)
    assert word is not None
    shared = CategoryOptions if issubclass(word.options, CategoryOptions) else LeafOptions
    own = {field.alias or key for key, field in word.options.model_fields.items()} - {*shared.model_fields, name, "as"}
    assert set(re.findall(r"`(\w+)`", rows[0][2])) == own


def test_the_list_says_what_options_mean_that_several_take() -> None:
    text = (GUIDES / "words.md").read_text(encoding="utf-8")
    counted = {field.alias or key for key, field in CategoryOptions.model_fields.items()} - {*LeafOptions.model_fields}
    assert all(f"`{option}`" in text for option in {*counted, "label", "display"} - {"of", "count"})
