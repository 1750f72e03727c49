"""The specification of a dataset as text, from which it can be programmed a second time."""
