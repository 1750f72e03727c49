"""Decodes the bytes of a text of unknown encoding: the declared encoding first, then the fallback, else an error."""

from __future__ import annotations

from dataclasses import dataclass

from adamline.errors import DataError, FileFormatError, Place

_ASCII = bytes(range(128))


@dataclass(frozen=True)
class TextDecoder:
    """The declared encoding and, for texts that break it, the fallback.

    Both must agree with ASCII in the first 128 bytes, which all code pages of transport files do (EBCDIC and
    UTF-16 do not): DataError otherwise.
    """

    encoding: str = "ascii"
    fallback: str | None = None

    def __post_init__(self) -> None:
        """Refuse unknown encodings and those that do not contain ASCII."""
        for name in (self.encoding, self.fallback):
            if name is not None:
                check_encoding(name)

    def decode(self, raw: bytes, place: Place) -> str:
        """The text; FileFormatError that names the place and the first byte that no encoding takes.

        >>> TextDecoder("ascii", fallback="cp1252").decode("Sjögren".encode("cp1252"), Place())
        'Sjögren'
        """
        try:
            return raw.decode(self.encoding)
        except UnicodeDecodeError as error:
            fault = error
        if self.fallback is not None:
            try:
                return raw.decode(self.fallback)
            except UnicodeDecodeError as error:
                fault = error
        tried = self.encoding if self.fallback is None else f"{self.encoding} or {self.fallback}"
        raise FileFormatError(
            f"A text is not {tried}.",
            place=place,
            expected=f"text in {tried}",
            found=f"byte 0x{raw[fault.start]:02X} at position {fault.start + 1} of {raw!r}",
            hint="name the file's encoding, such as cp1252 (SAS on Windows) or utf-8: --encoding on the command line, "
            "encoding= or fallback= in Python",
        )


def check_encoding(name: str) -> None:
    """DataError for an encoding that Python does not know or that does not contain ASCII."""
    try:
        agrees = _ASCII.decode(name) == _ASCII.decode("ascii")
    except (LookupError, UnicodeError):
        agrees = False
    if not agrees:
        raise DataError(
            f"{name!r} is no encoding for SAS transport files.",
            expected="an encoding that contains ASCII",
            hint="for example ascii, cp1252, latin-1, utf-8",
        )
