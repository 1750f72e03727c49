"""Shortens what is too long for a transport file, by stated rules and where the caller allows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Flag, auto
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from adamline.errors import Place
from adamline.findings import Finding, Severity
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind
from adamline.io.sas_dates import DEFAULT_FORMATS
from adamline.io.xpt_layout import LIMITS, LONGEST_DATASET_LABEL, Format, Limits, XptVersion
from adamline.plurals import said_of


class Cut(Flag):
    """What may be cut: NAMES of variables and of the dataset, LABELS, TEXT values, names of FORMATS."""

    NAMES = auto()
    LABELS = auto()
    TEXT = auto()
    FORMATS = auto()


def shorten_for_xpt(
    dataset: Dataset, cut: Cut, *, version: XptVersion = XptVersion.V5, encoding: str = "ascii"
) -> tuple[Dataset, tuple[Finding, ...]]:
    """The dataset with what ``cut`` names made to fit the limits of ``version``, and a WARNING for each thing cut.

    - NAMES follow SAS's VALIDVARNAME=V6: the first 8 characters, in upper case; where another variable has that name,
      7 characters and 2, 3, ..., then 6 characters and 10, 11, ... A name that fits keeps its own.
    - LABELS and TEXT keep the first bytes that fit, and no part of a character; a variable's ``length`` shrinks with
      its text.
    - FORMATS with longer names are dropped from formats and informats; dates get DATE9., DATETIME20. or TIME8.

    What is not named in ``cut`` stays as it is, and `adamline.io.xpt_write.write_xpt` refuses it. Nothing else is
    mended: a name with a blank stays one. Source of the rule for names: SAS 9.2 Moving and Accessing SAS Files,
    "XPORT Engine with DATA Step or PROC COPY".

    >>> from adamline.io.dataset import Variable
    >>> frame = pd.DataFrame({"PropertyTaxRate": [1.0], "PROPERTY": [2.0]})
    >>> variables = (Variable("PropertyTaxRate", Kind.NUMBER), Variable("PROPERTY", Kind.NUMBER))
    >>> shorter, findings = shorten_for_xpt(Dataset("TAX", frame, variables), Cut.NAMES)
    >>> [variable.name for variable in shorter.variables], findings[0].message
    (['PROPERT2', 'PROPERTY'], 'PropertyTaxRate becomes PROPERT2.')
    """
    limits = LIMITS[version]
    findings: list[Finding] = []
    if Cut.FORMATS in cut:
        dataset = _without_long_formats(dataset, limits, findings)
    if Cut.LABELS in cut:
        dataset = _with_short_labels(dataset, limits, encoding, findings)
    if Cut.TEXT in cut:
        dataset = _with_short_text(dataset, limits, encoding, findings)
    if Cut.NAMES in cut:
        dataset = _with_short_names(dataset, limits, version, findings)
    return dataset, tuple(findings)


def _warn(findings: list[Finding], check: str, message: str, place: Place) -> None:
    findings.append(Finding(Severity.WARNING, check, message, place))


def _first_bytes(text: str, most: int, encoding: str) -> str:
    """What fits into ``most`` bytes, without a part of a character; characters that the encoding lacks count as one."""
    raw = text.encode(encoding, "replace")
    return text if len(raw) <= most else text[: len(raw[:most].decode(encoding, "ignore"))]


def _with_short_names(dataset: Dataset, limits: Limits, version: XptVersion, findings: list[Finding]) -> Dataset:
    new = short_names([variable.name for variable in dataset.variables], limits.name, upper=version is XptVersion.V5)
    for old, name in new.items():
        if old != name:
            _warn(findings, "xpt.cut_name", f"{old} becomes {name}.", Place(dataset=dataset.name, variable=old))
    (name,) = short_names([dataset.name], limits.name, upper=version is XptVersion.V5).values()
    if name != dataset.name:
        _warn(findings, "xpt.cut_name", f"Dataset {dataset.name} becomes {name}.", Place(dataset=dataset.name))
    columns = {old + suffix: new[old] + suffix for old in new for suffix in ("", MISSING_SUFFIX)}
    variables = tuple(replace(variable, name=new[variable.name]) for variable in dataset.variables)
    return Dataset(name, dataset.frame.rename(columns=columns), variables, dataset.label)


def short_names(names: list[str], most: int, *, upper: bool) -> Mapping[str, str]:
    """Each name with its short one, all of them different; see `shorten_for_xpt`.

    >>> short_names(["STOCKNUMBER53", "STOCKNUMBER54", "AGE"], 8, upper=True)
    {'STOCKNUMBER53': 'STOCKNUM', 'STOCKNUMBER54': 'STOCKNU2', 'AGE': 'AGE'}
    """
    cased = {name: name.upper() if upper else name for name in names}
    new = {name: name for name in names if cased[name] == name and len(name) <= most}
    taken = {name.upper() for name in new}
    for name in names:
        if name in new:
            continue
        short, number = cased[name][:most], 1
        while short.upper() in taken:
            number += 1
            short = f"{cased[name][: most - len(str(number))]}{number}"
        new[name] = short
        taken.add(short.upper())
    return {name: new[name] for name in names}


def _with_short_labels(dataset: Dataset, limits: Limits, encoding: str, findings: list[Finding]) -> Dataset:
    def shortened(label: str, most: int, place: Place) -> str:
        short = _first_bytes(label, most, encoding)
        if short != label:
            _warn(findings, "xpt.cut_label", f"The label {label!r} becomes {short!r}.", place)
        return short

    label = shortened(dataset.label, LONGEST_DATASET_LABEL, Place(dataset=dataset.name))
    variables = tuple(
        replace(v, label=shortened(v.label, limits.label, Place(dataset=dataset.name, variable=v.name)))
        for v in dataset.variables
    )
    return replace(dataset, label=label, variables=variables)


def _without_long_formats(dataset: Dataset, limits: Limits, findings: list[Finding]) -> Dataset:
    def kept(text: str, none: str, place: Place) -> str:
        parsed = Format.parse(text)
        if parsed is None or len(parsed.name) <= limits.format:
            return text
        _warn(findings, "xpt.cut_format", f"The format {text} becomes {none or 'none'}.", place)
        return none

    variables = []
    for variable in dataset.variables:
        place = Place(dataset=dataset.name, variable=variable.name)
        shown = kept(variable.format, DEFAULT_FORMATS.get(variable.kind, ""), place)
        variables.append(replace(variable, format=shown, informat=kept(variable.informat, "", place)))
    return replace(dataset, variables=tuple(variables))


def _with_short_text(dataset: Dataset, limits: Limits, encoding: str, findings: list[Finding]) -> Dataset:
    columns, variables = {}, []
    for variable in dataset.variables:
        if variable.kind is Kind.TEXT:
            place = Place(dataset=dataset.name, variable=variable.name)
            column = _shortened(dataset.frame[variable.name], limits.text, encoding, findings, place)
            if column is not None:
                columns[variable.name] = column
            if (variable.length or 0) > limits.text:
                message = f"The length of {variable.length} bytes becomes {limits.text}."
                _warn(findings, "xpt.cut_text", message, place)
                variable = replace(variable, length=limits.text)
        variables.append(variable)
    return replace(dataset, frame=dataset.frame.assign(**columns), variables=tuple(variables))


def _shortened(
    column: pd.Series[Any], most: int, encoding: str, findings: list[Finding], place: Place
) -> pd.Series[Any] | None:
    """The column with its long texts cut; None where all fit. Only distinct long texts go through Python."""
    if column.isna().all():
        return None
    texts = column.astype("str")
    # No encoding that contains ASCII takes more than four times the bytes that UTF-8 does.
    candidates = pc.fill_null(pc.greater(pc.binary_length(pa.array(texts, from_pandas=True)), most // 4), False)
    chosen = texts[candidates.to_numpy(zero_copy_only=False)]
    short = {text: _first_bytes(text, most, encoding) for text in chosen.unique()}
    cut = texts.isin([text for text, first in short.items() if text.rstrip(" ") != first.rstrip(" ")])
    if not cut.any():
        return None
    first = int(cut.to_numpy().argmax())
    message = said_of(
        int(cut.sum()), f"{{count}} texts of more than {most} bytes are cut, the first in record {first + 1}."
    )
    _warn(findings, "xpt.cut_text", message, replace(place, record=first + 1))
    return texts.where(~cut, texts.map(short))
