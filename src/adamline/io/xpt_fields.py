"""Makes the columns of a frame ready to be written as fields of fixed-width records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from adamline.errors import DataError, Place
from adamline.findings import Finding, Severity
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.ibm import NUMBER_BYTES, bytes_of
from adamline.io.number_encoder import SasNumbers, sas_numbers
from adamline.io.text_encoder import EncodedText, FieldSource, encode_text
from adamline.io.xpt_layout import LIMITS, XptVersion
from adamline.io.xpt_limits import check_length

Records = npt.NDArray[np.uint8]


class Lengths(StrEnum):
    """Where the lengths of text variables come from: the variables' own ``length``, or the longest value of each."""

    SPEC = "spec"
    MINIMAL = "minimal"


@dataclass(frozen=True)
class XptOptions:
    """How datasets are to be written: see `adamline.io.xpt_write.write_xpt`."""

    version: XptVersion = XptVersion.V5
    lengths: Lengths | Mapping[str, int] = Lengths.SPEC
    encoding: str = "ascii"

    def length(self, variable: Variable) -> int | None:
        """The length that a variable is to have; None where that is the longest value's, or 8 for a number."""
        if isinstance(self.lengths, Mapping) and variable.name in self.lengths:
            return self.lengths[variable.name]
        if variable.kind is Kind.TEXT:
            return variable.length if self.lengths is Lengths.SPEC else None
        return None if self.lengths is Lengths.MINIMAL else variable.length


@dataclass(frozen=True)
class TextField:
    """A text variable ready to be written; ``lost`` is 1 where some value loses trailing blanks.

    ``needed`` is the length that its values ask for, which may be less than it has.
    """

    source: FieldSource
    place: Place
    lost: int
    needed: int

    @property
    def length(self) -> int:
        """Bytes in a record."""
        return self.source.width

    def put(self, records: Records, position: int, start: int, stop: int) -> None:
        """Fill the variable's bytes in the records of these rows."""
        slot(records, position, self.length)[:] = self.source.rows(start, stop)


@dataclass(frozen=True)
class NumberField:
    """A numeric variable ready to be written; ``lost`` is how many of its values underflow."""

    numbers: SasNumbers
    length: int
    place: Place
    lost: int

    @property
    def needed(self) -> int:
        """The length that is asked for, which it has."""
        return self.length

    def put(self, records: Records, position: int, start: int, stop: int) -> None:
        """Fill the variable's bytes in the records of these rows."""
        words = self.numbers.words(start, stop, self.length, self.place)
        if self.length == NUMBER_BYTES:
            # Turned round while they are stored.
            slot(records, position, self.length).view(">u8")[:] = words
        else:
            records[:, position : position + self.length] = bytes_of(words, self.length)


def slot(records: Records, position: int, length: int) -> npt.NDArray[np.void]:
    """The bytes of one field in all records, to be assigned; one item of ``length`` bytes a record."""
    count, record = records.shape
    return np.ndarray(count, dtype=f"V{length}", buffer=records, offset=position, strides=(record,))


def prepare_field(dataset: Dataset, variable: Variable, options: XptOptions, least: int = 1) -> TextField | NumberField:
    """The variable's values with their length, checked but for the size of numbers.

    Text whose length is not given is as long as its longest value, and ``least`` at least.
    """
    place = Place(dataset=dataset.name, variable=variable.name)
    wanted = options.length(variable)
    check_length(variable.kind, wanted, options.version, place)
    if variable.kind is not Kind.TEXT:
        numbers = sas_numbers(dataset.frame, variable, place)
        return NumberField(numbers, wanted or NUMBER_BYTES, place, numbers.underflowing())
    text = encode_text(dataset.frame[variable.name], options.encoding, place)
    needed = max(text.longest, 1) if wanted is None else wanted
    length = max(needed, least) if wanted is None else wanted
    _check_fit(text, min(length, LIMITS[options.version].text), options.version, place)
    return TextField(text.fields(length), place, int(text.trimmed), needed)


def losses(kind: Kind, place: Place, lost: int) -> tuple[Finding, ...]:
    """What is said of a variable of this kind that loses ``lost`` in being written."""
    if not lost:
        return ()
    if kind is not Kind.TEXT:
        message = f"{lost} numbers under 5.4e-79 are written as 0, as SAS does."
        return (Finding(Severity.NOTE, "xpt.underflow", message, place),)
    message = "Trailing blanks are not kept; a SAS transport file pads text with blanks."
    return (Finding(Severity.NOTE, "xpt.trailing_blanks", message, place),)


def _check_fit(text: EncodedText, length: int, version: XptVersion, place: Place) -> None:
    """Refuse a value that is longer than its variable."""
    longer, most = text.first_longer(length), LIMITS[version].text
    if longer is not None:
        row, value = longer
        raise DataError(
            f"A text is longer than the {length} bytes of its variable."
            if length < most
            else f"A text is longer than {most} bytes, the most that version {version} holds.",
            place=Place(dataset=place.dataset, variable=place.variable, record=row + 1),
            expected=f"at most {length} bytes",
            found=f"{len(value)} bytes: {value[:60]!r}" + ("..." if len(value) > 60 else ""),
            hint="a larger length in the spec" if length < most else "split the text, or use a SUPP-- dataset",
        )
