"""Quality control: comparison of two datasets, as PROC COMPARE does it and better."""

from adamline._lazy import name_lazily

name_lazily(__name__)
