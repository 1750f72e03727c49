"""Paginate: cuts a layout into pages, after every text is wrapped, so that each page is known before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from adamline.errors import LayoutError, Place
from adamline.tlf.cells import INDENT_STEP, check_text, inner_width, set_body
from adamline.tlf.frame import CONTINUED, picture_size, set_frame
from adamline.tlf.layout import Layout, Row
from adamline.tlf.metrics import Metrics
from adamline.tlf.pages import BLANK, Cell, Frame, Page, PageRow, Paginated, RowKind
