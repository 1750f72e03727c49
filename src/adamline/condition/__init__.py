"""The condition language of specs: one parser, one tree, several translators."""
