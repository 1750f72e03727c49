"""Puts nouns, verbs and pronouns into the singular that a count of one asks for."""

from __future__ import annotations

import re
from typing import Final

_NOUN: Final = re.compile(
    r"(\{count\} (?:missed )?)"
    r"(record|value|result|row|visit|subject|parameter|window|average|assessment|time|field|text|term|word)s\b"
)
# What follows is said of others than the records that are counted.
_OF_OTHERS: Final = re.compile(r": |, (?:since|though|while) ")
_PLAIN: Final = "belong count differ give hold lack leave repeat say select stand stay take tie"
_VERBS: Final = {
    "are": "is",
    "have": "has",
    "match": "matches",
    **{verb: f"{verb}s" for verb in _PLAIN.split()},
}
_VERB: Final = re.compile(rf"(?<!not )(?<!may )(?<!can )(?<!\{{)\b({'|'.join(_VERBS)})\b(?! \d)")
_PRONOUNS: Final = {"they have": "it has", "they are": "it is", "their": "its", "them": "it"}
_PRONOUN: Final = re.compile(rf"\b(?<!none of )(?<!each of )({'|'.join(_PRONOUNS)})\b")


def singular(message: str) -> str:
    """A message that begins with ``{count}`` and a noun, as it is said of one; any other as it is.

    Its verbs are those of the records that are counted as far as the first colon, or clause with since, though, while.

    >>> singular("{count} records have a value and are not used, since their key has others: {kinds}")
    '{count} record has a value and is not used, since its key has others: {kinds}'
    """
    if not message.startswith("{count} "):
        return message
    noun = _NOUN.sub(r"\1\2", message)
    found = _OF_OTHERS.search(noun)
    end = found.start() if found else len(noun)
    main = _VERB.sub(lambda word: _VERBS[word[1]], _pronouns(noun[:end]))
    return main + _pronouns(noun[end:])


def _pronouns(text: str) -> str:
    return _PRONOUN.sub(lambda word: _PRONOUNS[word[1]], text)


def said_of(count: int, message: str) -> str:
    """A message in the plural that begins with ``{count}``, as it is said of so many.

    >>> said_of(1, "{count} records belong to no BASETYPE."), said_of(2, "{count} records belong to no BASETYPE.")
    ('1 record belongs to no BASETYPE.', '2 records belong to no BASETYPE.')
    """
    return (singular(message) if count == 1 else message).replace("{count}", str(count))


def counted(count: int, one: str, many: str = "") -> str:
    """The count and its noun; ``many`` is the plural where it is not made by an s.

    >>> counted(1, "record"), counted(0, "record"), counted(2, "entry", "entries")
    ('1 record', '0 records', '2 entries')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"
