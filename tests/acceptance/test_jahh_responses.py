"""SRI-4, SRI-5, SRI-6 and BICLA with non-responder imputation a third time, by pandas from the transport files alone.

Written from docs/methods/sri.md: components are three-valued (pandas' boolean, where False and missing is False), side
by side in tables of subject and week; nothing of adamline.derive is used.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from scipy.stats import fisher_exact

# First, last and target day of each week.
WEEKS = {
    4: (2, 42, 29), 8: (43, 70, 57), 12: (71, 98, 85), 16: (99, 126, 113), 20: (127, 154, 141), 24: (155, 183, 169),
}  # fmt: skip
EARLY, DAYS_AFTER_DOSE = 90, 7
ITEMS = [f"SLED01{n:02d}" for n in range(1, 25)]
SYSTEMS = [f"BILG01A{n}" for n in range(1, 10)]
ARMS = ("Placebo", "Baricitinib 2 mg", "Baricitinib 4 mg")
# The higher the worse.
GRADES = {"A": 5.0, "B": 4.0, "C": 3.0, "D": 2.0, "E": 1.0}
RESPONSES = ["SRI4", "SRI5", "SRI6", "BICLA"]


def read(folder: Path, name: str) -> pd.DataFrame:
    frame, _ = pyreadstat.read_xport(folder / f"{name}.xpt")
    return frame.replace("", None)


def dates(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts.where(texts.str.len() >= 10).str[:10])


@pytest.fixture(scope="module")
def subjects(sdtm: Path) -> pd.DataFrame:
    """Arm, first and last dose, discontinuation and rescue of each randomised patient."""
    dm, ds, ex, cm = (read(sdtm, name) for name in ("dm", "ds", "ex", "cm"))
    dm = dm[dm["ARM"].notna()].set_index("USUBJID")
    ended = ds.assign(date=dates(ds["DSSTDTC"])).set_index("USUBJID")
    of_treatment, of_study = (ended[ended["DSSCAT"] == f"STUDY {what}"] for what in ("TREATMENT", "PARTICIPATION"))
    last = ex.sort_values(["USUBJID", "EXSTDTC"]).groupby("USUBJID").tail(1).set_index("USUBJID")
    flare = cm[cm["CMINDC"] == "LUPUS FLARE"]
    stopped = [of["date"][of["DSDECOD"] != "COMPLETED"].reindex(dm.index) for of in (of_treatment, of_study)]
    return pd.DataFrame(
        {
            "arm": dm["ARM"],
            "start": dates(dm["RFXSTDTC"]),
            "last": dates(last["EXENDTC"]).reindex(dm.index).fillna(of_treatment["date"]),
            "stopped": stopped[0].fillna(stopped[1]),
            "rescue": dates(flare["CMSTDTC"]).groupby(flare["USUBJID"]).min().reindex(dm.index),
        }
    )


@pytest.fixture(scope="module")
def scores(sdtm: Path, subjects: pd.DataFrame) -> pd.DataFrame:
    """Totals, global assessments and grades as numbers, with their day; a total only of 24 items."""
    rs = read(sdtm, "rs")
    rs = rs[rs["RSSTRESC"].notna() & rs["USUBJID"].isin(subjects.index)]
    at = ["USUBJID", "VISITNUM", "RSDTC"]
    totals = rs[rs["RSTESTCD"].isin(ITEMS)].groupby(at)["RSSTRESN"].agg(["sum", "count"]).reset_index()
    totals = totals[totals["count"] == 24].rename(columns={"sum": "value"}).assign(code="TOTAL")
    grades = rs[rs["RSTESTCD"].isin(SYSTEMS)]
    grades = grades.assign(value=grades["RSSTRESC"].map(GRADES), code=grades["RSTESTCD"])
    pga = rs[rs["RSTESTCD"] == "PGA0101"].rename(columns={"RSSTRESN": "value"}).assign(code="PGA")
    found = pd.concat([each[[*at, "code", "value"]] for each in (totals, grades, pga)])
    found = found.join(subjects[["start", "last"]], on="USUBJID").assign(date=dates(found["RSDTC"]))
    after = (found["date"] - found["start"]).dt.days
    late = (found["VISITNUM"] == EARLY) & ((found["date"] - found["last"]).dt.days > DAYS_AFTER_DOSE)
    return found.assign(day=(after + (after >= 0)).mask(late))


def one_each(rows: pd.DataFrame, order: list[str], index: pd.Index) -> tuple[pd.DataFrame, pd.Series]:
    """The last record in this order of each patient and score, a column a score; and the latest date of these."""
    last = rows.sort_values(order).groupby(["USUBJID", "code"]).tail(1)
    values = last.set_index(["USUBJID", "code"])["value"].unstack()  # noqa: PD010 - a pivot_table would take the mean of two
    return values.reindex(index=index, columns=["TOTAL", "PGA", *SYSTEMS]), last.groupby("USUBJID")["date"].max()


def told(holds: pd.DataFrame | pd.Series, known: pd.DataFrame | pd.Series) -> pd.DataFrame | pd.Series:
    """Three-valued: missing where it is not known."""
    return holds.astype("boolean").where(known)


def components(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, pd.Series]:
    change = (now - before).round(9)
    old, new = before[SYSTEMS], now[SYSTEMS]
    graded = old.notna() & new.notna()
    new_a = ((new == GRADES["A"]) & (old < GRADES["A"]) & graded).sum(axis=1)
    new_b = ((new == GRADES["B"]) & (old < GRADES["B"]) & graded).sum(axis=1)
    complete = graded.all(axis=1)
    worse = (new_a > 0) | (new_b > 1)
    active = graded & (old >= GRADES["B"])
    stays = (active & (new >= old)).any(axis=1)
    return {
        **{f"SLED{points}": told(change["TOTAL"] <= -points, change["TOTAL"].notna()) for points in (4, 5, 6)},
        "SLEDNOWR": told(change["TOTAL"] <= 0, change["TOTAL"].notna()),
        "PGANOWR": told(change["PGA"] < 0.3, change["PGA"].notna()),
        "BILNOWR": told(~worse, complete | worse),
        "BILAB": told(active.any(axis=1), complete | active.any(axis=1)),
        "BILIMPR": told(~stays, complete | stays),
    }


PARTS = {f"SRI{points}": [f"SLED{points}", "BILNOWR", "PGANOWR"] for points in (4, 5, 6)}
PARTS["BICLA"] = ["BILAB", "BILIMPR", "BILNOWR", "SLEDNOWR", "PGANOWR"]
FAILS = {
    "BILAB": "NO BILAG A OR B", "BILIMPR": "NO IMPROVEMENT", "BILNOWR": "FAILED BILAG", "PGANOWR": "FAILED PGA",
    **dict.fromkeys(["SLED4", "SLED5", "SLED6", "SLEDNOWR"], "FAILED SLEDAI"),
}  # fmt: skip


@pytest.fixture(scope="module")
def responses(scores: pd.DataFrame, subjects: pd.DataFrame) -> pd.DataFrame:
    """AVALC, DTYPE and reason of each response, patient and week."""
    first = scores[scores["date"] <= scores["start"]]
    before, _ = one_each(first, ["date", "VISITNUM"], subjects.index)
    found = []
    for week, (low, high, target) in WEEKS.items():
        inside = scores[scores["day"].between(low, high)]
        inside = inside.assign(near=-(inside["day"] - target).abs())
        now, seen = one_each(inside, ["near", "date", "VISITNUM"], subjects.index)
        until = subjects["start"] + pd.Timedelta(days=target - 1)
        seen = seen.reindex(subjects.index)
        parts = components(before, now)
        for name, of in PARTS.items():
            found.append(answers([parts[each] for each in of], [FAILS[each] for each in of], subjects, seen, until))
            found[-1] = found[-1].assign(PARAMCD=name, AVISITN=float(week))
    return pd.concat(found).rename_axis("USUBJID").reset_index()


def answers(
    parts: list[pd.Series], reasons: list[str], subjects: pd.DataFrame, seen: pd.Series, target: pd.Series
) -> pd.DataFrame:
    both = parts[0]
    for part in parts[1:]:
        both = both & part
    told_of = pd.concat([part.notna() for part in parts], axis=1).any(axis=1)
    rescued = (subjects["rescue"] <= seen) & told_of
    late = subjects["rescue"] <= target
    away = seen.isna() & ((subjects["stopped"] < target) | (target.isna() & subjects["stopped"].notna()))
    imputed = both.isna() & ~rescued
    reason = pd.Series("MISSING", subjects.index).mask(away, "DISCONTINUED").mask(late, "RESCUE").where(imputed)
    reason = reason.mask(rescued, "RESCUE")
    for part, text in reversed(list(zip(parts, reasons, strict=True))):
        reason = reason.mask((~part).fillna(False).astype(bool), text)
    yes = both.fillna(False).astype(bool) & ~rescued
    return pd.DataFrame(
        {"AVALC": yes.map({True: "Y", False: "N"}), "DTYPE": imputed.map({True: "NRI", False: ""}), "RESPREAS": reason}
    ).fillna("")


def test_every_patient_visit_and_response(out, responses):
    adrs, _ = pyreadstat.read_xport(out / "adam" / "adrs.xpt")
    ours = adrs[adrs["PARAMCD"].isin(RESPONSES) & (adrs["AVISITN"] > 0)]
    keys = ["PARAMCD", "USUBJID", "AVISITN"]
    assert len(ours) == len(responses) == 4 * 6 * 314 and not ours.duplicated(keys).any()
    both = ours.merge(responses, on=keys, suffixes=("", "_third"), validate="1:1")
    assert len(both) == len(ours)
    for name in ("AVALC", "DTYPE", "RESPREAS"):
        differ = both[both[name] != both[f"{name}_third"]]
        assert differ[[*keys, name, f"{name}_third"]].to_dict("records") == [], name
    assert set(responses["RESPREAS"]) == {"", "RESCUE", "MISSING", "DISCONTINUED", *FAILS.values()}
    assert (ours["AVAL"] == ours["AVALC"].eq("Y")).all()


def test_the_table_of_responses(out, responses, subjects):
    results = pd.read_csv(out / "results" / "t-14-2-11.csv", keep_default_na=False)
    arm = responses["USUBJID"].map(subjects["arm"])
    of = responses.assign(arm=arm, yes=responses["AVALC"].eq("Y"))
    counts = of.groupby(["PARAMCD", "AVISITN", "arm"])["yes"].agg(["sum", "size"])
    for name in ("SRI5", "SRI6", "BICLA"):
        for week in WEEKS:
            here = (results["group2_level"] == name) & (results["group3_level"] == f"Week {week}")
            table = {each: (n, size - n) for each, (n, size) in counts.loc[name, week].iterrows()}
            for each in ARMS:
                at = results[here & (results["group1_level"] == each)]
                shown = at[at["analysis"] == "response AVALC"].set_index("stat_name")["stat"].astype(float)
                assert (shown["n"], shown["N"]) == (table[each][0], sum(table[each]))
                if each != "Placebo":
                    p = at[(at["analysis"] == "p_fisher") & (at["stat_name"] == "p")]["stat"].astype(float).item()
                    assert p == pytest.approx(fisher_exact([table[each], table["Placebo"]]).pvalue, rel=1e-9)


def test_the_table_of_components(out, scores, subjects):
    results = pd.read_csv(out / "results" / "t-14-2-10.csv", keep_default_na=False)
    first = scores[scores["date"] <= scores["start"]]
    before, _ = one_each(first, ["date", "VISITNUM"], subjects.index)
    inside = scores[scores["day"].between(*WEEKS[24][:2])]
    inside = inside.assign(near=-(inside["day"] - WEEKS[24][2]).abs())
    parts = components(before, one_each(inside, ["near", "date", "VISITNUM"], subjects.index)[0])
    for name in ("SLED4", "BILNOWR", "PGANOWR"):
        met = parts[name].fillna(False).astype(bool).groupby(subjects["arm"]).agg(["sum", "size"])
        of = results[(results["analysis"] == name) & (results["variable_level"] == "Week 24")]
        for arm in ARMS:
            shown = of[of["group1_level"] == arm].set_index("stat_name")["stat"].astype(float)
            n, size = met.loc[arm, ["sum", "size"]]
            assert (shown["n"], shown["pct"]) == (n, pytest.approx(100 * n / size))
