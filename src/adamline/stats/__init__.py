"""Statistics, each as the SAS procedure and option it names."""

from adamline._lazy import name_lazily

name_lazily(__name__)
