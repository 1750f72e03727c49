"""Reads the two files of a comparison, each in its encoding, its dataset chosen, a plain CSV by the other's kinds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from adamline.errors import DataError
from adamline.findings import Finding
from adamline.io.attributes_file import attributes_path
from adamline.io.dataset import Dataset
from adamline.io.files import FileFormat, ReadOptions, format_of, read_dataset
from adamline.io.text_decoder import TextDecoder, check_encoding
from adamline.io.text_type import TextType
from adamline.io.xpt_read import read_xpt_members
from adamline.qc.csv_like_other import read_csv_like_other

# Formats that do not say which encoding their text is in, or can be wrong about it.
_ENCODED: Final = (FileFormat.XPT, FileFormat.SAS7BDAT, FileFormat.CSV)
_ASCII: Final = TextDecoder()
# Choices, and the formats that have a use for them.
_USES: Final = (
    ("encoding", "--encoding", _ENCODED),
    ("encoding_compare", "--encoding-compare", _ENCODED),
    ("fallback", "--fallback", (FileFormat.XPT,)),
    ("member", "--member", (FileFormat.XPT,)),
    ("member_compare", "--member-compare", (FileFormat.XPT,)),
)
# Pairs of files that an error names.
_SHOWN: Final = 5


class _Side(StrEnum):
    BASE = "base"
    COMPARE = "compare"


@dataclass(frozen=True)
class Reading:
    """How the two files of a comparison are read.

    - ``encoding``: of the text of both files; ``encoding_compare``: of the second, where it has another. Formats whose
      text is always UTF-8 (Dataset-JSON, Parquet) need none. ``fallback``: in a transport file, of texts that break
      the first.
    - ``member``: the dataset of each file that has several; ``member_compare``: that of the second, if it is another.
    - ``csv_like_other``: a CSV without attributes beside it takes the kinds of the other dataset's variables.
    - ``study``: the encodings of transport files for which none is named.

    DataError for an encoding that is not known or does not contain ASCII.
    """

    encoding: str | None = None
    encoding_compare: str | None = None
    fallback: str | None = None
    member: str | None = None
    member_compare: str | None = None
    csv_like_other: bool = False
    study: TextDecoder = _ASCII

    def __post_init__(self) -> None:
        """Refuse unknown encodings before any file is read."""
        for name in (self.encoding, self.encoding_compare, self.fallback):
            if name is not None:
                check_encoding(name)

    def options_of(self, path: Path, side: str, member: str | None) -> ReadOptions:
        """The choices for one file, those alone that its format has."""
        form = format_of(path)
        named = (self.encoding_compare if side == _Side.COMPARE else None) or self.encoding
        if form is not FileFormat.XPT:
            return ReadOptions(encoding=named if form in _ENCODED else None)
        first = named or self.study.encoding
        fallback = self.fallback or (None if named else self.study.fallback)
        return ReadOptions(encoding=first, fallback=fallback, member=member)


def read_pair(base: Path, compare: Path, reading: Reading) -> tuple[Dataset, Dataset, tuple[Finding, ...]]:
    """The two datasets, and what reading them found; errors are those of the readers.

    Files are named without their folder in the findings, since that may stand anywhere.
    """
    paths = {_Side.BASE: base, _Side.COMPARE: compare}
    members = _members(paths, reading)
    asked = {side: reading.options_of(path, side, members[side]) for side, path in paths.items()}
    plain = [side for side, path in paths.items() if _is_plain_csv(path)] if reading.csv_like_other else []
    datasets: dict[_Side, Dataset] = {}
    found: list[Finding] = []
    # The one that the other takes its kinds from comes first.
    for side in sorted(paths, key=lambda side: side in plain):
        odd: list[Finding] = []
        if side in plain and datasets:
            other = next(iter(datasets.values()))
            datasets[side] = read_csv_like_other(paths[side], asked[side], other, odd.append)
        else:
            datasets[side] = read_dataset(paths[side], text=TextType.CATEGORY, options=asked[side], report=odd.append)
        where = f"{side} {paths[side].name}"
        found += [replace(one, place=replace(one.place, file=where)) for one in odd]
    return datasets[_Side.BASE], datasets[_Side.COMPARE], tuple(found)


def dataset_name(path: Path, reading: Reading) -> str:
    """The name by which the options of a file's dataset are found before it is read.

    That of a transport file's dataset, or of the one chosen where there are several; else the file's.
    """
    if not _has_members(path):
        return path.stem
    names = [member.name for member in read_xpt_members(path, encoding="latin-1")]
    if len(names) == 1:
        return names[0]
    return reading.member or path.stem


def check_reading(pairs: Iterable[tuple[Path, Path]], reading: Reading, beside: Reading | None = None) -> None:
    """DataError for a choice that no file (of the second side, where it is for that) of any pair has a use for.

    ``beside``: choices that are the same there are not looked at, since they are made for all datasets.
    """
    forms = [(base, compare, format_of(base), format_of(compare)) for base, compare in pairs]
    for name, option, wanted in _USES:
        asked = getattr(reading, name)
        if not asked or (beside is not None and asked == getattr(beside, name)):
            continue
        second = name.endswith("_compare")
        if not any(theirs in wanted or (not second and ours in wanted) for _, _, ours, theirs in forms):
            raise _unfit(option, name, "second file" if second else "files", ", ".join(wanted), forms)
    asked = reading.csv_like_other and not (beside is not None and beside.csv_like_other)
    if asked and not any(_is_plain_csv(base) != _is_plain_csv(compare) for base, compare, *_ in forms):
        expected = "one CSV without attributes beside it, and a file that has kinds of variables"
        raise _unfit("--csv-like-other", "csv_like_other", "files", expected, forms)


def _unfit(
    option: str, name: str, which: str, expected: str, pairs: Sequence[tuple[Path, Path, FileFormat, FileFormat]]
) -> DataError:
    what = f"{option} (`{name}` in the configuration) does not fit the {which}."
    found = "; ".join(f"{base.name} and {compare.name}" for base, compare, *_ in pairs[:_SHOWN])
    return DataError(what, expected=expected, found=found + (" and others" if len(pairs) > _SHOWN else ""))


def _members(paths: dict[_Side, Path], reading: Reading) -> dict[_Side, str | None]:
    """The dataset to read of each file; of one that has a single dataset, none is asked for beside one with several."""
    asked = {_Side.BASE: reading.member, _Side.COMPARE: reading.member_compare or reading.member}
    if reading.member and not reading.member_compare:
        several = {side: _has_members(path) and _count_members(path) > 1 for side, path in paths.items()}
        if any(several.values()):
            return {side: asked[side] if several[side] else None for side in paths}
    return asked


def _has_members(path: Path) -> bool:
    return format_of(path) is FileFormat.XPT


def _count_members(path: Path) -> int:
    return len(read_xpt_members(path, encoding="latin-1"))


def _is_plain_csv(path: Path) -> bool:
    """Whether a file says nothing of its variables but their names."""
    return format_of(path) is FileFormat.CSV and not attributes_path(path).is_file()
