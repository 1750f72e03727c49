"""Holds each entry of `records` to say what its records have, wherever that would else depend on other entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from adamline.condition.parse import parse_condition
from adamline.condition.tree import variables_of
from adamline.contract import Case
from adamline.errors import AdamlineError, nearest
from adamline.spec.dataset import PARAMCD, SOURCE, DatasetSpec, RecordsEntry, given_variables, subject_variables
from adamline.study.call import Call
from adamline.study.placing import Placing

USUBJID, ASEQ = "USUBJID", "aseq"
OTHERS, RECORDS = "others", "records"


def placed_steps(
    spec: DatasetSpec, steps: Sequence[Call], written: Mapping[int, RecordsEntry]
) -> tuple[tuple[Call, ...], list[AdamlineError]]:
    """The steps, with what those that add records give them, and an error for each entry that leaves something open.

    ``written`` has the entry of each step that adds records, by its number. An entry must say what its records have of
    a variable that is made before them and needed after, and of one of the source that they do not have and that is
    read after: which these are depends on other entries, and what a record gets must not. All else is derived for
    them. A variable that is made before and that records are to have derived is made again for them: its call stands
    once more behind the step.
    """
    faults: list[AdamlineError] = []
    done: list[Call] = []
    for number, call in enumerate(steps):
        if number not in written:
            done.append(call)
            continue
        entry = _Entry.of(spec, written[number], call)
        before = {c.target: c for c in steps[:number] if c.target}
        again = [replace(c, only_added=True) for name, c in before.items() if name in entry.written.derived]
        after = [*again, *steps[number + 1 :]]
        faults += _faults(entry, {name for c in steps for name in c.needs})
        faults += _left_open(entry, before, after, frozenset(spec.variables))
        done += [replace(call, placing=entry.placing(before)), *again]
    return tuple(done), faults


def made_before(spec: DatasetSpec, entry: RecordsEntry, call: Call) -> tuple[str, ...]:
    """Variables that must be there before a step adds its records: that these carry over, that it reads or gives."""
    gives = call.derivation.contract.gives(call.arguments)
    return (*_copied(spec, entry, call), *call.needs, *gives)


def _copied(spec: DatasetSpec, entry: RecordsEntry, call: Call) -> tuple[str, ...]:
    """The variables that copies carry over, `all` written out: a number of the record is its own."""
    if not call.derivation.contract.copies:
        return ()
    if not isinstance(entry.copies, str):
        return entry.copies or ()
    elsewhere = {*entry.missing, *entry.derived, *call.derivation.contract.gives(call.arguments)}
    return tuple(name for name in spec.entries if name not in elsewhere | _numbers(spec))


def _numbers(spec: DatasetSpec) -> set[str]:
    """Variables that number the records, as ASEQ."""
    return {name for name, entry in spec.entries.items() if entry.derive == ASEQ}


@dataclass(frozen=True)
class _Entry:
    """An entry with its call, the variables that are made in the dataset, and what it says its records have of them."""

    written: RecordsEntry
    call: Call
    entries: tuple[str, ...]
    gives: frozenset[str]
    copies: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, spec: DatasetSpec, written: RecordsEntry, call: Call) -> _Entry:
        contract = call.derivation.contract
        # A record belongs to a subject and a parameter, whose variables it has; a copy also to that of its record.
        belongs = {USUBJID, *subject_variables(spec), *given_variables(spec)} - {PARAMCD}
        belongs |= {PARAMCD} if contract.copies else set()
        gives = frozenset(contract.gives(call.arguments)) | belongs
        copies = frozenset(_copied(spec, written, call)) - gives
        return cls(written, call, tuple(spec.entries), gives, copies, frozenset(_numbers(spec)))

    @property
    def name(self) -> str:
        return self.call.derivation.name

    @property
    def is_copy(self) -> bool:
        return self.call.derivation.contract.copies

    @property
    def has(self) -> frozenset[str]:
        """What the records have as it is given, carried over, or derived because the entry says so."""
        return self.gives | self.copies | set(self.written.derived)

    @property
    def missing(self) -> frozenset[str]:
        """Variables that are missing, `others` written out."""
        others = frozenset(self.entries) - self.has
        return others if self.written.missing == OTHERS else frozenset(self.listed_missing)

    @property
    def listed_missing(self) -> tuple[str, ...]:
        """Variables that `missing` names."""
        named = () if self.written.missing == OTHERS else self.written.missing
        return tuple(name for name in named if name != SOURCE)

    @property
    def has_source(self) -> bool:
        """Whether the records have variables of the source, or it is open."""
        return self.is_copy or SOURCE not in self.written.missing

    def placing(self, before: Mapping[str, Call]) -> Placing:
        left = {name for name, c in before.items() if not c.only_places} - self.has - self.missing
        copies, left = (self.copies, left) if self.is_copy else (None, set())
        return Placing(self.gives, copies, self.missing, frozenset(left))


def _faults(entry: _Entry, read: set[str]) -> Iterator[AdamlineError]:
    """What of an entry cannot be, whatever the other entries are."""
    place, written = entry.call.place, entry.written
    if entry.is_copy and written.copies is None:
        yield AdamlineError(
            f"`{entry.name}` copies records, and the entry does not say what the copies keep.",
            place=place,
            expected="`copies: all`, or `copies:` with a list of variables, which may be empty",
            hint="a copy keeps the variables of the source; what else it does not keep is derived for it",
        )
    if entry.is_copy and SOURCE in written.missing:
        yield AdamlineError(
            "Copies have the variables of the source.",
            place=place,
            found="`missing: source`",
            hint="name those that are to be missing",
        )
    if not entry.is_copy and written.copies is not None:
        lists = ", ".join(f"`{item}`" for item in entry.call.derivation.contract.makes if not item.isupper())
        hint = f"what they take over stands under {lists}" if lists else "leave out `copies`"
        yield AdamlineError(f"The records of `{entry.name}` are no copies.", place=place, found="`copies`", hint=hint)
    named = {
        "copies": written.copies if isinstance(written.copies, tuple) else (),
        "missing": entry.listed_missing,
        "derived": written.derived,
    }
    for word, variables in named.items():
        known = [*entry.entries, *(read if word == "missing" else ())]
        for variable in variables:
            if variable in entry.gives:
                what = (
                    f"`{word}` names {variable}, which `{entry.name}`, the subject or `parameters` gives the records."
                )
                yield AdamlineError(what, place=place, hint="leave it out")
            elif word == "copies" and variable in entry.numbers:
                what = f"`copies` names {variable}, by which the records are numbered: two would have one number."
                yield AdamlineError(what, place=place, hint="leave it out: it is derived when all records are there")
            elif variable not in known:
                what = f"`{word}` names {variable}, which is not made here."
                yield AdamlineError(what, place=place, hint=nearest(variable, known))
    listed = [variable for variables in named.values() for variable in variables]
    for variable in dict.fromkeys(variable for variable in listed if listed.count(variable) > 1):
        where = " and ".join(f"`{word}`" for word, variables in named.items() if variable in variables)
        yield AdamlineError(f"{variable} stands twice, under {where}.", place=place, expected="once")


def _left_open(
    entry: _Entry, before: Mapping[str, Call], after: Sequence[Call], variables: frozenset[str]
) -> Iterator[AdamlineError]:
    """One error with all variables of which the entry does not say what its records have."""
    if entry.is_copy and entry.written.copies is None:
        return
    needed = variables | {name for call in after for name in call.needs}
    of_source = {name for name, call in before.items() if call.only_places}
    said = entry.has | entry.missing | (of_source if entry.is_copy or not entry.has_source else set())
    told = {name: f"{name}, made before them" for name in before if name in needed and name not in said}
    pairs = list(_without_need(entry, after))
    leaves_others = entry.written.missing == OTHERS
    for target, need in pairs:
        # To leave out what is read says it for all that read it; what is asked for is not to be left out.
        readers = {one for one, other in pairs if other == need}
        is_only_reader = readers == {target} and target != RECORDS and not leaves_others
        told.setdefault(target if is_only_reader else need, need if target == need else f"{need}, for {target}")
    for target, lacks in _of_what_is_missing(entry, after):
        told.setdefault(target, f"{target}, made of {lacks}, which they do not have")
    if not told:
        return
    choices = " or ".join([*(["`copies`"] if entry.is_copy else []), "`missing`", "`derived`"])
    if leaves_others:
        hint = f"add them to `derived`: [{', '.join([*entry.written.derived, *told])}]"
    else:
        missing = ", ".join(dict.fromkeys([*entry.written.missing, *told]))
        hint = f"to leave them missing write `missing: [{missing}]`"
    if entry.call.derivation.is_program and not entry.call.derivation.contract.makes:
        hint += "; what the program gives them stands in `makes` of its @derivation"
    yield AdamlineError(
        f"The entry does not say what the records of `{entry.name}` have of {', '.join(told)}.",
        place=entry.call.place,
        expected=f"each of them under {choices}",
        found="not said: " + "; ".join(dict.fromkeys(told.values())),
        hint=hint,
    )


def _without_need(entry: _Entry, after: Sequence[Call]) -> Iterator[tuple[str, str]]:
    """Each variable that later steps make, or `records`, with what it needs and these records do not have.

    Where they are no copies that is a variable of the source, with `missing: others` any that is so left missing.
    """
    made = {*entry.entries} - {call.target for call in after if call.only_places}
    for call in after:
        if call.target in entry.missing or (call.target in entry.gives and not call.only_added):
            continue
        if entry.written.missing == OTHERS:
            lacking = set(call.needs) - entry.has if call.target in entry.written.derived else set()
        else:
            is_open = not entry.is_copy and entry.has_source
            lacking = set(call.needs) - made - entry.has - entry.missing if is_open else set()
        yield from ((call.target or RECORDS, name) for name in call.needs if name in lacking)


def _of_what_is_missing(entry: _Entry, after: Sequence[Call]) -> Iterator[tuple[str, str]]:
    """Each variable that would have a value for want of one of the source, with that one; of which nothing is said."""
    if entry.has_source or entry.written.missing == OTHERS:
        return
    made = {*entry.entries} - {call.target for call in after if call.only_places}
    for call in after:
        if call.target and call.target not in entry.has | entry.missing:
            lacking = set(_says_of_missing(call)) - made - entry.has
            if lacking:
                yield call.target, ", ".join(sorted(lacking))


def _says_of_missing(call: Call) -> Sequence[str]:
    """Variables without which a record gets a value all the same.

    Of cases those that their conditions read, where the last case is a value for all that is left.
    """
    value = call.arguments.get(call.derivation.contract.of_missing)
    if value is None or isinstance(value, str):
        return [value] if value else []
    cases = [case for case in value if isinstance(case, Case)]
    if not cases or cases[-1].when or not cases[-1].value:
        return []
    return [name for case in cases if case.when for name in variables_of(parse_condition(case.when))]
