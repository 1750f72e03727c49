"""Finds the spots of a condition where SAS would select other records."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from adamline.condition.tree import And, Comparison, Condition, In, IsMissing, Not, Operator, Or, VariableRef

_LESS = (Operator.LT, Operator.LE, Operator.NE)
_MORE = (Operator.GT, Operator.GE, Operator.NE)


def sas_differences(condition: Condition, may_be_missing: Callable[[str], bool]) -> tuple[str, ...]:
    """One sentence for each spot where SAS would select other records than this condition does.

    In SAS (WHERE, IF, PROC SQL) a missing value is smaller than any other and a comparison is either true or false:
    where AVAL is missing, ``AVAL < 5``, ``AVAL <> 5`` and ``not (AVAL > 5)`` are true. Here they are unknown and
    the record is not selected. ``may_be_missing`` says of a variable's name whether it can be missing.

    A spot is left out where another term of the same AND keeps the missing value out in both languages, as in
    ``AVISITN >= 2 and AVISITN <= 24`` or ``AVAL < 5 and AVAL is not missing``; and where another term of the same OR
    takes it in, as in ``AVAL is missing or AVAL < 5``.

    >>> from adamline.condition.parse import parse_condition
    >>> for line in sas_differences(parse_condition("PARAMCD = 'ALT' and AVAL < 5"), lambda name: name == "AVAL"):
    ...     print(line)
    AVAL < 5: where AVAL is missing SAS takes this as true, here it is unknown and selects nothing.
    >>> sas_differences(parse_condition("AVAL > 0 and AVAL < 5"), lambda name: True)
    ()
    """
    return tuple(dict.fromkeys(_differences(condition, True, frozenset(), may_be_missing)))


def _differences(
    condition: Condition, wanted: bool, guarded: frozenset[str], may_be_missing: Callable[[str], bool]
) -> Iterator[str]:
    """Differences where the condition is to be true (``wanted``) or, below a NOT, false."""
    match condition:
        case Not(term=term):
            yield from _differences(term, not wanted, guarded, may_be_missing)
        case And(terms=terms) | Or(terms=terms):
            # Where a guarding variable is missing, both languages answer alike, whatever the other terms say.
            guarded = guarded | (
                _needs(condition, wanted)
                if isinstance(condition, And) == wanted
                else frozenset().union(*(_met_by_missing(term, wanted) for term in terms))
            )
            for term in terms:
                yield from _differences(term, wanted, guarded, may_be_missing)
        case _:
            missing = [
                names
                for names in _true_in_sas(condition, wanted)
                if not names & guarded and all(may_be_missing(name) for name in names)
            ]
            if missing:
                yield _sentence(condition, wanted, missing)


def _true_in_sas(leaf: Condition, wanted: bool) -> list[frozenset[str]]:
    """The sets of variables whose joint missingness SAS takes as fulfilling the leaf."""
    match leaf:
        case Comparison(left=left, operator=operator, right=VariableRef() as right):
            operator = operator if wanted else operator.negated
            if left == right:  # missing equals missing in SAS
                return [frozenset({left.name})] if operator in (Operator.EQ, Operator.LE, Operator.GE) else []
            if operator is Operator.EQ:
                return [frozenset({left.name, right.name})]
            sides = [left.name] * (operator in _LESS) + [right.name] * (operator in _MORE)
            return [frozenset({name}) for name in sides]
        case Comparison(left=left, operator=operator):
            operator = operator if wanted else operator.negated
            return [frozenset({left.name})] if operator in _LESS else []
        case In(variable=variable) if not wanted:
            return [frozenset({variable.name})]
    return []


def _needs(condition: Condition, wanted: bool) -> frozenset[str]:
    """The variables without which the condition fails in both languages."""
    match condition:
        case Not(term=term):
            return _needs(term, not wanted)
        case And(terms=terms) | Or(terms=terms):
            needs = [_needs(term, wanted) for term in terms]
            return frozenset.union(*needs) if isinstance(condition, And) == wanted else frozenset.intersection(*needs)
        case IsMissing(variable=variable):
            return frozenset() if wanted else frozenset({variable.name})
        case In(variable=variable):
            return frozenset({variable.name}) if wanted else frozenset()
        case Comparison(left=left, operator=operator, right=right):
            operator = operator if wanted else operator.negated
            if not isinstance(right, VariableRef):
                return frozenset() if operator in _LESS else frozenset({left.name})
            # A missing value is never greater than another, but it may equal it.
            needed = {Operator.GT: {left.name}, Operator.LT: {right.name}}
            return frozenset(needed.get(operator, ()))


def _met_by_missing(condition: Condition, wanted: bool) -> frozenset[str]:
    """The variables whose missingness alone fulfils the condition in both languages."""
    match condition:
        case Not(term=term):
            return _met_by_missing(term, not wanted)
        case IsMissing(variable=variable) if wanted:
            return frozenset({variable.name})
    return frozenset()


def _sentence(leaf: Condition, wanted: bool, missing: list[frozenset[str]]) -> str:
    spot = str(leaf if wanted else Not(leaf))
    names = " or ".join(" and ".join(sorted(joint)) for joint in missing)
    verb = "are" if len(missing) == 1 and len(missing[0]) > 1 else "is"
    return f"{spot}: where {names} {verb} missing SAS takes this as true, here it is unknown and selects nothing."
