"""Options that all kinds of output share, as a spec writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from adamline.spec.model import SpecModel
from adamline.spec.page import PageSpec
from adamline.spec.types import ConditionText, DatasetName
from adamline.tlf.layout import Layout

_Item = TypeVar("_Item")


def _distinct(items: tuple[_Item, ...]) -> tuple[_Item, ...]:
    twice = sorted({str(item) for item in items if items.count(item) > 1})
    if twice:
        raise ValueError(f"listed twice: {', '.join(twice)}")
    return items


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


# A list of which each item is different; a single text where a list may stand.
Distinct = Annotated[tuple[_Item, ...], AfterValidator(_distinct), Field(min_length=1)]
Lines = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class OptionsModel(SpecModel):
    """Base of every part of an output's options."""


class Source(OptionsModel):
    """A dataset and the condition that selects from it."""

    dataset: DatasetName = Field(alias="from")
    where: ConditionText | None = None


class Population(Source):
    """The subjects of an output: the dataset with one record a subject, the condition, and its name in the heading."""

    label: str = ""


class OutputOptions(OptionsModel):
    """What each output's spec may say, whatever its kind.

    ``footnotes`` are names of the study's footnotes; their texts come with the page. ``page`` is what differs from the
    study's paper and type.
    """

    output: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    kind: str
    title: Annotated[Lines, Field(min_length=1)]
    population: Population | None = None
    footnotes: Lines = ()
    empty: str = Layout.empty
    page: PageSpec = PageSpec()

    @property
    def shown_attributes(self) -> Mapping[str, tuple[str, ...]]:
        """Attributes of parameters that the output needs, each with its PARAMCDs; with none it is all of them."""
        return {}
