"""What an argument of a derivation stands for: its role, and the types that say it in a signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, ClassVar, Literal

import pandas as pd
from pydantic import ConfigDict, Field


class Role(Enum):
    """What an argument of a derivation stands for."""

    NEW = "the variable that is made"
    COLUMN = "a variable of the dataset"
    KEY = "a variable that the dataset and the other dataset both have"
    VALUES = "variables of the dataset, each with the value it is set to"
    ORDER = "a variable of the dataset to sort by, `X` or `X desc`, with `missing last` or `missing first`"
    WHERE = "a condition on the dataset"
    SOURCE = "another dataset, by name"
    SOURCE_COLUMN = "a variable of the other dataset"
    SOURCE_ORDER = "a variable of the other dataset to sort by, `X` or `X desc`, with `missing last` or `missing first`"
    SOURCE_WHERE = "a condition on the other dataset"
    CASES = "rows of `when` and `value`, the first that holds decides"
    DATED_SOURCES = "rows of `source` and `date`, each a date of other datasets, in the order that ties are decided in"
    TABLE = "a table of the study, by file name"
    PARAMETER = "a PARAMCD of `parameters`"
    PARAMETER_TEXT = "a column of `parameters`, whose text each parameter has"
    PARAMETER_WHERE = "a column of `parameters`, in which each parameter has a condition"
    PARAMETER_VALUES_WHERE = "a condition on the values of parameters, each by its PARAMCD"
    FORMULA = "a formula of numbers of the record"
    PARAMETER_VALUES_FORMULA = "a formula of the values of parameters, each by its PARAMCD"
    KIND = "the entry's type"


@dataclass(frozen=True)
class Case:
    """One row of the one table construct of specs: the value where ``when`` holds; without ``when``, otherwise.

    The value is `value`, or that of the variable `from`, where a row may take it from one.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    value: str | None = None
    when: str | None = None
    from_: Annotated[str | None, Field(validation_alias="from")] = None


@dataclass(frozen=True)
class DatedSource:
    """One row of dates of another dataset: of which, of which of its records, and what a record has that is of it.

    ``source`` is the dataset, in a spec its name; ``date`` its variable, ``where`` selects its records. ``seq`` is the
    variable that becomes SRCSEQ, ``dtf`` the imputation flag of the date; with ``each`` a record counts for the
    parameter alone whose text it has in that variable. EVNTDESC, CNSDTDSC and CNSR are constants, SRCDOM and SRCVAR
    the names of dataset and date where they are not given. A date that ``stops`` ends what counts of its subject.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    source: str | pd.DataFrame
    date: str
    where: str | None = None
    seq: str | None = None
    dtf: str | None = None
    each: str | None = None
    stops: bool = False
    EVNTDESC: str | None = None
    CNSDTDSC: str | None = None
    CNSR: int | None = None
    SRCDOM: str | None = None
    SRCVAR: str | None = None

    def __post_init__(self) -> None:
        """The names of dataset and date where nothing else is given."""
        if self.SRCDOM is None and isinstance(self.source, str):
            object.__setattr__(self, "SRCDOM", self.source)
        if self.SRCVAR is None:
            object.__setattr__(self, "SRCVAR", self.date)


# Variables of a record, each with what gives it in a row of dates: those that the dataset has to have for it.
_DESCRIBED = {"EVNTDESC": "EVNTDESC", "CNSDTDSC": "CNSDTDSC", "SRCSEQ": "seq", "ADTF": "dtf"}


def described_by(rows: Sequence[DatedSource]) -> list[str]:
    """The variables that rows of dates say something of."""
    return [name for name, given in _DESCRIBED.items() if any(getattr(row, given) is not None for row in rows)]


New = Annotated[str, Role.NEW]
# Numbers that are never negative: of days, decimals, records; and by how much a value changes.
Count = Annotated[int, Field(ge=0)]
Amount = Annotated[float, Field(ge=0)]
Column = Annotated[str, Role.COLUMN]
Columns = Annotated[Sequence[str], Role.COLUMN]
Keys = Annotated[Sequence[str], Role.KEY]
Values = Annotated[Mapping[str, str], Role.VALUES]
Order = Annotated[Sequence[str], Role.ORDER]
Where = Annotated[str | None, Role.WHERE]
Source = Annotated[pd.DataFrame, Role.SOURCE]
SourceColumn = Annotated[str, Role.SOURCE_COLUMN]
SourceOrder = Annotated[Sequence[str], Role.SOURCE_ORDER]
SourceWhere = Annotated[str | None, Role.SOURCE_WHERE]
Cases = Annotated[Sequence[Case], Role.CASES]
DatedSources = Annotated[Sequence[DatedSource], Role.DATED_SOURCES]
Table = Annotated[pd.DataFrame, Role.TABLE]
ParameterCode = Annotated[str, Role.PARAMETER]
ParameterCodes = Annotated[Sequence[str], Role.PARAMETER]
ByParameter = Annotated[Mapping[str, str], Role.PARAMETER]
# By PARAMCD; a spec names the column of its parameters.
ParameterTexts = Annotated[Mapping[str, str], Role.PARAMETER_TEXT]
ParameterWheres = Annotated[Mapping[str, str], Role.PARAMETER_WHERE]
ParameterValuesWhere = Annotated[str, Role.PARAMETER_VALUES_WHERE]
Formula = Annotated[str, Role.FORMULA]
ParameterValuesFormula = Annotated[str, Role.PARAMETER_VALUES_FORMULA]
EntryKind = Annotated[Literal["text", "number"], Role.KIND]
AnyKind = Annotated[Literal["text", "number", "date", "datetime", "time"], Role.KIND]
