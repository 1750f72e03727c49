"""Derivations: one rule a file, named as the variable or records it makes."""
