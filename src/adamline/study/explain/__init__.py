"""Explains a number of a run: its result, the ADaM records behind it, and the SDTM records behind these."""
