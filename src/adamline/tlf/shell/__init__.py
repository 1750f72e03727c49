"""Shells: outputs as they will look, with placeholders for all that only data can say."""
