"""Kinds of output: each file analyses data into results, and lays results out."""
