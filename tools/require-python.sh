#!/bin/sh
# Says what is missing when the Python named as the first argument cannot make adamline's environment.
set -eu
python=$1

if ! "$python" -c '' >/dev/null 2>&1; then
    echo "adamline needs Python 3.11 or later, and the command '$python' does not run." >&2
    echo "  try: install Python, or name one that you have, as in: make demo PYTHON=python3.12" >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "adamline needs Python 3.11 or later, and '$python' is $("$python" --version 2>&1)." >&2
    echo "  try: name a later one, as in: make demo PYTHON=python3.12" >&2
    exit 1
fi
# Debian and Ubuntu ship these two modules in a package of their own.
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    echo "'$python' cannot make a virtual environment: its modules venv and ensurepip are not installed." >&2
    echo "  try (Debian, Ubuntu): sudo apt-get install python3-venv" >&2
    exit 1
fi
