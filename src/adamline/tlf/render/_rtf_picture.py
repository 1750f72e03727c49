"""A figure in RTF: its PNG, the size that it is shown at, and a text for those who cannot see it."""

from __future__ import annotations

import struct

from adamline.errors import LayoutError, Place
from adamline.tlf.layout import Picture
from adamline.tlf.metrics import TWIPS_PER_INCH
from adamline.tlf.pages import Paginated
from adamline.tlf.render._rtf_text import rtf_value

# A PNG begins with these bytes; its width and height in pixels stand 16 bytes after the start.
_PNG = b"\x89PNG\r\n\x1a\n"
_SIZE = struct.Struct(">II")
_SIZE_AT = 16
# Bytes on a line.
_LINE = 64


def rtf_picture(output: Paginated, picture: Picture) -> str:
    """A page of an output's figure as a group of RTF; LayoutError where it is no PNG."""
    if not picture.png.startswith(_PNG):
        place = Place(file=output.layout.output)
        raise LayoutError("The picture of a figure cannot be read.", place=place, expected="PNG")
    width, height = _SIZE.unpack_from(picture.png, _SIZE_AT)
    shown = [round(length * TWIPS_PER_INCH) for length in output.picture_size]
    said = f"{{\\*\\picprop{_property('wzName', output.layout.output)}{_property('wzDescription', picture.alt)}}}"
    size = f"\\picscalex100\\picscaley100\\picw{width}\\pich{height}\\picwgoal{shown[0]}\\pichgoal{shown[1]}"
    lines = "\n".join(picture.png[at : at + _LINE].hex() for at in range(0, len(picture.png), _LINE))
    return f"{{\\pict{said}{size}\\pngblip\n{lines}}}"


def _property(name: str, value: str) -> str:
    return f"{{\\sp{{\\sn {name}}}{{\\sv {rtf_value(value)}}}}}"
