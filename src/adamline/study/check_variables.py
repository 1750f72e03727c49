"""Finds variables that a study reads of SDTM, and that neither SDTMIG nor a SUPP-- can have."""

from __future__ import annotations

from adamline.errors import nearest
from adamline.findings import Finding, Severity
from adamline.standards.sdtm_variables import sdtm_variables
from adamline.study.study import Study


def check_variables(study: Study) -> list[Finding]:
    """A WARNING, with the line that reads it first, for each variable that SDTMIG does not have in its domain.

    A domain with ``supp: true`` may have any name of a QNAM, and a dataset that is not of SDTM any at all.
    """
    unmade = {
        name for plan in study.datasets for name in plan.spec.entries.keys() - {call.target for call in plan.steps}
    }
    found = []
    for domain, variables in study.domains.items():
        known = sdtm_variables(domain)
        if not known or domain in study.supplemented:
            continue
        for variable in variables:
            # A variable of the spec whose entry has a fault is not one of the source.
            if variable not in known and variable not in unmade:
                place = study.place_reading(domain, variable)
                hint = nearest(variable, [*known, *study.made_where_read(place.dataset, domain)])
                hint += "; a text stands in single quotes" if hint.startswith("there are") else ""
                message = f"SDTMIG has no {variable} in {domain}, and the spec makes none: {hint}"
                found.append(Finding(Severity.WARNING, "unknown variable", message, place))
    return found
