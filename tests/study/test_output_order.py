"""Outputs of one dataset are made together, figures after what they show, and a large dataset stays in one worker."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from adamline.study.output_order import stages, stints, together

SIZES = {"ADSL": 10, "ADLB": 1000, "ADRS": 1 << 30}


def output(name: str, *datasets: str, results: tuple[str, ...] = ()) -> Any:
    return SimpleNamespace(name=name, datasets=datasets, results=results)


OUTPUTS = [
    output("T-1", "ADSL", "ADLB"),
    output("T-2", "ADSL", "ADRS"),
    output("F-1", results=("T-2",)),
    output("T-3", "ADSL"),
    output("F-2", "ADLB", results=("F-1",)),
    output("T-4", "ADLB", "ADSL"),
    output("T-5", "ADRS"),
]


def names(groups: Any) -> Any:
    return [[one.name for one in group] for group in groups]


def test_what_shows_results_comes_a_stage_later():
    assert names(stages(OUTPUTS)) == [["T-1", "T-2", "T-3", "T-4", "T-5"], ["F-1"], ["F-2"]]
    assert stages([]) == []


def test_outputs_of_the_largest_dataset_are_together():
    (first,) = names([together(stages(OUTPUTS)[0], SIZES)])
    assert first == ["T-1", "T-4", "T-2", "T-5", "T-3"]


def test_stints_are_of_one_dataset_and_a_large_one_is_not_shared():
    many = [output(f"T-{n}", "ADLB") for n in range(9)] + [output(f"R-{n}", "ADRS") for n in range(9)]
    made = stints(many, SIZES, 2)
    assert [len(stint) for stint in made] == [3, 3, 3, 9]
    assert [one.name for stint in made for one in stint] == [one.name for one in many]
