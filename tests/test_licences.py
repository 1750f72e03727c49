"""What adamline needs at run time carries a licence that lets a company ship it: declared, and not GPL or AGPL."""

from __future__ import annotations

import re
from email.message import Message
from importlib.metadata import metadata, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# LGPL and the linking exceptions of compiler run-time libraries do not reach our code.
COPYLEFT = re.compile(r"(?<!L)GPL|GNU (?:Affero )?General Public|Affero", re.IGNORECASE)


def run_time_closure(root: str = "adamline[demo]") -> set[str]:
    """The distributions that ``root`` needs on this machine, with all that they need."""
    seen: set[tuple[str, str]] = set()
    waiting = [Requirement(root)]
    while waiting:
        requirement = waiting.pop()
        for extra in ("", *requirement.extras):
            node = (canonicalize_name(requirement.name), extra)
            if node in seen:
                continue
            seen.add(node)
            needed = map(Requirement, requires(requirement.name) or [])
            waiting += [need for need in needed if need.marker is None or need.marker.evaluate({"extra": extra})]
    return {name for name, _ in seen}


def declared_licence(about: Message) -> str:
    """The licence by the surest statement there is: SPDX expression, else classifiers, else a one-line text.

    The long texts that some wheels put into `License` also quote licences of bundled compiler libraries.
    """
    classifiers = [text for text in about.get_all("Classifier") or [] if text.startswith("License ::")]
    text = (about.get("License") or "").strip()
    return about.get("License-Expression") or "; ".join(classifiers) or text.partition("\n")[0]


def is_fit(licence: str) -> bool:
    """Whether a licence is declared and asks nothing of the code that uses it."""
    return licence not in ("", "UNKNOWN") and COPYLEFT.search(licence) is None


def test_closure_reaches_what_is_needed_indirectly() -> None:
    closure = run_time_closure()
    assert {"pandas", "lxml", "markupsafe", "pydantic-core", "polars"} <= closure  # lxml through python-docx
    assert not {"pytest", "mypy", "ruff", "hypothesis"} & closure


def test_run_time_licences() -> None:
    licences = {name: declared_licence(metadata(name)) for name in run_time_closure()}  # type: ignore[arg-type]
    unfit = {name: licence for name, licence in licences.items() if not is_fit(licence)}
    assert not unfit


@pytest.mark.parametrize(
    ("licence", "fit"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND Zlib", True),
        ("LGPL-2.1-or-later", True),
        ("MPL-2.0", True),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("GPLv2", False),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", False),
        ("License :: OSI Approved :: GNU Affero General Public License v3", False),
        ("UNKNOWN", False),
        ("", False),
    ],
)
def test_which_licences_are_fit(licence: str, fit: bool) -> None:
    assert is_fit(licence) is fit
