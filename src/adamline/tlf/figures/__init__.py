"""Draws figures: one file each, on one common frame."""
