"""Every public function of adamline.stats on drawn input that is bad or degenerate: a result that says so, or an error.

Each function has a row in TABLE: what each of its arguments is. A draw makes good columns of one length (also none, one
value, all tied, much missing), and spoils at most one argument. Then either an AdamlineError comes, or a result with no
infinite figure, whose missing figures have a warning. What is wrong whatever the rest of the input is (text, dates, a
ragged list, a negative count, a level of 95) must be an error. A numpy or pandas warning is a failure.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import math
import pkgutil
import warnings
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

import adamline.stats
from adamline.errors import AdamlineError
from adamline.stats.common_risk_difference import CommonRiskDifferenceMethod
from adamline.stats.descriptive import Statistic
from adamline.stats.incidence_rate import IncidenceRate
from adamline.stats.linear_model import fit_linear_model
from adamline.stats.proportion_limits import ProportionMethod
from adamline.stats.risk_difference import RiskDifferenceMethod
from adamline.stats.risk_difference_test import RiskDifferenceTestMethod

DRAWS = 500
# A chunk is a test of its own, so that they can run side by side; the first is part of `make check`.
CHUNKS = 5

Rng = np.random.Generator
Change = Callable[[Any, Rng], Any]


@dataclasses.dataclass(frozen=True)
class Kind:
    """What an argument is: a good value of it for columns of a length, and what spoils it, surely or perhaps."""

    good: Callable[[Rng, int], Any]
    wrong: Mapping[str, Change]
    doubtful: Mapping[str, Change] = dataclasses.field(default_factory=dict)
    is_column: bool = False


def put(value: Any) -> Change:
    """One cell, or the value itself where there is none, becomes this."""

    def change(column: Any, rng: Rng) -> Any:
        cells = np.array(column, dtype=object)
        if cells.size == 0:
            return [value]
        cells[tuple(int(rng.integers(size)) for size in cells.shape)] = value
        return cells.tolist()

    return change


def is_what(value: Any) -> Change:
    return lambda _, __: value


NO_ARRAY: dict[str, Change] = {
    "text": put("high"),
    "text of digits": put("1"),
    "dates": lambda column, _: np.full(max(np.shape(column) or (1,)), "2024-01-31", dtype="datetime64[s]"),
    "ragged": is_what([[1.0, 2.0], [3.0]]),
    "one more axis": lambda column, _: [np.asarray(column).tolist()],
    "nothing": is_what(None),
    "complex": lambda column, _: np.asarray(column, dtype=np.complex128) + 1j,
    "a mapping": is_what({"a": 1.0}),
    "huge": put(10**400),
}
NOT_MISSING: dict[str, Change] = {"missing": put(math.nan), "None": put(None), "NA": put(pd.NA)}
INFINITE: dict[str, Change] = {"infinite": put(math.inf), "minus infinity": put(-math.inf)}


def numbers(rng: Rng, n: int) -> list[float]:
    column = rng.integers(-3, 4, n) / rng.choice([1, 4, 3]) if rng.random() < 0.8 else np.full(n, 0.1)
    column = np.where(rng.random(n) < 0.15, np.nan, column)
    return list(column * (1.0 if rng.random() < 0.9 else float(rng.choice([1e-200, 1e100, 1e200]))))


VALUES = Kind(numbers, NO_ARRAY | INFINITE, {"missing": put(math.nan), "NA": put(pd.NA)}, is_column=True)
# Statistics that are on their way to a table, of any shape.
FIGURES = Kind(
    numbers,
    {key: NO_ARRAY[key] for key in ("text", "text of digits", "dates", "ragged", "complex", "a mapping", "huge")},
)
TIMES = Kind(
    lambda rng, n: list(np.where(rng.random(n) < 0.1, np.nan, rng.integers(0, 9, n) / 2)),
    NO_ARRAY | INFINITE | {"negative": put(-1.0)},
    {"all 0": lambda column, _: [0.0] * len(column)},
    is_column=True,
)
FLAGS = Kind(
    lambda rng, n: list(rng.integers(0, 2, n)) if rng.random() < 0.7 else [int(rng.integers(2))] * n,
    NO_ARRAY | INFINITE | {"another number": put(2), "a fraction": put(0.5)},
    {"missing": put(math.nan), "truth values": lambda column, _: [bool(each) for each in column]},
    is_column=True,
)
WHOLE = NO_ARRAY | NOT_MISSING | INFINITE | {"a fraction": put(0.5)}
CODES = Kind(lambda rng, n: list(rng.integers(-1, 3, n)), WHOLE, is_column=True)
# Labels may be text, or missing.
LABELS = Kind(
    lambda rng, n: list(rng.choice(["A", "B", "C"][: rng.integers(1, 4)], n)),
    {"ragged": NO_ARRAY["ragged"], "one more axis": NO_ARRAY["one more axis"], "nothing": is_what(None)},
    {
        "missing": put(None),
        "NaN": put(math.nan),
        "a number among text": put(1.5),
        "all of one": lambda column, _: ["A"] * len(column),
    },
    is_column=True,
)
STRATA = dataclasses.replace(LABELS, wrong={k: v for k, v in LABELS.wrong.items() if k != "nothing"})
STRATUM_CODES = dataclasses.replace(CODES, wrong={k: v for k, v in CODES.wrong.items() if k != "nothing"})
PAIRS = Kind(
    lambda rng, n: [(0, 1), (2, 0), (1, 2), (0, 7)][: rng.integers(0, 5)] or np.empty((0, 2), dtype=np.int64),
    {
        "text": is_what([("A", "B")]),
        "missing": is_what([(0, math.nan)]),
        "a fraction": is_what([(0, 0.5)]),
        "infinite": is_what([(0, math.inf)]),
        "one group": is_what([(1, 1)]),
        "negative": is_what([(0, -1)]),
        "three": is_what([(0, 1, 2)]),
        "one axis": is_what([0, 1]),
        "nothing": is_what(None),
        "ragged": NO_ARRAY["ragged"],
    },
)
NEGATIVE: dict[str, Change] = {"negative": put(-1)}
COUNTS = Kind(lambda rng, n: list(rng.integers(0, 9, n)), WHOLE | NEGATIVE, is_column=True)
EVENTS = Kind(lambda rng, n: list(rng.integers(0, 4, n)), WHOLE | NEGATIVE, is_column=True)
TOTALS = Kind(lambda rng, n: list(rng.integers(3, 30, n) * rng.integers(1, 3)), WHOLE | NEGATIVE, is_column=True)
PERSON_TIMES = Kind(
    lambda rng, n: list(rng.integers(1, 40, n) / 4),
    NO_ARRAY | NOT_MISSING | INFINITE | NEGATIVE,
    {"0": put(0.0)},
    is_column=True,
)


def tables(*outer: int, shape: tuple[int, int] = (2, 2)) -> Kind:
    """Tables of counts with these axes before rows and columns; 0 stands for the length of columns."""

    def good(rng: Rng, n: int) -> Any:
        counts = rng.integers(0, int(rng.choice([2, 4, 30])), (*(axis or n for axis in outer), *shape))
        if rng.random() < 0.2:
            counts[..., int(rng.integers(shape[0])), :] = 0
        if rng.random() < 0.2:
            counts[..., int(rng.integers(shape[1]))] = 0
        return counts if rng.random() < 0.5 else counts.tolist() if counts.size else counts

    other = np.ones((*(1,) * len(outer), shape[0] + 1, shape[1]))
    wrong = WHOLE | NEGATIVE | {"one axis": is_what([1, 2, 3, 4])}
    # Tables of any size may also be of another.
    return Kind(good, wrong | {"another shape": is_what(other)} if shape in ((2, 2), (3, 3)) else wrong)


NO_NUMBER: dict[str, Change] = {
    name: is_what(value)
    for name, value in {
        "missing": math.nan,
        "infinite": math.inf,
        "text": "0.5",
        "nothing": None,
        "a list": [0.5, 0.6],
        "complex": 0.5j,
    }.items()
}
LEVEL = Kind(
    lambda rng, _: float(rng.choice([0.5, 0.9, 0.95, 0.999])),
    NO_NUMBER | {"0": is_what(0), "1": is_what(1), "95": is_what(95), "negative": is_what(-0.95)},
)
SHARE = Kind(
    lambda rng, _: float(rng.choice([0.1, 0.5])), NO_NUMBER | {"0": is_what(0), "1": is_what(1), "2": is_what(2)}
)
DIFFERENCE = Kind(
    lambda rng, _: float(rng.choice([-0.1, 0, 0.2])), NO_NUMBER | {"1": is_what(1), "-1": is_what(-1), "2": is_what(2)}
)
CORRECTION = Kind(lambda rng, _: float(rng.choice([0, 0.5])), NO_NUMBER | {"1": is_what(1), "-1": is_what(-1)})
PER = Kind(lambda rng, _: float(rng.choice([1, 100])), NO_NUMBER | {"0": is_what(0), "-1": is_what(-1)})
ONE_COUNT = Kind(
    lambda rng, _: int(rng.integers(0, 4)), NO_NUMBER | {"negative": is_what(-1), "a fraction": is_what(1.5)}
)
ONE_TOTAL = Kind(
    lambda rng, _: int(rng.choice([3, 4, 50])),
    NO_NUMBER | {"negative": is_what(-1), "a fraction": is_what(3.5)},
    {"0": is_what(0)},
)
ONE_TIME = Kind(lambda rng, _: float(rng.choice([0.5, 8.0])), NO_NUMBER | {"negative": is_what(-1)}, {"0": is_what(0)})
NUMBER_OF_GROUPS = Kind(
    lambda rng, _: 3,
    NO_NUMBER | {"negative": is_what(-1), "a fraction": is_what(2.5), "infinite": is_what(math.inf)},
)
COLUMN = Kind(
    lambda rng, _: int(rng.choice([1, 2])),
    NO_NUMBER | {"0": is_what(0), "3": is_what(3), "a name": is_what("Y"), "a fraction": is_what(1.5)},
)
IS_CORRECTED = Kind(lambda rng, _: bool(rng.integers(2)), {})
AT = Kind(
    lambda rng, _: [0.0, 1.5, 99.0][: rng.integers(0, 4)],
    {"negative": is_what([-1.0]), "infinite": is_what([math.inf]), "text": is_what(["1"]), "nothing": is_what(None)},
)
PERCENTS = Kind(
    lambda rng, _: [25, 50, 75][: rng.integers(1, 4)],
    {"negative": is_what([-1]), "missing": is_what([math.nan]), "text": is_what(["50"]), "101": is_what([101])}
    | {"nothing": is_what(None), "one number": is_what(50), "infinite": is_what([math.inf])},
)


DEFINITION = Kind(
    lambda rng, _: int(rng.integers(1, 6)), NO_NUMBER | {"0": is_what(0), "6": is_what(6), "a fraction": is_what(1.5)}
)


def choice(*known: Any) -> Kind:
    wrong = {"another name": is_what("nonsense"), "nothing": is_what(None), "a number": is_what(3)}
    return Kind(lambda rng, _: known[int(rng.integers(len(known)))], wrong | {"a list": is_what(["WALD"])})


# Of log_rank and exponential_ratio; of the model functions below.
CONFTYPE = choice("loglog", "log", "linear", "logit", "asinsqrt")
SURVIVAL_TEST = choice("logrank", "wilcoxon")


def frame_of(rng: Rng, n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "ARM": pd.Series(LABELS.good(rng, n), dtype=object),
            "SEX": pd.Series(rng.choice(["F", "M", ""], n), dtype=object),
            "BASE": pd.Series(numbers(rng, n), dtype="float64"),
            "CHG": pd.Series(numbers(rng, n), dtype="float64"),
        }
    )


def cell(name: str, value: Any) -> Change:
    return lambda frame, rng: frame.assign(**{name: put(value)(frame[name], rng)}) if len(frame) else frame


FRAME = Kind(
    frame_of,
    {
        "no frame": is_what([[1.0, 2.0]]),
        "nothing": is_what(None),
        "no columns": lambda frame, _: frame[[]],
        "no such column": lambda frame, _: frame.drop(columns="BASE"),
        "a text covariate": cell("BASE", "high"),
        "a text response": cell("CHG", "high"),
        "an infinite covariate": cell("BASE", math.inf),
        "an infinite response": cell("CHG", -math.inf),
        "dates": lambda frame, _: frame.assign(CHG=pd.Timestamp("2024-01-31")),
        "a column twice": lambda frame, _: pd.concat([frame, frame[["BASE"]]], axis=1),
        "no records": lambda frame, _: frame.iloc[:0],
        "all missing": lambda frame, _: frame.assign(BASE=math.nan),
    },
    {
        "tied": lambda frame, _: frame.assign(CHG=1.0),
        "a constant covariate": lambda frame, _: frame.assign(BASE=2.0),
        "the response as covariate": lambda frame, _: frame.assign(BASE=frame["CHG"]),
        "one arm": lambda frame, _: frame.assign(ARM="A"),
        "mixed levels": cell("ARM", 1.5),
        "repeated index": lambda frame, _: frame.set_axis([0] * len(frame)),
    },
)
OF_RESPONSE = {"a text response", "an infinite response", "dates"}
EFFECTS = Kind(
    lambda rng, _: [["ARM", "BASE"], ["ARM", "BASE", "ARM*BASE"], ["BASE", "ARM"]][int(rng.integers(3))],
    {
        "text": is_what("ARM"),
        "unknown": is_what(["ARM", "NONE"]),
        "twice": is_what(["ARM", "ARM"]),
        "numbers": is_what([1, 2]),
        "nothing": is_what(None),
        "without the class": is_what(["BASE"]),
    },
)
CLASSES = Kind(
    lambda rng, _: {"ARM": None},
    {
        "unknown": is_what({"ARM": None, "NONE": None}),
        "other levels": is_what({"ARM": ["X", "Y"]}),
        "a level twice": is_what({"ARM": ["A", "A", "B", "C"]}),
        "a list": is_what(["ARM"]),
        "text": is_what("ARM"),
    },
    {"levels": is_what({"ARM": ["C", "B", "A"]})},
)
RESPONSE = Kind(
    lambda rng, _: "CHG",
    {"unknown": is_what("NONE"), "text": is_what("ARM"), "nothing": is_what(None), "1": is_what(1)},
)
CODING = choice("glm", "reference", "effect")


def call_ls_means(**arguments: Any) -> Any:
    """LS means of a model of the frame."""
    model = fit_linear_model(arguments.pop("frame"), "CHG", ["ARM", "BASE"], {"ARM": None})
    return model.ls_means(**arguments)


def good_model_frame(rng: Rng, n: int) -> pd.DataFrame:
    frame = frame_of(rng, max(n, 8))
    return frame.assign(BASE=np.arange(len(frame)) * 1.0, CHG=rng.normal(size=len(frame)))


LS_MEANS = {
    "frame": Kind(good_model_frame, {}, FRAME.doubtful),
    "effect": Kind(lambda rng, _: "ARM", {k: is_what(v) for k, v in {"a": "BASE", "b": "NO", "c": None}.items()}),
    "margins": choice("equal", "observed"),
    "at": Kind(
        lambda rng, _: None if rng.random() < 0.5 else {"BASE": 1.0},
        {
            "unknown": is_what({"NONE": 1.0}),
            "missing": is_what({"BASE": math.nan}),
            "text": is_what({"BASE": "1"}),
            "nothing": is_what({"BASE": None}),
            "a number": is_what(1.0),
        },
    ),
    "against": Kind(lambda rng, _: None, {"no level": is_what("X"), "a number": is_what(0)}),
    "by": Kind(lambda rng, _: None, {"no class": is_what("BASE"), "a number": is_what(0)}),
    # Without a level it is that of the model.
    "level": dataclasses.replace(LEVEL, wrong={k: v for k, v in LEVEL.wrong.items() if k != "nothing"}),
}


def followed(rng: Rng, n: int) -> pd.DataFrame:
    """A frame with a time, an event, a response of two values, and subjects at visits."""
    frame = frame_of(rng, n)
    return frame.assign(
        TIME=pd.Series(TIMES.good(rng, n), dtype="float64"),
        EVENT=pd.Series(FLAGS.good(rng, n), dtype="float64"),
        RESP=pd.Series(rng.choice(["N", "Y"], n), dtype=object),
        USUBJID=np.arange(n) // 3,
        AVISIT=np.arange(n) % 3,
    )


def spoiled(responses: Mapping[str, Any]) -> Kind:
    """What is wrong with a frame whatever its response is, and what may be wrong with the response."""
    wrong = {key: change for key, change in FRAME.wrong.items() if key not in OF_RESPONSE}
    return Kind(followed, wrong, FRAME.doubtful | {key: FRAME.wrong[key] for key in OF_RESPONSE} | dict(responses))


NAME = {"unknown": is_what("NONE"), "nothing": is_what(None), "a number": is_what(1)}
MODEL = {"effects": EFFECTS, "classes": CLASSES, "level": LEVEL}
LOGISTIC = MODEL | {
    "frame": spoiled({"a third value": cell("RESP", "M"), "one value": lambda frame, _: frame.assign(RESP="Y")}),
    "response": Kind(lambda rng, _: "RESP", NAME),
    "event": Kind(lambda rng, _: "Y", {"unknown": is_what("Q"), "nothing": is_what(None)}),
    "coding": choice("glm", "reference", "effect"),
}
COX = MODEL | {
    "frame": spoiled({"a negative time": cell("TIME", -1.0), "no event": lambda frame, _: frame.assign(EVENT=0.0)}),
    "time": Kind(lambda rng, _: "TIME", NAME),
    "event": Kind(lambda rng, _: "EVENT", NAME),
    "coding": choice("glm", "reference", "effect"),
    "ties": choice("breslow", "efron"),
}
MMRM = MODEL | {
    "frame": spoiled({"a visit twice": lambda frame, _: frame.assign(AVISIT=0)}),
    "response": RESPONSE,
    "subject": Kind(lambda rng, _: "USUBJID", NAME),
    "visit": Kind(lambda rng, _: "AVISIT", NAME),
    "covariance": choice("UN", "CS", "CSH", "AR(1)", "ARH(1)", "TOEP", "TOEPH", "ANTE(1)"),
    "method": choice("REML", "ML"),
    "ddfm": choice("kenward-roger", "satterthwaite", "between-within", "residual"),
}
SURVIVAL = {"times": TIMES, "events": FLAGS, "groups": CODES, "count": NUMBER_OF_GROUPS, "level": LEVEL}
TWO_BY_TWO = {"column": COLUMN, "level": LEVEL}

IS_YES = IS_CORRECTED
SCORES = {"scores": choice("TABLE", "RANK", "RIDIT", "MODRIDIT")}
R_BY_C = tables(shape=(3, 4))
SQUARE = tables(shape=(3, 3))
NULL_MEAN = Kind(lambda rng, _: float(rng.choice([0.0, 1.0])), NO_NUMBER)
BUDGET = Kind(lambda rng, _: 1e7, {})
BLOCKS = dataclasses.replace(CODES, good=lambda rng, n: list(rng.integers(-1, 3, n)))
COUNTED = {"values": VALUES, "groups": CODES, "count": NUMBER_OF_GROUPS}
PAIRED = {"values": VALUES, "groups": CODES, "pairs": PAIRS}
ALONE = dataclasses.replace(VALUES, is_column=False)

TABLE: dict[str, dict[str, Kind]] = {
    "breslow_day.breslow_day": {"tables": tables(3), "tarone": IS_YES},
    "breslow_day.breslow_day_tables": {"tables": tables(0, 3), "tarone": IS_YES},
    "chi_square.chi_square": {"table": R_BY_C} | SCORES,
    "chi_square.chi_square_tables": {"tables": tables(0, shape=(3, 4))} | SCORES,
    "cmh.cmh": {"tables": tables(2, shape=(3, 4))} | SCORES,
    "cmh.cmh_tables": {"tables": tables(0, 2, shape=(3, 4))} | SCORES,
    "common_odds_ratio.common_odds_ratio": {"tables": tables(3), "method": choice("MH", "LOGIT"), "level": LEVEL},
    "common_odds_ratio.common_odds_ratio_tables": {"tables": tables(0, 3), "method": choice("MH", "LOGIT")}
    | {"level": LEVEL},
    "common_relative_risk.common_relative_risk": TWO_BY_TWO | {"tables": tables(3), "method": choice("MH", "LOGIT")},
    "common_relative_risk.common_relative_risk_tables": TWO_BY_TWO
    | {"tables": tables(0, 3), "method": choice("MH", "LOGIT")},
    "cross_tables.cross_tables": {"rows": LABELS, "columns": LABELS, "strata": STRATA},
    "percentiles.percentile_groups": COUNTED | {"percents": PERCENTS, "definition": DEFINITION},
    "descriptive_geometric.geometric": {"values": VALUES, "level": LEVEL},
    "descriptive_geometric.geometric_groups": COUNTED | {"level": LEVEL},
    "descriptive_moments.moments_groups": COUNTED,
    "fisher_rxc.fisher_rxc": {"table": tables(shape=(2, 3)), "budget": Kind(lambda rng, _: 10**6, {})},
    "hodges_lehmann.hodges_lehmann": {"first": ALONE, "second": ALONE, "level": LEVEL, "is_exact": IS_YES}
    | {"reference": choice("larger", "first")},
    "hodges_lehmann.hodges_lehmann_pairs": PAIRED | {"level": LEVEL, "is_exact": IS_YES},
    "kappa.kappa": {"table": SQUARE, "weights": choice("SIMPLE", "CA", "FC"), "level": LEVEL},
    "kappa.kappa_tables": {"tables": tables(0, shape=(3, 3)), "weights": choice("SIMPLE", "CA", "FC"), "level": LEVEL},
    "kruskal_wallis.kruskal_wallis": {"values": VALUES, "groups": LABELS},
    "kruskal_wallis.kruskal_wallis_blocks": {"values": VALUES, "groups": CODES, "blocks": BLOCKS}
    | {"count": NUMBER_OF_GROUPS},
    "mcnemar.mcnemar": {"table": tables()},
    "mcnemar.mcnemar_tables": {"tables": tables(0)},
    "odds_ratio.odds_ratio": {"table": tables(), "level": LEVEL, "is_exact": IS_YES},
    "odds_ratio.odds_ratio_tables": {"tables": tables(0), "level": LEVEL, "is_exact": IS_YES},
    "rank_sum_exact.rank_sum_exact": {"first": ALONE, "second": ALONE, "work_budget": BUDGET},
    "rank_sum_exact.rank_sum_exact_pairs": PAIRED | {"work_budget": BUDGET},
    "relative_risk.relative_risk": TWO_BY_TWO | {"table": tables()},
    "relative_risk.relative_risk_tables": TWO_BY_TWO | {"tables": tables(0)},
    "sign_test.sign_test": {"values": VALUES, "null": NULL_MEAN},
    "sign_test.sign_test_groups": COUNTED | {"null": NULL_MEAN},
    "signed_rank.signed_rank": {"values": VALUES, "null": NULL_MEAN},
    "signed_rank.signed_rank_groups": COUNTED | {"null": NULL_MEAN},
    "t_test.t_test": {"values": VALUES, "null": NULL_MEAN, "level": LEVEL},
    "t_test.t_test_groups": COUNTED | {"null": NULL_MEAN, "level": LEVEL},
    "t_test.t_test_paired": {"first": VALUES, "second": VALUES, "null": NULL_MEAN, "level": LEVEL},
    "t_test.t_test_pairs": PAIRED | {"null": NULL_MEAN, "level": LEVEL},
    "t_test.t_test_two_sample": {"first": ALONE, "second": ALONE, "null": NULL_MEAN, "level": LEVEL},
    "van_elteren.van_elteren": {"values": VALUES, "groups": LABELS, "strata": LABELS},
    "van_elteren.van_elteren_blocks": {"values": VALUES, "groups": CODES, "strata": CODES, "blocks": BLOCKS}
    | {"count": NUMBER_OF_GROUPS},
    "binomial_test.binomial_test": {"events": ONE_COUNT, "total": ONE_TOTAL, "null": SHARE},
    "binomial_test.binomial_test_groups": {"events": EVENTS, "totals": TOTALS, "null": SHARE},
    "common_risk_difference.common_risk_difference": TWO_BY_TWO
    | {"tables": tables(3), "method": choice(*CommonRiskDifferenceMethod)},
    "common_risk_difference.common_risk_difference_tables": TWO_BY_TWO
    | {"tables": tables(0, 2), "method": choice(*CommonRiskDifferenceMethod)},
    "descriptive.describe": {"values": VALUES, "level": LEVEL},
    "descriptive.describe_groups": {"values": VALUES, "groups": CODES, "count": NUMBER_OF_GROUPS, "level": LEVEL},
    # Each may also be one number for all.
    "descriptive.limits_of_mean": dict.fromkeys(("n", "mean", "se"), dataclasses.replace(FIGURES, is_column=False))
    | {"level": LEVEL},
    "descriptive.method_of": {"statistic": choice(*Statistic), "level": LEVEL},
    "percentiles.percentiles": {"values": VALUES, "percents": PERCENTS},
    "design.build_design": {
        "frame": dataclasses.replace(FRAME, wrong={k: v for k, v in FRAME.wrong.items() if k not in OF_RESPONSE}),
        "effects": EFFECTS,
        "classes": CLASSES,
        "coding": CODING,
    },
    "exponential_ratio.exponential_ratio": {"times": TIMES, "events": FLAGS, "groups": LABELS},
    "fisher.fisher_exact": {"table": tables()},
    "fisher.fisher_exact_tables": {"tables": tables(0)},
    "incidence_rate.incidence_rate": {"events": ONE_COUNT, "time": ONE_TIME, "per": PER, "level": LEVEL},
    "incidence_rate.incidence_rates": {"events": EVENTS, "time": PERSON_TIMES, "per": PER, "level": LEVEL},
    "incidence_rate.rate_comparison": {"events1": ONE_COUNT, "time1": ONE_TIME, "events2": ONE_COUNT, "time2": ONE_TIME}
    | {"per": PER, "level": LEVEL},
    "incidence_rate.rate_comparisons": {"events1": EVENTS, "time1": PERSON_TIMES, "events2": EVENTS}
    | {"time2": PERSON_TIMES, "per": PER, "level": LEVEL},
    "incidence_rate.subject_incidence_rates": {"has_event": FLAGS, "time": TIMES, "groups": CODES}
    | {"per": PER, "level": LEVEL},
    "kaplan_meier.kaplan_meier": {"times": TIMES, "events": FLAGS, "conftype": CONFTYPE, "level": LEVEL},
    "kaplan_meier.kaplan_meier_at": SURVIVAL | {"at": AT, "conftype": CONFTYPE},
    "kaplan_meier.kaplan_meier_groups": SURVIVAL | {"conftype": CONFTYPE},
    "kaplan_meier.kaplan_meier_quantiles": SURVIVAL | {"percents": PERCENTS, "conftype": CONFTYPE},
    "cox.fit_cox": COX,
    "logistic.fit_logistic": LOGISTIC,
    "mmrm.fit.fit_mmrm": MMRM,
    "linear_model.fit_linear_model": {"frame": FRAME, "response": RESPONSE, "effects": EFFECTS}
    | {"classes": CLASSES, "level": LEVEL},
    "log_rank.log_rank": {"times": TIMES, "events": FLAGS, "groups": LABELS, "strata": STRATA, "test": SURVIVAL_TEST},
    "log_rank.log_rank_pairs": {"times": TIMES, "events": FLAGS, "groups": CODES, "pairs": PAIRS}
    | {"strata": STRATUM_CODES, "test": SURVIVAL_TEST},
    "ls_means.ls_means_of": LS_MEANS,
    "proportion_limits.proportion_limits": {"events": ONE_COUNT, "total": ONE_TOTAL}
    | {"method": choice(*ProportionMethod), "level": LEVEL},
    "proportion_limits.proportion_limits_groups": {"events": EVENTS, "totals": TOTALS}
    | {"method": choice(*ProportionMethod), "level": LEVEL},
    "rank_sum.rank_sum": {
        "first": dataclasses.replace(VALUES, is_column=False),
        "second": dataclasses.replace(VALUES, is_column=False),
        "correction": CORRECTION,
    },
    "rank_sum.rank_sum_pairs": {"values": VALUES, "groups": CODES, "pairs": PAIRS, "correction": CORRECTION},
    "risk_difference.risk_difference": TWO_BY_TWO | {"table": tables(), "method": choice(*RiskDifferenceMethod)},
    "risk_difference.risk_difference_tables": TWO_BY_TWO
    | {"tables": tables(0), "method": choice(*RiskDifferenceMethod)},
    "risk_difference.row_risks_tables": TWO_BY_TWO | {"tables": tables(0)},
    "risk_difference_test.risk_difference_test": {"table": tables(), "null": DIFFERENCE, "column": COLUMN}
    | {"method": choice(*RiskDifferenceTestMethod)},
    "risk_difference_test.risk_difference_test_tables": {"tables": tables(0), "null": DIFFERENCE, "column": COLUMN}
    | {"method": choice(*RiskDifferenceTestMethod)},
}

# One number for all, or a column.
MAY_BE_COLUMNS = {"descriptive.limits_of_mean": {"n", "mean", "se"}}

# Figures that may be missing without a warning, not asked for or not defined, or that are infinite by their rule.
OPEN_FIGURES: dict[str, set[str]] = {
    "chi_square.chi_square": {"adjusted", "p_adjusted"},  # of 2 x 2 tables alone
    "hodges_lehmann.hodges_lehmann": {"exact_lower", "exact_upper", "exact_midpoint"},
    "odds_ratio.odds_ratio": {"exact_lower", "exact_upper"},
    "odds_ratio.odds_ratio_tables": {"exact_upper"},
    "van_elteren.van_elteren": {"z"},
}

# Called by a method of a model. The rest, with what it takes that others have checked; tested with its callers.
CALLERS: dict[str, Callable[..., Any]] = {"ls_means.ls_means_of": call_ls_means}
INNER = {
    "design.check_kinds": "the check itself, of build_design",
    "common_odds_ratio.checked_method": "the check itself",
    "descriptive.known_statistic": "the check itself, of method_of",
    "design.checked_coding": "the check itself, of build_design",
    "kappa.checked_weights": "the check itself, of kappa_tables",
    "common_odds_ratio.common_warnings": "figures of common_odds_ratio",
    "common_odds_ratio.weighted_mean_of_logs": "logarithms of ratios that exist",
    "rank_sum_exact.rank_sum_distribution": "ranks of rank_sum_exact",
    "percentiles.percentile_of_ordered": "sorted values of percentile_groups and describe_groups",
    "estimable.are_estimable": "rows and a basis",
    "estimable.dependency_warnings": "a design and its basis",
    "estimable.find_basis": "a design",
    "estimable.followed": "a basis",
    "estimable.type_three_rows": "a design and its basis",
    "ls_means.check_against": "the check itself, of ls_means",
    "ls_means.ls_mean_rows": "a design and one of its effects",
    "proportion_limits.checked_events": "the check itself, of proportion_limits_groups",
    "proportion_limits.limits_of_counts": "counts known to be good",
    "proportion_limits.proportion_with_se": "counts known to be good",
    "risk_difference.difference_of_counts": "counts known to be good",
    "risk_difference.events_of_tables": "the check itself, of risk_difference_tables",
    "risk_difference.limits_of_difference": "counts known to be good",
}


# What the package of the mixed model makes public; the rest of it stands behind these.
MIXED = {"mmrm.fit.fit_mmrm"}


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Functions of modules whose path has no leading underscore, by "module.function"."""
    start = adamline.stats.__name__ + "."
    for module in pkgutil.walk_packages(adamline.stats.__path__, start):
        path = module.name.removeprefix(start)
        if any(part.startswith("_") for part in path.split(".")):
            continue
        loaded = importlib.import_module(module.name)
        for name, function in vars(loaded).items():
            own = inspect.isfunction(function) and function.__module__ == module.name and not name.startswith("_")
            if own and (not path.startswith("mmrm.") or f"{path}.{name}" in MIXED):
                yield f"{path}.{name}", function


