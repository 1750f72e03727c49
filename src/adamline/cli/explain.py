"""The command that explains a number on a page: what it is, and the records behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adamline.cli.app import app, echo
from adamline.cli.whole_number import at_least


@app.command()
def explain(
    output: Annotated[str, typer.Argument(help="An output, such as T-14-2-1, or the id of a result.")],
    row: Annotated[
        str | None,
        typer.Argument(help="The label of a row, behind headings as in 'Week 12 / n', or its number; N for the head."),
    ] = None,
    column: Annotated[str | None, typer.Argument(help="The label of a column.")] = None,
    statistic: Annotated[str | None, typer.Argument(help="One of several statistics: n, pct, N, p ...")] = None,
    *,
    out: Annotated[Path, typer.Option(help="The folder of the run.")],
    sdtm: Annotated[
        Path | None, typer.Option(help="The folder of SDTM, where it is another than the run read.")
    ] = None,
    adam: Annotated[
        Path | None, typer.Option(help="The folder of supplied ADaM datasets, where it is another than the run read.")
    ] = None,
    study: Annotated[
        Path | None, typer.Option(help="The folder of specs, where it is another than that of the run.")
    ] = None,
    first: Annotated[
        int, typer.Option(help="How many records to show of each kind.", parser=at_least(0), metavar="<int>")
    ] = 10,
    every: Annotated[
        bool, typer.Option("--all", help="Every result of the output as CSV: its records and subjects, counted.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with all records.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="All records as CSV.")] = False,
) -> None:
    """Explain a number: its result, the ADaM records behind it, and the SDTM records behind these."""
    from adamline.errors import DataError
    from adamline.study.explain import shown
    from adamline.study.explain.explain import explain

    if as_json and as_csv:
        raise DataError("--json and --csv are two forms.", expected="one of the two")
    folders = [folder for folder in (sdtm, adam) if folder is not None]
    if every:
        from adamline.study.explain.every import explained_table

        if row is not None or as_json:
            raise DataError("--all is CSV of all results of an output.", expected="an output alone")
        echo(explained_table(out, output, folders).to_csv(index=False, lineterminator="\n"), nl=False)
        return
    explanation = explain(out, output, row, column, statistic, folders, study)
    if as_json or as_csv:
        echo(shown.as_json(explanation) if as_json else shown.as_csv(explanation), nl=False)
        return
    echo(shown.as_text(explanation, first), nl=False)
