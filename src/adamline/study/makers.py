"""Who makes the parts of a dataset: this process, processes beside it, or a cluster (`adamline.study.cluster`)."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from adamline.errors import AdamlineError

if TYPE_CHECKING:
    from adamline.study.make import Part, PartMade

    Make: TypeAlias = Callable[[Part], PartMade]


class Makers(Protocol):
    """Whoever makes the parts of a dataset."""

    def made(self, parts: Sequence[Part], here: Make, elsewhere: Make) -> list[PartMade]:
        """What was made of each of ``parts``, in their order; the error of the first of them that has one.

        ``here`` makes one in this process or a copy of it, ``elsewhere`` in any other that has adamline and sees the
        same files.
        """
        ...


class ThisProcess:
    """One part after the other, in this process.

    The records of each go behind those of the one before, so that none are copied when the parts are joined.
    """

    def made(self, parts: Sequence[Part], here: Make, elsewhere: Make) -> list[PartMade]:
        """See `Makers`."""
        done: list[PartMade] = []
        for part in parts:
            done.append(here(part.behind(done[-1]) if done else part))
        return done


@dataclass(frozen=True)
class Processes:
    """So many processes, started for the parts of one dataset."""

    count: int

    def made(self, parts: Sequence[Part], here: Make, elsewhere: Make) -> list[PartMade]:
        """See `Makers`."""
        forks = _can_fork()
        # By a fork they begin with all that is loaded here, the study too; others begin with nothing.
        context = multiprocessing.get_context("fork" if forks else "spawn")
        count = min(self.count, len(parts))
        make = here if forks else elsewhere
        with worker_pool(count, context, (_begin, make), "its part was") as pool:
            return list(pool.map(_make, parts))


@contextmanager
def worker_pool(
    count: int, context: BaseContext, begin: tuple[Callable[[Any], None], Any], what: str
) -> Iterator[ProcessPoolExecutor]:
    """So many processes, which ``begin`` with a function and what it is given; what waits is cancelled by an error.

    AdamlineError where one ends before ``what`` it was to do is made.
    """
    function, given = begin
    with ProcessPoolExecutor(count, context, initializer=function, initargs=(given,)) as pool:
        try:
            yield pool
        except BrokenProcessPool as error:
            raise AdamlineError(
                f"A worker ended before {what} made: it was killed, or the memory did not suffice.",
                found=str(error),
                hint="fewer workers need less memory",
            ) from error
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _can_fork() -> bool:
    """Whether a copy of this process is sure to go on: on Linux, where no thread that is not copied may hold a lock."""
    return sys.platform == "linux" and threading.active_count() == 1


# What makes a part in a process that `Processes` has started.
_making: list[Callable[[Part], PartMade]] = []


def _begin(make: Callable[[Part], PartMade]) -> None:
    end_with_parent()
    _making[:] = [make]


def _make(part: Part) -> PartMade:
    return _making[0](part)


def workers_of(count: int) -> Makers:
    """So many processes; of one, this process itself."""
    return ThisProcess() if count == 1 else Processes(count)


def end_with_parent() -> None:
    """Let this process end when the one that started it does, however that ends.

    A worker waits for work at a pipe whose other end it holds itself, and would wait for ever.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:

        def watch() -> None:
            multiprocessing.connection.wait([parent.sentinel])
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
