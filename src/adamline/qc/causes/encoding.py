"""ENCODING: text that a wrong code page, a lost character or a plainer spelling has changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import numpy as np

from adamline.qc.causes.blank import without_blanks
from adamline.qc.causes.cause import CauseKind
from adamline.qc.causes.pairs import ValuePairs, Values
from adamline.qc.causes.rule import Rule
from adamline.qc.model import Bools

_PAGES = ("utf-8", "cp1252", "latin-1", "iso8859-15", "cp850", "cp437", "mac_roman", "cp1250", "cp1251", "shift_jis")
# Spellings of characters outside ASCII that Unicode's decomposition does not give.
_PLAIN = str.maketrans(
    dict.fromkeys("‘’‚‛′´`ʼ", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"…": "...", "•": "*", "·": "*", "×": "x", "÷": "/", "±": "+/-", "≤": "<=", "≥": ">=", "≠": "<>", "≈": "~"}
    | {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l"}
    | {"Ł": "L", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ı": "i", "µ": "u", "μ": "u", "€": "EUR", "£": "GBP"}
    | {"©": "(c)", "®": "(R)", "™": "(TM)", "°": "deg", "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta"}
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa"})
_OUTSIDE = re.compile(r"[^\x00-\x7f]+")
# What stands for a character that was lost.
_LOST = r"(?:[?\ufffd\u001a_.*#]|&#x?[0-9a-fA-F]+;|\\[xu][0-9a-fA-F]{2,4}|<[0-9A-Fa-f]{2,4}>)"
# Punctuation that word processors bend, and that then is lost.
_BENT = re.compile(r"['\"-]")


def encoding_rules(pairs: ValuePairs) -> list[Rule]:
    """The rules for a text variable, the most specific first; none for any other.

    Wrong code page: the bytes of one side, written in one and read in another, are the other side. Lost: what lies
    outside ASCII became ``?`` or another mark or nothing; quotes and hyphens became ``?``. Spelled: accents dropped,
    quotes and dashes straight, other signs spelled out.

    >>> from adamline.qc.causes.pairs import pairs_of
    >>> pairs = pairs_of(["Sjögren", "Crohn’s", "café", "2–4"], ["SjÃ¶gren", "Crohn?s", "cafe", "2-4"])
    >>> [(rule.text, rule.holds(pairs).tolist()) for rule in encoding_rules(pairs)]  # doctest: +NORMALIZE_WHITESPACE
    [('text read in the wrong code page', [True, False, False, False]),
     ('characters outside ASCII lost', [False, True, False, False]),
     ('characters outside ASCII spelled in ASCII', [False, False, True, True]),
     ('encoding', [True, True, True, True])]
    """
    if not any(_is_candidate(x, y) for x, y in pairs.texts()):
        return []
    tests = (
        ("text read in the wrong code page", _is_mojibake),
        ("characters outside ASCII lost", _is_lost),
        ("characters outside ASCII spelled in ASCII", _is_spelled),
        ("encoding", _is_any),
    )
    return [
        Rule(CauseKind.ENCODING, words, _either(test), least=1, changes=_has_other_letters) for words, test in tests
    ]


def _either(test: Callable[[str, str], bool]) -> Callable[[ValuePairs], Bools]:
    """The test in either direction, of pairs that differ in more than blanks."""

    def holds(pairs: ValuePairs) -> Bools:
        return np.array([_is_candidate(x, y) and (test(x, y) or test(y, x)) for x, y in pairs.texts()], dtype=bool)

    return holds


def _is_candidate(x: str, y: str) -> bool:
    if x.isascii() and y.isascii() and "?" not in x + y:
        return False
    return x != "" and y != "" and without_blanks(x) != without_blanks(y)


def _is_any(x: str, y: str) -> bool:
    return _is_mojibake(x, y) or _is_lost(x, y) or _is_spelled(x, y)


def _is_mojibake(x: str, y: str) -> bool:
    """Whether the bytes of ``x`` in one code page are ``y`` in another, once or twice over."""
    if x.isascii() or y.isascii():
        return False
    for written in _PAGES:
        for read in _PAGES:
            once = _misread(x, written, read)
            if y in (once, once.rstrip(" ")) or (once != x and y == _misread(once, written, read)):
                return True
    return False


def _misread(text: str, written: str, read: str) -> str:
    try:
        return text.encode(written).decode(read, errors="replace")
    except UnicodeEncodeError:
        return text


def _is_lost(x: str, y: str) -> bool:
    """Whether ``y`` is ``x`` with other marks, or nothing, for what lies outside ASCII, ``?`` also for quotes."""
    if x.isascii() and not _BENT.search(x):
        return False
    pattern, end = "", 0
    for found in re.finditer(r"[^\x00-\x7f]+|['\"-]", x):
        pattern += re.escape(x[end : found.start()])
        width = 4 * len(found[0])
        pattern += rf"{_LOST}{{0,{width}}}" if _OUTSIDE.match(found[0]) else rf"(?:\?|{re.escape(found[0])})"
        end = found.end()
    # Where no letter of ASCII is left, anything would fit.
    has_letters = any(part.isascii() and part.isalnum() for part in x)
    return has_letters and re.fullmatch(pattern + re.escape(x[end:]), y) is not None


def _is_spelled(x: str, y: str) -> bool:
    """Whether both are the same once accents are dropped and other signs are spelled in ASCII."""
    if x.isascii() and y.isascii():
        return False
    return _ascii(x) == _ascii(y) or _ascii(x.translate(_GERMAN)) == _ascii(y.translate(_GERMAN))


def _ascii(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(part for part in decomposed if not unicodedata.combining(part)).translate(_PLAIN)


def _has_other_letters(values: Values) -> Bools:
    """The texts whose bytes depend on the encoding: those that are not ASCII."""
    texts = values.texts if values.texts is not None else np.array([], dtype=object)
    return np.array([not str(text).isascii() for text in texts], dtype=bool)
