"""Known: what a study's specs say of the variables and parameters that its outputs show, before there are data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adamline.analyses.labels import PARAMETER, VARIABLE_LABELS
from adamline.standards.labels import standard_label

# What pages call the variables that stand for the levels of a dictionary or a plan.
_NAMES = {
    "AEBODSYS": "System Organ Class",
    "AESOC": "System Organ Class",
    "AEHLT": "High Level Term",
    "AEHLGT": "High Level Group Term",
    "AEDECOD": "Preferred Term",
    "MHBODSYS": "System Organ Class",
    "MHDECOD": "Preferred Term",
    "CMDECOD": "Preferred Name",
    "CMCLAS": "ATC Class",
    "SEX": "Sex",
    "RACE": "Race",
    "ETHNIC": "Ethnicity",
    "AVISIT": "Visit",
    "VISIT": "Visit",
    "PARAMCD": "Parameter",
    "PARAM": "Parameter",
}


@dataclass(frozen=True)
class Known:
    """What specs say: attributes of parameters by PARAMCD, labels of variables, and values of those made by rows."""

    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    listed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def label(self, variable: str) -> str:
        """The label of a variable: as tables show it, the spec's, the standard's, else its name."""
        return VARIABLE_LABELS.get(variable) or self.labels.get(variable) or standard_label(variable) or variable

    def placeholder(self, variable: str) -> str:
        """What stands for the levels of a variable that no spec lists.

        >>> Known().placeholder("AEDECOD"), Known().placeholder("AGEGR1")
        ('<Preferred Term>', '<Pooled Age Group 1>')
        """
        return f"<{_NAMES.get(variable) or self.labels.get(variable) or standard_label(variable) or variable}>"

    def attribute(self, code: str, attribute: str) -> str:
        """An attribute of a parameter; its code where no spec has it."""
        return self.parameters.get(code, {}).get(attribute) or code

    def decimals(self, code: str | None) -> int:
        """The decimals of a parameter's data; 0 where no spec has them."""
        said = self.parameters.get(code or "", {}).get("decimals")
        return int(said) if said else 0


def is_parameter(variable: str) -> bool:
    """Whether levels of a variable are parameters, of which specs know attributes."""
    return variable == PARAMETER
