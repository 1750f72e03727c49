"""Resources: finds the folders ``specs`` and ``templates``, in an installed wheel or in a checkout."""

from __future__ import annotations

from pathlib import Path

from adamline.errors import FileFormatError, Place

PACKAGE = Path(__file__).resolve().parent


def resource_folder(name: str) -> Path:
    """The folder that ships with adamline under this name: inside the wheel if it is there, else in the checkout.

    >>> (resource_folder("templates") / "docx" / "document.xml.j2").is_file()
    True
    """
    places = (PACKAGE / "_bundled" / name, PACKAGE.parents[1] / name)
    for folder in places:
        if folder.is_dir():
            return folder
    raise FileFormatError(
        f"The folder {name!r} that belongs to adamline is missing.",
        place=Place(file=str(places[0])),
        hint="install adamline again",
    )
