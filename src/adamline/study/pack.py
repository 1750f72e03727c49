"""Packs the outputs of a run into one document with contents, Word or RTF, from the layouts that the run has stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from adamline.errors import AdamlineError, LayoutError, Place, nearest
from adamline.findings import Finding, Severity
from adamline.io.atomic import replace_file
from adamline.plurals import counted
from adamline.spec.docx_form import DocxForm
from adamline.study.keys import RUN_ID_LENGTH, TEMPLATES, hash_of_templates, key_of
from adamline.study.made import AGAIN, check_made, not_as_made, run_in
from adamline.study.manifest import LAYOUTS, RESULTS, TLF, Manifest, Package
from adamline.study.out_folder import is_place_of_run
from adamline.tlf.front import Cover
from adamline.tlf.pages import Paginated, Planned
from adamline.tlf.paginate import paginate
from adamline.tlf.render.pack import Group, render_pack
from adamline.tlf.render.rtf_pack import render_rtf_pack
from adamline.tlf.stored import SUFFIX, Summary, read_layout, read_summary

DEFAULT = "pack.docx"
DOCX, RTF = ".docx", ".rtf"
# Headings of the contents, in their order, with what stands under each: one, several.
GROUPS = {"Tables": "table", "Figures": "figure", "Listings": "listing"}


@dataclass(frozen=True)
class Packed:
    """What was packed: the outputs in their order, and what there is to say of them."""

    outputs: tuple[str, ...]
    findings: tuple[Finding, ...]


def pack_run(
    out: Path,
    target: Path,
    chosen: Sequence[str] = (),
    study: Path | None = None,
    form: DocxForm = DocxForm.FIXED,
) -> Packed:
    """Write the outputs of the run in ``out``, or the ``chosen`` ones, into one document at ``target``.

    Tables come first, then figures, then listings, each in the order of the study. Nothing is computed: the pages are
    those that the run has laid out and stored. ``study`` is the folder of the study, for its own templates, and need
    not be given where it has none. ``form`` is that of the document, which is
    RTF where ``target`` ends in .rtf. The same run gives the same bytes.

    Raises AdamlineError, before anything is written, where there is no run, where the last one did not come to its end
    or an output of it is not there as it was made, with all their names, for an output that the run has not, where the
    study's templates are others than those of the run, and for a ``target`` that runs write to.
    """
    manifest, package = run_in(out)
    names = _chosen(chosen, package, out)
    check_made(names, [RESULTS, LAYOUTS], manifest, out)
    _check_target(target, out, form)
    is_rtf = target.suffix.lower() == RTF
    templates = () if is_rtf else _templates(package, study, out)
    groups = _groups(names, out)
    keys = {name: manifest.entries[name].key for name in names}
    cover = _cover(manifest.study, package, groups, key_of(pack=keys)[:RUN_ID_LENGTH])
    with replace_file(target) as handle:
        if is_rtf:
            render_rtf_pack(cover, groups, handle)
        else:
            render_pack(cover, groups, handle, templates, form)
    ordered = tuple(output.layout.output for group in groups for output in group.outputs)
    return Packed(ordered, _edited(names, manifest, out))


def _chosen(chosen: Sequence[str], package: Package, out: Path) -> tuple[str, ...]:
    """The chosen outputs in the order of the study, without regard to case; all where none is chosen."""
    known = {name.upper(): name for name in package.outputs}
    unknown = [name for name in chosen if name.upper() not in known]
    if unknown:
        what = f"The run has no output {', '.join(unknown)}."
        raise AdamlineError(what, place=Place(str(out)), hint=nearest(unknown[0].upper(), known))
    if not known:
        raise AdamlineError("The study of this run has no outputs.", place=Place(str(out)))
    wanted = {name.upper() for name in chosen or known}
    return tuple(name for key, name in known.items() if key in wanted)


def _edited(names: Sequence[str], manifest: Manifest, out: Path) -> tuple[Finding, ...]:
    """A warning for each output whose own document was edited, which the pack does not show."""
    files = [file for name in names for file in not_as_made(name, [TLF], manifest, out)]
    message = "The document is not as the run made it; the pack has the pages of the run, without these edits."
    return tuple(Finding(Severity.WARNING, "edited", message, Place(file)) for file in files)


def _check_target(target: Path, out: Path, form: DocxForm) -> None:
    if target.suffix.lower() not in (DOCX, RTF):
        what, expected = "A pack is a Word document or RTF.", f"a file that ends in {DOCX} or {RTF}"
        raise AdamlineError(what, expected=expected, found=str(target))
    if target.suffix.lower() == RTF and form is not DocxForm.FIXED:
        raise AdamlineError("A pack in RTF has its pages written out.", expected=DocxForm.FIXED, found=form)
    if is_place_of_run(out, target.resolve()):
        raise AdamlineError(
            "The pack would be written where runs write.", found=str(target), hint=f"such as {out / DEFAULT}"
        )


def _templates(package: Package, study: Path | None, out: Path) -> tuple[Path, ...]:
    """The folder of the study's own templates, as they were when the run made its outputs."""
    if (hash_of_templates(study) if study else "") != package.templates:
        raise AdamlineError(
            "The templates are not those that the run's own documents were made by.",
            place=Place(str(out)),
            expected="those of the study when it was run" if package.templates else "a study without templates",
            found=str(study / TEMPLATES) if study else "no folder of the study",
            hint="name the folder of the study with --study; where its templates have changed, run it again",
        )
    return (study / TEMPLATES,) if study else ()


def _heading(summary: Summary) -> str:
    """The group of an output in the contents."""
    if summary.media:
        return "Figures"
    return "Listings" if summary.kind in ("listing", "profile") else "Tables"


def _groups(names: Sequence[str], out: Path) -> list[Group]:
    """The outputs in the groups that they make up."""
    files = [out / LAYOUTS / f"{name.lower()}.{SUFFIX}" for name in names]
    planned: dict[str, list[Planned]] = {heading: [] for heading in GROUPS}
    for file in files:
        summary = read_summary(file)
        pages = partial(_paginated, file, summary.pages)
        planned[_heading(summary)].append(Planned(summary.layout, summary.pages, summary.media, pages))
    return [Group(heading, tuple(outputs)) for heading, outputs in planned.items() if outputs]


def _paginated(file: Path, pages: int) -> Paginated:
    """A stored layout on its pages, which must be as many as the contents count."""
    paginated = paginate(read_layout(file))
    if len(paginated.pages) != pages:
        raise LayoutError(
            "A layout does not fill as many pages as when it was stored.",
            place=Place(file.name),
            expected=counted(pages, "page"),
            found=str(len(paginated.pages)),
            hint=f"{AGAIN}: it was stored by another version of adamline",
        )
    return paginated


def _cover(study: str, package: Package, groups: Sequence[Group], run: str) -> Cover:
    """The cover: the study, what is packed, the study's label, data cut-off and run; no clock."""
    counts = [counted(len(group.outputs), GROUPS[group.name]) for group in groups]
    what = " and ".join(filter(None, [", ".join(counts[:-1]), counts[-1]]))
    texts = (study, what, package.label, f"Data cut-off {package.data_cutoff}; run {run}")
    return Cover(package.title, tuple(filter(None, texts)))
