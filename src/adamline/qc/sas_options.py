"""Reads options as PROC COMPARE takes them, such as ``METHOD=ABSOLUTE CRITERION=1E-8 LISTALL``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from adamline.io.number_text import A_NUMBER, number_of
from adamline.qc.options import CompareOptions, Method
from adamline.qc.report.listing_options import ListingOptions, parse_listing_options
from adamline.qc.sysinfo import CompareError

_METHOD = re.compile(r"(\w+)(?:\((.*)\))?$")
# Blanks that SAS allows inside one option.
_TIGHT = re.compile(r"\s*([=,(])\s*|\s+(?=\))")
_FLAGS = {
    "NOMISSING": ("nomissbase", "nomisscomp"),
    "NOMISS": ("nomissbase", "nomisscomp"),
    "NOMISSBASE": ("nomissbase",),
    "NOMISSCOMP": ("nomisscomp",),
    "NOTSORTED": ("notsorted",),
}


def parse_sas_options(text: str, options: CompareOptions) -> tuple[CompareOptions, ListingOptions]:
    """The options with those of the text put in, and what the report lists.

    Known are METHOD= (with a delta, as in ``RELATIVE(0.1)``), CRITERION=, NOMISSING, NOMISSBASE, NOMISSCOMP, NOTSORTED
    and all words of `parse_listing_options`; capitals and small letters are one. CompareError for any other.

    >>> options, listing = parse_sas_options("method=absolute criterion=1e-8 stats", CompareOptions(id="USUBJID"))
    >>> options.method, options.criterion, options.id, sorted(listing.lists)
    (<Method.ABSOLUTE: 'ABSOLUTE'>, 1e-08, ('USUBJID',), [<Lists.STATS: 'STATS'>])
    """
    fields: dict[str, Any] = {}
    rest = []
    for word in _TIGHT.sub(r"\1", text).split():
        name, is_set, value = word.upper().partition("=")
        if name == "METHOD" and is_set:
            fields |= _method(value)
        elif name == "CRITERION" and is_set:
            fields["criterion"] = _number(name, value)
        elif word.upper() in _FLAGS:
            fields |= dict.fromkeys(_FLAGS[word.upper()], True)
        else:
            rest.append(word)
    listing = parse_listing_options(" ".join(rest))
    return (replace(options, **fields) if fields else options), listing


def _method(value: str) -> dict[str, Any]:
    found = _METHOD.match(value)
    if found is None or found[1] not in Method.__members__ or (found[2] and found[1] != Method.RELATIVE):
        expected = ", ".join(Method)
        raise CompareError("METHOD= is not one of the methods.", expected=f"{expected}; RELATIVE(delta)", found=value)
    delta = {"delta": _number("delta", found[2])} if found[2] else {}
    return {"method": Method[found[1]], **delta}


def _number(name: str, value: str) -> float:
    try:
        return number_of(value)
    except ValueError:
        raise CompareError(f"{name} is not a number.", expected=A_NUMBER, found=value) from None
