"""Waterfall: one value of each subject, the highest first, that a figure draws as bars."""

from __future__ import annotations

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.drawn_records import Part, RecordsOptions, drawn_records
from adamline.analyses.figure_options import Number
from adamline.analyses.words import Programs
from adamline.spec.types import VariableName


class Options(RecordsOptions):
    """Options of a waterfall: the ``variable`` of one record a subject (PCHG), highest first; equal ones by USUBJID.

    ``y_lines`` are lines of reference, such as 20 and -30 per cent.
    """

    variable: VariableName = "PCHG"
    y_lines: tuple[Number, ...] = ()
    x_label: str = "Subjects"


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The records that the figure draws, which are its results (`drawn_records`)."""
    return drawn_records(data, options, [Part("bar", options.records, (options.variable,))])
