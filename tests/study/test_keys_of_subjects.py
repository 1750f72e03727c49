"""Keys of a derivation that looks at one subject have its USUBJID among them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.errors import SpecError
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ("{derive: ablfl, where: VISITNUM = 1, by: [PARAMCD]}", "PARAMCD"),
        ("{derive: ablfl, where: VISITNUM = 1, by: []}", "no variable"),
    ],
)
def test_keys_without_the_subject_are_refused(entry: str, found: str, study: Path, edit: Edit) -> None:
    """One baseline of all subjects, of each part of large data another one."""
    edit("adlb.yaml", "{derive: ablfl, where: VISITNUM = 1}", entry)
    with pytest.raises(SpecError, match="`by` does not name USUBJID") as caught:
        open_study(study)
    assert f"found:    {found}" in str(caught.value) and "dataset ADLB, variable ABLFL" in str(caught.value)


@pytest.mark.parametrize("by", ["[USUBJID]", "[PARAMCD, USUBJID]"])
def test_keys_with_the_subject(by: str, study: Path, edit: Edit) -> None:
    edit("adlb.yaml", "{derive: ablfl, where: VISITNUM = 1}", f"{{derive: ablfl, where: VISITNUM = 1, by: {by}}}")
    open_study(study)
