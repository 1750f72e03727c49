"""The simulated SDTM of the reference study made harder: it goes to the ends of the rules of ADLB and ADRS.

The same each time (one seed). What either programming takes as an error of the data is left out: ties, a second record
of an item, unknown grades; and so are blanks before a date.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

DATES = (
    "{m}", "{y}", "{y}---15", "", "UNK", "{y}-02-30", "{y}-13-01", "{d}T24:00", "{d}T24:00:00", "{d}T24:01", "{d}T24",
    "{d}T25:10", "{d}T10:60", "{d}T10:59:60", "{d}T10", "{d}T10:11:12.5", "{d}T10:00Z", "{d}T23:30+09:00",
    "{d}T00:30-05:00", "{d}T10:11+0900", "{d}T", "{d}T-:30", "{d} 10:11", "{d}/{d}", "{d}X",
)  # fmt: skip
LIMITS = (" < 10 ", ">=200", "<=3.5", "<.5", ">300", "<5.", "<0", "<1e1", "<-1", "<+5", "<10 IU", "<1,000", "=<3")
UNITS = ("iu/ml", "G/L", "", "mg/dL", "MG/DL", "U/L", "g/L")
WINDOW_ENDS = (-8, -7, -1, 1, 2, 11, 12, 21, 22, 42, 43, 70, 71, 98, 99, 126, 127, 154, 155, 183, 184)
CRITERIA = {
    "C3": 0.9, "C4": 0.1, "CRDIGMAB": 12, "CRDIGGAB": 14, "CRDIGAAB": 11, "ADSDNA": 30, "SMTHAB": 30, "RNPAB": 30,
    "SJSSAAB": 20, "SJSSBAB": 20,
}  # fmt: skip
TARGETS = (29, 57, 85, 113, 141, 169)


class Harder:
    """A domain with records that are picked once each."""

    def __init__(self, folder: Path, name: str, rng: np.random.Generator) -> None:
        self.path, self.name, self.rng = folder / f"{name}.xpt", name, rng
        self.frame, self.meta = pyreadstat.read_xport(str(self.path))
        self.left = set(self.frame.index)

    def pick(self, mask: pd.Series, n: int) -> list[Any]:
        """Up to n of the records that the mask has and no other change took."""
        free = [i for i in self.frame.index[mask.reindex(self.frame.index, fill_value=False)] if i in self.left]
        taken = list(self.rng.choice(free, min(n, len(free)), replace=False))
        self.left -= set(taken)
        return taken

    def put(self, mask: pd.Series, n: int, **values: object) -> None:
        self.frame.loc[self.pick(mask, n), list(values)] = list(values.values())

    def dates(self, column: str, mask: pd.Series, n: int) -> None:
        for form in DATES:
            for i in self.pick(mask, n):
                day = self.frame.loc[i, column][:10]
                self.frame.loc[i, column] = form.format(d=day, m=day[:7], y=day[:4])

    def again(self, rows: Iterable[Any], **values: object) -> None:
        """A second record of each, with the next sequence number."""
        seq = f"{self.name.upper()}SEQ"
        more = self.frame.loc[list(rows)].assign(**values)
        last = self.frame.groupby("USUBJID")[seq].max()
        more[seq] = more.USUBJID.map(last).astype(float) + more.groupby("USUBJID").cumcount() + 1
        self.frame = pd.concat([self.frame, more], ignore_index=True)  # New records are free for no other change.

    def write(self) -> None:
        """The file anew, its records in another order."""
        mixed = self.frame.sample(frac=1, random_state=3)
        labels = [self.meta.column_names_to_labels[column] for column in mixed.columns]
        pyreadstat.write_xport(
            mixed, str(self.path), table_name=self.name.upper(), column_labels=labels, file_format_version=5
        )


def day(start: pd.Timestamp, study_day: int) -> str:
    return f"{start + pd.Timedelta(days=study_day - (study_day > 0)):%Y-%m-%d}"


def harder_lb(lb: Harder, start: dict[str, pd.Timestamp]) -> None:
    was = lb.frame
    mask = (was.LBCAT == "IMMUNOLOGY") & (was.LBSTAT == "") & (was.LBTESTCD != "ADSDNA") & was.USUBJID.isin(start)
    later = mask & (was.VISITNUM > 2)
    lb.dates("LBDTC", mask, 5)
    for text in LIMITS:
        lb.put(mask, 4, LBSTRESC=text)
        lb.put(mask, 4, LBSTRESC=text, LBSTRESN=np.nan)
    for unit in UNITS:
        lb.put(mask, 12, LBSTRESU=unit)
        lb.put(mask & was.LBSTRESC.str.startswith("<"), 4, LBSTRESU=unit)
    for number in (91, np.nan):
        lb.put(mask, 20, VISITNUM=number)
    lb.put(mask, 15, LBSTRESN=np.nan, LBSTRESC="")
    lb.put(mask, 10, LBTESTCD="c3")
    lb.put(mask, 10, LBCAT="Immunology")
    for study_day in WINDOW_ENDS:
        for i in lb.pick(mask, 6):
            lb.frame.loc[i, "LBDTC"] = day(start[was.loc[i, "USUBJID"]], study_day)
    for test, limit in CRITERIA.items():
        lb.put(was.LBTESTCD.eq(test) & (was.LBLOBXFL == "Y"), 12, LBSTRESN=limit, LBSTRESC=f"{limit}")
    for i in lb.pick(later & (was.LBTESTCD == "IGG"), 20):  # Changes that are ties at 6 decimals but for binary places.
        base = mask & was.USUBJID.eq(was.loc[i, "USUBJID"]) & (was.LBTESTCD == "IGG") & (was.VISITNUM == 2)
        lb.frame.loc[base, ["LBSTRESN", "LBSTRESC"]] = [10, "10"]
        lb.frame.loc[i, ["LBSTRESN", "LBSTRESC"]] = [10.1234565, "10.12"]
    same = lb.pick(later & (was.LBTESTCD == "C3"), 30)
    lb.again(same, LBSTRESN=1.11, LBSTRESC="1.11")  # The same time: LBSEQ decides.
    for i in lb.pick(mask & (was.VISITNUM == 7), 30):  # As far before the target as after it.
        lb.frame.loc[i, "LBDTC"] = day(start[was.loc[i, "USUBJID"]], 83)
        lb.again([i], LBDTC=day(start[was.loc[i, "USUBJID"]], 87))
    for i in lb.pick(mask & (was.VISITNUM == 2), 30):  # Several on the day of the first dose.
        first = day(start[was.loc[i, "USUBJID"]], 1)
        lb.again([i], LBDTC=f"{first}T23:59", LBSTRESN=5.5, LBSTRESC="5.5")
        lb.again([i], LBDTC=first, LBSTRESN=6.5, LBSTRESC="6.5")


def harder_rs(rs: Harder, start: dict[str, pd.Timestamp], rescue: dict[str, pd.Timestamp]) -> None:
    was = rs.frame
    mask = (was.RSSTAT == "") & was.USUBJID.isin(start)
    grades = mask & (was.RSCAT == "BILAG-2004")
    rs.dates("RSDTC", mask, 5)
    rs.put(grades, 30, RSSTRESC="")
    for grade in "AABBBB":
        rs.put(grades, 40, RSSTRESC=grade)
    rs.put(mask & (was.RSCAT == "SLEDAI-2K"), 40, RSSTRESN=np.nan)
    rs.put(mask & (was.RSTESTCD == "PGA0101") & (was.VISITNUM == 2), 6, RSSTRESN=np.nan, RSSTRESC="")
    base = was[(was.RSTESTCD == "PGA0101") & (was.VISITNUM == 2)].set_index("USUBJID").RSSTRESN
    for change in (0.3, 0.29, 0.2999999, 0.29999996, 0.3000001):
        for i in rs.pick(mask & (was.RSTESTCD == "PGA0101") & (was.VISITNUM > 2), 12):
            rs.frame.loc[i, "RSSTRESN"] = base.get(was.loc[i, "USUBJID"], np.nan) + change
    subjects = iter(sorted(set(start) - set(rescue)))
    for n, study_day in enumerate([*WINDOW_ENDS[3:], *WINDOW_ENDS[3:]]):  # Whole visits, or one instrument of them.
        visit = was.USUBJID.eq(next(subjects)) & was.VISITNUM.eq(5 + n % 4)
        who = was.USUBJID[visit]
        if n % 2:
            visit &= was.RSCAT == "BILAG-2004"
        if len(who):
            rs.frame.loc[visit, "RSDTC"] = day(start[who.iloc[0]], study_day)
    for number in (91, np.nan, 91, np.nan):
        rs.frame.loc[was.USUBJID.eq(next(subjects)) & (was.VISITNUM == 7), "VISITNUM"] = number
    for _ in range(10):  # A second assessment in the window, better in everything.
        visit = mask & was.USUBJID.eq(next(subjects)) & (was.VISITNUM == 7)
        rs.again(was.index[visit & (was.RSCAT == "SLEDAI-2K")], VISITNUM=7.5, VISIT="AGAIN", RSSTRESN=0)
        rs.again(was.index[visit & (was.RSCAT == "BILAG-2004")], VISITNUM=7.5, VISIT="AGAIN", RSSTRESC="D")
    for n, (who, when) in enumerate(rescue.items()):  # Components the day before rescue, on it, after it; responders.
        visit = rs.frame.USUBJID.eq(who) & (rs.frame.VISITNUM > 2)
        rs.frame.loc[visit & rs.frame.RSTESTCD.str.startswith("SLED"), "RSSTRESN"] = 0
        rs.frame.loc[visit & (rs.frame.RSCAT == "BILAG-2004"), "RSSTRESC"] = "D"
        rs.frame.loc[visit & (rs.frame.RSCAT == "PGA"), "RSSTRESN"] = 0
        rs.frame.loc[visit & (rs.frame.VISITNUM == 8), "RSDTC"] = day(when, n % 3)
        rs.frame = rs.frame[~(visit & (rs.frame.VISITNUM == 9) & (rs.frame.RSCAT == "PGA"))]
    gone = [next(subjects) for _ in range(4)]  # No score at all, or no baseline.
    rs.frame = rs.frame[~rs.frame.USUBJID.isin(gone[:2])]
    rs.frame = rs.frame[~(rs.frame.USUBJID.isin(gone[2:]) & (rs.frame.VISITNUM == 2))]
    rs.frame = rs.frame.drop(index=rs.pick(mask, 60))


def harder_rescue(cm: Harder, rs: Harder, start: dict[str, pd.Timestamp], rescue: dict[str, pd.Timestamp]) -> None:
    """Rescues on the very target date of a visit that is missed."""
    for who, when in list(rescue.items())[::5]:
        visit, target = next(((n, t) for n, t in enumerate(TARGETS, 5) if day(start[who], t) >= f"{when:%Y-%m-%d}"))
        then = cm.frame.USUBJID.eq(who) & cm.frame.CMSTDTC.str.startswith(f"{when:%Y-%m-%d}")
        cm.frame.loc[then, "CMSTDTC"] = day(start[who], target)
        rs.frame = rs.frame[~(rs.frame.USUBJID.eq(who) & rs.frame.VISITNUM.eq(visit))]


def harder_early_termination(
    lb: Harder, rs: Harder, ds: Harder, ex: Harder, start: dict[str, pd.Timestamp], end: dict[str, pd.Timestamp]
) -> None:
    """Visits 90 about the seventh day after the last dose and the first dose, and of subjects without a last dose."""
    subjects = [who for who in sorted(set(rs.frame.USUBJID[rs.frame.VISITNUM == 90])) if who in start and who in end]
    for n, who in enumerate(subjects):
        when = day(start[who], (-1, 1)[n % 2]) if n % 7 > 4 else day(end[who], (1, 7, 8, 9, 31)[n % 5])
        for domain in (lb, rs):
            of_visit = domain.frame.USUBJID.eq(who) & (domain.frame.VISITNUM == 90)
            domain.frame.loc[of_visit, f"{domain.name.upper()}DTC"] = when
    open_end = subjects[4:15:5]  # Their visit is 30 days after the last dose there was.
    ex.frame.loc[ex.frame.USUBJID.isin(open_end), "EXENDTC"] = ""
    ds.frame = ds.frame[~(ds.frame.USUBJID.isin(open_end) & (ds.frame.DSSCAT == "STUDY TREATMENT"))]


def harder_indicators(lb: Harder, rs: Harder) -> None:
    """Indicators of the laboratory that are missing, unknown, of several records or of no visit."""
    was = lb.frame
    mask = was.LBTESTCD.isin(["C3", "C4", "ADSDNA"]) & was.VISITNUM.isin(rs.frame.VISITNUM)
    for indicator, n in {"": 90, "LOW": 40, "HIGH": 40, "NORMAL": 40, "low": 10, "ABNORMAL": 10}.items():
        lb.put(mask, n, LBNRIND=indicator)
    lb.put(mask, 20, LBSTAT="NOT DONE")
    for text in ("{d}", "{m}", "", "{y}-12-31"):  # Of a second record: as late, partial, missing, later.
        for indicator in ("LOW", "NORMAL", "HIGH", ""):
            for i in lb.pick(mask, 5):
                when = was.loc[i, "LBDTC"][:10]
                second = text.format(d=was.loc[i, "LBDTC"], m=when[:7], y=when[:4])
                lb.again([i], LBDTC=second, LBNRIND=indicator, LBLOBXFL="")
    unnumbered = rs.frame.USUBJID[rs.frame.VISITNUM.isna()]
    lb.frame.loc[lb.frame.USUBJID.isin(unnumbered) & (lb.frame.VISITNUM == 7), "VISITNUM"] = np.nan


def harder_scores(rs: Harder) -> None:
    """Totals of the form, changes and grades at the ends of the rules; systems without baseline and of another day."""
    was = rs.frame
    mask = (was.RSSTAT == "") & was.RSSTRESC.ne("")
    form, item = was.RSTESTCD == "SLED0125", was.RSTESTCD.isin([f"SLED01{n:02}" for n in range(1, 25)])
    grade = mask & (was.RSCAT == "BILAG-2004")
    rs.put(mask & form, 15, RSSTRESN=np.nan)
    rs.put(mask & form, 15, RSDTC="2016-11-11")
    for some in (mask & form, mask & was.RSTESTCD.isin(["SLED0120", "SLED0121"]), mask & item & (was.VISITNUM > 2)):
        for more in (2**-33, 2**-27, 2**-23, 2**-17, -(2**-23), -(2**-17), 1, -1):  # Sums are exact in any order.
            rs.frame.loc[rs.pick(some, 8), "RSSTRESN"] += more
    for visit, subjects in was[mask & form & (was.VISITNUM > 4)].groupby("VISITNUM").USUBJID:
        undated = was.USUBJID.isin(subjects.iloc[:2]) & was.VISITNUM.eq(visit)
        rs.frame.loc[undated & (was.RSCAT == "SLEDAI-2K"), "RSDTC"] = "UNK"
    for letter, n in {"A": 40, "B": 80, "D": 20}.items():
        rs.put(grade & (was.VISITNUM == 2), n, RSSTRESC=letter)
        rs.put(grade & (was.VISITNUM > 2), n, RSSTRESC=letter)
    for i in rs.pick(grade & (was.VISITNUM == 2), 25):
        rs.frame.loc[i, "RSSTRESC"] = ""
        later = was.USUBJID.eq(was.loc[i, "USUBJID"]) & was.RSTESTCD.eq(was.loc[i, "RSTESTCD"]) & (was.VISITNUM == 6)
        for j in was.index[later]:
            rs.frame.loc[j, "RSDTC"] = day(pd.Timestamp(was.loc[j, "RSDTC"][:10]), 2) if was.loc[j, "RSDTC"] else ""


def make_harder(sdtm: Path, adsl: Path, folder: Path) -> Path:
    """A copy of the SDTM, made harder by the first doses and rescues of its ADSL."""
    shutil.copytree(sdtm, folder)
    subjects, _ = pyreadstat.read_xport(str(adsl))
    subjects = subjects.set_index("USUBJID")
    start = pd.to_datetime(subjects.TRTSDT).dropna().to_dict()
    end = pd.to_datetime(subjects.TRTEDT).dropna().to_dict()
    rescue = pd.to_datetime(subjects.RESCDT).dropna().to_dict()
    domains = [Harder(folder, name, np.random.default_rng(20)) for name in ("lb", "rs", "ds", "ex", "dm", "cm")]
    lb, rs, ds, ex, dm, cm = domains
    harder_lb(lb, start)
    harder_rs(rs, start, rescue)
    harder_scores(rs)
    harder_indicators(lb, rs)
    harder_rescue(cm, rs, start, rescue)
    harder_early_termination(lb, rs, ds, ex, start, end)
    left = ds.frame[(ds.frame.DSSCAT == "STUDY TREATMENT") & (ds.frame.DSDECOD != "COMPLETED")]
    left = left[left.USUBJID.isin(start)]
    for n, (i, who) in enumerate(left.USUBJID.items()):  # Off treatment on a target day, before or after it.
        ds.frame.loc[i, "DSSTDTC"] = day(start[who], TARGETS[n % 6] + n // 6 % 3 - 1)
    undosed = [*list(rescue)[-2:], *left.USUBJID[~left.USUBJID.isin(rescue)].head(2)]
    ex.frame = ex.frame[~ex.frame.USUBJID.isin(undosed)]
    dm.frame.loc[dm.frame.USUBJID.isin(undosed), "RFXSTDTC"] = ""
    not_randomized = [who for who in start if who not in undosed][5:8]
    ds.frame = ds.frame[~(ds.frame.USUBJID.isin(not_randomized) & (ds.frame.DSDECOD == "RANDOMIZED"))]
    for domain in domains:
        domain.write()
    return folder
