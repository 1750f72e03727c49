"""The command line: a thin shell over the package, which alone turns findings and errors into an exit status."""

from adamline.cli import data, demo, explain, outputs, pack, program, qc, results, run, shells, study
from adamline.cli.app import app, main

__all__ = [
    "app",
    "data",
    "demo",
    "explain",
    "main",
    "outputs",
    "pack",
    "program",
    "qc",
    "results",
    "run",
    "shells",
    "study",
]
