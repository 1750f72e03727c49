"""Who makes the parts of a dataset where no processes beside this one do: itself, or a cluster (see `cluster`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from adamline.study.part import Part, PartMade

    Make: TypeAlias = Callable[[Part], PartMade]


class Makers(Protocol):
    """Whoever makes the parts of a dataset, and nothing beside it."""

    def made(self, parts: Sequence[Part], here: Make, elsewhere: Make) -> Iterator[PartMade]:
        """What was made of each of ``parts``, in their order; the error of the first of them that has one.

        ``here`` makes one in this process, ``elsewhere`` in any other that has adamline and sees the same files.
        """
        ...


class ThisProcess:
    """One part after the other, in this process.

    The records of each go behind those of the one before, so that none are copied when the parts are joined.
    """

    def made(self, parts: Sequence[Part], here: Make, elsewhere: Make) -> Iterator[PartMade]:
        """See `Makers`."""
        done: PartMade | None = None
        for part in parts:
            done = here(part.behind(done) if done else part)
            yield done
