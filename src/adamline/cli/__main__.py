"""Runs the command line: `python -m adamline.cli`."""

from adamline.cli.main import main

if __name__ == "__main__":
    main()
