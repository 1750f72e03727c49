#!/usr/bin/env bash
# Runs the fast tests with the lowest versions that pyproject.toml declares, in a fresh environment of their own.
set -euo pipefail
bin=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# What is declared at its lowest, what that needs at its newest: so a floor that is too low shows, and no other's.
"$bin/uv" pip compile --quiet --no-config --resolution lowest-direct --all-extras --no-header --no-annotate \
    --python "$bin/python" --output-file "$folder/lowest.txt" pyproject.toml
"$bin/uv" venv --quiet --no-config --python "$bin/python" "$folder/venv"
"$bin/uv" pip install --quiet --no-config --python "$folder/venv/bin/python" --requirement "$folder/lowest.txt"
"$bin/uv" pip install --quiet --no-config --python "$folder/venv/bin/python" --no-deps --no-build-isolation --editable .
"$folder/venv/bin/python" -m pytest -p no:cacheprovider --verbosity=0 -m "not slow" "$@"
