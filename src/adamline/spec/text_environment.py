"""Jinja for texts of a spec: it can show what it is given and do nothing else."""

from __future__ import annotations

from typing import Any, Final

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

_FILTERS = ("upper", "lower", "capitalize", "title", "trim", "replace", "default")


class TextEnvironment(ImmutableSandboxedEnvironment):
    """Shows variables, with a few filters; it calls nothing and computes nothing."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def __init__(self) -> None:
        super().__init__(autoescape=False, keep_trailing_newline=True, undefined=jinja2.StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing is called."""
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Nothing is computed: a text times a large number would fill memory."""
        raise SecurityError(f"{operator} is not for texts; ~ joins them")


ENVIRONMENT: Final = TextEnvironment()
