"""Converts IEEE doubles to the IBM System/360 numbers of SAS transport files, and back."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.int8]

# The 27 special missing values, in SAS's order: ._ then .A to .Z. A code is a position here; -1 is no special missing.
SPECIAL_MISSINGS: Final = "_ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NUMBER_BYTES: Final = 8
SHORTEST_NUMBER: Final = 2

_FRACTION: Final = np.uint64(0x00FF_FFFF_FFFF_FFFF)
_SIGN: Final = np.uint64(1 << 63)
_ORDINARY_MISSING: Final = np.uint64(ord(".") << 56)
# Biased IEEE exponents whose values an IBM number holds: 16**-65 (5.4e-79) up to, not including, 16**63 (7.2e75).
_LOWEST_EXPONENT: Final = 763
_HIGHEST_EXPONENT: Final = 1274


def _scales() -> Floats:
    """By first byte (sign and exponent, base 16, excess 64): what to multiply the 56-bit whole-number fraction with."""
    exponent = (np.arange(256) & 0x7F) - 64
    sign = np.where(np.arange(256) < 128, 1.0, -1.0)
    return np.asarray(sign * np.ldexp(1.0, 4 * exponent - 56), dtype=np.float64)


def _missing_codes() -> Codes:
    """By first byte, for a number of which all other bytes are zero: -2 a number, -1 ordinary missing, else special."""
    codes = np.full(256, -2, dtype=np.int8)
    codes[ord(".")] = -1
    for code, letter in enumerate(SPECIAL_MISSINGS):
        codes[ord(letter)] = code
    return codes


_SCALE: Final = _scales()
_MISSING_CODE: Final = _missing_codes()


def overflows(values: Floats) -> npt.NDArray[np.bool_]:
    """Where a value is too large for an IBM number: infinite, or 16**63 (about 7.237e75) and more in magnitude."""
    return np.asarray(np.abs(values) >= 16.0**63)


def underflows(values: Floats) -> npt.NDArray[np.bool_]:
    """Where a value other than zero is too small (under 16**-65, about 5.4e-79) and is written as 0, as SAS does."""
    return np.asarray((np.abs(values) < 16.0**-65) & (values != 0))


def to_ibm(values: Floats, missing: Codes | None = None) -> Words:
    """IBM numbers as 64-bit words, the sign in the highest bit.

    The 53 significant bits of a double always fit into the 56 of an IBM number, so the value is exact. NaN gives
    ordinary missing, or the special missing that ``missing`` (codes into ``SPECIAL_MISSINGS``, -1 for none) names;
    values that underflow give 0, and so does -0. The caller refuses values that overflow. Source: TS-140.

    >>> [f"{word:016x}" for word in to_ibm(np.array([1.0, -118.625, np.nan]))]
    ['4110000000000000', 'c276a00000000000', '2e00000000000000']
    """
    bits = np.ascontiguousarray(values, dtype=np.float64).view(np.uint64)
    exponent = (bits >> np.uint64(52)) & np.uint64(0x7FF)
    # IBM counts in powers of 16: the fraction moves left by 0 to 3 bits, never right, so that no bit falls off.
    fraction = (bits & np.uint64((1 << 52) - 1)) | np.uint64(1 << 52)
    fraction <<= (exponent + np.uint64(1)) & np.uint64(3)
    words: Words = (
        (bits & _SIGN) | (((exponent - np.uint64(_LOWEST_EXPONENT)) >> np.uint64(2)) << np.uint64(56)) | fraction
    )
    usual = (exponent >= np.uint64(_LOWEST_EXPONENT)) & (exponent <= np.uint64(_HIGHEST_EXPONENT))
    if not usual.all():
        nan = np.isnan(values)
        words[~usual] = 0
        words[nan] = _ORDINARY_MISSING
        if missing is not None:
            special = nan & (missing >= 0)
            first = np.frombuffer(SPECIAL_MISSINGS.encode("ascii"), dtype=np.uint8).astype(np.uint64)
            words[special] = first[missing[special]] << np.uint64(56)
    return words


def from_ibm(words: Words) -> tuple[Floats, Codes | None]:
    """Doubles, NaN where missing, and the codes of special missings (None when there are none).

    A fraction of more than 53 bits, which only other programs than SAS on IEEE machines write, is rounded to the
    nearest double, ties to even. A zero fraction is missing if the first byte is ``.``, ``_`` or ``A`` to ``Z``.

    >>> values, missing = from_ibm(np.array([0x4110000000000000, 0x4100000000000000], dtype=np.uint64))
    >>> values.tolist(), missing.tolist()
    ([1.0, nan], [-1, 1])
    """
    first = (words >> np.uint64(56)).view(np.int64)
    fraction = (words & _FRACTION).view(np.int64)
    values = fraction.astype(np.float64)
    values *= _SCALE[first]
    is_zero = fraction == 0
    if not is_zero.any():
        return values, None
    where = np.flatnonzero(is_zero & (first != 0))
    if not len(where):
        return values, None
    kinds = _MISSING_CODE[first[where]]
    values[where] = np.where(kinds == -2, 0.0, np.nan)
    if not (kinds >= 0).any():
        return values, None
    codes = np.full(len(words), -1, dtype=np.int8)
    codes[where] = np.maximum(kinds, -1)
    return values, codes


def words_of(numbers: Bytes) -> Words:
    """Words from rows of 2 to 8 bytes; the bytes that a shorter number lacks are zero."""
    count, length = numbers.shape
    if length == NUMBER_BYTES:
        return np.asarray(np.ascontiguousarray(numbers).view(">u8").ravel().astype(np.uint64))
    padded = np.zeros((count, NUMBER_BYTES), dtype=np.uint8)
    padded[:, :length] = numbers
    return np.asarray(padded.view(">u8").ravel().astype(np.uint64))


def bytes_of(words: Words, length: int) -> Bytes:
    """The first ``length`` bytes of each word: truncation, as SAS stores a shorter length."""
    rows = words.astype(">u8").view(np.uint8).reshape(len(words), NUMBER_BYTES)
    return np.asarray(rows[:, :length])


def loses_bits(words: Words, length: int) -> npt.NDArray[np.bool_]:
    """Where storing a word in ``length`` bytes would cut bits that are set."""
    if length >= NUMBER_BYTES:
        return np.zeros(len(words), dtype=np.bool_)
    return np.asarray((words & np.uint64((1 << 8 * (NUMBER_BYTES - length)) - 1)) != 0)
