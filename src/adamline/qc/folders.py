"""Compares two folders dataset by dataset, and says what changed from one to the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from adamline.errors import AdamlineError, FileFormatError, Place
from adamline.io.files import FileFormat
from adamline.io.xpt_read import SeveralDatasetsError
from adamline.qc.acceptance import accept_differences
from adamline.qc.accepted import read_accepted
from adamline.qc.answer import Verdict
from adamline.qc.causes import find_causes
from adamline.qc.comparison import compare
from adamline.qc.model import Comparison, Ints
from adamline.qc.options import CompareOptions, Keys
from adamline.qc.reading import Reading, check_reading, dataset_name, read_pair
from adamline.qc.report.report import Report
from adamline.qc.sysinfo import SysInfo

SUBJECT = "USUBJID"
EQUAL, DIFFERENT, COULD_NOT_COMPARE = 0, 1, 2
_PROPOSED = CompareOptions(keys=Keys.PROPOSE)
_NOTHING = SysInfo(0)
_AS_IT_IS = Reading()


@dataclass(frozen=True)
class PairConfig:
    """How one dataset is compared, the file of its accepted differences, and how its two files are read."""

    options: CompareOptions = _PROPOSED
    accepted: Path | None = None
    reading: Reading = _AS_IT_IS


@dataclass(frozen=True)
class CompareConfig:
    """How datasets are compared: ``others`` holds where ``datasets`` (names in capitals) does not name one.

    ``files`` is the format to take where a folder has a dataset in several.
    """

    others: PairConfig = PairConfig()
    datasets: Mapping[str, PairConfig] = field(default_factory=dict)
    files: FileFormat | None = None

    def of(self, dataset: str) -> PairConfig:
        """How this dataset is compared."""
        return self.datasets.get(dataset.upper(), self.others)


@dataclass(frozen=True)
class Change:
    """What changed from base to compare: added, removed, and in both but changed."""

    added: int
    removed: int
    changed: int


@dataclass(frozen=True)
class FolderRow:
    """One dataset of two folders: its verdict and counts, and in ``problem`` why it does not pass.

    ``status`` is 0 equal, 1 different or on one side only, 2 could not be compared. ``subjects`` is None without
    USUBJID; all counts are 0 where it was not compared.
    """

    dataset: str
    status: int
    verdict: Verdict | None = None
    problem: str = ""
    sysinfo: SysInfo = _NOTHING
    n_base: int = 0
    n_compare: int = 0
    n_variables: int = 0
    n_unequal: int = 0
    records: Change = Change(0, 0, 0)
    subjects: Change | None = None
    causes: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """The verdict in one word or two."""
        if self.verdict is not None:
            return self.verdict.value
        return "MISSING" if self.status == DIFFERENT else "NOT COMPARED"


def compare_files(base: Path, compare_with: Path, config: CompareConfig) -> Report:
    """Read and compare two files of datasets, of any format; what reading them found stands among the findings.

    The options are those of the base's dataset. Errors are those of the readers, of `compare` and of `read_accepted`,
    and DataError where what the dataset's options say of reading fits neither file.
    """
    reading = _reading(base, config)
    check_reading([(base, compare_with)], reading, config.others.reading)
    ours, theirs, found = read_pair(base, compare_with, reading)
    chosen = config.of(ours.name) if ours.name.upper() in config.datasets else config.of(base.stem)
    comparison = compare(ours, theirs, chosen.options)
    comparison = replace(comparison, findings=(*found, *comparison.findings))
    accepted = None if chosen.accepted is None else read_accepted(chosen.accepted)
    acceptance = None if accepted is None else accept_differences(comparison, accepted)
    names = base.name, compare_with.name
    title = base.name if names[0] == names[1] else f"{names[0]} and {names[1]}"
    return Report(comparison, tuple(find_causes(comparison)), acceptance, title)


def _reading(base: Path, config: CompareConfig) -> Reading:
    """How a dataset's files are read, by the name that is known before they are."""
    if base.stem.upper() in config.datasets or not config.datasets:
        return config.of(base.stem).reading
    return config.of(dataset_name(base, config.others.reading)).reading


