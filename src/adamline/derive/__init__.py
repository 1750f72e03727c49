"""Derivations: one rule a file, named as the variable or records it makes."""

from adamline._lazy import name_lazily

name_lazily(__name__)
