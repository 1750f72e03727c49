"""The spec of a study: what it is called, and which datasets and outputs it has."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from adamline.spec.docx_form import DocxForm
from adamline.spec.formats import Format, Formats
from adamline.spec.model import SpecModel
from adamline.spec.page import PageSpec
from adamline.spec.types import AsList, ConditionText, DatasetName, Distinct, EachOnce, FileName, VariableName

# Domains have two letters. SDTM is read from a folder of its own, with DOMAIN and SUPP-- looked at.
_DOMAIN = re.compile(r"[A-Z][A-Z0-9]|SUPP.*|RELREC")


def _iso_date(written: object) -> object:
    # pydantic would also take seconds since 1970.
    if isinstance(written, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
        raise ValueError("a date such as 2024-03-05")
    return written


def _in_capitals(name: str) -> str:
    if name != name.upper():
        raise ValueError(f"the dataset's name, not its file's: {name.upper()}")
    return name


def _no_domains(names: tuple[str, ...]) -> tuple[str, ...]:
    domains = [name for name in names if _DOMAIN.fullmatch(name)]
    if domains:
        raise ValueError(f"names of ADaM datasets; SDTM is read without being listed: {', '.join(domains)}")
    return names


# What every text of an output may name beside a study's own variables.
OWN_VARIABLES = ("study", "title", "data_cutoff", "output", "number", "population")


def _own_names(variables: Mapping[str, str]) -> Mapping[str, str]:
    taken = [name for name in variables if name in OWN_VARIABLES]
    if taken:
        raise ValueError(f"names that are not adamline's own: {', '.join(taken)}")
    return variables


_Variable = Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]*$")]
_Supplied = Annotated[DatasetName, BeforeValidator(_in_capitals, json_schema_input_type=DatasetName)]


class LabelFrom(SpecModel):
    """The value of an SDTM domain that stands on every page: the variable, of the one record that is selected."""

    source: DatasetName
    variable: Annotated[VariableName, Field(alias="from")]
    where: ConditionText | None = None


class Cutoff(SpecModel):
    """A day up to which data are taken, and by which variable of a domain, where not by --STDTC or --DTC.

    A domain whose variable is `none` keeps its records whatever their date.
    """

    date: Annotated[dt.date, BeforeValidator(_iso_date, json_schema_input_type=dt.date)]
    by: Mapping[DatasetName, VariableName | Literal["none"]] = {}


class StudySpec(SpecModel):
    """What stands in ``study.yaml``.

    ``datasets`` and ``outputs`` name files beside it (``adlbc`` is ``adlbc.yaml``, ``t-14-6-01`` is
    ``tlf/t-14-6-01.yaml``); the order of datasets is planned. Without ``outputs`` they are all files of ``tlf/`` by
    number, of one number tables, then figures, then listings; a list is another order of the package, or some of them.
    ``supplied`` names ADaM datasets that the study reads and does not make: their files are in the folder that a run is
    given. A study that makes no dataset has ``outputs``.
    ``variables`` are texts of the study that its other texts, and those of outputs, may name as ``{{ name }}``;
    ``study_line`` is what stands first on every page. ``time_stamp`` adds the time at which a page was made to its
    source line. ``label`` stands on every page (such as "Simulated data"); ``label_from`` takes it from SDTM, such as
    TS, where there is such a record. ``encoding`` and ``fallback`` are those of SDTM's XPT, ``adam_encoding`` that of
    ADaM's: of what is written, and of what is supplied, with the same fallback.
    ``formats`` are those of the documents of outputs that do not list their own.
    ``adam_files`` are the formats of the datasets, of which the first is the one that later steps read. ``lengths``
    says where the lengths of text come from. ``footnotes`` are texts that outputs name; ``page`` is the paper and type
    of all outputs that do not say otherwise, ``docx`` the form of their Word documents; ``tables`` is what all tables
    say that do not say otherwise, such as the order of the treatments. ``catalogue`` names folders of templates of
    outputs, relative to the study's, such as those of a company.
    ``cutoff`` and ``dummy_treatment`` make a dry run: on data up to a day alone, with arms dealt out at random by this
    seed, which every page then says.
    """

    study: Annotated[str, Field(min_length=1, max_length=40)]
    title: str
    data_cutoff: Annotated[dt.date, BeforeValidator(_iso_date, json_schema_input_type=dt.date)]
    variables: Annotated[Mapping[_Variable, str], AfterValidator(_own_names)] = {}
    study_line: str = "{{ study }}"
    time_stamp: bool = False
    label: str = ""
    label_from: LabelFrom | None = None
    lengths: Literal["spec", "minimal"] = "spec"
    encoding: str = "ascii"
    fallback: str | None = None
    adam_encoding: str = "ascii"
    adam_files: Distinct[Literal["xpt", "parquet"]] = ("xpt",)
    formats: Formats = (Format.DOCX,)
    datasets: EachOnce[FileName] = ()
    supplied: Annotated[
        EachOnce[_Supplied],
        AsList,
        AfterValidator(_no_domains),
    ] = ()
    outputs: EachOnce[FileName] | None = None
    footnotes: Mapping[str, str] = {}
    page: PageSpec = PageSpec()
    docx: DocxForm = DocxForm.FLOW
    tables: Mapping[str, Any] = {}
    catalogue: EachOnce[str] = ()
    cutoff: Cutoff | None = None
    dummy_treatment: Annotated[int, Field(ge=0)] | None = None
