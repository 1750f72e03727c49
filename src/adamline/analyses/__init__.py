"""Analyses: pure functions from the records of a dataset to results, a file each, named by the rows of a table."""
