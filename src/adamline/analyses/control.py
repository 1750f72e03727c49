"""Control: the treatment that the others are compared with, said once, and the comparisons that rows get by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from adamline.analyses.categories import CategoryOptions
from adamline.analyses.choices import Choice
from adamline.analyses.display import level_text
from adamline.analyses.options import OptionsModel
from adamline.stats.risk_difference import RiskDifferenceMethod

# What a row writes after `against` for the control of the columns.
CONTROL: Final = "control"
# The pattern that columns of differences show, of whatever analysis has one.
DIFFERENCE_LINE: Final = "difference_ci"
# What a comparison takes over from the count that it stands beside.
_SHARED: Final = frozenset(
    {*CategoryOptions.model_fields, "records", "where"} - {"of", "label", "name", "statistics", "indent"}
)


class Difference(OptionsModel):
    """A column beside the treatments for each that is not the control: its difference, with limits.

    Of counts it is the risk difference in per cent by ``method`` (CL= of PROC FREQ), of rates that of rates; other
    analyses show theirs where they have one. ``of`` names the columns that are compared, where not all are. ``heading``
    stands above the two treatments; ``decimals`` and ``level`` are those of estimate and limits.
    """

    heading: str = ""
    of: tuple[str, ...] = ()
    method: Choice[RiskDifferenceMethod] = RiskDifferenceMethod.WALD
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    decimals: Annotated[int, Field(ge=0, le=6)] = 1
    width: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.6

    def head(self, treatment: str, control: str) -> str:
        """The heading of the column of a treatment."""
        heading = self.heading or f"Risk difference, %\n({level_text(self.level)} CI)"
        return f"{treatment}\nvs {control}\n{heading}"


def with_comparisons(rows: Any, columns: Any) -> Any:
    """The rows as written, with the control of the columns where they say `against: control`, and differences.

    Where the columns have a `difference`, each count gets a risk difference of the same categories beside it, and each
    rate is compared with that of the control. ValueError for `against: control` where the columns name none.
    """
    if not isinstance(rows, list | tuple):
        return rows
    said = columns if isinstance(columns, Mapping) else {}
    return [_with_comparison(row, said) for row in rows]


def _with_comparison(row: Any, columns: Mapping[str, Any]) -> Any:
    if not isinstance(row, Mapping):
        return row
    inside = {"rows": columns, "compare": {**columns, "difference": None}}
    made = {key: with_comparisons(part, inside[key]) if key in inside else part for key, part in row.items()}
    control = columns.get("control")
    if made.get("against") == CONTROL and CONTROL not in (columns.get("order") or ()):
        if control is None:
            raise ValueError("rows: against: control, and the columns name no `control`")
        made["against"] = control
    difference = columns.get("difference")
    if control is None or not isinstance(difference, Mapping):
        return made
    own = {key: difference[key] for key in ("level", "decimals") if key in difference}
    if "rate" in made:
        return {"against": control, **own, **made}
    if "count" in made:
        first = _risk_difference(made, control, {**own, **_of_counts(difference)})
        return {**made, "compare": [first, *(made.get("compare") or ())]}
    return made


def _of_counts(difference: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **({"method": difference["method"]} if "method" in difference else {}),
        **({"only": difference["of"]} if difference.get("of") else {}),
    }


def _risk_difference(row: Mapping[str, Any], control: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """The risk difference beside a count: of its categories and records, under a name of its own."""
    shared = {key: part for key, part in row.items() if key in _SHARED}
    name = {"as": f"difference of {row['as']}"} if row.get("as") else {}
    return {"risk_difference": row["count"], "against": control, **shared, **name, **own}
