"""The gallery has each template and kind of figure, as its study's own file has it, and a picture of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adamline.spec.template import Template, read_templates

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "docs/gallery"
TEMPLATES = read_templates([ROOT / "specs/catalogue"])
_ENTRY = re.compile(
    r"### `(?P<name>.+)`\n\n(?P<about>.+)\n\n!\[(?P<alt>.+)\]\((?P<picture>.+)\)\n\n"
    r"(?P<output>\S+), (?P<data>.+): \[`(?P<path>.+)`\]\((?P<link>.+)\)\n\n```yaml\n(?P<spec>[^`]*)```\n"
)
ENTRIES = {found["name"]: found for found in _ENTRY.finditer((GALLERY / "index.md").read_text("utf-8"))}


def test_each_entry_is_read() -> None:
    assert len(ENTRIES) == (GALLERY / "index.md").read_text("utf-8").count("\n### ")


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_each_template_is_there(template: Template) -> None:
    assert template.name in ENTRIES, "run `make gallery`"
    assert ENTRIES[template.name]["about"] == f"{template.about}. Needs {template.needs}."


def test_each_kind_of_figure_is_there() -> None:
    kinds = {path.stem for path in (ROOT / "src/adamline/tlf/kinds").glob("[a-z]*.py")}
    shown = {template.file.content["kind"] for template in TEMPLATES.values()} | set(ENTRIES)
    assert kinds - {"table", "listing", "drawing"} <= shown


def test_an_entry_is_the_file_of_its_study() -> None:
    for entry in ENTRIES.values():
        path = ROOT / entry["path"]
        assert (GALLERY / entry["link"]).resolve() == path
        lines = path.read_text("utf-8").splitlines(keepends=True)
        own = "".join(line for line in lines if not line.startswith("# yaml-language-server"))
        assert own.rstrip() == entry["spec"].rstrip(), f"{entry['path']} has changed: run `make gallery`"
        assert f"output: {entry['output']}\n" in own


def test_each_entry_says_what_its_data_are() -> None:
    said = {(entry["path"].rsplit("/", 2)[0], entry["data"]) for entry in ENTRIES.values()}
    assert said == {
        ("specs/cdiscpilot01", "data of the public CDISC pilot"),
        ("specs/jahh", "simulated data"),
        ("specs/pharmaverse-outputs", "the public ADaM of pharmaverse"),
        ("docs/gallery/study", "a shell: no bundled study has data for it"),
    }


def test_pictures_are_there_and_small() -> None:
    pictures = {entry["picture"] for entry in ENTRIES.values()}
    files = list(GALLERY.glob("*.png"))
    assert pictures == {path.name for path in files}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in files)
    assert sum(path.stat().st_size for path in files) < 3_000_000
