"""Values of a YAML text are edited where they stand; comments and layout of all else stay."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamline.errors import AdamlineError
from adamline.io.yaml_edit import edited, flow, scalar
from adamline.io.yaml_text import Route, read_yaml

TEXT = """\
# A table.
output: T-1   # its name
title:
  - Table 1
  # the second line
  - 'Deaths: all'
population: {where: "A = 'Y'", label: All}  # whom
rows:
  - {count: subjects}

# The end.
"""


@pytest.mark.parametrize(
    ("route", "value", "old", "new"),
    [
        (("output",), "T-2", "output: T-1   # its", "output: T-2   # its"),
        (("title",), ["Table 1", "Deaths"], "'Deaths: all'", '"Deaths"'),
        (("population", "label"), "Some, not all", "label: All}", 'label: "Some, not all"}'),
        (("title",), ["A"], "  - Table 1\n  # the second line\n  - 'Deaths: all'\n", "  - A\n"),
        (("footnotes",), ["a", "b"], "label: All}  # whom\n", "label: All}  # whom\nfootnotes: [a, b]\n"),
        (("page", "font"), "Arial", "label: All}  # whom\n", "label: All}  # whom\npage: {font: Arial}\n"),
        (("population", "from"), "ADSL", "label: All}", "label: All, from: ADSL}"),
    ],
)
def test_one_value_changes_and_nothing_else(route: Route, value: str | Sequence[str], old: str, new: str) -> None:
    assert TEXT.count(old) == 1
    assert edited(TEXT, {route: value}, ("output", "title", "population")) == TEXT.replace(old, new)


def test_what_has_no_place_is_refused() -> None:
    with pytest.raises(AdamlineError, match="has no place"):
        edited(TEXT, {("output", "x"): "A"})


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\u2028\u2029\x85"), max_size=30)
)
def test_a_text_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = Path(tmp_path_factory.getbasetemp()) / "written.yaml"
    path.write_text(f"a: {scalar(text)}\nb: {flow([text, 'x'])}\nc: {{d: {scalar(text)}}}\n", "utf-8")
    assert read_yaml(path).content == {"a": text, "b": [text, "x"], "c": {"d": text}}
