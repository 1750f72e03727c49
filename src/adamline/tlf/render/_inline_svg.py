"""Inline SVG: a drawing made fit to stand inside a page."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from xml.parsers import expat

from markupsafe import escape

from adamline.errors import LayoutError, Place
from adamline.tlf.layout import Picture

_SVG = "http://www.w3.org/2000/svg"
# What would run, or ask for another file.
_REFUSED = frozenset(("script", "foreignobject", "iframe", "handler", "audio", "video", "a"))
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import", re.IGNORECASE)
_INSIDE = re.compile(r"(url\(\s*['\"]?#)")
_TITLE, _TEXT = "drawing-title", "drawing-text"
# Said by the page, or of no use in it.
_DROPPED = frozenset(("width", "height", "version"))


def inline_svg(picture: Picture, title: str, output: str, number: int = 0) -> str:
    """The drawing of a figure as an element with its title and the text for those who cannot see it.

    It has no prolog, metadata or size of its own. LayoutError where it is no SVG, or holds what would run or ask for
    another file: a picture of a study's own program is not trusted. From ``number`` 1 on its ids have that before them,
    so that several stand in one page.

    >>> svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" viewBox="0 0 9 9"><path d="M0 0"/></svg>'
    >>> inline_svg(Picture(b"", svg, 1, 1, "Two lines"), "Figure 1", "F-1").partition("<title")[2]
    ' id="drawing-title">Figure 1</title><desc id="drawing-text">Two lines</desc><path d="M0 0"></path></svg>'
    """
    copy = _Copy(title, picture.alt, output, f"page{number}-" if number else "")
    try:
        copy.parser.Parse(picture.svg or _around(picture), True)
    except expat.ExpatError as error:
        raise _unreadable(output, str(error)) from error
    return "".join(copy.made)


def _around(picture: Picture) -> bytes:
    """A drawing that holds the PNG of a figure, where that is all there is."""
    width, height = str(picture.width), str(picture.height)
    href = f"data:image/png;base64,{b64encode(picture.png).decode()}"
    image = _element("image", {"width": width, "height": height, "href": href})
    return _element("svg", {"xmlns": _SVG, "viewBox": f"0 0 {width} {height}"}, image).encode()


def _element(name: str, attributes: Mapping[str, str], inside: str = "") -> str:
    return f"{_start_tag(name, attributes)}{inside}</{name}>"


def _start_tag(name: str, attributes: Mapping[str, str]) -> str:
    return f"<{name}" + "".join(f' {key}="{escape(value)}"' for key, value in attributes.items()) + ">"


def _unreadable(output: str, found: str) -> LayoutError:
    what = "The picture of a figure cannot be read."
    return LayoutError(what, place=Place(file=output), expected="SVG", found=found)


class _Copy:
    """Copies an SVG element by element as its parser meets them, and refuses what must not stand in a page."""

    def __init__(self, title: str, text: str, output: str, before_ids: str) -> None:
        self.made: list[str] = []
        self._before_ids, self._ids = before_ids, (f"{before_ids}{_TITLE}", f"{before_ids}{_TEXT}")
        self._output, self._inside, self._skipped = output, [""], 0
        self._said = "".join(
            _element(name, {"id": of}, escape(each))
            for name, of, each in zip(("title", "desc"), self._ids, (title, text), strict=True)
        )
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._entity

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipped or name == "metadata":
            self._skipped += 1
            return
        root = len(self._inside) == 1
        if root and (name != "svg" or attributes.get("xmlns") != _SVG):
            raise _unreadable(self._output, f"<{name}>")
        self._check(name, attributes)
        if self._before_ids:
            attributes = {key: self._renamed(key, value) for key, value in attributes.items()}
        if root:
            attributes = {key: value for key, value in attributes.items() if key not in _DROPPED}
            attributes |= {"role": "img", "aria-labelledby": " ".join(self._ids)}
        self.made.append(_start_tag(name, attributes))
        self.made += [self._said] if root else []
        self._inside.append(name)

    def _renamed(self, key: str, value: str) -> str:
        """The value of an attribute, with the ids in it as they are in this page."""
        if key == "id":
            return self._before_ids + value
        if key.rpartition(":")[2] == "href" and value.startswith("#"):
            return f"#{self._before_ids}{value[1:]}"
        return _INSIDE.sub(rf"\1{self._before_ids}", value)

    def _end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        self._inside.pop()
        self.made.append(f"</{name}>")

    def _characters(self, text: str) -> None:
        if self._skipped:
            return
        if self._inside[-1].lower() == "style" and _OUTSIDE.search(text):
            raise self._refused("a style that loads a file")
        self.made.append(escape(text))

    def _entity(self, name: str, *_: object) -> None:
        raise self._refused(f"the entity {name}")

    def _check(self, name: str, attributes: dict[str, str]) -> None:
        """Refuse what would run or load something."""
        if name.lower().rpartition(":")[2] in _REFUSED:
            raise self._refused(f"<{name}>")
        for key, value in attributes.items():
            local = key.lower().rpartition(":")[2]
            outside = local == "href" and not value.startswith(("#", "data:image/png"))
            if local.startswith("on") or outside or _OUTSIDE.search(value):
                raise self._refused(f'{key}="{value[:60]}"')

    def _refused(self, found: str) -> LayoutError:
        what = "The picture of a figure holds what a page must not run or load."
        return LayoutError(what, place=Place(file=self._output), expected="shapes and texts", found=found)
