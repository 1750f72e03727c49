"""ADLB and ADRS of the study, programmed a second time in SQL: run the programs of this folder.

    python specs/jahh/qc/run.py SDTM ADSL OUT

SDTM is the folder of lb.xpt and rs.xpt, ADSL the made adsl.xpt; OUT gets adlb.parquet and adrs.parquet. Neither this
nor the programs use anything of adamline.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pandas as pd
import pyreadstat

HERE = Path(__file__).parent
KEYS = {
    "adlb": "USUBJID, PARAMCD, ADT, VISITNUM, LBSEQ",
    "adrs": "USUBJID, PARAMCD, AVISITN, ADT, VISITNUM, RSSEQ",
}
KINDS = {"VARCHAR": "VARCHAR", "DATE": "DATE"}  # All else are numbers, which transport files have as double.


def read_xpt(path: Path) -> pd.DataFrame:
    """A transport file: blank text is missing, blanks at the end of a text do not count, dates are dates."""
    frame, meta = pyreadstat.read_xport(str(path))
    for name in frame.columns:
        if meta.readstat_variable_types[name] == "string":
            text = frame[name].astype(object).str.rstrip(" ")
            frame[name] = text.where(text != "", None)
        elif (meta.original_variable_types[name] or "").startswith("DATE"):
            frame[name] = pd.to_datetime(frame[name])
    return frame


def load(con: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Table `name` of a transport file."""
    table = con.from_df(read_xpt(path))
    columns = zip(table.columns, table.types, strict=True)
    table.project(
        ", ".join(f"{column}::DATE AS {column}" if "TIMESTAMP" in str(kind) else column for column, kind in columns)
    ).create(name)


def main(sdtm: Path, adsl: Path, out: Path) -> None:
    """Run both programs; stop where the keys of a result are not unique, which a tie would show as."""
    con = duckdb.connect()
    for name, path in {"lb": sdtm / "lb.xpt", "rs": sdtm / "rs.xpt", "adsl": adsl}.items():
        load(con, name, path)
    con.execute((HERE / "rules.sql").read_text(encoding="utf-8"))
    out.mkdir(parents=True, exist_ok=True)
    for name, keys in KEYS.items():
        con.sql((HERE / f"{name}.sql").read_text(encoding="utf-8")).create(name)
        result = con.table(name)
        twice = result.aggregate(f"{keys}, count(*) AS n", keys).filter("n > 1").limit(1).fetchall()
        if twice:
            raise SystemExit(f"{name}: several records with the keys {keys}: {twice[0]}")
        columns = zip(result.columns, result.types, strict=True)
        doubles = ", ".join(f"{column}::{KINDS.get(str(kind), 'DOUBLE')} AS {column}" for column, kind in columns)
        result.project(doubles).write_parquet(str(out / f"{name}.parquet"))
        print(f"{out / f'{name}.parquet'}: {len(result)} records")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*(Path(argument) for argument in sys.argv[1:]))
