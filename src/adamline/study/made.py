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
        raise _not_come_to(to_come, out)
    files = [file for name in names for file in not_as_made(name, folders, manifest, out)]
    if files:
        raise AdamlineError(
            "Files of the run are not as it made them.",
            place=Place(str(out)),
            found=f"changed, or gone: {', '.join(files)}",
            hint=AGAIN,
        )


def require_fresh(path: Path, *names: str) -> None:
    """Raise AdamlineError where the last run into the folder of ``path`` has not come to what is there.

    ``path`` is the folder of a run, one of its folders, or a file of these; of the folder of a run ``names`` are the
    outputs that are meant. What stands elsewhere is nobody's run, and is not looked at.
    """
    for out in (path, path.parent, path.parent.parent):
        if (out / NAME).is_file():
            break
    else:
        return
    found = read_manifest(out)
    if not isinstance(found, Manifest) or not found.under_way:
        return
    inside = path.resolve().relative_to(out.resolve()).as_posix()
    stale = [name for name in found.under_way if _is_meant(name, found, inside, names)]
    if stale:
        raise _not_come_to(stale, path)


def _is_meant(name: str, manifest: Manifest, inside: str, names: tuple[str, ...]) -> bool:
    files = manifest.entries[name].files if name in manifest.entries else ()
    if inside == ".":
        return not names or name.upper() in names
    return any(file == inside or file.startswith(f"{inside}/") for file in files)


def _not_come_to(names: Sequence[str], path: Path) -> AdamlineError:
    return AdamlineError(
        "The last run into this folder did not come to all that is asked for.",
        place=Place(str(path)),
        expected="what the last run has made, or found unchanged",
        found=f"not made by it: {', '.join(names)}; it is under way, has failed, or was of some datasets alone",
        hint=AGAIN,
    )


def not_as_made(name: str, folders: Iterable[str], manifest: Manifest, out: Path) -> list[str]:
    """Files of an output in ``folders`` of the run that were changed, or are gone."""
    files = manifest.entries[name].files.items()
    inside = tuple(f"{folder}/" for folder in folders)
    return [file for file, digest in files if file.startswith(inside) and hash_of_file(out / file) != digest]
