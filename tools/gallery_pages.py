"""Writes docs/gallery: each template of the catalogue, and each kind of figure, with its spec and its first page.

    python tools/gallery_pages.py output/demo-pilot output/demo output/demo-pharmaverse

The folders are those of a run of specs/cdiscpilot01, specs/jahh and specs/pharmaverse-outputs; without them the page is
written and its pictures are left as they are. A template for which none has data is shown as a shell, of
docs/gallery/study.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from PIL import Image, ImageChops

from adamline.spec.template import Template, read_templates
from adamline.study.shells import shell_of
from adamline.study.study import Study, open_study
from adamline.tlf.layout import Layout
from adamline.tlf.paginate import paginate
from adamline.tlf.render.pdf import render_pdf
from adamline.tlf.stored import SUFFIX, read_layout

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "docs/gallery"
CATALOGUE = ROOT / "specs/catalogue"
# Studies in the order in which an output is looked for, and what is said of their data.
SOURCES = {
    "specs/cdiscpilot01": "data of the public CDISC pilot",
    "specs/jahh": "simulated data",
    "specs/pharmaverse-outputs": "the public ADaM of pharmaverse",
    "docs/gallery/study": "a shell: no bundled study has data for it",
}
# By the heading of a section, the kind of its outputs; figures are all others.
SECTIONS = {"Tables": "table", "Listings": "listing", "Figures": ""}
# Pixels and shades of a picture; a page without colours needs fewer.
WIDTH, MARGIN, COLOURS, GREYS = 900, 18, 16, 5
HEAD = """# Gallery

The templates of the [catalogue](../guide/catalogue.md), and each kind of figure: what it is and needs, an output of it
as its study's file has it, and the first page that comes out. Made by `make gallery`; pictures are drawn from the PDF.
"""


@dataclass(frozen=True)
class Shown:
    """An output that shows a template, or a kind of figure: its file, the folder of its study, its name and kind."""

    file: Path
    study: str
    output: str
    kind: str


def outputs(templates: dict[str, Template]) -> Iterator[tuple[str, Shown]]:
    """Each output of the studies by its template, or by its kind where it has none."""
    for study in SOURCES:
        for file in sorted((ROOT / study / "tlf").glob("*.yaml"), key=_number):
            said = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - texts alone
            template = said.get("template", "")
            kind = said.get("kind") or templates[template].file.content["kind"]
            yield template or kind, Shown(file, study, said["output"], kind)


def _number(file: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", file.stem)]


def write_gallery(runs: dict[str, Path]) -> None:
    """Write the page and its pictures."""
    templates = read_templates([CATALOGUE])
    shown: dict[str, Shown] = {}
    for name, output in outputs(templates):
        shown.setdefault(name, output)
    lacking = sorted(set(templates) - set(shown))
    if lacking:
        sys.exit(f"No output shows {', '.join(lacking)}: add one to docs/gallery/study/tlf.")
    of_figures = {template.file.content["kind"] for template in templates.values()} | {"table", "listing"}
    shown = {name: one for name, one in shown.items() if name in templates or one.kind not in of_figures}
    if runs:
        _draw([*shown.values()], runs)
    page = HEAD + "".join(_section(name, kind, shown, templates) for name, kind in SECTIONS.items())
    (GALLERY / "index.md").write_text(page, encoding="utf-8", newline="\n")


def _draw(shown: list[Shown], runs: dict[str, Path]) -> None:
    for old in GALLERY.glob("*.png"):
        old.unlink()
    shells = open_study(ROOT / "docs/gallery/study")
    for one in shown:
        (GALLERY / _picture(one)).write_bytes(picture_of(_layout(one, runs, shells)))


def _layout(one: Shown, runs: dict[str, Path], shells: Study) -> Layout:
    if one.study in runs:
        return read_layout(runs[one.study] / "layouts" / f"{one.output.lower()}.{SUFFIX}")
    return shell_of(shells, next(output for output in shells.outputs if output.name == one.output))


def picture_of(layout: Layout) -> bytes:
    """The first page of an output as a small PNG, without what is blank around it."""
    pdf, png = io.BytesIO(), io.BytesIO()
    render_pdf(paginate(layout), pdf, first=1)
    command = ["pdftoppm", "-png", "-singlefile", "-scale-to-x", str(2 * WIDTH), "-scale-to-y", "-1", "-"]
    drawn = subprocess.run(command, input=pdf.getvalue(), check=True, capture_output=True)  # noqa: S603
    image = Image.open(io.BytesIO(drawn.stdout)).convert("RGB")
    box = ImageChops.difference(image, Image.new("RGB", image.size, "white")).getbbox() or (0, 0, *image.size)
    left, top, right, bottom = box[0] - 2 * MARGIN, box[1] - 2 * MARGIN, box[2] + 2 * MARGIN, box[3] + 2 * MARGIN
    image = image.crop((max(0, left), max(0, top), min(image.width, right), min(image.height, bottom)))
    small = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)
    grey = small.convert("L")
    is_grey = ImageChops.difference(small, grey.convert("RGB")).getextrema() == ((0, 0),) * 3
    (grey.quantize(GREYS) if is_grey else small.quantize(COLOURS)).save(png, "PNG", optimize=True)
    return png.getvalue()


def _picture(one: Shown) -> str:
    return f"{one.study.rpartition('/')[2]}-{one.output.lower()}.png"


def _section(heading: str, kind: str, shown: dict[str, Shown], templates: dict[str, Template]) -> str:
    others = {other for other in SECTIONS.values() if other}
    names = [name for name, one in shown.items() if one.kind == kind or (not kind and one.kind not in others)]
    return f"\n## {heading}\n" + "".join(_entry(name, shown[name], templates) for name in sorted(names))


def _entry(name: str, one: Shown, templates: dict[str, Template]) -> str:
    template = templates.get(name)
    about = (
        f"{template.about}. Needs {template.needs}." if template else f"A figure of `kind: {name}`, without a template."
    )
    path = one.file.relative_to(ROOT).as_posix()
    spec = "".join(
        line for line in one.file.read_text("utf-8").splitlines(keepends=True) if not line.startswith("# yaml-")
    )
    lines = [
        f"\n### `{name}`\n\n{about}\n",
        f"\n![{one.output}, first page: {template.about if template else name}]({_picture(one)})\n",
        f"\n{one.output}, {SOURCES[one.study]}: [`{path}`](../../{path})\n",
        f"\n```yaml\n{spec.rstrip()}\n```\n",
    ]
    return "".join(lines)


if __name__ == "__main__":
    write_gallery(dict(zip(SOURCES, map(Path, sys.argv[1:]), strict=False)))
