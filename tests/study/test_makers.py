"""Processes that make parts begin as copies of the run where they can; what they made is in the order of the parts."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any, cast

import pytest

from adamline.study.make import Part, PartMade
from adamline.study.makers import Processes, ThisProcess


def elsewhere(part: Any) -> Any:
    """What a process makes that was started anew."""
    return part, "started anew"


def made(parts: list[int]) -> list[Any]:
    loaded = {part: f"loaded {part}" for part in parts}  # which only this process has

    def here(part: Any) -> Any:
        return part, loaded[part], os.getpid()

    return Processes(2).made(cast("list[Part]", parts), cast("Any", here), elsewhere)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems start processes anew")
def test_a_worker_has_what_the_run_has_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)  # other tests may have left threads that wait
    found = made([3, 1, 2])
    assert [one[:2] for one in found] == [(3, "loaded 3"), (1, "loaded 1"), (2, "loaded 2")]
    assert os.getpid() not in {one[2] for one in found}


def test_a_run_with_threads_starts_its_workers_anew() -> None:
    """A thread that is not copied may hold a lock for ever."""
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        assert made([3, 1, 2]) == [(3, "started anew"), (1, "started anew"), (2, "started anew")]
    finally:
        end.set()
        thread.join()


def test_each_part_is_put_behind_the_one_before() -> None:
    class Told:
        def __init__(self, number: int, after: str = "") -> None:
            self.number, self.after = number, after

        def behind(self, made: Any) -> Told:
            return Told(self.number, f"behind {made}")

    here = cast("Any", lambda part: f"{part.number} {part.after}".strip())
    done = ThisProcess().made(cast("list[Part]", [Told(1), Told(2), Told(3)]), here, elsewhere)
    assert cast("list[PartMade]", done) == ["1", "2 behind 1", "3 behind 2 behind 1"]
