"""Finds the files of a domain in a folder, or of its parts, in any format."""

from __future__ import annotations

import re
from pathlib import Path

from adamline.errors import DataError, Place, nearest
from adamline.findings import Severity, Tally
from adamline.io.domain_file import DOMAIN_FORMATS


def find_domain(folder: Path | str, domain: str) -> tuple[Path, ...]:
    """The file of a domain (``lb.xpt``), or those of its parts: as `files_of_domain`, and DataError for none.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     (Path(folder) / "LB.json").touch()
    ...     [path.name for path in find_domain(folder, "LB")]
    ['LB.json']
    """
    found = files_of_domain(folder, domain)
    if not found:
        hint = nearest(domain, (path.stem.upper() for path in Path(folder).iterdir() if _is_dataset(path)))
        others = ", ".join(form.value for form in DOMAIN_FORMATS[1:])
        expected = f"{domain.lower()}.xpt (or {others}), or parts such as {domain.lower()}xx.xpt"
        beside = [path.name for path in Path(folder).iterdir() if path.name.upper() == f"{domain}.CSV"]
        if beside:
            hint = f"`adamline convert` makes {domain.lower()}.json of {beside[0]}, which is not read as it is"
        place = Place(file=str(folder), dataset=domain)
        raise DataError(f"Domain {domain} is missing.", place=place, expected=expected, hint=hint)
    return found


def files_of_domain(folder: Path | str, domain: str) -> tuple[Path, ...]:
    """The file of a domain, or those of its parts (its name and one or two characters more), sorted; or none.

    Each may be of any of `DOMAIN_FORMATS`; case does not count. The file of the whole domain goes before its parts,
    which submissions deliver beside it (see `parts_beside`). The parts of SUPPLB are those of LB: ``supplbch.xpt``.
    DataError for two files of one name.
    """
    found = _candidates(Path(folder), domain)
    chosen = [path for path in found if path.stem.upper() == domain.upper()] or found
    stems = [path.stem.upper() for path in chosen]
    if len(set(stems)) < len(stems):
        names = ", ".join(path.name for path in chosen if stems.count(path.stem.upper()) > 1)
        place = Place(file=str(folder), dataset=domain)
        hint = "leave one of them in the folder"
        raise DataError(f"There are two files of {domain}.", place=place, expected="one", found=names, hint=hint)
    return tuple(chosen)


def parts_beside(folder: Path | str, domain: str) -> tuple[Tally, ...]:
    """A WARNING where files of parts stand beside that of the whole domain, and are not read."""
    chosen = files_of_domain(folder, domain)
    beside = [path.name for path in _candidates(Path(folder), domain) if path not in chosen]
    if not beside:
        return ()
    message = f"{chosen[0].name} is read as the whole domain, and not {', '.join(beside)} beside it."
    return (Tally(Severity.WARNING, "split.beside", message, Place(dataset=domain), {"": 1}),)


def _is_dataset(path: Path) -> bool:
    return path.suffix.lower() in tuple(DOMAIN_FORMATS) and path.is_file()


def _candidates(folder: Path, domain: str) -> list[Path]:
    """The files whose names are those of the domain or of a part of it."""
    if not folder.is_dir():
        raise DataError("The folder of datasets is not there.", place=Place(file=str(folder), dataset=domain))
    name = re.compile(rf"{re.escape(domain)}[A-Z0-9]{{0,2}}", re.IGNORECASE)
    return [path for path in sorted(folder.iterdir()) if name.fullmatch(path.stem) and _is_dataset(path)]
