"""The front of a pack: which page each output begins on, worked out by hand."""

from __future__ import annotations

import pytest

from adamline.errors import LayoutError
from adamline.tlf.front import Cover, Listed, plan_front
from adamline.tlf.layout import PageSetup

COVER = Cover("A Study", ("MINI",))
# Room of 480 pt: less a heading of 14 pt (16.8) and a free line (12), 451.2 pt. A group takes 6 + 12, an entry 12.
PAGE = PageSetup(height=480 / 72 + 1.75)


def listed(count: int, group: str = "Tables", pages: int = 2, title: str = "Table") -> list[Listed]:
    return [Listed(group, f"{title} {n}", f"{group}_{n}", pages) for n in range(count)]


def shown(outputs: list[Listed]) -> list[list[str]]:
    front = plan_front(COVER, outputs, PAGE)
    return [[entry.lines[0] + (f" {entry.page}" if entry.page else "") for entry in page] for page in front.contents]


def test_outputs_begin_behind_cover_and_contents_each_after_the_pages_of_the_one_before() -> None:
    assert shown([*listed(2), *listed(1, "Figures", title="Figure"), *listed(1, "Listings", 5, "Listing")]) == [
        ["Tables", "Table 0 3", "Table 1 5", "Figures", "Figure 0 7", "Listings", "Listing 0 9"]
    ]


def test_a_page_of_contents_more_moves_all_outputs() -> None:
    # (451.2 - 18) / 12 = 36.1: 36 entries fill a page.
    assert [len(page) for page in shown(listed(36))] == [37]
    pages = shown(listed(37))
    assert [len(page) for page in pages] == [37, 2]
    assert pages[0][:2] == ["Tables", "Table 0 4"]
    assert pages[1] == ["Tables (continued)", "Table 36 76"]


def test_the_heading_of_a_group_does_not_end_a_page() -> None:
    # 34 tables leave 25.2 pt of the first page: a heading of 18, and no entry of 12 with it.
    pages = shown([*listed(34), *listed(1, "Figures", title="Figure")])
    assert [page[-1] for page in pages] == ["Table 33 70", "Figure 0 72"]
    assert pages[1][0] == "Figures"


def test_a_long_title_takes_lines_beside_its_number() -> None:
    (page,) = plan_front(COVER, [Listed("Tables", "Word " * 60, "T_1", 1)], PAGE).contents
    assert len(page[1].lines) == 3
    assert "".join(page[1].lines) == "Word " * 60


@pytest.mark.parametrize(
    ("cover", "title", "what"),
    [
        (Cover("A very long title " * 200, ()), "Table", "do not fit its page"),
        (Cover("A\x07title", ()), "Table", "control character"),
        (COVER, "A\x07title", "control character"),
    ],
)
def test_what_cannot_stand_on_the_front_is_an_error(cover: Cover, title: str, what: str) -> None:
    with pytest.raises(LayoutError, match=what):
        plan_front(cover, [Listed("Tables", title, "T_1", 1)], PAGE)
