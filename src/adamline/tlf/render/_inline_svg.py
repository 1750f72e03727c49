"""Inline SVG: a drawing made fit to stand inside an HTML page."""

from __future__ import annotations

import re

from lxml import etree

from adamline.errors import LayoutError, Place
from adamline.tlf.layout import Picture

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
# What would run, or ask for another file.
_REFUSED = frozenset(("script", "foreignObject", "iframe", "handler", "audio", "video", "a"))
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import", re.IGNORECASE)


def inline_svg(picture: Picture, title: str, output: str) -> str:
    """The drawing of a figure as an element with its title and the text for those who cannot see it.

    It has no prolog, metadata or size of its own. LayoutError where it is no SVG, or holds what would run or ask for
    another file: a picture of a study's own program is not trusted.

    >>> svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" viewBox="0 0 9 9"><path d="M0 0"/></svg>'
    >>> inline_svg(Picture(b"", svg, 1, 1, "Two lines"), "Figure 1", "F-1").partition("<title")[2]
    ' id="drawing-title">Figure 1</title><desc id="drawing-text">Two lines</desc><path d="M0 0"/></svg>'
    """
    place = Place(file=output)
    try:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
        )
        root = etree.fromstring(picture.svg, parser)
    except etree.XMLSyntaxError as error:
        raise LayoutError(
            "The picture of a figure cannot be read.", place=place, expected="SVG", found=str(error)
        ) from error
    if root.tag != f"{_SVG}svg" or root.prefix:
        raise LayoutError("The picture of a figure cannot be read.", place=place, expected="SVG", found=str(root.tag))
    for element in list(root.iter(f"{_SVG}metadata")):
        element.getparent().remove(element)
    for element in root.iter():
        bad = _fault(element)
        if bad:
            what = "The picture of a figure holds what a page must not run or load."
            raise LayoutError(what, place=place, expected="shapes and texts", found=bad)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-labelledby", "drawing-title drawing-text")
    for place_in, (tag, text) in enumerate((("title", title), ("desc", picture.alt))):
        element = etree.Element(f"{_SVG}{tag}", id=f"drawing-{'text' if tag == 'desc' else tag}")
        element.text = text
        root.insert(place_in, element)
    return etree.tostring(root, encoding="unicode", with_tail=False)


def _fault(element: etree._Element) -> str:
    """What of an element would run or load something; empty where nothing would."""
    if not isinstance(element.tag, str):
        return "an entity"
    name = etree.QName(element).localname
    if name in _REFUSED:
        return f"<{name}>"
    for key, value in element.attrib.items():
        attribute = etree.QName(key).localname
        if attribute.lower().startswith("on"):
            return f"{attribute}="
        if attribute == "href" and not value.startswith(("#", "data:image/png")):
            return f"href={value[:60]!r}"
        if _OUTSIDE.search(value):
            return f"{attribute}={value[:60]!r}"
    if name == "style" and _OUTSIDE.search(element.text or ""):
        return "a style that loads a file"
    return ""
