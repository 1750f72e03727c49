"""Scores what names causes: planted cases answered with their causes and no others, and controls given a cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from planter.case import Case, Cause, Causes

NEEDED_OF_A_KIND = 0.8
NEEDED_OF_ALL = 0.9
ALLOWED_OF_CONTROLS = 0.02


# The causes that were named, by variable.
Answer = Mapping[str, Causes]


@dataclass(frozen=True)
class Outcome:
    """One case and its answer; ``found`` are the causes named for the planted variable, of a control those of any."""

    name: str
    dataset: str
    variable: str
    details: str
    truth: Causes
    found: Causes
    is_right: bool


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    right: int
    total: int

    @property
    def value(self) -> float:
        """The share; 1 of none."""
        return self.right / self.total if self.total else 1.0

    def __str__(self) -> str:
        return f"{self.right:4d} of {self.total:4d}  {self.value:6.1%}"


@dataclass(frozen=True)
class Score:
    """The outcomes of all cases."""

    outcomes: tuple[Outcome, ...]

    def alone(self, cause: Cause) -> Share:
        """Right answers where this is the only cause."""
        return self._share(lambda outcome: outcome.truth == {cause})

    def of_kind(self, cause: Cause) -> Share:
        """Right answers where this is the only cause or one of two."""
        return self._share(lambda outcome: cause in outcome.truth)

    @property
    def mixed(self) -> Share:
        """Right answers where there are two causes."""
        return self._share(lambda outcome: len(outcome.truth) == 2)

    @property
    def planted(self) -> Share:
        """Right answers where there are causes."""
        return self._share(lambda outcome: bool(outcome.truth))

    @property
    def controls_named(self) -> Share:
        """Controls for which a cause is named."""
        controls = [outcome for outcome in self.outcomes if not outcome.truth]
        return Share(sum(not outcome.is_right for outcome in controls), len(controls))

    @property
    def is_enough(self) -> bool:
        """Each kind at least 80 %, alone and in all; all planted at least 90 %; at most 2 % of the controls."""
        kinds = [share.value for cause in Cause for share in (self.alone(cause), self.of_kind(cause))]
        return (
            min(kinds) >= NEEDED_OF_A_KIND
            and self.planted.value >= NEEDED_OF_ALL
            and self.controls_named.value <= ALLOWED_OF_CONTROLS
        )

    @property
    def wrong(self) -> tuple[Outcome, ...]:
        """Wrong answers."""
        return tuple(outcome for outcome in self.outcomes if not outcome.is_right)

    def __str__(self) -> str:
        lines = [f"{'':12}{'alone':>22}{'alone or one of two':>24}"]
        lines += [f"{cause:12}{self.alone(cause)!s:>22}{self.of_kind(cause)!s:>24}" for cause in Cause]
        lines += ["", f"two causes               {self.mixed}", f"all planted              {self.planted}"]
        lines += [f"controls given a cause   {self.controls_named}"]
        return "\n".join(lines)

    def _share(self, chosen: Callable[[Outcome], bool]) -> Share:
        some = [outcome for outcome in self.outcomes if chosen(outcome)]
        return Share(sum(outcome.is_right for outcome in some), len(some))


def score(cases: Iterable[Case], answer: Callable[[Case], Answer]) -> Score:
    """Ask for the causes of each case and judge them."""
    return Score(tuple(_outcome(case, answer(case)) for case in cases))


def _outcome(case: Case, answer: Answer) -> Outcome:
    if case.truth:
        found = answer.get(case.variable, frozenset())
        is_right = found == case.truth or found in case.also_right
    else:
        found = frozenset().union(*answer.values())
        is_right = not found
    return Outcome(case.name, case.dataset, case.variable, case.details, case.truth, found, is_right)


def answer_of_adamline(case: Case) -> Answer:
    """The causes that the product names for the case."""
    from adamline.qc import CompareOptions, causes, compare

    named: dict[str, set[Cause]] = {}
    for cause in causes.find_causes(compare(case.base, case.compare, CompareOptions(id=case.keys))):
        named.setdefault(cause.variable, set()).add(Cause(cause.kind))
    return {variable: frozenset(kinds) for variable, kinds in named.items()}
