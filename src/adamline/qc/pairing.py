"""Matches the variables of two datasets by name, or as VAR and WITH say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from adamline.errors import Place, nearest
from adamline.findings import Finding, Severity
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.qc.attributes import attribute_differences
from adamline.qc.columns import has_values, is_text
from adamline.qc.model import AttributeDifference, VariablePair, VariablesSummary
from adamline.qc.options import CompareOptions
from adamline.qc.sysinfo import CompareError, SysInfo

_DATES = (Kind.DATE, Kind.DATETIME)


@dataclass(frozen=True)
class Side:
    """One dataset of the two, the variables that are not excluded, and whether its attributes are known."""

    dataset: Dataset
    variables: tuple[Variable, ...]
    has_attributes: bool

    def find(self, name: str) -> Variable | None:
        """The variable of this name, an equal spelling before one in other capitals."""
        named = [variable for variable in self.variables if variable.name == name]
        named += [variable for variable in self.variables if variable.name.upper() == name.upper()]
        return named[0] if named else None

    def get(self, name: str) -> Variable:
        """The variable of this name; CompareError, with the nearest name, where there is none."""
        found = self.find(name)
        if found is None:
            place = Place(dataset=self.dataset.name)
            hint = nearest(name, (variable.name for variable in self.variables))
            raise CompareError(f"There is no variable {name}.", place=place, hint=hint)
        return found


@dataclass(frozen=True)
class Pairing:
    """The variables matched: the summary, the pairs to compare, those that match records, and what is odd.

    ``by_everywhere`` says that the comparison has no BY variable, so that each group is compared with all of it.
    """

    summary: VariablesSummary
    compared: tuple[VariablePair, ...]
    by: tuple[VariablePair, ...]
    by_everywhere: bool
    keys: tuple[VariablePair, ...]
    descending: frozenset[str]
    findings: tuple[Finding, ...]


def pair_variables(base: Side, compare: Side, options: CompareOptions) -> Pairing:
    """Match the variables of two datasets, as the options say.

    Raises CompareError for a name in BY, ID, VAR or WITH that its dataset does not have, for BY and ID variables of
    two types, and for BY variables of which the comparison has only some.
    """
    common = common_variables(base, compare)
    by, by_everywhere = _by_variables(base, common, options.by)
    keys = [_partner(base, common, item) for item in options.id]
    found_keys = tuple(pair for pair in keys if pair is not None)
    _require_one_type(by, SysInfo.BYVAR)
    _require_one_type(found_keys, SysInfo.TYPE)
    lost_keys = [base.get(_name(item)).name for item, pair in zip(options.id, keys, strict=True) if pair is None]
    if lost_keys and not found_keys:
        raise CompareError(
            "None of the ID variables is in the comparison.",
            place=Place(dataset=compare.dataset.name),
            found=", ".join(lost_keys),
            hint="name keys that both datasets have, or none to match by position",
            sysinfo=SysInfo.BASEVAR,
        )
    findings = [_warning(f"The ID variable {name} is not in the comparison and matches nothing.") for name in lost_keys]

    pairs, left_out, further = _pairs_to_compare(base, compare, common, (*by, *found_keys), options)
    left_out = tuple(name for name in left_out if name not in lost_keys)
    every = dict.fromkeys((*common, *pairs))
    return Pairing(
        summary=VariablesSummary(
            common=common,
            base_only=_without(base, (pair.base.name for pair in common)),
            compare_only=_without(compare, (pair.compare.name for pair in common)),
            conflicting=tuple(pair for pair in every if conflicts(pair)),
            differing=_differing(base, compare, common),
            by=tuple(base.get(_name(item)).name for item in options.by),
            id=tuple(base.get(_name(item)).name for item in options.id),
            var=tuple(base.get(name).name for name in options.var),
            with_=tuple(compare.get(name).name for name in options.with_[: len(options.var)]),
            excluded=_excluded(base, compare),
            left_out=left_out,
        ),
        compared=tuple(pair for pair in pairs if not conflicts(pair)),
        by=by,
        by_everywhere=by_everywhere,
        keys=found_keys,
        descending=frozenset(_name(item).upper() for item in (*options.by, *options.id) if _name(item) != item),
        findings=(*findings, *further),
    )


def _pairs_to_compare(
    base: Side,
    compare: Side,
    common: tuple[VariablePair, ...],
    matching: Iterable[VariablePair],
    options: CompareOptions,
) -> tuple[tuple[VariablePair, ...], tuple[str, ...], list[Finding]]:
    """The pairs to compare, the variables that VAR leaves out, and those of VAR that have no partner."""
    matched = {pair.base.name for pair in matching}
    if not options.var:
        return tuple(pair for pair in common if pair.base.name not in matched), (), []
    pairs = tuple(_var_with(base, compare, common, options))
    wanted = {base.get(name).name for name in options.var}
    lost = sorted(wanted - {pair.base.name for pair in pairs})
    findings = [_warning(f"The VAR variable {name} is not in the comparison.") for name in lost]
    return pairs, _left_out(base, compare, wanted | matched, pairs), findings


def common_variables(base: Side, compare: Side) -> tuple[VariablePair, ...]:
    """The variables matched by name, in the base's order; names match in any capitals, equal spelling first."""
    theirs = {variable.name: variable for variable in compare.variables}
    exact = {variable.name for variable in base.variables} & set(theirs)
    # In other capitals, the first with the first.
    rest: dict[str, list[Variable]] = {}
    for variable in compare.variables:
        if variable.name not in exact:
            rest.setdefault(variable.name.upper(), []).append(variable)
    pairs = []
    for variable in base.variables:
        if variable.name in exact:
            pairs.append(_of_one_kind(base, compare, variable, theirs[variable.name]))
        elif rest.get(variable.name.upper()):
            pairs.append(_of_one_kind(base, compare, variable, rest[variable.name.upper()].pop(0)))
    return tuple(pairs)