def compare_folders(
    base: Path, compare_with: Path, config: CompareConfig, show: Callable[[str, Report], None]
) -> Iterator[FolderRow]:
    """Compare the datasets of two folders, by the names of their files; one at a time is in memory.

    ``show`` is given the report of each that could be compared, with its name. A dataset that a folder lacks, also one
    that only the configuration names, is a row of status 1; one that cannot be read or compared is a row of status 2,
    and the others are compared all the same.

    Raises FileFormatError where a folder has no datasets or is none, DataError where what the options of all datasets
    say of reading fits none of the files.
    """
    ours, theirs = _datasets(base, config.files), _datasets(compare_with, config.files)
    both = [pair for name in sorted({*ours} & {*theirs}) for pair in product(ours[name], theirs[name])]
    if both:
        check_reading(both, config.others.reading)
    for name in sorted({*ours, *theirs, *config.datasets}):
        if not (name in ours and name in theirs):
            where = "only in base" if name in ours else "only in compare" if name in theirs else "in neither folder"
            yield FolderRow(name, DIFFERENT, problem=where)
            continue
        try:
            report = compare_files(_only(ours[name]), _only(theirs[name]), config)
        except SeveralDatasetsError as error:
            error.hint = f"in the file of --config: `datasets: {{{name}: {{member: {error.names[0]}}}}}`"
            yield FolderRow(name, COULD_NOT_COMPARE, problem=_in_one_line(error), sysinfo=SysInfo.ERROR)
            continue
        except (AdamlineError, OSError) as error:
            yield FolderRow(name, COULD_NOT_COMPARE, problem=_in_one_line(error), sysinfo=SysInfo.ERROR)
            continue
        show(name, report)
        yield folder_row(name, report)


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def folder_row(dataset: str, report: Report) -> FolderRow:
    """The row of a dataset that was compared."""
    comparison = report.comparison
    found = comparison.observations
    return FolderRow(
        dataset=dataset,
        status=status_of(report),
        verdict=report.verdict,
        problem=" ".join(one.text for one in report.requirements if not one.met),
        sysinfo=comparison.sysinfo,
        n_base=found.n_base,
        n_compare=found.n_compare,
        n_variables=comparison.values_summary.n_compared,
        n_unequal=comparison.values_summary.n_values_unequal,
        records=Change(len(found.compare_only), len(found.base_only), found.n_unequal),
        subjects=changed_subjects(comparison),
        causes=tuple(str(cause) for cause in report.causes),
    )


def status_of(report: Report) -> int:
    """The exit status of a comparison that was done: 0 also for PASS WITH EXCEPTIONS, and for EMPTY where allowed."""
    if report.verdict is Verdict.EMPTY:
        return EQUAL if report.comparison.options.allow_empty else DIFFERENT
    return DIFFERENT if report.verdict is Verdict.FAIL else EQUAL


def changed_subjects(comparison: Comparison) -> Change | None:
    """Subjects added, removed, and in both with a record added, removed or changed; None without USUBJID."""
    pair = next((pair for pair in comparison.variables.common if pair.base.name.upper() == SUBJECT), None)
    if pair is None:
        return None
    n = len(comparison.base.frame)
    columns = comparison.base.frame[pair.base.name], comparison.compare.frame[pair.compare.name]
    codes, levels = pd.factorize(pd.concat([column.astype("str") for column in columns], ignore_index=True))
    ours, theirs = codes[:n], codes[n:]
    found = comparison.observations
    in_base, in_compare = _present(ours, len(levels)), _present(theirs, len(levels))
    rows: tuple[Ints, ...] = (ours[found.base_only], theirs[found.compare_only], ours[found.base_rows[found.unequal]])
    touched = _present(np.concatenate(rows), len(levels))
    return Change(
        added=int((in_compare & ~in_base).sum()),
        removed=int((in_base & ~in_compare).sum()),
        changed=int((in_base & in_compare & touched).sum()),
    )


def _present(codes: Ints, count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    present = np.zeros(count, dtype=bool)
    present[codes[codes >= 0]] = True
    return present


def _datasets(folder: Path, files: FileFormat | None) -> dict[str, list[Path]]:
    """The files of datasets in a folder, by dataset; several where a dataset is there in several formats."""
    if not folder.is_dir():
        raise FileFormatError("This is not a folder.", place=Place(str(folder)), expected="two files or two folders")
    wanted = {files.value} if files else {form.value for form in FileFormat}
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix.lower() in wanted and not path.name.startswith("."):
            found.setdefault(path.stem.upper(), []).append(path)
    if not found:
        expected = "files with the suffix " + ", ".join(sorted(wanted))
        raise FileFormatError("The folder has no datasets.", place=Place(str(folder)), expected=expected)
    return found


def _only(paths: list[Path]) -> Path:
    if len(paths) > 1:
        raise FileFormatError(
            "The dataset is there in several files.",
            found=", ".join(path.name for path in paths),
            hint="say which in the configuration, such as `files: .xpt`",
        )
    return paths[0]
