"""Commands of datasets in files, without any study: convert one, show one, compare two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adamline.cli.app import app, echo, show_findings
from adamline.cli.whole_number import at_least
from adamline.errors import DataError, nearest
from adamline.plurals import counted

if TYPE_CHECKING:
    from adamline.io.file_format import ReadOptions
    from adamline.io.losses import Loss

Report = Annotated[Path | None, typer.Option(help="Write it there; of folders, a folder.")]
Member = Annotated[str | None, typer.Option(help="The dataset to read of a transport file that has several.")]


class Version(StrEnum):
    """Versions of transport files; agencies take 5."""

    V5 = "5"
    V8 = "8"


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(help="The file to read; its suffix tells the format.")],
    target: Annotated[Path, typer.Argument(help=".xpt, .json, .ndjson, .parquet or .csv.")],
    allow: Annotated[
        list[str] | None, typer.Option(help="A loss that is accepted, as the refusal names it; may be repeated.")
    ] = None,
    xpt_version: Annotated[Version, typer.Option(help="Of a transport file.")] = Version.V5,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the source's text.")] = None,
    to_encoding: Annotated[str | None, typer.Option(help="Of the target's text: XPT has ASCII, CSV UTF-8.")] = None,
    member: Member = None,
) -> None:
    """Convert a dataset from one format to another; what the target cannot keep is refused unless allowed."""
    from adamline.io.convert import convert_file
    from adamline.io.file_format import FileFormat, WriteOptions, format_of
    from adamline.io.xpt_layout import XptVersion

    is_xpt = format_of(target) is FileFormat.XPT
    version = XptVersion(int(xpt_version)) if is_xpt else None
    writing = WriteOptions(version=version, encoding=to_encoding) if is_xpt or to_encoding else None
    losses = _losses(allow or [])
    done = convert_file(source, target, allow=losses, reading=_reading(encoding, member), writing=writing)
    show_findings(done.findings)
    echo(f"{done.dataset}: {counted(done.records, 'record')} in {target}")


@app.command()
def show(
    file: Annotated[Path, typer.Argument(help="A dataset in a file of any format.")],
    rows: Annotated[
        int, typer.Option(help="How many of the first records, 0 or more.", parser=at_least(0), metavar="<int>")
    ] = 5,
    where: Annotated[str | None, typer.Option(help="A condition: only the records for which it is true.")] = None,
    var: Annotated[str | None, typer.Option(help="Variables to show, as A,B; without it all.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the text.")] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    member: Member = None,
) -> None:
    """Show a dataset's attributes, counts of values and first records."""
    from adamline.io.show import describe_dataset
    from adamline.io.show_text import description_json, render_description

    keep = None
    if where is not None:
        from adamline.condition.parse import parse_condition
        from adamline.condition.to_pandas import selected

        keep = partial(selected, condition=parse_condition(where))
    options = _reading(encoding, member)
    description = describe_dataset(file, rows=rows, columns=_names(var) or None, keep=keep, options=options)
    echo(description_json(description) if json else render_description(description), nl=False)