def conflicts(pair: VariablePair) -> bool:
    """Whether one variable is text and the other is not."""
    return is_text(pair.base) is not is_text(pair.compare)


def _of_one_kind(base: Side, compare: Side, ours: Variable, theirs: Variable) -> VariablePair:
    """The pair, in which the kind that a plain DataFrame leaves open is that of the partner."""
    if not base.has_attributes:
        ours = _adopting(base, ours, theirs, both_plain=not compare.has_attributes)
    if not compare.has_attributes:
        theirs = _adopting(compare, theirs, ours, both_plain=not base.has_attributes)
    return VariablePair(ours, theirs)


def _adopting(side: Side, own: Variable, other: Variable, *, both_plain: bool) -> Variable:
    if own.kind is other.kind:
        return own
    # pandas keeps dates in any unit: a date beside a datetime is its midnight, unless SAS's kind is known.
    if own.kind in _DATES and other.kind in _DATES:
        return replace(own, kind=Kind.DATETIME if both_plain else other.kind)
    # pandas makes a column of any type of a variable that is all missing.
    return own if has_values(side.dataset, own) else replace(own, kind=other.kind)


def _by_variables(
    base: Side, common: Sequence[VariablePair], by: Iterable[str]
) -> tuple[tuple[VariablePair, ...], bool]:
    """BY variables with their partners; with themselves where the comparison has none of them."""
    items = tuple(by)
    pairs = [_partner(base, common, item) for item in items]
    found = tuple(pair for pair in pairs if pair is not None)
    if len(found) == len(items):
        return found, False
    if found:
        lost = ", ".join(_name(item) for item, pair in zip(items, pairs, strict=True) if pair is None)
        what = "The comparison has only some of the BY variables."
        raise CompareError(what, found=f"not {lost}", sysinfo=SysInfo.BYVAR)
    own = (base.get(_name(item)) for item in items)
    return tuple(VariablePair(variable, variable) for variable in own), True


def _partner(base: Side, common: Iterable[VariablePair], item: str) -> VariablePair | None:
    own = base.get(_name(item))
    return next((pair for pair in common if pair.base.name == own.name), None)


def _require_one_type(pairs: Iterable[VariablePair], bit: SysInfo) -> None:
    for pair in pairs:
        if conflicts(pair):
            raise CompareError(
                f"The key {pair.base.name} is text in one dataset and not in the other.",
                place=Place(variable=pair.base.name),
                expected="the same type in both",
                found=f"{pair.base.kind} and {pair.compare.kind}",
                sysinfo=bit,
            )


def _var_with(
    base: Side, compare: Side, common: Sequence[VariablePair], options: CompareOptions
) -> Iterator[VariablePair]:
    """The pairs that VAR and WITH name; a variable of VAR without WITH goes with its namesake, if there is one."""
    for place, name in enumerate(options.var):
        if place < len(options.with_):
            yield _of_one_kind(base, compare, base.get(name), compare.get(options.with_[place]))
        else:
            pair = _partner(base, common, name)
            if pair is not None:
                yield pair


def _left_out(base: Side, compare: Side, named: Collection[str], pairs: Iterable[VariablePair]) -> tuple[str, ...]:
    """The variables of either dataset that VAR and WITH do not name."""
    partners = {name.upper() for name in named} | {pair.compare.name.upper() for pair in pairs}
    ours = [variable.name for variable in base.variables if variable.name not in named]
    theirs = [variable.name for variable in compare.variables if variable.name.upper() not in partners]
    return tuple(dict.fromkeys((*ours, *theirs)))


def _without(side: Side, names: Iterable[str]) -> tuple[Variable, ...]:
    matched = set(names)
    return tuple(variable for variable in side.variables if variable.name not in matched)


def _differing(base: Side, compare: Side, common: Iterable[VariablePair]) -> tuple[AttributeDifference, ...]:
    if not (base.has_attributes and compare.has_attributes):
        return ()
    return attribute_differences(pair for pair in common if not conflicts(pair))


def _excluded(base: Side, compare: Side) -> tuple[str, ...]:
    kept = {variable.name for variable in base.variables}, {variable.name for variable in compare.variables}
    sides = (base.dataset, compare.dataset)
    gone = (v.name for side, names in zip(sides, kept, strict=True) for v in side.variables if v.name not in names)
    return tuple(dict.fromkeys(gone))


def _name(item: str) -> str:
    """The variable of an item of BY or ID, which may say ``descending`` before it."""
    word, _, rest = item.strip().partition(" ")
    return rest.strip() if rest and word.lower() == "descending" else item


def _warning(message: str) -> Finding:
    return Finding(Severity.WARNING, "compare", message)
