"""Writes a condition as SQL with the same meaning, for DuckDB."""

from __future__ import annotations

from adamline.condition.tree import (
    And,
    Comparison,
    Condition,
    In,
    IsMissing,
    Not,
    Number,
    Operand,
    Or,
    VariableRef,
)

_EXACT = 2.0**53  # whole numbers below are the same as integer and as double


def to_sql(condition: Condition) -> str:
    r"""The condition as the text of a WHERE clause.

    The columns must be presented as SQL knows them: a missing value is NULL, never NaN; text is without trailing
    blanks, and blank text is NULL. ``nullif(rtrim(X, ' '), '')`` in a view brings text into this form. Text must
    be compared by bytes, which is DuckDB's default collation. Identifiers are quoted, but DuckDB does not tell
    their case apart.

    >>> from adamline.condition.parse import parse_condition
    >>> to_sql(parse_condition("PARAMCD in ('ALT', 'AST') and not (AVAL > 1.5)"))
    '"PARAMCD" IN (\'ALT\', \'AST\') AND NOT ("AVAL" > 1.5e0)'
    """
    match condition:
        case Comparison(left=left, operator=operator, right=right):
            return f"{_operand(left)} {operator} {_operand(right)}"
        case In(variable=variable, values=values):
            return f"{_operand(variable)} IN ({', '.join(map(_operand, values))})"
        case IsMissing(variable=variable):
            return f"{_operand(variable)} IS NULL"
        case Not(term=term):
            return f"NOT ({to_sql(term)})"
        case And(terms=terms):
            return " AND ".join(f"({to_sql(term)})" if isinstance(term, Or) else to_sql(term) for term in terms)
        case Or(terms=terms):
            return " OR ".join(map(to_sql, terms))


def _operand(operand: Operand) -> str:
    match operand:
        case VariableRef(name=name):
            return f'"{name}"'
        case Number(value=value):
            return _number(value)
        case _:  # text and dates stand in a condition as they do in SQL: quotes doubled, DATE before
            return str(operand)


def _number(value: float) -> str:
    """A whole number as integer, any other with an exponent, without which SQL reads a decimal."""
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    text = repr(value)
    return text if "e" in text else text + "e0"
