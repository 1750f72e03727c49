"""What a run has made: read from its manifest, and refused where it is not as the run made it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from adamline.errors import AdamlineError, Place
from adamline.findings import Finding
from adamline.study.keys import hash_of_file
from adamline.study.manifest import NAME, Manifest, Package, read_manifest

AGAIN = "run the study again into this folder"


def run_in(out: Path) -> tuple[Manifest, Package]:
    """The manifest of the run in a folder, and what the run was to make; AdamlineError where there is none."""
    found = read_manifest(out)
    if isinstance(found, Manifest) and found.package:
        return found, found.package
    raise AdamlineError(
        "There is no run in this folder." if found is None else "The manifest of the run cannot be used.",
        place=Place(str(out)),
        expected=f"{NAME}, as `adamline run` writes it",
        found=found.message if isinstance(found, Finding) else "",
        hint=AGAIN,
    )


def check_made(names: Sequence[str], folders: Iterable[str], manifest: Manifest, out: Path) -> None:
    """Refuse outputs that the last run has not come to, and files of theirs in ``folders`` that are not as made."""
    to_come = [name for name in names if name in manifest.under_way or name not in manifest.entries]
    if to_come:
        raise AdamlineError(
            "The last run into this folder did not come to its end, or is still under way.",
            place=Place(str(out)),
            expected="outputs that the last run has made, or found unchanged",
            found=f"not made by it: {', '.join(to_come)}",
            hint=AGAIN,
        )
    files = [file for name in names for file in not_as_made(name, folders, manifest, out)]
    if files:
        raise AdamlineError(
            "Files of the run are not as it made them.",
            place=Place(str(out)),
            found=f"changed, or gone: {', '.join(files)}",
            hint=AGAIN,
        )


def not_as_made(name: str, folders: Iterable[str], manifest: Manifest, out: Path) -> list[str]:
    """Files of an output in ``folders`` of the run that were changed, or are gone."""
    files = manifest.entries[name].files.items()
    inside = tuple(f"{folder}/" for folder in folders)
    return [file for file, digest in files if file.startswith(inside) and hash_of_file(out / file) != digest]
