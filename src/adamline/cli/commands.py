"""All commands, which importing their modules adds to the application."""

from adamline.cli import data, demo, explain, outputs, pack, program, qc, results, run, shells, study
from adamline.cli.app import app

__all__ = [
    "app",
    "data",
    "demo",
    "explain",
    "outputs",
    "pack",
    "program",
    "qc",
    "results",
    "run",
    "shells",
    "study",
]
