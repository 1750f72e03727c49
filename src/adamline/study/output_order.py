"""The order in which a run makes outputs: those that read one dataset together, figures behind what they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import ceil

from adamline.study.outputs import OutputPlan

# Bytes of a dataset's file up to which the outputs that read it are shared among workers, each of which reads it then.
_SHARED = 1 << 26
# Outputs that a worker is given at once: few, so that all end at about the same time.
_STINTS = 4


def stages(outputs: Sequence[OutputPlan]) -> list[list[OutputPlan]]:
    """Outputs in the order of need: those that show stored results come a stage after the ones whose they are."""
    stage: dict[str, int] = {}
    for output in outputs:
        stage[output.name] = max((stage[name] + 1 for name in output.results if name in stage), default=0)
    count = max(stage.values(), default=-1) + 1
    return [[output for output in outputs if stage[output.name] == number] for number in range(count)]


def together(outputs: Sequence[OutputPlan], sizes: Mapping[str, int]) -> list[OutputPlan]:
    """The outputs of a stage, those of one largest dataset behind each other, by ``sizes`` of the datasets' files.

    Datasets are in the order of the first output that reads them, outputs of one dataset in their own.
    """
    first: dict[str, int] = {}
    for number, output in enumerate(outputs):
        first.setdefault(largest(output, sizes), number)
    return sorted(outputs, key=lambda output: first[largest(output, sizes)])


def stints(outputs: Sequence[OutputPlan], sizes: Mapping[str, int], workers: int) -> list[list[OutputPlan]]:
    """The outputs of a stage in stints for workers: of one largest dataset each, in the order of `together`.

    The outputs of a dataset whose file is large are one stint, so that one worker alone has it in memory.
    """
    most = max(1, ceil(len(outputs) / (workers * _STINTS)))
    made = []
    for dataset, found in groupby(together(outputs, sizes), lambda output: largest(output, sizes)):
        of_dataset = list(found)
        step = most if sizes.get(dataset, 0) <= _SHARED else len(of_dataset)
        made += [of_dataset[start : start + step] for start in range(0, len(of_dataset), step)]
    return made


def largest(output: OutputPlan, sizes: Mapping[str, int]) -> str:
    """The dataset of an output with the largest file; blank where it reads none."""
    return max(output.datasets, key=lambda name: sizes.get(name, 0), default="")
