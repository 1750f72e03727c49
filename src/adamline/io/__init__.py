"""Datasets and the files they are read from and written to."""

from adamline._lazy import name_lazily

name_lazily(__name__)
