"""Spaghetti: the values of each subject over time, that a figure draws as a line each."""

from __future__ import annotations

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.drawn_records import Part, RecordsOptions, drawn_records
from adamline.analyses.figure_options import AxisOptions, Number
from adamline.analyses.words import Programs
from adamline.spec.types import VariableName


class Options(RecordsOptions):
    """Options of a figure of each subject's values: ``x`` is a number of time (ADY, AVISITN), ``y`` the value (AVAL).

    A record is named by USUBJID and ``x``, or by ``identify_by`` where a subject has several at one time. ``y_lines``
    are lines of reference.
    """

    x: VariableName = "ADY"
    y: VariableName = "AVAL"
    x_axis: AxisOptions = AxisOptions()
    y_lines: tuple[Number, ...] = ()
    x_label: str = "Day"


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The records that the figure draws, which are its results (`drawn_records`)."""
    keys = options.identify_by or (options.x,)
    return drawn_records(data, options, [Part("point", options.records, (options.x, options.y), identify_by=keys)])
