"""The command line: a thin shell over the package, which alone turns findings and errors into an exit status."""

from adamline.cli.main import main

__all__ = ["main"]
