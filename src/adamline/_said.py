"""An argument of a derivation in the words of a define sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adamline._order import missing_of, order_of
from adamline._roles import Case, DatedSource, Role
from adamline.define_sentence import listed, quoted


def said(value: Any, role: Role | None, is_number: bool) -> str:
    """A value of an argument in words; ``is_number`` where the values of cases are numbers."""
    if value is None:
        return ""
    if role in (Role.ORDER, Role.SOURCE_ORDER) and not isinstance(value, str):
        return ", ".join(map(_item_said, value))
    if role is Role.CASES and not isinstance(value, str):
        rest = "otherwise " if len(value) > 1 else "in any case "
        return "; ".join(_case_said(case, is_number, rest) if isinstance(case, Case) else str(case) for case in value)
    if role is Role.DATED_SOURCES and not isinstance(value, str):
        return "; ".join(_dated_said(row) if isinstance(row, DatedSource) else str(row) for row in value)
    if role is Role.VALUES and isinstance(value, Mapping):
        return ", ".join(f"{name} = {quoted(text)}" for name, text in value.items())
    return listed(value)


def _item_said(item: str) -> str:
    """An item of an order: the sentence around it says where missing comes of those that do not."""
    name, down = order_of(item)
    missing = missing_of(item)
    return name + (" descending" if down else "") + (f" with missing {missing}" if missing else "")


def _case_said(case: Case, is_number: bool, rest: str) -> str:
    value = case.from_ or quoted(case.value, is_number=is_number)
    return f"{value} where {case.when}" if case.when else rest + value


def _dated_said(row: DatedSource) -> str:
    """A row of dates: whose they are, of which records, and what a record has that is of one."""
    source = row.source if isinstance(row.source, str) else row.SRCDOM
    of_each = f" whose {row.each} is the parameter's" if row.each else ""
    where = f" where {row.where}" if row.where else ""
    texts = {"EVNTDESC": row.EVNTDESC, "CNSDTDSC": row.CNSDTDSC, "SRCDOM": row.SRCDOM, "SRCVAR": row.SRCVAR}
    has = [f"{name} = {quoted(text, is_number=False)}" for name, text in texts.items() if text is not None]
    has += [f"CNSR = {row.CNSR}"] if row.CNSR is not None else []
    has += [f"{name} = {variable}" for name, variable in (("SRCSEQ", row.seq), ("ADTF", row.dtf)) if variable]
    stops = ", which ends what counts" if row.stops else ""
    return f"{row.date} of the records of {source}{of_each}{where} ({', '.join(has)}){stops}"