FUNCTIONS = dict(public_functions())


def test_every_public_function_is_here() -> None:
    listed = TABLE.keys() | INNER.keys()
    assert not FUNCTIONS.keys() - listed, "give these a row in TABLE, or, if their input is checked before, in INNER"
    assert not listed - FUNCTIONS.keys(), "there are no such functions any more"
    assert not TABLE.keys() & INNER.keys()


def draw(name: str, number: int) -> tuple[dict[str, Any], str, bool]:
    """Arguments, what was done to them, and whether that must be an error."""
    rng = np.random.default_rng([zlib.crc32(name.encode()), number])
    kinds = TABLE[name]
    n = int(rng.choice([0, 1, 2, 3, 8, 20]))
    arguments = {argument: kind.good(rng, n) for argument, kind in kinds.items()}
    if rng.random() < 0.2:
        return arguments, f"nothing, {n} records", False
    argument = str(rng.choice(list(kinds)))
    kind = kinds[argument]
    spoils = [(key, change, True) for key, change in kind.wrong.items()]
    spoils += [(key, change, False) for key, change in kind.doubtful.items()]
    others = sum(each.is_column for each in kinds.values()) - 1
    if kind.is_column and n and others > 0:
        spoils.append(("one record less", lambda column, _: column[:-1], True))
    if not spoils:
        return arguments, f"nothing, {n} records", False
    what, change, is_wrong = spoils[int(rng.integers(len(spoils)))]
    arguments[argument] = change(arguments[argument], rng)
    return arguments, f"{argument}: {what}, {n} records", is_wrong


