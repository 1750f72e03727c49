"""Zip: the bytes depend on the parts alone."""

from __future__ import annotations

import io
import zipfile

from adamline.tlf.render._zip import write_zip


def zipped(parts: dict[str, object]) -> bytes:
    target = io.BytesIO()
    write_zip(target, parts)  # type: ignore[arg-type]
    return target.getvalue()


def test_order_of_parts_does_not_matter_and_each_is_read_back() -> None:
    one = zipped({"word/b.xml": b"b" * 999, "[Content_Types].xml": b"c", "_rels/.rels": b"r"})
    two = zipped({"_rels/.rels": b"r", "[Content_Types].xml": b"c", "word/b.xml": b"b" * 999})
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert archive.namelist() == ["[Content_Types].xml", "_rels/.rels", "word/b.xml"]
        assert archive.read("word/b.xml") == b"b" * 999
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_a_part_in_pieces_is_one_part() -> None:
    content = zipped({"a": iter([b"x", b"", b"yz"])})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("a") == b"xyz"
