"""Rows of a table: a tree of groupings and headings whose leaves are analyses, as a spec writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, SerializeAsAny, ValidationInfo, field_validator, model_validator

from adamline.analyses.leaf import LeafOptions
from adamline.analyses.options import OptionsModel, Source, labelled
from adamline.analyses.shown import SortOption
from adamline.analyses.words import Programs, Word, find_word, known_words
from adamline.errors import AdamlineError, nearest
from adamline.spec.types import ConditionText, VariableName


class Empty(StrEnum):
    """Whether a level without values is shown."""

    KEEP = "keep"
    DROP = "drop"


class Leaf(OptionsModel):
    """One analysis: its word, its options, and comparisons of the same rows for columns beside the others."""

    word: str
    options: SerializeAsAny[LeafOptions]
    compare: tuple[Leaf, ...] = ()

    @property
    def name(self) -> str:
        """The name of the analysis in results: the one given, else its word, what it is of, its records' condition."""
        of = getattr(self.options, "of", ())
        words = [self.word, *([of] if isinstance(of, str) else map(str, of))]
        where = [f"where {self.options.where}".replace("/", ":")] if self.options.where else []
        return self.options.name or " ".join([*words, *where])


class Blank(OptionsModel):
    """A blank row."""

    blank: bool


class Heading(OptionsModel):
    """A heading over rows, with the condition and source of their records, where they have others than the table.

    With ``empty: drop`` a heading that selects no record is left out with its rows, and a note says so.
    """

    label: str
    rows: Rows
    empty: Empty = Empty.KEEP
    where: ConditionText | None = None
    records: Source | None = None


class By(OptionsModel):
    """A grouping of rows: for each level of a variable, the rows below it.

    The levels are those that ``show`` lists (with labels, where it is a mapping), or those of the records, in the order
    of the lowest value of ``order_by``, else of their ADaM partner (`ordered_levels`), else of their text. ``total``
    adds a level that holds all. With ``page`` each level starts a new page. ``baseline`` names the level at which
    changes are not shown; without it that of the baseline records (ABLFL = Y), where no other record has a change.
    ``sort`` puts the levels in the order of the subjects (n) of the first count below them, or of the alphabet, as that
    of categories does; results have them in the order of the data.
    """

    by: VariableName
    show: Mapping[str, str] | None = None
    order_by: VariableName | None = None
    sort: SortOption = None
    total: str | None = None
    empty: Empty = Empty.KEEP
    baseline: str | None = None
    page: bool = False
    where: ConditionText | None = None
    records: Source | None = None
    rows: Rows

    @field_validator("show", mode="before", json_schema_input_type=tuple[str, ...] | Mapping[str, str] | None)
    @classmethod
    def _labels(cls, show: object) -> object:
        return labelled(show)

    @model_validator(mode="after")
    def _one_order(self) -> By:
        if self.show is not None and self.order_by is not None:
            raise ValueError("give either show (the levels in order) or order_by (a numeric variable)")
        if self.sort is not None and (self.show is not None or self.order_by is not None):
            raise ValueError("give either sort, or the order by show or order_by")
        if self.sort is not None and self.sort.by == "difference":
            raise ValueError("sort: levels of a grouping are sorted by frequency or alphabet")
        if self.show is not None and self.baseline is not None and self.baseline not in self.show:
            raise ValueError(f"baseline is none of the levels to show; {nearest(self.baseline, self.show)}")
        return self


def _node(value: Any, info: ValidationInfo) -> Any:
    """What a row is by its keys: a grouping, a heading, a blank row, else an analysis by its word."""
    if not isinstance(value, Mapping):
        return value if isinstance(value, Leaf | By | Heading | Blank) else _refused(value)
    if "by" in value:
        return By.model_validate(value, context=info.context)
    if "rows" in value:
        return Heading.model_validate(value, context=info.context)
    if "blank" in value:
        return Blank.model_validate(value, context=info.context)
    return leaf_of(value, info)


def _refused(value: Any) -> Any:
    raise ValueError(f"a row is a mapping such as {{summary: AGE}}, not {value!r}")


def leaf_of(value: Any, info: ValidationInfo) -> Any:
    """The analysis that a row names by its word, with its options typed."""
    if not isinstance(value, Mapping):
        return value if isinstance(value, Leaf) else _refused(value)
    word = _word_of(value, (info.context or {}).get("programs"))
    compare = [leaf_of(each, info) for each in value.get("compare") or ()]
    rest = {key: part for key, part in value.items() if key != "compare"}
    if word.name != word.main:
        rest[word.main] = rest.pop(word.name)
    options = word.options.model_validate(rest, context=info.context)
    return Leaf(word=word.name, options=options, compare=tuple(compare))


def _word_of(value: Mapping[str, Any], programs: Programs | None) -> Word:
    """The word of an analysis among the keys of a row; ValueError where there is none, or several."""
    found = [word for key in value if (word := _found(key, programs)) is not None]
    # `level`, `records` ... are options of many analyses, and may be words of others.
    named = [word for word in found if word.main not in LeafOptions.model_fields]
    if len(named) > 1:
        first = next(iter(value))
        named = [word for word in named if word.name == first]
    if not named:
        among = f" among {', '.join(value)}" if value else ""
        hint = nearest(next(iter(value), ""), [*known_words(), "by", "rows", "blank"])
        raise ValueError(f"no analysis is named{among}; {hint}")
    return named[0]


def _found(key: str, programs: Programs | None) -> Word | None:
    try:
        return find_word(key, programs)
    except AdamlineError as error:
        raise ValueError(str(error)) from error


def _some(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    """The rows, of which there must be one; a row that does not fit has a fault of its own, and not this one too."""
    if not rows:
        raise ValueError("there are no rows")
    return rows


Node = Annotated[By | Heading | Blank | Leaf, BeforeValidator(_node)]
Rows = Annotated[tuple[Node, ...], AfterValidator(_some)]
Heading.model_rebuild()
By.model_rebuild()


def leaves(rows: tuple[By | Heading | Blank | Leaf, ...]) -> Iterator[Leaf]:
    """Every analysis of a tree, in order, comparisons after the analysis that they stand beside."""
    for node in rows:
        if isinstance(node, Leaf):
            yield node
            yield from node.compare
        elif not isinstance(node, Blank):
            yield from leaves(node.rows)
