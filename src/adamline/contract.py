"""Contract of a derivation: what it needs, makes and says of itself, attached to the function and registered nowhere.

The signature is most of the contract. A parameter's type says what a spec may write there, and so what the
derivation reads::

    def derive_base(frame, *, variable: New = "BASE", from_: Column = "AVAL", flag: Column = "ABLFL", by: Columns = KEY)
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import pandas as pd

from adamline._order import missing_of as missing_of
from adamline._order import order_of as order_of
from adamline._roles import Amount as Amount
from adamline._roles import AnyKind as AnyKind
from adamline._roles import ByParameter as ByParameter
from adamline._roles import Case as Case
from adamline._roles import Cases as Cases
from adamline._roles import Column as Column
from adamline._roles import Columns as Columns
from adamline._roles import Count as Count
from adamline._roles import DatedSource as DatedSource
from adamline._roles import DatedSources as DatedSources
from adamline._roles import EntryKind as EntryKind
from adamline._roles import Formula as Formula
from adamline._roles import Keys as Keys
from adamline._roles import New as New
from adamline._roles import Order as Order
from adamline._roles import ParameterCode as ParameterCode
from adamline._roles import ParameterCodes as ParameterCodes
from adamline._roles import ParameterTexts as ParameterTexts
from adamline._roles import ParameterValuesFormula as ParameterValuesFormula
from adamline._roles import ParameterValuesWhere as ParameterValuesWhere
from adamline._roles import ParameterWheres as ParameterWheres
from adamline._roles import Role as Role
from adamline._roles import Source as Source
from adamline._roles import SourceColumn as SourceColumn
from adamline._roles import SourceOrder as SourceOrder
from adamline._roles import SourceWhere as SourceWhere
from adamline._roles import Table as Table
from adamline._roles import Values as Values
from adamline._roles import Where as Where
from adamline._roles import described_by as described_by
from adamline._said import said
from adamline.condition.parse import parse_condition
from adamline.condition.tree import variables_of
from adamline.define_sentence import filled, named_in
from adamline.errors import DerivationError
from adamline.findings import Tally
from adamline.formula.parse import parse_formula
from adamline.formula.tree import names_of

Within = Literal["subject", "study"]
# Counts records, by kind, that are worth a finding; takes what the derivation takes.
Check = Callable[..., Iterable[Tally]]
F = TypeVar("F", bound=Callable[..., pd.DataFrame])
_ATTRIBUTE = "__adamline_contract__"
# The parameter of a check that takes the frame after the derivation.
MADE = "made"


@dataclass(frozen=True)
class Parameter:
    """One named argument: its role (None for a plain value), its type for conversion, its default."""

    name: str
    role: Role | None
    annotation: Any
    default: Any

    @property
    def required(self) -> bool:
        """Whether a call must name it."""
        return self.default is inspect.Parameter.empty

    @property
    def spec_name(self) -> str:
        """Its name in a spec: `from` for `from_`, since `from` is a word of Python."""
        return self.name.removesuffix("_")


@dataclass(frozen=True)
class Contract:
    """What a derivation needs beyond its arguments, how far it looks, and its sentence for define.xml.

    ``keeps`` names the argument whose variable is taken as it is, and with it its label, length and format. Of added
    records ``copies`` says that each is the copy of one, and ``makes`` what they have beyond. ``check`` counts the
    records whose value was there and is not used, or was decided by something missing; ``check_arguments`` says what
    can be said of that without data. A derivation that loses nothing has no check, and says why in ``loses_nothing``.
    ``of_missing`` names the argument whose missing variable gives a value, as a flag that says that all is imputed.
    """

    parameters: tuple[Parameter, ...]
    needs: tuple[str, ...]
    within: Within
    define: str
    keeps: str = ""
    copies: bool = False
    makes: tuple[str, ...] = ()
    check: Check | None = None
    check_arguments: Check | None = None
    loses_nothing: str = ""
    needs_with: tuple[tuple[str, str], ...] = ()
    of_missing: str = ""

    def gives(self, arguments: Mapping[str, Any]) -> tuple[str, ...]:
        """Variables that added records have from a call with these arguments: made by it, taken over, or set."""
        of_call = {p.name: arguments.get(p.name, p.default) for p in self.parameters}
        values = [of_call.get(name, name) for name in (*self.makes, *self._set)]
        listed = [[value] if isinstance(value, str) else value or () for value in values]
        return tuple(dict.fromkeys(str(name) for names in listed for name in names))

    @property
    def _set(self) -> tuple[str, ...]:
        return tuple(parameter.name for parameter in self.parameters if parameter.role is Role.VALUES)

    def reads(self, arguments: Mapping[str, Any], of: Literal["frame", "source"] = "frame") -> tuple[str, ...]:
        """Variables that a call with these arguments reads, of the dataset itself or of the source it names."""
        source = of == "source"
        needs = (*self.needs, *(name for argument, name in self.needs_with if arguments.get(argument)))
        found = {} if source else dict.fromkeys(needs)
        for parameter in self.parameters:
            value = arguments.get(parameter.name, parameter.default)
            if parameter.role is not None and value is not None and value is not inspect.Parameter.empty:
                found.update(dict.fromkeys(_columns(parameter.role, value, source)))
        return tuple(found)

    def dated(self, arguments: Mapping[str, Any]) -> Iterator[tuple[DatedSource, tuple[str, ...]]]:
        """The rows of dates of other datasets that a call reads, each with the variables that it reads there."""
        keys = [name for p in self.parameters if p.role is Role.KEY for name in arguments.get(p.name, p.default)]
        for parameter in self.parameters:
            for row in arguments.get(parameter.name, ()) if parameter.role is Role.DATED_SOURCES else ():
                named = [row.date, *filter(None, (row.seq, row.dtf, row.each))]
                yield row, tuple(dict.fromkeys([*keys, *named, *_variables_of_all([row.where] if row.where else [])]))

    def tallies(self, frame: pd.DataFrame, made: pd.DataFrame, arguments: Mapping[str, Any]) -> Iterable[Tally]:
        """What the check counts of a call with these arguments, of which the derivation has ``made`` that frame."""
        if self.check is None:
            return ()
        of_made = {MADE: made} if MADE in _names(self.check) else {}
        return self.check(frame, **of_made, **arguments)

    def sentence(self, arguments: Mapping[str, Any]) -> str:
        """The sentences for define.xml with the call's arguments filled in, without the parts that do not apply.

        Conditions stand as they are written, texts of values in quotes; numbers and names do not.
        """
        is_number = any(p.role is Role.KIND and arguments.get(p.name, p.default) == "number" for p in self.parameters)
        given = {p.name: None if p.required else p.default for p in self.parameters} | dict(arguments)
        texts = {p.name: said(given[p.name], p.role, is_number) for p in self.parameters}
        return filled(self.define, texts)

    def check_define(self, function: str) -> None:
        """Raise DerivationError where the define sentence, or what is made, names what is no argument."""
        unknown = named_in(self.define) - {parameter.name for parameter in self.parameters}
        if unknown:
            what = f"The define sentence of {function} names {', '.join(sorted(unknown))}."
            raise DerivationError(what, expected="arguments of the function in braces")
        named = [name for name in self.makes if not name.isupper()]
        strangers = [name for name in named if name not in {parameter.name for parameter in self.parameters}]
        if strangers:
            what = f"`makes` of {function} names {', '.join(strangers)}."
            raise DerivationError(what, expected="variables, and arguments that name them")


def derivation(
    *,
    define: str,
    needs: Sequence[str] = (),
    needs_with: Sequence[tuple[str, str]] = (),
    within: Within | None = None,
    keeps: str = "",
    copies: bool = False,
    makes: Sequence[str] = (),
    check: Check | None = None,
    check_arguments: Check | None = None,
    loses_nothing: str = "",
    of_missing: str = "",
) -> Callable[[F], F]:
    """Attach a contract to a derivation.

    ``define`` is a few sentences for define.xml, from which the derivation can be programmed a second time: ties,
    missing values, ends of intervals. It has ``{argument}`` where an argument's value goes. A part in square brackets
    is left out where an argument in it has no value (`[ where {where}]`), and where it begins with a condition on an
    argument that fails: `[take=first|last: A tie is an error.]`, `[decimals=: It is not rounded.]` where none is given,
    `[highest!=none,impute=first: ...]`. ``needs`` names variables that the function reads and no argument names,
    ``needs_with`` pairs of an argument and what is read where it is given; ``within`` is "subject" when the result for
    one subject depends on the records of that subject alone, which lets a run go subject by subject: adamline's own do
    unless they say "study", a study's programs where they say "subject"; ``keeps`` names the argument whose variable is
    taken as it is, with its attributes.

    Of added records ``copies`` says that each is the copy of one record, of which the spec says what it keeps; and
    ``makes`` names what they have from the function itself: variables (`AVAL`), and arguments that name them (`by`).

    ``check`` is a function of the same arguments that counts the records a run is to speak of: data faults are
    findings, faults of the spec are errors. Where it has a second parameter ``made``, before the named ones, that is
    the frame that the derivation has made, so that nothing need be worked out twice. ``check_arguments`` takes the
    named arguments alone. Each of adamline's has a ``check`` or ``loses_nothing``. ``of_missing`` is as in Contract.
    """

    def attach(function: F) -> F:
        usual: Within = "subject" if function.__module__.startswith("adamline.") else "study"
        parameters = tuple(_parameters(function))
        contract = Contract(
            parameters,
            tuple(needs),
            within or usual,
            define,
            keeps,
            copies,
            tuple(makes),
            check,
            check_arguments,
            loses_nothing,
            tuple(needs_with),
            of_missing,
        )
        contract.check_define(function.__name__)
        if check and tuple(name for name in _names(check) if name != MADE) != _names(function):
            raise DerivationError(f"The check of {function.__name__} takes other arguments than it.")
        setattr(function, _ATTRIBUTE, contract)
        return function

    return attach


@cache
def _names(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def contract_of(function: Callable[..., Any]) -> Contract | None:
    """The contract of a derivation, None for any other function."""
    contract = getattr(function, _ATTRIBUTE, None)
    return contract if isinstance(contract, Contract) else None


def parameter_of(name: str, annotation: Any, default: Any) -> Parameter:
    """One named argument of a derivation, with the role that its type gives it."""
    # `Column | None` is a union whose first member carries the role.
    bare = next((a for a in get_args(annotation) if get_origin(a) is Annotated), annotation)
    roles = [m for m in getattr(bare, "__metadata__", ()) if isinstance(m, Role)]
    return Parameter(name, roles[0] if roles else None, annotation, default)


def _parameters(function: Callable[..., Any]) -> Iterator[Parameter]:
    hints = get_type_hints(function, include_extras=True)
    named = list(inspect.signature(function).parameters.values())[1:]
    for parameter in named:
        if parameter.name not in hints:
            raise without_type(parameter.name, function.__name__)
        yield parameter_of(parameter.name, hints[parameter.name], parameter.default)


def without_type(parameter: str, function: str) -> DerivationError:
    """The error of an argument that has no type."""
    what = f"Argument {parameter} of {function} has no type."
    return DerivationError(what, expected="one of adamline.contract, or a plain one such as int")


def _columns(role: Role, value: Any, source: bool) -> Sequence[str]:
    columns, order, where = (
        (Role.SOURCE_COLUMN, Role.SOURCE_ORDER, Role.SOURCE_WHERE) if source else (Role.COLUMN, Role.ORDER, Role.WHERE)
    )
    values = [value] if isinstance(value, str) else value
    if role is columns or role is Role.KEY or (role is Role.VALUES and not source):
        return list(values)
    if role is order:
        return [order_of(item)[0] for item in values]
    if role is where:
        return variables_of(parse_condition(value))
    if source:
        return []
    if role is Role.CASES:
        cases = [case for case in values if isinstance(case, Case)]
        taken = [case.from_ for case in cases if case.from_]
        return [*_variables_of_all(case.when for case in cases if case.when), *taken]
    if role is Role.DATED_SOURCES:
        return described_by(value)
    if role is Role.FORMULA:
        return names_of(parse_formula(value))
    if role is Role.PARAMETER_TEXT:
        return ["PARAMCD"]
    if role is Role.PARAMETER_WHERE:
        return ["PARAMCD", *_variables_of_all(value.values())]
    return []


def _variables_of_all(conditions: Iterable[str]) -> list[str]:
    return [name for condition in conditions for name in variables_of(parse_condition(condition))]
