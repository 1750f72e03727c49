"""Says what a file looks like from its first bytes, for messages about files that are not what their name says."""

from __future__ import annotations

from typing import Final

_SIGNATURES: Final = (
    (b"HEADER RECORD*******LIBV8", "a SAS transport file of version 8"),
    (b"HEADER RECORD*******LIBRARY", "a SAS transport file of version 5"),
    (b"**COMPRESSED**", "a SAS transport file made by PROC CPORT"),
    (bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011"), "a SAS dataset (.sas7bdat)"),
    (b"PK\x03\x04", "a zip archive (or a Word or Excel file)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself"),
    (b"<?xml", "an XML document"),
    (b"{", "a JSON document"),
    (b"[", "a JSON document"),
)


def describe_content(head: bytes) -> str:
    """What the first bytes of a file look like, in a few words.

    >>> describe_content(b"<!DOCTYPE html><html>")
    'an HTML page'
    >>> describe_content(b"STUDYID,USUBJID")
    "text that begins 'STUDYID,USUBJID'"
    """
    if not head:
        return "an empty file"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:9].lower() == b"<!doctype" or text[:5].lower() == b"<html":
        return "an HTML page"
    for signature, name in _SIGNATURES:
        if head.startswith(signature) or text.startswith(signature):
            return name
    if not head.strip(b"\0"):
        return "zero bytes only"
    if all(byte >= 32 or byte in b"\t\r\n" for byte in head[:40]) and head[:40].isascii():
        return f"text that begins {head[:40].decode('ascii')!r}"
    return f"bytes that begin {head[:8].hex(' ')}"
