"""Kinds of variables that are known without data: by the spec, by SDTMIG, by the names of ADaMIG."""

from __future__ import annotations

import re
from collections.abc import Mapping

from adamline.condition.kinds import ValueKind
from adamline.contract import Role
from adamline.io.dataset import Kind
from adamline.spec.dataset import is_given
from adamline.standards.sdtm_variables import sdtm_type
from adamline.study.call import Call
from adamline.study.plan import DatasetPlan

_OF_KIND = {
    Kind.TEXT: ValueKind.TEXT,
    Kind.NUMBER: ValueKind.NUMBER,
    Kind.DATE: ValueKind.DATE,
    Kind.DATETIME: ValueKind.DATE,
    Kind.TIME: ValueKind.TIME,
}
# ADaMIG 1.3, 3.1.2 and 3.3.4: variables whose kind their name says.
_NAMES = {
    "AVAL": ValueKind.NUMBER,
    "BASE": ValueKind.NUMBER,
    "CHG": ValueKind.NUMBER,
    "PCHG": ValueKind.NUMBER,
    "AVALC": ValueKind.TEXT,
    "BASEC": ValueKind.TEXT,
}
_ENDS = ((r"\w+FL", ValueKind.TEXT), (r"(A|AST|AEN|TR\w*[SE])DTM?", ValueKind.DATE), (r"ADY|AVISITN", ValueKind.NUMBER))


def known_kind(plans: Mapping[str, DatasetPlan], dataset: str, variable: str) -> ValueKind | None:
    """The kind of a variable of a dataset that the study makes or reads; None where only the data can tell."""
    if dataset not in plans:
        of_sdtm = sdtm_type(dataset, variable)
        return _OF_KIND[Kind(of_sdtm)] if of_sdtm else None
    plan = plans[dataset]
    spec = plan.spec
    for subject, renamed in spec.subject.items():
        for new, old in renamed:
            if new == variable and subject != dataset:
                return known_kind(plans, subject, old)
    if is_given(variable) and any(variable in row for row in spec.parameters):
        return ValueKind.NUMBER if variable.endswith("N") else ValueKind.TEXT
    entry = spec.entries.get(variable)
    if entry is None:
        return known_kind(plans, spec.source.domain, variable) if spec.source.domain != dataset else None
    if entry.attributes.type is not None:
        return _OF_KIND[entry.attributes.type]
    call = next((call for call in plan.steps if call.target == variable), None)
    if call is None:
        return None
    if call.keeps and call.keeps != variable:
        return known_kind(plans, dataset, call.keeps)
    if call.keeps:
        return known_kind(plans, spec.source.domain, variable) if spec.source.domain != dataset else None
    return _kind_made(call)


def _kind_made(call: Call) -> ValueKind | None:
    """What the derivation makes where the entry gives no type."""
    for parameter in call.derivation.contract.parameters:
        if parameter.role is Role.KIND:
            made = call.arguments.get(parameter.name, parameter.default)
            return _OF_KIND[Kind(made)] if made in tuple(Kind) else None
    by_end = (kind for pattern, kind in _ENDS if re.fullmatch(pattern, call.target))
    return _NAMES.get(call.target) or next(by_end, None)
