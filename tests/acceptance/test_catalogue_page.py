"""The page of the catalogue: it names each template and only such, and the template that it shows makes a table."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from tests.acceptance.catalogue_data import CATALOGUE, made_of, pilot

from adamline.spec.template import read_templates
from adamline.study.study import read_study

PAGE = Path(__file__).parents[2] / "docs/guide/catalogue.md"
SPECS = Path(__file__).parents[2] / "specs"
TEMPLATES = read_templates([CATALOGUE])


def rows(heading: str) -> list[list[str]]:
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def named(text: str) -> list[str]:
    """The names in backticks that look like those of templates."""
    return re.findall(r"`([a-z]+(?:-[a-z0-9]+)*)`", text)


def test_each_template_is_named_and_each_name_is_a_template() -> None:
    of_fda = [name for row in rows("FDA's Standard Safety Tables") for name in named(row[2])]
    of_reports = [name for row in rows("Outputs of a study report") for name in named(row[2])]
    words = {"pooled", "order", "where"}
    assert set(of_fda) - words <= set(TEMPLATES)
    assert set(of_reports) == set(TEMPLATES)


def test_the_outputs_of_the_pilot_are_those_that_name_the_template() -> None:
    outputs: dict[str, set[str]] = {name: set() for name in TEMPLATES}
    for path in (SPECS / "cdiscpilot01" / "tlf").glob("*.yaml"):
        output = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "template" in output:
            outputs[output["template"]].add(output["output"])
    said = {named(row[0])[0]: row[1] for row in rows("In the package of the pilot")}
    assert list(said) == sorted(TEMPLATES)
    for name, text in said.items():
        assert set(re.findall(r"[TFL]-[\d-]+", text)) == outputs[name], name
        assert outputs[name] or text.startswith("none: "), name


def test_every_number_has_a_row() -> None:
    assert [int(row[0]) for row in rows("FDA's Standard Safety Tables")] == list(range(1, 61))
    assert [int(row[0]) for row in rows("Outputs of a study report")] == list(range(1, 35))


def test_core_tables_have_templates() -> None:
    """More of FDA's tables than the 26 of others; of the core only the list of trials is none."""
    made = [row for row in rows("FDA's Standard Safety Tables") if named(row[2].split(",")[0])]
    assert len(made) > 40
    assert {int(row[0]) for row in rows("FDA's Standard Safety Tables")[:22]} - {int(row[0]) for row in made} == {1}


def test_templates_say_what_they_need_and_their_options() -> None:
    for name, template in TEMPLATES.items():
        assert template.file.path.stem == name
        assert template.needs and template.about and template.options, name
        text = template.file.path.read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema=../schema/template.json\n"), name
        assert len(text.splitlines()) <= 40, name


def test_the_template_of_the_page_makes_its_table(tmp_path: Path) -> None:
    """A study of its own template and output, written from the page alone; the counts against pandas."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    shared, template, output, second = blocks
    assert len(template.splitlines()) < 15
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "tlf").mkdir()
    (tmp_path / "catalogue" / "ae-by-grade.yaml").write_text(template, encoding="utf-8")
    (tmp_path / "tlf" / "t-14-3-7.yaml").write_text(output, encoding="utf-8")
    (tmp_path / "catalogue" / "ae-by-relation.yaml").write_text(second, encoding="utf-8")
    named = output.replace("ae-by-grade", "ae-by-relation").replace("T-14-3-7", "T-14-3-8")
    (tmp_path / "tlf" / "t-14-3-8.yaml").write_text(named, encoding="utf-8")
    study = "study: MINE\ntitle: Mine\ndata_cutoff: 2014-07-02\nsupplied: [ADSL, ADAE]\noutputs: [t-14-3-7, t-14-3-8]\n"
    (tmp_path / "study.yaml").write_text(study + shared, encoding="utf-8")
    _, faults = read_study(tmp_path)
    assert not faults, faults
    adae = pilot("adae").assign(AETOXGR=lambda frame: frame["AESEV"].map({"MILD": "1", "MODERATE": "2", "SEVERE": "3"}))
    rows_of = yaml.safe_load(template)["rows"]
    made = made_of("ae-by-severity", {"ADSL": pilot("adsl"), "ADAE": adae}, rows=rows_of, columns={"difference": {}})
    worst = adae[adae["TRTEMFL"] == "Y"].sort_values("AETOXGR").drop_duplicates("USUBJID", keep="last")
    counts = worst.groupby(["TRTA", "AETOXGR"])["USUBJID"].count().to_dict()
    assert {key: n for key, n in made.found("count AETOXGR").items() if n} == counts
    assert len(made.layout.header[0]) == 6
    related = made_of("ae-by-severity", {"ADSL": pilot("adsl"), "ADAE": adae}, rows=yaml.safe_load(second)["rows"])
    by_relation = adae[adae["TRTEMFL"] == "Y"].sort_values("AETOXGR").drop_duplicates(["USUBJID", "AEREL"], keep="last")
    counts = by_relation.groupby(["TRTA", "AEREL", "AESEV"])["USUBJID"].count().to_dict()
    assert {key: n for key, n in related.found("count AESEV").items() if n} == counts
