"""A call: one entry of a spec bound to its function, with its arguments typed as the signature says."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from adamline.condition.parse import parse_condition
from adamline.condition.tree import variables_of
from adamline.contract import Role
from adamline.derive._asked import check_conditions
from adamline.errors import AdamlineError, DerivationError, Place, nearest
from adamline.findings import Tally
from adamline.formula.parse import parse_formula
from adamline.formula.tree import names_of
from adamline.io.dataset import Kind
from adamline.spec.dataset import Attributes
from adamline.study.arguments import FRAMES, meaning, of_parameters, typed_argument, with_frames
from adamline.study.broken_contract import broken_contract
from adamline.study.functions import Derivation, Programs, Verb, find_derivation, line_in
from adamline.study.narrowed import condition_of, narrowed
from adamline.study.placing import NOTHING_PLACED, Placing

T = TypeVar("T")
# Checks of a table's rows, which a derivation knows without the table's name.
_OF_ROWS = ("unused row", "unused window")
USUBJID = "USUBJID"
# Roles whose argument a spec gives as a column of its parameters, and binding replaces by what stands in it.
_PARAMETER_COLUMNS = (Role.PARAMETER_TEXT, Role.PARAMETER_WHERE)


@dataclass(frozen=True)
class Call:
    """One step of a plan: the function, its arguments as typed values, what it makes, where the spec says so.

    ``target`` is the variable that is made, empty for added records. Other datasets and tables stand in
    ``arguments`` by name. ``placing`` says what added records have; a call that is ``only_added`` makes its variable
    once more, for the records that the step before it has added.
    """

    target: str
    derivation: Derivation
    arguments: Mapping[str, Any]
    place: Place
    placing: Placing = NOTHING_PLACED
    only_added: bool = False

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Variables of the dataset that the call reads."""
        return self.derivation.contract.reads(self.arguments)

    @property
    def source(self) -> str | None:
        """Name of the other dataset that it reads, if any."""
        return self._named(Role.SOURCE)

    @property
    def sources(self) -> dict[str, tuple[str, ...]]:
        """The variables that it reads of each other dataset, by its name."""
        contract = self.derivation.contract
        own = [(self.source, contract.reads(self.arguments, "source"))] if self.source else []
        read: dict[str, dict[str, None]] = {}
        for name, variables in (*own, *((str(row.source), names) for row, names in contract.dated(self.arguments))):
            read.setdefault(name, {}).update(dict.fromkeys(variables))
        return {name: tuple(variables) for name, variables in read.items()}

    @property
    def source_where(self) -> str | None:
        """The condition on the other dataset that `source` names, if it has one."""
        return self._named(Role.SOURCE_WHERE)

    @property
    def table(self) -> str | None:
        """File name of the study's table that it reads, if any."""
        return self._named(Role.TABLE)

    @property
    def given(self) -> dict[str, Any]:
        """Its arguments without those that stand for a dataset or a table."""
        frames = {p.name for p in self.derivation.contract.parameters if p.role in FRAMES}
        return {name: value for name, value in self.arguments.items() if name not in frames}

    @property
    def keeps(self) -> str:
        """The variable whose attributes the target takes, empty where it makes a new one."""
        keeps = self.derivation.contract.keeps
        return str(self.arguments.get(keeps, "")) if keeps else ""

    @property
    def only_places(self) -> bool:
        """Whether it copies a variable onto itself: the entry gives the variable its place and nothing else."""
        plain = self.derivation.name == "copy" and self.arguments.get("where") is None
        return plain and self.arguments.get("from_") == self.target

    def run(self, frame: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """The frame after the call; ``frames`` has the other datasets and tables by name."""
        made = self._called(self.derivation.function, frame, frames)
        broken = broken_contract(frame, made, self.target, is_program=self.derivation.is_program)
        if broken:
            raise DerivationError(
                f"`{self.derivation.name}` did not keep its contract.",
                place=self.place,
                expected="a new frame with the variable, its records and their order and index as they came"
                if self.target
                else "the frame's records, then those that are added",
                found=broken,
            )
        return made

    def check_arguments(self) -> list[Tally]:
        """What the derivation has to say of its arguments alone, with their line; its errors too."""
        check = self.derivation.contract.check_arguments
        try:
            return [replace(tally, place=self.place) for tally in check(**self.given)] if check else []
        except AdamlineError as error:
            raise error.at(self.place) from error

    def tallies(self, frame: pd.DataFrame, made: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> list[Tally]:
        """What is to be said of the records, of which the call has ``made`` that frame."""

        def counted(frame: pd.DataFrame, **arguments: Any) -> list[Tally]:
            contract = self.derivation.contract
            asked = check_conditions(contract, frame, made, arguments)
            return [*asked, *map(self._with_table, contract.tallies(frame, made, arguments))]

        return self._called(counted, frame, frames)

    def _with_table(self, tally: Tally) -> Tally:
        """A tally of rows that are not used, with the name of their table."""
        if self.table is None or tally.check not in _OF_ROWS:
            return tally
        message = tally.message.replace("the table of units", self.table).replace("the table", self.table)
        return replace(tally, message=message)

    def _called(self, function: Callable[..., T], frame: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> T:
        roles = {p.name: p.role for p in self.derivation.contract.parameters}
        arguments = {k: with_frames(roles[k], v, frames) for k, v in self.arguments.items()}
        if self.derivation.is_program:
            # What a program of the study does to its data in place, also past pandas, is nobody else's.
            frame, arguments = copy.deepcopy((frame, arguments))
        try:
            return function(frame, **arguments)
        except AdamlineError as error:
            raise error.at(self.place) from error
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # sys.exit() too: a run would end as if all were made
            raise self._failed(error) from error

    def _failed(self, error: BaseException) -> AdamlineError:
        """A fault of the function itself, usually of a program of the study."""
        path = Path(inspect.getsourcefile(inspect.unwrap(self.derivation.function)) or "")
        return DerivationError(
            f"`{self.derivation.name}` failed.",
            place=self.place,
            found=f"{type(error).__name__}: {error} ({path.name}, line {line_in(error, path)})",
            hint="a variable that the function reads must be an argument, or stand in `needs`"
            if isinstance(error, Exception)
            else "a program returns its frame; it does not end the run",
        )

    def _named(self, role: Role) -> str | None:
        for parameter in self.derivation.contract.parameters:
            if parameter.role is role and parameter.name in self.arguments:
                return str(self.arguments[parameter.name])
        return None


@dataclass(frozen=True)
class Written:
    """A call as a spec writes it: the function's name, what it makes, the arguments as text, the entry's type.

    ``parameters`` are the rows of the dataset's parameters.
    """

    name: str
    verb: Verb
    target: str
    arguments: Mapping[str, Any]
    kind: Kind | None
    place: Place
    parameters: Sequence[Mapping[str, str | None]] = ()


def bind(written: Written, folder: Path, programs: Programs = Programs.RUN) -> tuple[Call | None, list[AdamlineError]]:
    """The call that a spec's entry means, or None and every fault of it: name, arguments unknown, missing, wrong."""
    try:
        derivation = find_derivation(written.name, written.verb, folder, programs)
    except AdamlineError as error:
        # A program that cannot be run has a place of its own.
        found = " ".join(filter(None, [str(error.place), error.found]))
        return None, [
            AdamlineError(error.what, place=written.place, expected=error.expected, found=found, hint=error.hint)
        ]
    condition = condition_of(derivation.contract) if written.target else None
    if condition in written.arguments:
        derivation = narrowed(derivation, written.target, str(condition))
    parameters = {p.spec_name: p for p in derivation.contract.parameters if p.role not in (Role.NEW, Role.KIND)}
    faults: list[AdamlineError] = []
    arguments: dict[str, Any] = {}
    for name, text in written.arguments.items():
        if name not in parameters:
            what = f"`{written.name}` takes no `{name}`."
            # What is no argument may be an attribute misspelled.
            named = [*parameters, *([condition] if condition else [])]
            hint = nearest(name, [*named, *Attributes.model_fields] if written.target else named)
            if text is None:
                hint += "; within braces a text with a comma in it needs quotes"
            faults.append(AdamlineError(what, place=written.place, hint=hint))
            continue
        # A text of nothing is a value, the name of nothing is none.
        is_blank = text == "" and parameters[name].role is not None
        if text is None or is_blank or (text in ([], {}) and parameters[name].required):
            expected = meaning(parameters[name])
            faults.append(AdamlineError(f"`{name}` has no value.", place=written.place, expected=expected))
            continue
        if parameters[name].role in _PARAMETER_COLUMNS:
            value, fault = of_parameters(parameters[name], text, written.parameters, written.place)
        else:
            value, fault = typed_argument(parameters[name], text, written.place)
        if fault:
            faults.append(fault)
        else:
            arguments[parameters[name].name] = value
    arguments |= _given(derivation, written)
    faults += _without_subject(derivation, arguments, written.place)
    faults += _unknown_parameters(derivation, arguments, written)
    for name, parameter in parameters.items():
        if parameter.required and parameter.name not in arguments and name not in written.arguments:
            what = f"`{written.name}` needs `{name}`."
            faults.append(AdamlineError(what, place=written.place, expected=meaning(parameter)))
    return (None, faults) if faults else (Call(written.target, derivation, arguments, written.place), [])


def _without_subject(derivation: Derivation, arguments: Mapping[str, Any], place: Place) -> Iterator[AdamlineError]:
    """Each list of keys without USUBJID, of a derivation that looks at one subject and has it among them by default."""
    if derivation.contract.within == "study":
        return
    for parameter in derivation.contract.parameters:
        names = arguments.get(parameter.name)
        is_of_keys = parameter.role is Role.COLUMN and not parameter.required and USUBJID in (parameter.default or ())
        if is_of_keys and names is not None and USUBJID not in names:
            what = (
                f"`{parameter.spec_name}` does not name {USUBJID}: records of several subjects would be taken together."
            )
            found = ", ".join(names) or "no variable"
            hint = f"{parameter.spec_name}: [{', '.join((USUBJID, *names))}]"
            yield AdamlineError(what, place=place, expected=f"{USUBJID} among them", found=found, hint=hint)


def _unknown_parameters(
    derivation: Derivation, arguments: Mapping[str, Any], written: Written
) -> Iterator[AdamlineError]:
    """Each PARAMCD that an argument or its default names, and the parameters of the dataset do not have."""
    known = [str(row["PARAMCD"]) for row in written.parameters]
    for parameter in derivation.contract.parameters:
        value = arguments.get(parameter.name, () if parameter.required else parameter.default)
        if parameter.role is Role.PARAMETER:
            codes: Iterable[str] = [value] if isinstance(value, str) else value or ()
        elif parameter.role is Role.PARAMETER_VALUES_WHERE and value:
            codes = variables_of(parse_condition(value))
        elif parameter.role is Role.PARAMETER_VALUES_FORMULA and value:
            codes = names_of(parse_formula(value))
        else:
            continue
        for code in codes:
            if code not in known:
                what = f"`{parameter.spec_name}` names {code}, which `parameters` does not list."
                yield AdamlineError(what, place=written.place, hint=nearest(code, known))


def _given(derivation: Derivation, written: Written) -> dict[str, Any]:
    """Arguments that the entry gives without naming them: the variable, its type, `from` of a plain copy."""
    given: dict[str, Any] = {}
    for parameter in derivation.contract.parameters:
        if parameter.role is Role.NEW:
            given[parameter.name] = written.target
        elif parameter.role is Role.KIND and written.kind is not None:
            given[parameter.name] = written.kind.value
        elif written.name == "copy" and parameter.name == "from_" and "from" not in written.arguments:
            given[parameter.name] = written.target
    return given