def figures(result: object) -> Iterator[float]:
    """All numbers in a result, however deep."""
    if isinstance(result, pd.DataFrame):
        for column in result.columns:
            yield from figures(result[column].to_numpy())
    elif isinstance(result, np.ndarray):
        if result.dtype.kind == "f":
            yield from result.ravel().tolist()
    elif isinstance(result, tuple):
        for each in result:
            yield from figures(each)
    elif dataclasses.is_dataclass(result):
        for field in dataclasses.fields(result):
            yield from figures(getattr(result, field.name))
    elif isinstance(result, float):
        yield result


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "chunk", [pytest.param(each, marks=[pytest.mark.slow] if each else []) for each in range(CHUNKS)]
)
@pytest.mark.parametrize("name", sorted(TABLE))
def test_bad_input(name: str, chunk: int) -> None:
    function = CALLERS.get(name) or FUNCTIONS[name]
    faults: dict[str, str] = {}
    for number in range(chunk, DRAWS, CHUNKS):
        arguments, what, is_wrong = draw(name, number)
        fault = fault_of(function, arguments, is_wrong, OPEN_FIGURES.get(name, set()))
        if fault:
            faults.setdefault(fault, f"draw {number}, {what}")
    assert not faults, "\n".join(f"{place}: {fault}" for fault, place in faults.items())


