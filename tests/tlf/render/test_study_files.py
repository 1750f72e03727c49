"""What a study brings for its pages, templates and a base document, is not trusted, and its faults are named."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from adamline.errors import FileFormatError, LayoutError
from adamline.tlf.layout import Column, Layout, Row
from adamline.tlf.paginate import paginate
from adamline.tlf.render.docx import render_docx

OWN = Path(__file__).resolve().parents[3] / "templates"


def written(templates: Path) -> bytes:
    target = io.BytesIO()
    layout = LAYOUT()
    render_docx([paginate(layout)], target, [templates])
    return target.getvalue()
