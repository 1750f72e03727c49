"""TA, TE, TV, TS: the design of the trial as SDTM has it, and what the data are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from adamline.io.dataset import Dataset
from adamline.simulate.jahh.columns import Column, build_dataset, words
from adamline.simulate.jahh.context import Context
from adamline.simulate.jahh.design import ARMS, EARLY_TERMINATION, FOLLOW_UP, PLANNED_DAYS, SCREENING, VISITS

_EPOCHS: Final = ("SCREENING", "TREATMENT", "FOLLOW-UP")
_SCREEN, _FOLLOW = ("SCRN", "Screening"), ("FU", "Follow-Up")
# Design, registry number, numbers and dates: Doerner et al., Arthritis Res Ther 2022;24:112; the primary objective and
# outcome: Wallace et al., Lancet 2018;392:222-231; the rest is assumed (docs/methods/simulated-jahh.md).
_SUMMARY: Final = (
    ("ADDON", "Added on to Existing Treatments", "Y"),
    ("AGEMAX", "Planned Maximum Age of Subjects", ""),
    ("AGEMIN", "Planned Minimum Age of Subjects", "P18Y"),
    ("DOSE", "Dose per Administration", "2"),
    ("DOSE", "Dose per Administration", "4"),
    ("DOSFRM", "Dose Form", "TABLET"),
    ("DOSFRQ", "Dosing Frequency", "QD"),
    ("DOSU", "Dose Units", "mg"),
    ("INDIC", "Trial Disease/Condition Indication", "Systemic lupus erythematosus"),
    ("INTMODEL", "Intervention Model", "PARALLEL"),
    ("INTTYPE", "Intervention Type", "DRUG"),
    ("LENGTH", "Trial Length", "P31W"),
    ("NARMS", "Planned Number of Arms", "3"),
    ("OBJPRIM", "Trial Primary Objective", "To compare baricitinib with placebo, added to standard of care, in lupus"),
    ("OUTMSPRI", "Primary Outcome Measure", "Resolution of arthritis or rash by SLEDAI-2K at week 24"),
    ("PCLAS", "Pharmacologic Class", "Janus kinase inhibitor"),
    ("RANDOM", "Trial is Randomized", "Y"),
    ("REGID", "Registry Identifier", "NCT02708095"),
    ("ROUTE", "Route of Administration", "ORAL"),
    ("SDTIGVER", "SDTM IG Version", "3.3"),
    ("SDTMVER", "SDTM Version", "1.7"),
    ("SEXPOP", "Sex of Participants", "BOTH"),
    ("STRATFCT", "Stratification Factor", "SLEDAI-2K (<10, >=10)"),
    ("STRATFCT", "Stratification Factor", "Anti-dsDNA status (positive, negative)"),
    ("STRATFCT", "Stratification Factor", "Region (USA, Europe, Asia, rest of the world)"),
    ("STYPE", "Study Type", "INTERVENTIONAL"),
    ("TBLIND", "Trial Blinding Schema", "DOUBLE BLIND"),
    ("TCNTRL", "Control Type", "PLACEBO"),
    ("THERAREA", "Therapeutic Area", "Immunology"),
    ("TINDTP", "Trial Intent Type", "TREATMENT"),
    ("TITLE", "Trial Title", "Simulated after a phase 2 study of baricitinib in systemic lupus erythematosus"),
    ("TPHASE", "Trial Phase Classification", "PHASE II TRIAL"),
    ("TRT", "Investigational Therapy or Treatment", "BARICITINIB"),
    ("TTYPE", "Trial Type", "EFFICACY"),
    ("TTYPE", "Trial Type", "SAFETY"),
)  # fmt: skip
# By whose rules a value is written: the registry's, or ISO's.
_REFERENCES: Final = {"REGID": 0, **dict.fromkeys(("AGEMIN", "LENGTH", "SENDTC", "SSTDTC"), 1)}
# The codelist is extensible; these terms are the sponsor's. The first is what pages made from the data say of them.
_NATURE: Final = ("SIMDATA", "Nature of the Data")
_NO_TRIAL: Final = ("SIMNOTE", "Note on the Data", "No value stands for a patient, no result for one of the trial")


def build_ta(context: Context) -> Dataset:
    """Three elements an arm."""
    arm, order = (place.ravel() for place in np.indices((len(ARMS), len(_EPOCHS))))
    elements = [element for entry in ARMS for element in (_SCREEN, (entry.code, entry.name), _FOLLOW)]
    place = np.arange(len(elements))
    return build_dataset(
        "TA",
        {
            "DOMAIN": "TA",
            "ARMCD": words(arm, [entry.code for entry in ARMS]),
            "ARM": words(arm, [entry.name for entry in ARMS]),
            "TAETORD": (order + 1).astype(np.float64),
            "ETCD": words(place, [code for code, _ in elements]),
            "ELEMENT": words(place, [name for _, name in elements]),
            "TABRANCH": words(np.where(order == 0, arm, -1), [f"Randomized to {entry.name}" for entry in ARMS]),
            "TATRANS": "",
            "EPOCH": words(order, _EPOCHS),
        },
    )


def build_te(context: Context) -> Dataset:
    """The elements: screening, a treatment each, follow-up."""
    rows = [
        (*_SCREEN, "Informed consent", "First dose, or failure of screening", ""),
        *((arm.code, arm.name, f"First dose of {arm.name}", "Visit of week 24, or last dose", "P24W") for arm in ARMS),
        (*_FOLLOW, "End of treatment", "28 days after the last dose", "P4W"),
    ]
    return build_dataset("TE", {"DOMAIN": "TE", **_columns(("ETCD", "ELEMENT", "TESTRL", "TEENRL", "TEDUR"), rows)})


def build_tv(context: Context) -> Dataset:
    """The planned visits; early termination has no planned day."""
    starts = {SCREENING: "Informed consent", EARLY_TERMINATION: "Treatment is stopped before week 24"}
    starts[FOLLOW_UP] = "28 days after the last dose"
    rows = [(name, starts.get(number, "Start of the visit"), "End of the visit") for number, name in VISITS.items()]
    numbers = np.array([*VISITS], dtype=np.float64)
    texts = _columns(("VISIT", "TVSTRL", "TVENRL"), rows)
    return build_dataset(
        "TV",
        {
            "DOMAIN": "TV",
            "VISITNUM": numbers,
            "VISIT": texts["VISIT"],
            "VISITDY": np.array([PLANNED_DAYS.get(number, np.nan) for number in VISITS]),
            "ARMCD": "",
            "TVSTRL": texts["TVSTRL"],
            "TVENRL": texts["TVENRL"],
        },
    )


def build_ts(context: Context) -> Dataset:
    """What the trial is, how many it had, and that its data are simulated, and not calibrated."""
    subjects = context.trial.subjects
    randomised = int(subjects.randomised.sum())
    first = int(subjects.consent.min())
    last = int((subjects.day_one + context.last_contact).max())
    start, end = (str(np.datetime64(day, "D")) for day in (first, last))
    calibrated = "calibrated to what is published of" if context.trial.calibrated else "not calibrated to"
    nature = f"Simulated data, {calibrated} NCT02708095"
    rows = [
        *_SUMMARY,
        ("ACTSUB", "Actual Number of Subjects", str(randomised)),
        ("SENDTC", "Study End Date", end),
        ("SSTDTC", "Study Start Date", start),
        (*_NATURE, nature),
        _NO_TRIAL,
    ]
    rows.sort(key=lambda row: row[0])
    codes = [code for code, _, _ in rows]
    number = np.array([codes[: place + 1].count(code) for place, code in enumerate(codes)], dtype=np.float64)
    texts = _columns(("TSPARMCD", "TSPARM", "TSVAL"), rows)
    # A null flavor says why a value is missing (ISO 21090): no upper limit of age is positive infinity.
    flavor = words(np.array([0 if value == "" else -1 for _, _, value in rows]), ["PINF"])
    registry = words(
        np.array([place if code == "REGID" else -1 for place, code in enumerate(codes)]), [value for *_, value in rows]
    )
    references = words(np.array([_REFERENCES.get(code, -1) for code in codes]), ["ClinicalTrials.gov", "ISO 8601"])
    return build_dataset(
        "TS",
        {
            "DOMAIN": "TS",
            "TSSEQ": number,
            "TSGRPID": "",
            **texts,
            "TSVALNF": flavor,
            "TSVALCD": registry,
            "TSVCDREF": references,
            "TSVCDVER": "",
        },
    )


def _columns(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> dict[str, Column]:
    """A text column for each name; an empty text is no value."""
    return {
        name: words(
            np.array([place if row[column] else -1 for place, row in enumerate(rows)]), [row[column] for row in rows]
        )
        for column, name in enumerate(names)
    }
