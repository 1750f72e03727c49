"""ADLB and ADRS of the study, programmed a second time in SQL: run the programs of this folder.

    python specs/jahh/qc/run.py SDTM ADSL OUT

SDTM is the folder of lb.xpt and rs.xpt, ADSL the made adsl.xpt; OUT gets adlb.parquet and adrs.parquet. The
programs use nothing of adamline.
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


def read_xpt(path: Path) -> pd.DataFrame:
    """A transport file; blank text is missing, blanks at the end of a text do not count."""
    frame, meta = pyreadstat.read_xport(str(path))
    for name in frame.columns:
        if meta.readstat_variable_types[name] == "string":
            text = frame[name].astype(object).str.rstrip(" ")
            frame[name] = text.where(text != "", None)
        elif (meta.original_variable_types[name] or "").startswith("DATE"):
            frame[name] = pd.to_datetime(frame[name])
    return frame


def as_columns(con: duckdb.DuckDBPyConnection, name: str) -> str:
    """The columns of a result as the formats of files have them: numbers double, dates dates."""
    rows = con.execute(f"DESCRIBE {name}").fetchall()
    casts = {"VARCHAR": "VARCHAR", "DATE": "DATE"}
    return ", ".join(f"CAST({row[0]} AS {casts.get(row[1], 'DOUBLE')}) AS {row[0]}" for row in rows)


def load(con: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Table `name` of the file, its dates as dates."""
    con.register("frame", read_xpt(path))
    con.execute(f"CREATE TABLE {name} AS FROM frame")
    for column, kind, *_ in con.execute(f"DESCRIBE {name}").fetchall():
        if kind.startswith("TIMESTAMP"):
            con.execute(f"ALTER TABLE {name} ALTER {column} TYPE DATE")
    con.unregister("frame")


def main(sdtm: Path, adsl: Path, out: Path) -> None:
    con = duckdb.connect()
    for name, path in {"lb": sdtm / "lb.xpt", "rs": sdtm / "rs.xpt", "adsl": adsl}.items():
        load(con, name, path)
    con.execute((HERE / "rules.sql").read_text(encoding="utf-8"))
    out.mkdir(parents=True, exist_ok=True)
    for name, keys in KEYS.items():
        con.execute(f"CREATE TABLE {name} AS " + (HERE / f"{name}.sql").read_text(encoding="utf-8"))
        twice = con.execute(f"SELECT {keys} FROM {name} GROUP BY ALL HAVING count(*) > 1 LIMIT 1").fetchone()
        if twice:
            raise SystemExit(f"{name}: two records with the keys {keys} = {twice}")
        target = out / f"{name}.parquet"
        con.execute(f"COPY (SELECT {as_columns(con, name)} FROM {name}) TO '{target}' (FORMAT parquet)")
        print(f"{target}: {con.execute(f'SELECT count(*) FROM {name}').fetchone()[0]} records")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*(Path(argument) for argument in sys.argv[1:]))
