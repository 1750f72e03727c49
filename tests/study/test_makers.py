"""In one process each part of a dataset is made behind the one before."""

from __future__ import annotations

from typing import Any, cast

from adamline.study.makers import ThisProcess
from adamline.study.part import Part, PartMade


def test_each_part_is_put_behind_the_one_before() -> None:
    class Told:
        def __init__(self, number: int, after: str = "") -> None:
            self.number, self.after = number, after

        def behind(self, made: Any) -> Told:
            return Told(self.number, f"behind {made}")

    here = cast("Any", lambda part: f"{part.number} {part.after}".strip())
    done = list(ThisProcess().made(cast("list[Part]", [Told(1), Told(2), Told(3)]), here, here))
    assert cast("list[PartMade]", done) == ["1", "2 behind 1", "3 behind 2 behind 1"]