def fault_of(
    function: Callable[..., Any], arguments: dict[str, Any], is_wrong: bool, may_be_open: Collection[str] = ()
) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = function(**arguments)
        except AdamlineError as error:
            return "" if str(error).strip() else "an error without a message"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    if is_wrong:
        return f"no error, but {result!r:.300}"
    if isinstance(result, pd.DataFrame):
        result = result.drop(columns=[*may_be_open])
    elif dataclasses.is_dataclass(result) and not isinstance(result, type):
        result = dataclasses.replace(result, **dict.fromkeys(may_be_open, 0.0))
    if any(math.isinf(figure) for figure in figures(result)):
        return f"an infinite figure: {result!r:.300}"
    if dataclasses.is_dataclass(result) and hasattr(result, "warnings"):
        missing = [
            field.name
            for field in dataclasses.fields(result)
            if isinstance(getattr(result, field.name), float) and math.isnan(getattr(result, field.name))
        ]
        if missing and not result.warnings:
            return f"missing without a warning: {', '.join(missing)}"
    return ""


@pytest.mark.parametrize("name", sorted(TABLE))
def test_columns_of_the_same_records_must_have_the_same_labels(name: str) -> None:
    """Columns of pandas that are paired: in one order as lists, in another an error. Two samples are not paired."""
    may_be = MAY_BE_COLUMNS.get(name, set())
    kinds = {argument: kind for argument, kind in TABLE[name].items() if kind.is_column or argument in may_be}
    if len(kinds) < 2 or name.startswith(("mmrm", "linear", "logistic", "cox", "design", "ls_means")):
        return
    function, rng = FUNCTIONS[name], np.random.default_rng(1)
    arguments = {argument: kind.good(rng, 8) for argument, kind in TABLE[name].items()}
    labels = pd.Index([f"S{number}" for number in range(8)])
    plain = {argument: list(arguments[argument]) for argument in kinds if arguments[argument] is not None}
    columns = {argument: pd.Series(values, index=labels) for argument, values in plain.items()}
    # Not labelled at all, labelled alike, and one of them alone labelled.
    first, *others = columns
    for given in ({}, columns, columns | {first: pd.Series(plain[first])}):
        assert fault_of(function, arguments | given, False, OPEN_FIGURES.get(name, set())) == "", name
    for other in others:
        turned = columns | {other: pd.Series(plain[other], index=labels[::-1])}
        with pytest.raises(AdamlineError, match="same labels in another order") as caught:
            function(**arguments | turned)
        assert "to_numpy" in str(caught.value)
        strange = columns | {other: pd.Series(plain[other], index=labels + "x")}
        with pytest.raises(AdamlineError, match="other labels"):
            function(**arguments | strange)


def test_the_test_sees_faults() -> None:
    """What it is to find it finds: a silent number, an infinite one, a missing one, a numpy warning, another error."""
    assert fault_of(lambda: 1.0, {}, True).startswith("no error")
    assert fault_of(lambda: pd.DataFrame({"p": [math.inf]}), {}, False).startswith("an infinite figure")
    silent = IncidenceRate(1, 1.0, math.nan, 1.0, 1.0, 1.0, 0.95, 1.0, "")
    assert fault_of(lambda: silent, {}, False) == "missing without a warning: estimate"
    assert fault_of(lambda: dataclasses.replace(silent, warnings=("why",)), {}, False) == ""
    assert fault_of(lambda: np.log(np.zeros(1)), {}, False).startswith("RuntimeWarning")
    assert fault_of(lambda: [][1], {}, False).startswith("IndexError")  # type: ignore[misc]
