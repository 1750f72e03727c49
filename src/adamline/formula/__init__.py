"""Formulas: arithmetic over numbers, in a small language of its own."""
