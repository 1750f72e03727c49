"""Merges a supplemental qualifier dataset (SUPP--) into its parent domain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError, Place, nearest
from adamline.io.dataset import Dataset, Kind, Variable

Codes = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]

_NEEDED: Final = ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL")
_NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,7}", re.ASCII)
_SHOWN: Final = 5


def combine_supp(parent: Dataset, supp: Dataset) -> Dataset:
    """The parent with a text variable for each QNAM of its SUPP--, labelled by QLABEL, in alphabetical order.

    A record of SUPP-- belongs to the records of its parent with the same USUBJID (and STUDYID, where both have it)
    and, unless IDVAR is blank, with the value IDVARVAL in the variable that IDVAR names. IDVARs may differ from
    record to record. Blanks around values do not count; where the parent's variable is a number, IDVARVAL is read
    as one ('3', '3.0' and '3E0' are one), and numbers that agree in 12 significant digits are equal, since that is
    what SAS's BEST12. writes. All parent's records stay, in their order; a record without a qualifier has a missing
    one. QORIG and QEVAL are not used; a SUPP-- without records adds nothing.

    Raises DataError, with the keys, for: variables that SUPP-- lacks; an RDOMAIN other than the parent's domain; an
    IDVAR that the parent lacks or that holds dates; a QNAM that is no name or is a variable of the parent; two
    labels for a QNAM; records without a parent; two values of a QNAM for one record of the parent.

    >>> ae = pd.DataFrame({"USUBJID": ["01", "01"], "AESEQ": [1.0, 2.0]})
    >>> parent = Dataset("AE", ae, (Variable("USUBJID", Kind.TEXT), Variable("AESEQ", Kind.NUMBER)))
    >>> names = ["RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QLABEL", "QVAL"]
    >>> rows = pd.DataFrame([["AE", "01", "AESEQ", "2", "AETRTEM", "Treatment Emergent", "Y"]], columns=names)
    >>> supp = Dataset("SUPPAE", rows, tuple(Variable(name, Kind.TEXT) for name in names))
    >>> combine_supp(parent, supp).frame["AETRTEM"].tolist()
    [nan, 'Y']

    Source: SDTMIG 3.4, section 8.4, Relating Non-Standard Variable Values to a Parent Domain.
    """
    _check_variables(parent, supp)
    if not len(supp.frame):
        return parent
    match = _Match(parent, supp)
    match.check_domain()
    new = match.qualifiers()
    source = np.full((len(new), len(parent.frame)), -1, dtype=np.int64)
    for idvar in match.distinct(match.idvar):
        match.fill(source, new, idvar)
    values = supp.frame["QVAL"].array
    columns: dict[str, Any] = {}
    for variable, rows in zip(new, source, strict=True):
        taken = values.take(rows, allow_fill=True)
        columns[variable.name] = taken.remove_unused_categories() if isinstance(taken, pd.Categorical) else taken
    added = pd.DataFrame(columns, index=parent.frame.index)
    return replace(parent, frame=pd.concat([parent.frame, added], axis=1), variables=(*parent.variables, *new))


def _check_variables(parent: Dataset, supp: Dataset) -> None:
    for dataset, needed in ((supp, _NEEDED), (parent, ("USUBJID",))):
        names = [variable.name for variable in dataset.variables]
        for name in needed:
            if name not in names:
                place = Place(dataset=dataset.name)
                raise DataError(f"There is no variable {name}.", place=place, hint=nearest(name, names))


def _texts(dataset: Dataset, name: str) -> Texts:
    """A text variable without blanks around its values, '' where missing."""
    column = dataset.frame[name].astype(object)
    return np.asarray(column.where(column.notna(), "").astype(str).str.strip().astype(object))


class _Match:
    """The records of SUPP-- beside those of their parent."""

    def __init__(self, parent: Dataset, supp: Dataset) -> None:
        self.parent, self.supp = parent, supp
        self.idvar, self.idvarval, self.qnam = (_texts(supp, name) for name in ("IDVAR", "IDVARVAL", "QNAM"))
        self.qnam_codes, self.qnams = pd.factorize(self.qnam, sort=True)
        both = {v.name for v in parent.variables} & {v.name for v in supp.variables} & {"STUDYID", "USUBJID"}
        # One code a subject, the same on both sides.
        subject = _codes([np.concatenate([_texts(parent, name), _texts(supp, name)]) for name in sorted(both)])
        self.parent_subject, self.supp_subject = np.split(subject, [len(parent.frame)])

    @staticmethod
    def distinct(values: Texts) -> list[str]:
        """The distinct texts, sorted."""
        return sorted(set(values))

    def check_domain(self) -> None:
        """RDOMAIN names the parent: its DOMAIN, or its name where it has none."""
        names = {variable.name for variable in self.parent.variables}
        domains = set(_texts(self.parent, "DOMAIN")) - {""} if "DOMAIN" in names else set()
        domains = domains or {self.parent.name}
        wrong = ~np.isin(_texts(self.supp, "RDOMAIN"), list(domains))
        if wrong.any():
            found = ", ".join(self.distinct(_texts(self.supp, "RDOMAIN")[wrong])) or "blank"
            raise self._fault("RDOMAIN is not the parent's domain.", wrong, expected=", ".join(domains), found=found)

    def qualifiers(self) -> list[Variable]:
        """The variables to add."""
        taken = {variable.name for variable in self.parent.variables}
        bad = np.array([_NAME.fullmatch(name) is None for name in self.qnams], dtype=np.bool_)
        if bad.any():
            expected = "at most 8 of A-Z, 0-9 and _"
            raise self._fault("QNAM is not a variable's name.", bad[self.qnam_codes], expected=expected)
        clash = np.array([name in taken for name in self.qnams], dtype=np.bool_)
        if clash.any():
            what = f"QNAM is a variable that {self.parent.name} already has."
            raise self._fault(what, clash[self.qnam_codes], found=", ".join(np.asarray(self.qnams)[clash]))
        has_label = any(variable.name == "QLABEL" for variable in self.supp.variables)
        labels = _texts(self.supp, "QLABEL") if has_label else np.full(len(self.qnam), "", dtype=object)
        pairs = pd.DataFrame({"name": self.qnam, "label": labels}).drop_duplicates().sort_values(["name", "label"])
        twice = pairs[pairs["name"].duplicated(keep=False)]
        if len(twice):
            found = "; ".join(f"{name}: {label}" for name, label in zip(twice["name"], twice["label"], strict=True))
            raise self._fault("A QNAM has two labels.", np.isin(self.qnam, twice["name"]), found=found[:200])
        length = self.supp["QVAL"].length
        return [
            Variable(name, Kind.TEXT, label=label, length=length)
            for name, label in zip(pairs["name"], pairs["label"], strict=True)
        ]

    def fill(self, source: Codes, new: Sequence[Variable], idvar: str) -> None:
        """Enter, for each record of the parent, the record of SUPP-- with this IDVAR that it takes a QNAM from."""
        here = self.idvar == idvar
        parent_key, supp_key = self._keys(idvar)
        self._check_parents(here, parent_key, supp_key)
        size = int(max(parent_key.max(initial=-1), supp_key.max(initial=-1))) + 1
        for position in np.unique(self.qnam_codes[here]):
            rows = np.flatnonzero(here & (self.qnam_codes == position))
            keys = supp_key[rows]
            first = np.full(size, -1, dtype=np.int64)
            first[keys[::-1]] = rows[::-1]
            found = first[parent_key]
            again = np.isin(np.arange(len(here)), rows[first[keys] != rows])
            # The same parent may also have been reached by another IDVAR.
            met = (found >= 0) & (source[position] >= 0)
            again[found[met]] = True
            if again.any():
                raise self._fault(f"{new[position].name} has two values for one record of the parent.", again)
            source[position] = np.where(found >= 0, found, source[position])

    def _keys(self, idvar: str) -> tuple[Codes, Codes]:
        """Codes of subject and IDVAR's value, the same on both sides."""
        count = len(self.parent_subject)
        subject = np.concatenate([self.parent_subject, self.supp_subject])
        if not idvar:
            return self.parent_subject, self.supp_subject
        names = [variable.name for variable in self.parent.variables]
        if idvar not in names:
            what = f"IDVAR names {idvar}, which {self.parent.name} does not have."
            raise self._fault(what, self.idvar == idvar, hint=nearest(idvar, names))
        kind = self.parent[idvar].kind
        if kind is Kind.TEXT:
            value = np.concatenate([_texts(self.parent, idvar), self.idvarval])
        elif kind is Kind.NUMBER:
            numbers = self.parent.frame[idvar].to_numpy(dtype=np.float64, na_value=np.nan)
            value = _rounded(np.concatenate([numbers, _numbers(self.idvarval)]))
            # What is no number equals no value of the parent, also not a missing one.
            value[count:][value[count:] == ""] = "none"
        else:
            what = f"IDVAR names {idvar}, which holds {kind}s and not text or numbers."
            raise self._fault(what, self.idvar == idvar)
        keys = _codes([subject, value])
        return keys[:count], keys[count:]

    def _check_parents(self, here: npt.NDArray[np.bool_], parent_key: Codes, supp_key: Codes) -> None:
        # A blank value is no value to be equal to.
        blank = (self.idvarval == "") & (self.idvar != "")
        alone = here & (blank | (_texts(self.supp, "USUBJID") == "") | ~np.isin(supp_key, parent_key))
        if alone.any():
            raise self._fault(f"Records have no parent in {self.parent.name}.", alone)

    def _fault(
        self, what: str, rows: npt.NDArray[np.bool_], *, expected: str = "", found: str = "", hint: str = ""
    ) -> DataError:
        """An error that lists the keys of the first records in question and tells how many there are."""
        where = np.flatnonzero(rows)
        subjects = _texts(self.supp, "USUBJID")
        keys = [
            f"USUBJID={subjects[row]} {self.idvar[row]}={self.idvarval[row]} QNAM={self.qnam[row]}".replace(" = ", " ")
            for row in where[:_SHOWN]
        ]
        more = f" and {len(where) - _SHOWN} more" if len(where) > _SHOWN else ""
        place = Place(dataset=self.supp.name, record=int(where[0]) + 1, keys="; ".join(keys) + more)
        return DataError(what, place=place, expected=expected, found=found, hint=hint)


def _codes(columns: Sequence[npt.NDArray[Any]]) -> Codes:
    """One number for each distinct row of these columns."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        part, distinct = pd.factorize(column, use_na_sentinel=False)
        codes = pd.factorize(codes * len(distinct) + part)[0].astype(np.int64)
    return codes


def _numbers(texts: Texts) -> npt.NDArray[np.float64]:
    """Decimal texts as numbers; NaN for what is none."""
    numbers = pd.to_numeric(pd.Series(texts, dtype="str"), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _rounded(values: npt.NDArray[np.float64]) -> Texts:
    """Numbers as texts of 12 significant digits, '' where missing; distinct numbers are printed once."""
    distinct, codes = np.unique(values, return_inverse=True)
    texts = np.array(["" if np.isnan(number) else f"{number + 0.0:.12g}" for number in distinct], dtype=object)
    return texts[codes] if len(texts) else np.array([], dtype=object)
