"""What every page says of the data: as study.yaml writes it, or as a record of SDTM says it."""

from __future__ import annotations

from collections.abc import Mapping

from adamline.condition.to_pandas import selected
from adamline.errors import AdamlineError, DataError
from adamline.plurals import counted
from adamline.study.inputs import Input, read_input
from adamline.study.study import Study


def page_label(study: Study, inputs: Mapping[str, Input]) -> str:
    """The label of the pages: the value that `label_from` selects; where no record has one, that of `label`.

    DataError where records that are selected have several values, and for a condition that does not fit the domain.
    """
    label = study.spec.label_from
    if label is None or label.source not in inputs:
        return study.spec.label
    try:
        frame = read_input(inputs[label.source], study.label_variables)[0].frame
        found = frame[label.variable][selected(frame, label.where)].dropna().astype(str).unique().tolist()
    except AdamlineError as error:
        raise error.at(study.label_at) from error
    if len(found) > 1:
        raise DataError(
            f"Pages have one label, and {label.source} has {counted(len(found), 'value')} of {label.variable} for it.",
            place=study.label_at,
            found="; ".join(found[:3]),
            hint="select one record with `where`",
        )
    return found[0] if found else study.spec.label