@app.command()
def compare(
    base: Annotated[Path, typer.Argument(help="A dataset in a file of any format, or a folder of them.")],
    compare: Annotated[Path, typer.Argument(help="The one to compare it with.")],
    id: Annotated[str | None, typer.Option(help="Keys, as A,B; without them they are proposed.")] = None,
    by: Annotated[str | None, typer.Option(help="Groups, as A,B.")] = None,
    var: Annotated[str | None, typer.Option(help="Variables to compare, as A,B; without it all.")] = None,
    with_: Annotated[str | None, typer.Option("--with", help="Their partners in the second dataset.")] = None,
    exclude: Annotated[str | None, typer.Option(help="Variables left out on both sides, as A,B.")] = None,
    by_position: Annotated[bool, typer.Option("--by-position", help="Match record by record, without keys.")] = False,
    options: Annotated[str, typer.Option(help="As PROC COMPARE has them: 'METHOD=ABSOLUTE CRITERION=1E-8'.")] = "",
    accepted: Annotated[Path | None, typer.Option(help="The file of accepted differences.")] = None,
    config: Annotated[Path | None, typer.Option(help="Keys and options of each dataset, in YAML.")] = None,
    study: Annotated[
        Path | None, typer.Option(help="The folder of a study's specs, which have the keys and encodings.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the text of both.")] = None,
    encoding_compare: Annotated[str | None, typer.Option(help="Of the second, where it has another.")] = None,
    fallback: Annotated[str | None, typer.Option(help="In transport files, of texts that are not in it.")] = None,
    member: Member = None,
    member_compare: Annotated[str | None, typer.Option(help="That of the second file, if it is another.")] = None,
    csv_like_other: Annotated[
        bool, typer.Option("--csv-like-other", help="Read a plain CSV by the other side's kinds of variables.")
    ] = False,
    allow_empty: Annotated[bool, typer.Option("--allow-empty", help="No records on either side is status 0.")] = False,
    text: Report = None,
    json: Report = None,
    html: Report = None,
    xlsx: Report = None,
) -> None:
    """Compare two datasets, or two folders: status 0 equal, 1 different, 2 could not compare."""
    from adamline.qc.command import Destinations, run_compare
    from adamline.qc.folders import CompareConfig, PairConfig
    from adamline.qc.options import CompareOptions, Keys
    from adamline.qc.reading import Reading
    from adamline.qc.sas_options import parse_sas_options
    from adamline.study.made import require_fresh

    for side in (base, compare):
        require_fresh(side)
    if by_position and id:
        raise DataError("Records are matched by --id or --by-position.", hint="leave out one of them")
    if config is not None and config.resolve() in {path.resolve() for path in (text, json, html, xlsx) if path}:
        raise DataError("A report would be written over the configuration.", found=str(config))
    if accepted is not None and base.is_dir():
        raise DataError("--accepted is for two files.", hint="in --config each dataset names its own file")
    if (member or member_compare) and base.is_dir():
        hint = "in the file of --config name it by dataset: `datasets: {ADLB: {member: ADLB}}`"
        raise DataError("--member and --member-compare are for two files.", hint=hint)
    given = CompareOptions(
        id=_names(id),
        by=_names(by),
        var=_names(var),
        with_=_names(with_),
        exclude=_names(exclude),
        keys=Keys.GIVEN if by_position or id else Keys.PROPOSE,
        allow_empty=allow_empty,
    )
    reading = Reading(
        encoding=encoding,
        encoding_compare=encoding_compare,
        fallback=fallback,
        member=member,
        member_compare=member_compare,
        csv_like_other=csv_like_other,
    )
    chosen, listing = parse_sas_options(options, given)
    made = CompareConfig(PairConfig(chosen, reading=reading))
    if config is not None or study is not None:
        # Loads all that reads specs.
        from adamline.study.compare_config import read_compare_config

        made = read_compare_config(config, study, chosen, reading)
    if accepted is not None:
        named = {name: replace(pair, accepted=accepted) for name, pair in made.datasets.items()}
        made = CompareConfig(replace(made.others, accepted=accepted), named, made.files)
    outcome = run_compare(base, compare, made, listing, Destinations(text, json, html, xlsx))
    echo(outcome.text, nl=False)
    raise typer.Exit(outcome.status)


def _reading(encoding: str | None, member: str | None) -> ReadOptions | None:
    """The choices for a file that is read; None where none is made, which suits every format."""
    from adamline.io.file_format import ReadOptions

    return ReadOptions(encoding=encoding, member=member) if encoding or member else None


def _losses(names: Sequence[str]) -> list[Loss]:
    """The losses of these names; DataError, with the nearest name, for another."""
    from adamline.io.losses import Loss

    known = list(Loss)
    for name in names:
        if name not in known:
            raise DataError(f"There is no loss {name}.", expected=", ".join(known), hint=nearest(name, known))
    return [Loss(name) for name in names]


def _names(written: str | None) -> tuple[str, ...]:
    return tuple(filter(None, (name.strip() for name in (written or "").split(","))))
