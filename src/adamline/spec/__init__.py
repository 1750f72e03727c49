"""The spec of a study: read, typed, and checked against itself."""
