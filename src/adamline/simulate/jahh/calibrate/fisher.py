"""Fisher's exact test of a 2 x 2 table by whole numbers."""

from __future__ import annotations

from math import comb

# Tables as likely as the one observed count, though their probabilities may differ in the last place; so SAS and R.
_AS_LIKELY = 1 + 1e-7


def fisher_p(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Two-sided p of responders and others in two groups: the probability of the tables no likelier than this.

    >>> round(fisher_p((3, 1), (1, 3)), 4)
    0.4857
    """
    n1, n2, responders = sum(first), sum(second), first[0] + second[0]
    ways = [comb(n1, k) * comb(n2, responders - k) for k in range(min(n1, responders) + 1) if responders - k <= n2]
    observed = comb(n1, first[0]) * comb(n2, second[0])
    return sum(way for way in ways if way <= observed * _AS_LIKELY) / sum(ways)
