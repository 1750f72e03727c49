"""Tests of plurals: a count of one has a noun, verbs and pronouns in the singular."""

from __future__ import annotations

import pytest

from adamline.plurals import counted, said_of


@pytest.mark.parametrize(
    ("message", "one"),
    [
        ("{count} records have BASE and no CHG", "1 record has BASE and no CHG"),
        ("{count} values of DTC are partial and give no ADTM", "1 value of DTC is partial and gives no ADTM"),
        ("{count} missed visits have no record: ALT", "1 missed visit has no record: ALT"),
        ("{count} of the visits have no record", "1 of the visits has no record"),
        ("{count} records that are not taken can be after it", "1 record that is not taken can be after it"),
        ("{count} values may have a higher grade", "1 value may have a higher grade"),
        ("{count} records have a key that the table does not have", "1 record has a key that the table does not have"),
        # Others than the record that is counted.
        (
            "{count} records are picked, while others of their key have one",
            "1 record is picked, while others of its key have one",
        ),
        ("{count} records stay so, though A and B have one", "1 record stays so, though A and B have one"),
        ("{count} records have none: none of them has their key", "1 record has none: none of them has its key"),
        # No count to agree with.
        ("Values of ALB have no grade", "Values of ALB have no grade"),
    ],
)
def test_one_is_said_in_the_singular(message: str, one: str) -> None:
    assert said_of(1, message) == one
    assert [said_of(n, message) for n in (0, 2)] == [message.replace("{count}", str(n)) for n in (0, 2)]


def test_a_count_and_its_noun() -> None:
    assert [counted(n, "fault") for n in (0, 1, 2)] == ["0 faults", "1 fault", "2 faults"]
    assert counted(3, "entry", "entries") == "3 entries"
