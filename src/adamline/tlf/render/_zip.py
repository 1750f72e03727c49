"""Zip: writes a package of parts with the same bytes each time: sorted parts, one fixed time, one method."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from typing import BinaryIO

# The earliest time a zip file can hold; a true time would change the bytes of each run.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE = 0o600 << 16


def write_zip(target: BinaryIO, parts: Mapping[str, bytes | Iterable[bytes]]) -> None:
    """Write the parts in the order of their names; a part given as pieces is written as they come."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(parts):
            info = zipfile.ZipInfo(name, FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            # Both would else be those of the system that writes.
            info.create_system = _UNIX
            info.external_attr = _READABLE
            content = parts[name]
            with archive.open(info, "w", force_zip64=not isinstance(content, bytes)) as stream:
                for piece in (content,) if isinstance(content, bytes) else content:
                    stream.write(piece)
