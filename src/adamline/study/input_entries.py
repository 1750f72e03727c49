"""What the manifest of a run records of its inputs: the hash of each file, the number of records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from adamline.study.inputs import Input
from adamline.study.manifest import InputEntry


def input_entries(
    inputs: Mapping[str, Input],
    digests: Mapping[Path, str],
    before: Mapping[str, InputEntry],
    counted: Mapping[str, int],
) -> dict[str, InputEntry]:
    """The entry of each dataset that is read, by name; ``digests`` has the hash of each file.

    Records are those ``counted`` while the run read all of a dataset, or what the manifest said ``before`` of the same
    files; others are counted now, which takes a format without their number in its header some time.
    """

    def entry(name: str, found: Input) -> InputEntry:
        files = {path.name: digests[path] for path in found.files}
        if name in before and before[name].files == files:
            return before[name]
        return InputEntry(files, counted.get(name) or found.records)

    return {name: entry(name, found) for name, found in sorted(inputs.items())}
