"""Calibration of the default trial to what the paper prints: few values moved by little, before SDTM is written."""
