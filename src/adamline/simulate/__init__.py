"""Simulators: SDTM of patients who never were, so that a study can be run without any patient's data."""
