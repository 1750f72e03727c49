"""Commands of results: show those of a run, or say which numbers differ between two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adamline.cli.app import FINDINGS, app, echo
from adamline.plurals import said_of


@app.command()
def results(
    out: Annotated[Path, typer.Argument(help="The folder of a run.")],
    other: Annotated[str, typer.Argument(help="An output to show, such as T-14-2-1, or the folder of a later run.")],
    csv: Annotated[bool, typer.Option("--csv", help="As CSV, with every column.")] = False,
) -> None:
    """Show the results of an output, or how those of two runs differ; status 1 where they do."""
    from adamline.results.run_results import compare_runs, read_output_results
    from adamline.study.made import require_fresh

    if not Path(other).is_dir():
        require_fresh(out, other.upper())
        found = read_output_results(out, other)
        echo(_shown(found, csv, ["result", "stat_text", "stat", "method", "warning"]), nl=False)
        return
    for run in (out, Path(other)):
        require_fresh(run)
    differences = compare_runs(out, Path(other))
    if len(differences):
        columns = ["result", "change", "old_text", "new_text", "old_stat", "new_stat"]
        echo(_shown(differences, csv, columns), nl=False)
    counts = differences.groupby("output", sort=False).size()
    for output, count in counts.items():
        echo(f"{output}: {said_of(count, '{count} results differ')}", err=True)
    echo(said_of(len(differences), "{count} results differ"), err=True)
    if len(differences):
        raise typer.Exit(FINDINGS)


def _shown(frame: object, csv: bool, columns: list[str]) -> str:
    """A table as text: a few columns aligned for reading, or CSV."""
    import pandas as pd

    assert isinstance(frame, pd.DataFrame)  # noqa: S101 - pandas is imported inside commands alone
    if csv:
        return str(frame.to_csv(index=False, lineterminator="\n"))
    named = [name for name in columns if name in frame.columns] or list(frame.columns)
    return str(frame[named].to_string(index=False, na_rep="")) + "\n"
