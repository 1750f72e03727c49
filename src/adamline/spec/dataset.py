"""The spec of one dataset: where its records come from, and how each of its variables is made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from adamline.io.dataset import Kind
from adamline.spec.model import SpecModel
from adamline.spec.types import ConditionText, DatasetName, VariableName, each_once

PARAMCD = "PARAMCD"
SOURCE = "source"  # a word among names of variables, which are in upper case
_ATTRIBUTES = ("label", "type", "length", "format")
# ADaMIG 3.3.4: the value could be the name of a variable of a transport file.
_PARAMCD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,7}")


class SourceSpec(SpecModel):
    """The dataset whose records become the records of this one, and which of them.

    ``supp`` merges the domain's SUPP-- into it: each QNAM is then a variable of its records. With ``records`` "none"
    no record of it becomes one: the dataset has added records alone, of its subjects.
    """

    domain: DatasetName
    records: Literal["all", "none"] = "all"
    supp: bool = False
    where: ConditionText | None = None

    @model_validator(mode="before")
    @classmethod
    def _where_says_something(cls, written: Any) -> Any:
        if isinstance(written, dict) and "where" in written and written["where"] is None:
            raise ValueError("`where` has no condition; leave it out to select all records")
        if isinstance(written, dict) and "where" in written and written.get("records") == "none":
            raise ValueError("`where` selects records, and with `records: none` none is taken; leave it out")
        return written


class Attributes(SpecModel):
    """What define.xml and the file say of a variable; what is None is taken from where the variable comes from."""

    label: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    type: Kind | None = None
    length: Annotated[int, Field(ge=1, le=200)] | None = None
    format: str | None = None


class Entry(SpecModel):
    """One variable: the derivation that makes it, its arguments as written, its attributes."""

    derive: str
    arguments: Mapping[str, Any] = {}
    attributes: Attributes = Attributes()

    @model_validator(mode="before")
    @classmethod
    def _split(cls, written: Any) -> Any:
        """`chg` alone means `{derive: chg}`; attributes stand beside the arguments."""
        if isinstance(written, str):
            return {"derive": written}
        if not isinstance(written, dict):
            raise ValueError("a variable is the name of a derivation, or a mapping with `derive`")
        if "derive" not in written:
            raise ValueError("`derive` is missing: the name of the derivation that makes the variable")
        others = {k: v for k, v in written.items() if k != "derive" and k not in _ATTRIBUTES}
        attributes = {k: v for k, v in written.items() if k in _ATTRIBUTES}
        return {"derive": written["derive"], "arguments": others, "attributes": attributes}


class RecordsEntry(SpecModel):
    """Records that are added: by which function, with which arguments, and what they have of each variable.

    What the function itself does not give them they carry over from the record that they are a copy of (``copies``),
    have missing (``missing``; `source` are all variables of the source, `others` all that the entry does not name), or
    have derived like all others (``derived``, and whatever nothing needs before).
    """

    add: str
    copies: Literal["all"] | tuple[VariableName, ...] | None = None
    missing: Literal["others"] | tuple[Literal["source"] | VariableName, ...] = ()
    derived: tuple[VariableName, ...] = ()
    arguments: Mapping[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _split(cls, written: Any) -> Any:
        if not isinstance(written, dict) or "add" not in written:
            raise ValueError("added records are a mapping with `add`, the name of the function that adds them")
        own = {k: v for k, v in written.items() if k in ("add", "copies", "missing", "derived")}
        if own.get("missing") == SOURCE:
            own["missing"] = [SOURCE]
        return {**own, "arguments": {k: v for k, v in written.items() if k not in own}}


def _renamed(written: Any) -> Any:
    """`TRTSDT` stays itself; `{TRTP: TRT01P}` says that TRTP is TRT01P."""
    if isinstance(written, str):
        return (written, written)
    if isinstance(written, dict) and len(written) == 1:
        return next(iter(written.items()))
    return written


def _distinct(names: tuple[Any, ...]) -> tuple[Any, ...]:
    here = [name[0] if isinstance(name, tuple) else name for name in names]
    each_once(tuple(here))
    return names


Renamed = Annotated[
    tuple[VariableName, VariableName],
    BeforeValidator(_renamed, json_schema_input_type=VariableName | Mapping[VariableName, VariableName]),
]


def _with_codes(rows: tuple[Mapping[str, str | None], ...]) -> tuple[Mapping[str, str | None], ...]:
    for number, row in enumerate(rows, start=1):
        code = row.get("PARAMCD") or ""
        if not _PARAMCD.fullmatch(code):
            raise ValueError(
                f"row {number} has {f'PARAMCD {code}' if code else 'no PARAMCD'}; "
                "a PARAMCD is a letter or underscore, then at most 7 letters, digits or underscores"
            )
    matched = [row["PARAMCD"] for row in rows if row.get("records_of") is None]
    for row in rows:
        other = row.get("records_of")
        names = [name for name, text in row.items() if is_matched(name) and text is not None]
        if other is not None and (other not in matched or other == row["PARAMCD"]):
            raise ValueError(
                f"{row['PARAMCD']} has `records_of: {other}`; it names another PARAMCD, whose row has no `records_of`"
            )
        if other is not None and names:
            raise ValueError(f"{row['PARAMCD']} has `records_of`, so it cannot be matched on {names[0]} as well")
    return rows


def is_given(column: str) -> bool:
    """Whether a column of `parameters` is a variable that the row gives: PARAM, PARAMCD, PARAMN, PARCATy."""
    return column.startswith(("PARAM", "PARCAT"))


def is_matched(column: str) -> bool:
    """Whether a column of `parameters` is a variable of the source that the row is matched on; others are its own."""
    return column.isupper() and not is_given(column)


class DatasetSpec(SpecModel):
    """One dataset of the study.

    ``subject`` names subject-level variables that are copied to each record, from the one dataset it is keyed by;
    ``parameters`` has a row for each parameter; ``work`` are variables that are made like the others and left out
    of the dataset; the order of ``variables`` is the order of the dataset.
    """

    dataset: DatasetName
    label: Annotated[str, Field(min_length=1, max_length=40)]
    data_class: Literal["ADSL", "BDS", "OCCDS", "OTHER"] = Field(alias="class")
    structure: str = ""
    keys: Annotated[tuple[VariableName, ...], Field(min_length=1), AfterValidator(_distinct)]
    source: SourceSpec
    subject: Annotated[
        Mapping[DatasetName, Annotated[tuple[Renamed, ...], AfterValidator(_distinct)]], Field(max_length=1)
    ] = {}
    parameters: Annotated[tuple[Mapping[str, str | None], ...], AfterValidator(_with_codes)] = ()
    work: Mapping[VariableName, Entry] = {}
    variables: Annotated[Mapping[VariableName, Entry], Field(min_length=1)]
    records: tuple[RecordsEntry, ...] = ()

    @model_validator(mode="after")
    def _nothing_is_matched_on_no_record(self) -> DatasetSpec:
        named = [name for row in self.parameters for name, text in row.items() if is_matched(name) and text is not None]
        if self.source.records == "none" and named:
            raise ValueError(
                f"`parameters` is matched on {named[0]}, and with `records: none` there is no record to match; a "
                "column that an argument names is written in lower case"
            )
        return self

    @property
    def entries(self) -> dict[str, Entry]:
        """Every variable that is made, those of ``work`` first."""
        return {**self.work, **self.variables}


def subject_variables(spec: DatasetSpec) -> list[str]:
    """Names that the variables copied from the subject-level dataset have here."""
    return [new for renamed in spec.subject.values() for new, _ in renamed]


def given_variables(spec: DatasetSpec) -> list[str]:
    """Names of the variables that the parameters give."""
    return list(dict.fromkeys(name for row in spec.parameters for name in row if is_given(name)))


def matched_variables(spec: DatasetSpec) -> list[str]:
    """Variables of the source that the parameters are matched on; PARAMCD, of an ADaM dataset, where they name none."""
    if spec.source.records == "none":
        return []
    named = list(dict.fromkeys(name for row in spec.parameters for name in row if is_matched(name)))
    return named or ([PARAMCD] if spec.parameters else [])


def dataset_variables(spec: DatasetSpec) -> list[str]:
    """The variables of the dataset in order: those of the subject that are not listed themselves, then the listed."""
    return [*(name for name in subject_variables(spec) if name not in spec.variables), *spec.variables]
