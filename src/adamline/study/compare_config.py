"""Reads how the datasets of two folders are compared, from a YAML file and the keys of a study's specs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from adamline.errors import NOWHERE, AdamlineError, SpecError
from adamline.io.files import FileFormat
from adamline.io.yaml_text import YamlFile, read_yaml
from adamline.qc.folders import CompareConfig, PairConfig
from adamline.qc.options import Attribute, CompareOptions, Keys, Method
from adamline.qc.sysinfo import CompareError
from adamline.spec.load import load_study
from adamline.spec.model import SpecModel
from adamline.spec.typed import typed


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Options(SpecModel):
    """Options and statements of PROC COMPARE under their own names; each is that of `CompareOptions`."""

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


class _Dataset(_Options):
    """The options of one dataset, and the file of its accepted differences, beside the configuration."""

    accepted: str | None = None


class _File(SpecModel):
    """What stands in the file: options of all datasets, and of some, which come before them."""

    files: FileFormat | None = None
    options: _Options = _Options()
    datasets: Mapping[str, _Dataset] = {}


def read_compare_config(
    path: Path | None, study: Path | None = None, options: CompareOptions | None = None
) -> CompareConfig:
    """How datasets are compared, by a configuration file and the specs of a study; either may be None.

    ``options`` hold for all datasets; those of the file's ``options`` come before them, and those of a dataset before
    both. A dataset whose ID and BY nobody names has the keys of the study's specs, else keys are proposed.

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
    keys, more = ({}, []) if study is None else _keys_of_study(study)
    faults += more
    common = _with(common, content.options, file, ("options",), faults)
    datasets = {
        name: PairConfig(replace(common, id=found))
        for name, found in keys.items()
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
        datasets[name] = PairConfig(_with(start, asked, file, ("datasets", written), faults), accepted)
    if faults:
        raise SpecError(faults)
    return CompareConfig(PairConfig(common), datasets, content.files)


def _with(
    options: CompareOptions, asked: _Options, file: YamlFile | None, route: tuple[str, ...], faults: list[AdamlineError]
) -> CompareOptions:
    """The options with those that were written put in; what they cannot mean together is a fault with its line."""
    chosen = {name: getattr(asked, name) for name in asked.model_fields_set if name != "accepted"}
    if "nomissing" in chosen:
        chosen |= dict.fromkeys(("nomissbase", "nomisscomp"), chosen.pop("nomissing"))
    try:
        return replace(options, **chosen) if chosen else options
    except CompareError as error:
        faults.append(error.at(file.place(route)) if file else error)
        return options


def _keys_of_study(folder: Path) -> tuple[dict[str, tuple[str, ...]], list[AdamlineError]]:
    files, faults = load_study(folder)
    return {name: file.spec.keys for name, file in files.datasets.items()}, faults
