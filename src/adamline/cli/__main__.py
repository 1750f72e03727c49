"""Runs the command line: `python -m adamline.cli`."""

from adamline.cli.app import main

main()
