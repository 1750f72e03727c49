"""Tests of the reference: none is missing, the page is up to date, an entry can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.derive.conftest import DERIVATIONS

from adamline._resources import resource_folder
from adamline.errors import AdamlineError
from adamline.io.yaml_text import read_yaml
from adamline.study.reference import all_derivations, derivation_named, reference_of, reference_page, summary_lines

PAGE = Path(__file__).parents[2] / "docs/reference/derivations.md"
ALL = [(verb, found) for verb, of_verb in all_derivations().items() for found in of_verb]


def test_every_derivation_is_in_the_reference_and_on_the_page():
    assert sorted(f"{verb}_{found.name.rpartition('.')[2]}" for verb, found in ALL) == sorted(DERIVATIONS)
    page = PAGE.read_text(encoding="utf-8")
    assert [f"\n### {found.name}\n" in page for _, found in ALL] == [True] * len(ALL)


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8").endswith(f"by `make reference` -->\n\n{reference_page()}"), (
        "run `make reference`"
    )


@pytest.mark.parametrize(("verb", "found"), ALL, ids=lambda value: getattr(value, "name", value))
def test_each_has_an_entry_its_arguments_a_rule_an_example_and_a_method(verb, found, tmp_path):
    text = reference_of(verb, found)
    entry = text.split("```yaml\n")[1].split("\n```")[0]
    (tmp_path / "entry.yaml").write_text(entry)
    content = read_yaml(tmp_path / "entry.yaml").content
    written = content[0] if verb == "add" else content["VARIABLE"]
    assert (written if isinstance(written, str) else written[verb]) == found.name
    for parameter in found.contract.parameters:
        if parameter.spec_name not in ("variable", "kind"):
            assert f"| `{parameter.spec_name}` |" in text
    assert "| a value |" not in text
    assert "```pycon\n>>> " in text and "\nMethod: " in text and "``" not in text.replace("```", "")


def test_a_program_of_a_study_is_listed_and_read():
    folder = resource_folder("specs") / "cdiscpilot01"
    assert any("programs.sitegr1" in line for line in summary_lines(folder))
    assert "fewer than <smallest> subjects" in reference_of(*derivation_named("programs.sitegr1", folder))


def test_the_nearest_name_is_offered():
    with pytest.raises(AdamlineError, match="no derivation `pik`") as caught:
        derivation_named("pik")
    assert "pick" in caught.value.hint
