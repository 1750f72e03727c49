"""Analyses: pure functions from the records of a dataset to results, a file each, named by the rows of a table."""

from adamline._lazy import name_lazily

name_lazily(__name__)
