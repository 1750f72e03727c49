"""Stale: refuses datasets and outputs of a folder whose last run has not come to them."""

from __future__ import annotations

from pathlib import Path

from adamline.errors import DataError, Place
from adamline.study.manifest import NAME, Manifest, read_manifest


def require_fresh(path: Path, *names: str) -> None:
    """Raise DataError where the last run into the folder of ``path`` has not come to what is there.

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
        raise DataError(
            f"The last run has not come to {', '.join(stale)}: it may be of another state than the rest.",
            place=Place(str(path)),
            found="a run that is under way, or has failed",
            hint="wait for it, or run the study again until it ends without an error",
        )


def _is_meant(name: str, manifest: Manifest, inside: str, names: tuple[str, ...]) -> bool:
    files = manifest.entries[name].files if name in manifest.entries else ()
    if inside == ".":
        return not names or name.upper() in names
    return any(file == inside or file.startswith(f"{inside}/") for file in files)
