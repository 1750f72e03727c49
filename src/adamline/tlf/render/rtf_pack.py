"""Renders outputs as one RTF document with a cover and contents, the same bytes for the same pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from adamline.tlf.front import Cover
from adamline.tlf.render._rtf_document import RtfDocument, write_rtf
from adamline.tlf.render.pack import Group, plan_pack


def render_rtf_pack(cover: Cover, groups: Sequence[Group], target: BinaryIO) -> None:
    """Write the outputs of all groups, in this order, as one RTF document.

    Cover, contents with a link to each output and the page where it begins, and pages are those of `render_pack` in
    the fixed form; the foot of each page has its number in the whole. Outputs are asked for their pages one after the
    other, and none is kept. Nothing depends on clock, user, host or folder.

    ValueError where there is no output.
    """
    outputs, front = plan_pack(cover, groups)
    write_rtf(RtfDocument(outputs, cover.title, outputs[0].layout.study, front), target)
