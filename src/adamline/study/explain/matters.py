"""Which variables of a record matter to who looks for a number: what names it, its value, what it came from."""

from __future__ import annotations

from collections.abc import Iterable

from adamline.study.explain.files import Table

# Of ADaM datasets, in the order in which they are shown; those of occurrence data by the end of their names.
_NAMES = ("USUBJID", "PARAMCD", "AVISIT", "ATPT", "ADT", "ASTDT", "AENDT", "ASEQ")
_VALUES = ("AVAL", "AVALC", "BASE", "CHG", "CNSR", "DTYPE", "ABLFL", "ANL01FL", "SRCDOM", "SRCVAR", "SRCSEQ")
_OCCURRENCE = ("TERM", "TRT", "DECOD", "BODSYS")
# Of domains.
_SUBJECT_VARIABLES = ("ARM", "ACTARM", "AGE", "SEX", "RACE", "RFSTDTC", "RFENDTC")
_DOMAIN = ("SEQ", "TESTCD", "CAT", "SPEC", "TERM", "TRT", "DECOD", "ORRES", "ORRESU", "STRESC", "STRESN", "STRESU")
_TIMES = ("STAT", "DTC", "STDTC", "ENDTC")


def matters_of(table: Table, named: Iterable[str]) -> list[str]:
    """The variables of an ADaM dataset that matter where a number is made of those that are ``named``."""
    there = table.variables
    sequences = [name for name in there if len(name) == 5 and name.endswith("SEQ")]
    prefixes = [name[:2] for name in sequences] if "PARAMCD" not in there else []
    occurrence = [f"{prefix}{end}" for prefix in prefixes for end in _OCCURRENCE]
    wanted = [*_NAMES, *occurrence, *named, *_VALUES, *sequences]
    return [name for name in dict.fromkeys(wanted) if name in there]


def matters_of_source(table: Table) -> list[str]:
    """The variables of a domain that matter; of an ADaM dataset between, as `matters_of`."""
    if len(table.name) != 2:
        return matters_of(table, ())
    ends = [f"{table.name}{end}" for end in (*_DOMAIN, *_TIMES)]
    wanted = ["USUBJID", *(_SUBJECT_VARIABLES if table.name == "DM" else ()), *ends, "VISIT"]
    return [name for name in wanted if name in table.variables]
