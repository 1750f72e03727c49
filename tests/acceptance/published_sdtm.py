"""ADSL, ADLB and ADRS as far as the paper's figures need them, by pandas from the SDTM transport files alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

WINDOWS = {
    2: (12, 21, 15), 4: (22, 42, 29), 8: (43, 70, 57), 12: (71, 98, 85), 16: (99, 126, 113), 20: (127, 154, 141),
    24: (155, 183, 169),
}  # fmt: skip
# Scores have no visits at weeks 1 and 2: who comes early for week 4 is there all the same.
SCORE_WINDOWS = {week: (2, 42, 29) if week == 4 else days for week, days in WINDOWS.items() if week >= 4}
FOLLOW_UP = 91
ITEMS = [f"SLED01{n:02d}" for n in range(1, 25)]
SYSTEMS = [f"BILG01A{n}" for n in range(1, 10)]
REGIONS = {
    "USA": "USA", **dict.fromkeys(["JPN", "KOR", "TWN"], "Asia"), **dict.fromkeys(["ARG", "MEX"], "Rest of the world"),
}  # fmt: skip


def derive(sdtm: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """ADSL, ADLB and ADRS."""
    read = {name: pyreadstat.read_xport(sdtm / f"{name}.xpt")[0].replace("", np.nan) for name in
            ("dm", "ds", "ex", "mh", "cm", "lb", "rs")}  # fmt: skip
    adsl = _subjects(read)
    return adsl, _laboratory(read["lb"], adsl), _scores(read["rs"], adsl)


def _subjects(read: dict[str, pd.DataFrame]) -> pd.DataFrame:
    dm, ds, cm, rs = read["dm"], read["ds"], read["cm"], read["rs"]
    adsl = dm.loc[dm["ARM"].notna(), ["USUBJID", "AGE", "SEX", "COUNTRY", "ARM"]].set_index("USUBJID")
    adsl["TRT01P"] = adsl["ARM"]
    adsl["REGION1"] = adsl["COUNTRY"].map(REGIONS).fillna("Europe")
    adsl["TRTSDT"] = _date(read["ex"].groupby("USUBJID")["EXSTDTC"].min())
    randomised = _date(ds[ds["DSDECOD"] == "RANDOMIZED"].set_index("USUBJID")["DSSTDTC"])
    adsl["RESCDT"] = _date(cm[cm["CMINDC"] == "LUPUS FLARE"].groupby("USUBJID")["CMSTDTC"].min())
    ended = ds[ds["DSSCAT"] == "STUDY TREATMENT"].set_index("USUBJID")["DSDECOD"]
    adsl["EOTSTT"] = ended.where(ended == "COMPLETED")
    onset = read["mh"][read["mh"]["MHEVDTYP"] == "SYMPTOM ONSET"].set_index("USUBJID")["MHSTDTC"]
    middle = onset.where(onset.str.len() != 4, onset + "-06-30").where(onset.str.len() != 7, onset + "-15")
    elapsed = (randomised - _date(middle).reindex(randomised.index)).dt.days.clip(lower=0)
    adsl["SLEDUR"] = elapsed / 365.25
    total = rs[(rs["RSTESTCD"] == "SLED0125") & (rs["VISITNUM"] == 2)].set_index("USUBJID")["RSSTRESN"]
    adsl["SLEDBL"] = total.where(adsl["TRTSDT"].notna().reindex(total.index))
    adsl["STRAT1V"] = np.where(adsl["SLEDBL"] >= 10, ">=10", "<10")
    return adsl.reset_index()


def _date(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts.str[:10])


def _placed(rows: pd.DataFrame, adsl: pd.DataFrame, date: str) -> pd.DataFrame:
    """Records of the randomised, with arm, date and study day."""
    columns = ["USUBJID", "TRT01P", "TRTSDT", "RESCDT", "REGION1", "STRAT1V"]
    rows = rows.merge(adsl[columns].rename(columns={"TRT01P": "TRTP"}), on="USUBJID")
    days = (_date(rows[date]) - rows["TRTSDT"]).dt.days
    return rows.assign(ADT=_date(rows[date]), ADY=days + (days >= 0))


def _last_before_dose(rows: pd.DataFrame, by: list[str], order: list[str]) -> pd.DataFrame:
    return rows[rows["ADT"] <= rows["TRTSDT"]].sort_values([*by, *order]).groupby(by).tail(1)


def _closest(rows: pd.DataFrame, windows: dict[int, Any], by: list[str], order: list[str]) -> pd.DataFrame:
    """Of each window the record closest to its target day, the later of two, with AVISITN."""
    found = []
    for week, (first, last, target) in windows.items():
        inside = rows[rows["ADY"].between(first, last) & (rows["VISITNUM"] != FOLLOW_UP)]
        near = inside.assign(AVISITN=float(week), far=-(inside["ADY"] - target).abs())
        found.append(near.sort_values([*by, "far", *order]).groupby(by).tail(1))
    return pd.concat(found)


def _laboratory(lb: pd.DataFrame, adsl: pd.DataFrame) -> pd.DataFrame:
    rows = _placed(lb[lb["LBSTRESC"].notna()], adsl, "LBDTC").rename(columns={"LBTESTCD": "PARAMCD"})
    below = rows["LBSTRESC"].str.startswith("<")
    limit = pd.to_numeric(rows["LBSTRESC"].str.lstrip("<"))
    complement = rows["PARAMCD"].isin(["C3", "C4"])
    assert (rows.loc[complement, "LBSTRESU"] == "g/L").all()
    rows["AVAL"] = (limit * np.where(below, 0.5, 1.0) * np.where(complement, 100, 1)).round(9)
    by, order = ["USUBJID", "PARAMCD"], ["ADT", "LBDTC", "LBSEQ"]
    base = _last_before_dose(rows, by, order)
    rows["ABLFL"] = np.where(rows.index.isin(base.index), "Y", None)
    rows = rows.merge(base[[*by, "AVAL"]].rename(columns={"AVAL": "BASE"}), on=by, how="left")
    rows["CHG"] = (rows["AVAL"] - rows["BASE"]).where(rows["ADT"] > rows["TRTSDT"]).round(9)
    analysed = _closest(rows, WINDOWS, by, order)
    rows["AVISITN"] = analysed["AVISITN"]
    rows["ANL01FL"] = np.where(rows.index.isin(analysed.index), "Y", None)
    return rows.assign(AVISIT="Week " + rows["AVISITN"].astype("Int64").astype("string"))


def _scores(rs: pd.DataFrame, adsl: pd.DataFrame) -> pd.DataFrame:
    rows = _placed(rs[rs["RSSTRESC"].notna()], adsl, "RSDTC")
    rows["AVAL"] = pd.to_numeric(rows["RSSTRESC"], errors="coerce").where(rows["RSTESTCD"] == "PGA0101")
    items = rows[rows["RSTESTCD"].isin(ITEMS)].groupby(["USUBJID", "VISITNUM"])
    first = items.head(1).set_index(["USUBJID", "VISITNUM"])
    totals = first.assign(AVAL=items["RSSTRESN"].sum(), RSTESTCD="TOTAL")[items["RSTESTCD"].nunique() == len(ITEMS)]
    kept = rows[rows["RSTESTCD"].isin(["PGA0101", *SYSTEMS])]
    rows = pd.concat([kept, totals.reset_index()], ignore_index=True)
    by, order = ["USUBJID", "RSTESTCD"], ["ADT", "VISITNUM"]
    base = _last_before_dose(rows, by, order)
    now = _closest(rows, SCORE_WINDOWS, by, order)
    pairs = now.merge(base[[*by, "AVAL", "RSSTRESC"]], on=by, suffixes=("", "_base"))
    change = (pairs["AVAL"] - pairs["AVAL_base"]).round(9)
    grade, before = pairs["RSSTRESC"], pairs["RSSTRESC_base"]
    is_grade = pairs["RSTESTCD"].isin(SYSTEMS)
    pairs = pairs.assign(
        fails=((pairs["RSTESTCD"] == "TOTAL") & (change > -4)) | ((pairs["RSTESTCD"] == "PGA0101") & (change >= 0.3)),
        new_a=is_grade & (grade == "A") & (before != "A"),
        new_b=is_grade & (grade == "B") & before.isin(["C", "D", "E"]),
    )
    visits = pairs.groupby(["USUBJID", "AVISITN"]).agg(
        fails=("fails", "any"), a=("new_a", "sum"), b=("new_b", "sum"), known=("RSTESTCD", "nunique"),
        last=("ADT", "max"), rescue=("RESCDT", "first"),
    )  # fmt: skip
    passes = ~visits["fails"] & (visits["a"] == 0) & (visits["b"] <= 1) & (visits["known"] == 2 + len(SYSTEMS))
    responds = passes & ~(visits["rescue"] <= visits["last"])
    expected = pd.MultiIndex.from_product([adsl["USUBJID"], [float(week) for week in SCORE_WINDOWS]])
    # Who is not there, or of whom a component is missing, does not respond.
    sri = responds.reindex(expected, fill_value=False).rename_axis(["USUBJID", "AVISITN"]).rename("Y").reset_index()
    sri = sri.assign(
        PARAMCD="SRI4", ANL01FL="Y", AVALC=np.where(sri["Y"], "Y", "N"),
        AVISIT="Week " + sri["AVISITN"].astype("Int64").astype("string"),
    ).merge(adsl[["USUBJID", "TRT01P"]].rename(columns={"TRT01P": "TRTP"}), on="USUBJID")  # fmt: skip
    base = base.assign(
        ABLFL="Y", AVALC=base["RSSTRESC"], PARAMCD=base["RSTESTCD"].replace("PGA0101", "PGA"),
        PARCAT1=np.where(base["RSTESTCD"].isin(SYSTEMS), "BILAG-2004", "OTHER"),
    )  # fmt: skip
    return pd.concat([base, sri], ignore_index=True)
