"""Confirmation of a response by a later assessment, with what may lie between, by RECIST 1.1."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from adamline.derive._codes import NO_RECORD, Bools, Ints
from adamline.derive.response._assessments import CR, NE, NON_CR_PD, PD, PR, SD, Assessments

AfterCR = Literal["progression", "response"]


@dataclass(frozen=True)
class Confirmation:
    """What confirms a response: how many days later, at most how many, and how many NE, SD may lie between."""

    days: int
    within: int | None
    max_ne: int
    max_sd: int

    def of_cr(self, given: Assessments) -> Bools:
        """The CRs that a later CR confirms, with nothing but CR and NE between."""
        return self._confirmed(given, [CR], max_sd=0)

    def of_pr(self, given: Assessments) -> Bools:
        """The PRs that a later PR or CR confirms, with nothing but these, NE and SD between."""
        return self._confirmed(given, [PR, CR], max_sd=self.max_sd)

    def _confirmed(self, given: Assessments, by: list[int], *, max_sd: int) -> Bools:
        """The assessments of the first response of ``by`` that one of ``by`` confirms.

        Step k compares each response that is still open with the k-th assessment after it.
        """
        found = np.zeros(len(given.row), dtype=bool)
        at = np.flatnonzero(given.is_any(by[0]))
        between: dict[int, Ints] = {NE: np.zeros_like(at), SD: np.zeros_like(at)}
        step = 0
        while len(at):
            step += 1
            later = np.minimum(at + step, len(given.row) - 1)
            is_open = (at + step == later) & (given.subject[later] == given.subject[at])
            gap, response = given.day[later] - given.day[at], given.response[later]
            responds = np.isin(response, by)
            if self.within is not None:
                is_open &= gap <= self.within
            found[at[is_open & responds & (gap >= self.days)]] = True
            for kind, count in between.items():
                count += response == kind
            is_open &= ~found[at] & (responds | (response == NE) | (response == SD))
            is_open &= (between[NE] <= self.max_ne) & (between[SD] <= max_sd)
            at, between = at[is_open], {kind: count[is_open] for kind, count in between.items()}
        return found


def disease_after_cr(given: Assessments) -> Ints:
    """The place of each subject's first PR, SD or NON-CR/NON-PD after a CR, -1 for none: disease is there again."""
    is_after = given.is_after(given.first(given.is_any(CR)))
    return given.first(is_after & given.is_any(PR, SD, NON_CR_PD))


def read_after_cr(given: Assessments, confirmation: Confirmation, rule: AfterCR) -> Assessments:
    """The assessments with disease after a CR read as progression, which ends them.

    With "response" a CR that is followed by PR, with nothing but CR and NE between, first becomes a PR: it was none.
    Not so where a CR before that PR is confirmed.
    """
    if rule == "response":
        given = _without_doubtful_cr(given, confirmation.of_cr(given))
    again = disease_after_cr(given)
    response = given.response.copy()
    response[again[again != NO_RECORD]] = PD
    return replace(given, response=response).until_progression()


def _without_doubtful_cr(given: Assessments, confirmed: Bools) -> Assessments:
    number = np.arange(len(given.row))
    # The next assessment that is neither CR nor NE, whoever's it is.
    is_other = ~given.is_any(CR, NE)
    following = np.minimum.accumulate(np.where(is_other, number, len(number))[::-1])[::-1]
    at = np.minimum(following, len(number) - 1)
    is_followed = (following == at) & (given.subject[at] == given.subject) & (given.response[at] == PR)
    first = given.first(confirmed)[given.subject]
    is_established = (first != NO_RECORD) & (first < following)
    doubtful = given.is_any(CR) & is_followed & ~is_established
    return replace(given, response=np.where(doubtful, PR, given.response))
