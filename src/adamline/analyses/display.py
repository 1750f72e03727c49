"""How counts, per cents and p-values are displayed: decimals, and what stands for numbers beyond them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field

from adamline.analyses.options import OptionsModel
from adamline.errors import DataError
from adamline.standards.rounding import format_number

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

# Shown where a comparison has no p-value: a group has too few values, or nothing differs.
NOT_ESTIMABLE = "NE"


class PercentRule(OptionsModel):
    """Per cents: their decimals; with ``bounds`` what rounds to 0 or 100 and is not is shown as `<0.1` and `>99.9`.

    Beside a count of 0 there is none unless ``of_zero``.
    """

    decimals: Annotated[int, Field(ge=0, le=6)] = 1
    bounds: bool = False
    of_zero: bool = False


class PValueRule(OptionsModel):
    """P-values: their decimals; one below the least that they show is `<0.001`, with ``upper`` one above `>0.999`."""

    decimals: Annotated[int, Field(ge=1, le=6)] = 3
    upper: bool = False


class Display(OptionsModel):
    """The display policy of an output: per cents, p-values, and the text of a cell that counts nobody."""

    percent: PercentRule = PercentRule()
    p: PValueRule = PValueRule()
    zero: str = "0"


def level_text(level: float) -> str:
    """A confidence level in per cent, with all its digits.

    >>> level_text(0.95), level_text(0.975), level_text(0.9999)
    ('95%', '97.5%', '99.99%')
    """
    return f"{(Decimal(repr(level)) * 100).normalize():f}%"


def percents(n: npt.ArrayLike, of: npt.ArrayLike, rule: PercentRule = PercentRule()) -> tuple[Floats, Texts]:  # noqa: B008 - frozen
    """What per cent counts are of others, and the texts, rounded once, half away from zero; none of 0 is missing.

    The text of a missing per cent is blank, and by the rule that of 0.

    >>> raw, texts = percents([12, 16, 1, 0], [105, 104, 16, 0])
    >>> raw.tolist(), texts.tolist()
    ([11.428571428571429, 15.384615384615385, 6.25, nan], ['11.4', '15.4', '6.3', ''])
    >>> percents([1, 9999, 0], 10000, PercentRule(bounds=True))[1].tolist()
    ['<0.1', '>99.9', '']
    """
    counts, totals = np.asarray(n, dtype=np.float64), np.asarray(of, dtype=np.float64)
    # Times 100 first: the product is exact, so the quotient is the double nearest to the fraction.
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(totals > 0, counts * 100 / totals, np.nan)
    texts = format_number(values, rule.decimals)
    if rule.bounds:
        least, most = _bounds(rule.decimals, whole=100)
        texts[(values > 0) & (values < float(least))] = f"<{least}"
        texts[(values < 100) & (values > float(most))] = f">{most}"
    if not rule.of_zero:
        texts[np.broadcast_to(counts, values.shape) == 0] = ""
    return values, texts


def p_value_texts(p: npt.ArrayLike, rule: PValueRule = PValueRule()) -> Texts:  # noqa: B008 - frozen
    """Texts of p-values: rounded once, half away from zero; an array of ``str``.

    A p-value below the least that the decimals can show is `<0.001`, also where it would round to it; with ``upper``
    one above the most is `>0.999`, else it is `1.000`. A missing one (NaN) is "NE". DataError outside 0 to 1.

    Source: the PVALUEw.d format of SAS, with a leading zero.

    >>> p_value_texts([0.0285, 0.0009999, 0.001, 0.9996, float("nan")]).tolist()
    ['0.029', '<0.001', '0.001', '1.000', 'NE']
    """
    numbers = np.asarray(p, dtype=np.float64)
    outside = (numbers < 0) | (numbers > 1)
    if outside.any():
        raise DataError("A p-value lies between 0 and 1.", found=repr(float(numbers[outside][0])))
    least, most = _bounds(rule.decimals, whole=1)
    texts = format_number(numbers, rule.decimals, NOT_ESTIMABLE)
    texts[numbers < float(least)] = f"<{least}"
    if rule.upper:
        texts[numbers > float(most)] = f">{most}"
    return texts


def _bounds(decimals: int, whole: int) -> tuple[str, str]:
    """The least and the most that so many decimals can show inside 0 to ``whole``."""
    if decimals == 0:
        return "1", str(whole - 1)
    return f"0.{'0' * (decimals - 1)}1", f"{whole - 1}.{'9' * decimals}"
