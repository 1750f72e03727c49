"""Reads how the datasets of two folders are compared, from a YAML file and the keys of a study's specs."""

from __future__ import annotations

from codecs import lookup
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field

from adamline.errors import NOWHERE, AdamlineError, DataError, SpecError
from adamline.io.files import FileFormat
from adamline.io.text_decoder import TextDecoder, check_encoding
from adamline.io.yaml_text import YamlFile, read_yaml
from adamline.qc.folders import CompareConfig, PairConfig
from adamline.qc.options import Attribute, CompareOptions, Keys, Method
from adamline.qc.reading import Reading
from adamline.qc.sysinfo import CompareError
from adamline.spec.load import load_study
from adamline.spec.model import SpecModel
from adamline.spec.study import StudySpec
from adamline.spec.typed import typed


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


# What is about reading files; the encodings of a study come from its specs.
_OF_READING: Final = frozenset(one.name for one in fields(Reading)) - {"study"}

_ASCII: Final = TextDecoder()

Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Options(SpecModel):
    """Options and statements of PROC COMPARE under their own names; each is that of `CompareOptions` or `Reading`."""

    id: Names = ()
    by: Names = ()
    var: Names = ()
    with_: Names = Field(default=(), alias="with")
    exclude: Names = ()
    method: Annotated[Method | None, BeforeValidator(_upper)] = None
    criterion: float | Mapping[str, float] | None = None
    delta: float = 0.0
    nomissing: bool = False
    nomissbase: bool = False
    nomisscomp: bool = False
    notsorted: bool = False
    attributes: Annotated[tuple[Attribute, ...], BeforeValidator(_listed)] = ()
    keys: Literal["given", "propose"] = "propose"
    allow_empty: bool = False
    encoding: str | None = None
    encoding_compare: str | None = None
    fallback: str | None = None
    csv_like_other: bool = False


class _Dataset(_Options):
    """The options of one dataset, the file of its accepted differences (beside the configuration), its members."""

    accepted: str | None = None
    member: str | None = None
    member_compare: str | None = None


class _File(SpecModel):
    """What stands in the file: options of all datasets, and of some, which come before them."""

    files: FileFormat | None = None
    options: _Options = _Options()
    datasets: Mapping[str, _Dataset] = {}


def read_compare_config(
    path: Path | None,
    study: Path | None = None,
    options: CompareOptions | None = None,
    reading: Reading | None = None,
) -> CompareConfig:
    """How datasets are compared, by a configuration file and the specs of a study; either may be None.

    ``options`` and ``reading`` hold for all datasets; those of the file's ``options`` come before them, and those of a
    dataset before both. A dataset whose ID and BY nobody names has the keys of the study's specs, else keys are
    proposed. Transport files for which nobody names an encoding are read in those of the study.

    Raises SpecError, with the line of every fault, for a file that is not YAML or does not fit.

    >>> read_compare_config(None, options=CompareOptions(delta=0.5)).of("ADSL").options.delta
    0.5
    """
    common = options or CompareOptions(keys=Keys.PROPOSE)
    content, file = _File(), None
    faults: list[AdamlineError] = []
    if path is not None:
        file = read_yaml(path)
        read, faults = typed(file, _File)
        content = read or content
    specs = _OfStudy() if study is None else _of_study(study)
    faults += specs.faults
    common = _with(common, content.options, file, ("options",), faults)
    read_so = _read_with(reading or Reading(), content.options, file, ("options",), faults)
    read_so = read_so if study is None else replace(read_so, study=specs.encodings)
    datasets = {
        name: PairConfig(replace(common, id=found), reading=read_so)
        for name, found in specs.keys.items()
        if common.keys is Keys.PROPOSE and not (common.id or common.by)
    }
    seen: set[str] = set()
    for written, asked in content.datasets.items():
        name = written.upper()
        if name in seen:
            place = file.place(("datasets", written)) if file else NOWHERE
            faults.append(AdamlineError(f"{name} stands twice; capitals and small letters are one.", place=place))
        seen.add(name)
        start = datasets[name].options if name in datasets else common
        accepted = path.parent / asked.accepted if path is not None and asked.accepted else None
        route = ("datasets", written)
        chosen = _with(start, asked, file, route, faults), accepted, _read_with(read_so, asked, file, route, faults)
        datasets[name] = PairConfig(*chosen)
    if faults:
        raise SpecError(faults)
    return CompareConfig(PairConfig(common, reading=read_so), datasets, content.files)


def _with(
    options: CompareOptions, asked: _Options, file: YamlFile | None, route: tuple[str, ...], faults: list[AdamlineError]
) -> CompareOptions:
    """The options with those that were written put in; what they cannot mean together is a fault with its line."""
    chosen = {name: getattr(asked, name) for name in asked.model_fields_set - {"accepted", *_OF_READING}}
    if "nomissing" in chosen:
        chosen |= dict.fromkeys(("nomissbase", "nomisscomp"), chosen.pop("nomissing"))
    try:
        return replace(options, **chosen) if chosen else options
    except CompareError as error:
        faults.append(error.at(file.place(route)) if file else error)
        return options


def _read_with(
    reading: Reading, asked: _Options, file: YamlFile | None, route: tuple[str, ...], faults: list[AdamlineError]
) -> Reading:
    """How files are read with what was written put in; an encoding that cannot be is a fault with its line."""
    try:
        return replace(reading, **{name: getattr(asked, name) for name in asked.model_fields_set & _OF_READING})
    except DataError as error:
        faults.append(error.at(file.place(route)) if file else error)
        return reading


@dataclass(frozen=True)
class _OfStudy:
    """What a comparison takes from the specs of a study: keys by dataset, encodings; and the faults of the specs."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    encodings: TextDecoder = _ASCII
    faults: tuple[AdamlineError, ...] = ()


def _of_study(folder: Path) -> _OfStudy:
    files, faults = load_study(folder)
    keys = {name: file.spec.keys for name, file in files.datasets.items()}
    return _OfStudy(keys, _encodings(files.study), tuple(faults))


def _encodings(spec: StudySpec) -> TextDecoder:
    """The first two encodings of a study, ASCII apart, which is in all of them.

    UTF-8 comes first, since text of another encoding is hardly ever valid in it; then that of ADaM, then SDTM's.
    """
    named = [name for name in (spec.adam_encoding, spec.encoding, spec.fallback) if name]
    for name in named:
        check_encoding(name)
    codecs_named = dict.fromkeys(lookup(name).name for name in named)
    ordered = sorted((name for name in codecs_named if name != "ascii"), key=lambda name: name != "utf-8")
    return TextDecoder(*ordered[:2])
