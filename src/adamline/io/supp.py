"""Merges a supplemental qualifier dataset (SUPP--) into its parent domain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError, Place, nearest
from adamline.findings import Severity, Tally
from adamline.io.dataset import Dataset, Kind, Variable

Codes = npt.NDArray[np.int64]
Rows = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

_NEEDED: Final = ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL")
_NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,7}", re.ASCII)
# Numbers by the standard, in whatever type a file holds them.
_NUMBERS: Final = re.compile(r"[A-Z]{2}SEQ|VISITNUM")


def combine_supp(parent: Dataset, supp: Dataset) -> tuple[Dataset, tuple[Tally, ...]]:
    """The parent with a text variable for each QNAM of its SUPP--, and what in SUPP-- was not used, by check.

    The new variables are labelled by QLABEL, in alphabetical order. A record of SUPP-- belongs to the records of its
    parent with the same USUBJID (and STUDYID, where both have it) and, unless IDVAR is blank, with the value IDVARVAL
    in the variable that IDVAR names. IDVARs may differ from record to record. Blanks around values do not count; where
    the parent's variable is a number, or --SEQ or VISITNUM, IDVARVAL is read as one ('3', '003', '3.0' and '3E0' are
    one), and numbers that agree in 12 significant digits are equal, since that is what SAS's BEST12. writes. All
    parent's records stay, in their order; a record without a qualifier has a missing one. QORIG and QEVAL are not used;
    a SUPP-- without records adds nothing.

    Records that cannot be used are left out and counted, with their keys: with another RDOMAIN (``supp.rdomain``), with
    a QNAM that is no name or is a variable of the parent (``supp.qnam``), a blank QVAL (``supp.qval``), an IDVAR that
    the parent lacks or that holds dates (``supp.idvar``), without a parent (``supp.orphan``). The same value twice is
    one value (``supp.twice``); of several values for one record of the parent none is taken (``supp.values``). --SEQ
    that stands twice in the parent gives the value to each (``supp.parents``). Of two labels of a QNAM the more
    frequent is taken, the first in alphabetical order where they are equally so (``supp.label``).

    Raises DataError for variables that SUPP-- or its parent lack, and where all RDOMAIN are other than the parent's.

    >>> ae = pd.DataFrame({"USUBJID": ["01", "01"], "AESEQ": [1.0, 2.0]})
    >>> parent = Dataset("AE", ae, (Variable("USUBJID", Kind.TEXT), Variable("AESEQ", Kind.NUMBER)))
    >>> names = ["RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QLABEL", "QVAL"]
    >>> rows = [["AE", "01", "AESEQ", seq, "AETRTEM", "Treatment Emergent", "Y"] for seq in ("2", "7")]
    >>> frame = pd.DataFrame(rows, columns=names)
    >>> supp = Dataset("SUPPAE", frame, tuple(Variable(name, Kind.TEXT) for name in names))
    >>> combined, found = combine_supp(parent, supp)
    >>> combined.frame["AETRTEM"].tolist()
    [nan, 'Y']
    >>> print(found[0].finding().message)
    1 record of SUPPAE has no parent in AE and is not used: USUBJID=01 AESEQ=7 QNAM=AETRTEM (record 2)

    Source: SDTMIG 3.4, section 8.4, Relating Non-Standard Variable Values to a Parent Domain.
    """
    check_supp_variables((variable.name for variable in supp.variables), Place(dataset=supp.name))
    check_supp_variables((variable.name for variable in parent.variables), Place(dataset=parent.name), ("USUBJID",))
    if not len(supp.frame):
        return parent, ()
    match = _Match(parent, supp)
    match.leave_out_unusable()
    source, new = match.matched(), match.qualifiers()
    values = supp.frame["QVAL"] if supp["QVAL"].kind is Kind.TEXT else pd.Series(match.qval, dtype="str")
    columns: dict[str, Any] = {}
    for variable, rows in zip(new, source, strict=True):
        taken = values.array.take(rows, allow_fill=True)
        columns[variable.name] = taken.remove_unused_categories() if isinstance(taken, pd.Categorical) else taken
    added = pd.DataFrame(columns, index=parent.frame.index)
    combined = replace(parent, frame=pd.concat([parent.frame, added], axis=1), variables=(*parent.variables, *new))
    return combined, tuple(match.tallies)


def check_supp_variables(names: Iterable[str], place: Place, needed: Sequence[str] = _NEEDED) -> None:
    """Raise DataError for the first variable that a SUPP-- needs to be merged, and that is not among ``names``.

    >>> check_supp_variables(["RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL"], Place())
    """
    there = list(names)
    for name in needed:
        if name not in there:
            raise DataError(f"There is no variable {name}.", place=place, hint=nearest(name, there))


class _Match:
    """The records of SUPP-- beside those of their parent; ``usable`` are those that nothing was found against yet."""

    def __init__(self, parent: Dataset, supp: Dataset) -> None:
        self.parent, self.supp = parent, supp
        self.idvar, self.idvarval, self.qnam = (_texts(supp, name) for name in ("IDVAR", "IDVARVAL", "QNAM"))
        self.qval, self.usubjid = _texts(supp, "QVAL"), _texts(supp, "USUBJID")
        both = {v.name for v in parent.variables} & {v.name for v in supp.variables} & {"STUDYID", "USUBJID"}
        # One code a subject, the same on both sides.
        subject = _codes([np.concatenate([_texts(parent, name), _texts(supp, name)]) for name in sorted(both)])
        self.parent_subject, self.supp_subject = np.split(subject, [len(parent.frame)])
        # Keys are shown with STUDYID where it tells them apart.
        self.studyid = _texts(supp, "STUDYID") if "STUDYID" in both else self.usubjid
        self.has_studies = "STUDYID" in both and len({*_texts(parent, "STUDYID"), *self.studyid}) > 1
        self.usable: Rows = np.ones(len(supp.frame), dtype=np.bool_)
        self.names: list[str] = []
        self.tallies: list[Tally] = []

    def leave_out_unusable(self) -> None:
        """Find what cannot belong to a record of the parent, whatever its key."""
        name, taken = self.parent.name, [variable.name for variable in self.parent.variables]
        self._leave_out("rdomain", f"an RDOMAIN that is not {name[:2]}", self._of_another_domain())
        is_name = _by_value(self.qnam, lambda qnam: _NAME.fullmatch(qnam) is not None)
        self._leave_out("qnam", "a QNAM that is no variable's name (at most 8 of A-Z, 0-9 and _)", ~is_name)
        own = f"a QNAM that {name} has as a variable of its own, which stays as it is,"
        self._leave_out("qnam", own, np.isin(self.qnam, taken))
        self.names = sorted(set(self.qnam[self.usable]))
        self._leave_out("qval", "a blank QVAL", self.qval == "", Severity.NOTE)
        unknown = (self.idvar != "") & ~np.isin(self.idvar, taken)
        self._leave_out("idvar", f"an IDVAR that {name} does not have", unknown)
        dated = [v.name for v in self.parent.variables if v.kind not in (Kind.TEXT, Kind.NUMBER)]
        self._leave_out("idvar", f"an IDVAR that is no text and no number in {name}", np.isin(self.idvar, dated))

    def _of_another_domain(self) -> Rows:
        """Records whose RDOMAIN is not the parent's: its DOMAIN, or its name where it has none."""
        has_domain = any(variable.name == "DOMAIN" for variable in self.parent.variables)
        domains = sorted(set(_texts(self.parent, "DOMAIN")) - {""}) if has_domain else []
        domains = domains or [self.parent.name]
        rdomain = _texts(self.supp, "RDOMAIN")
        wrong = ~np.isin(_upper(rdomain), [domain.upper() for domain in domains])
        if wrong.all():
            found = ", ".join(sorted(set(rdomain))) or "blank"
            place = Place(dataset=self.supp.name, variable="RDOMAIN")
            expected = ", ".join(domains)
            raise DataError("RDOMAIN is not the parent's domain.", place=place, expected=expected, found=found)
        return wrong

    def matched(self) -> Codes:
        """By QNAM and record of the parent, the record of SUPP-- that gives the value, -1 for none."""
        pairs = pd.concat([*self._pairs()], ignore_index=True)
        again = pairs.duplicated(["parent", "qnam", "qval"]).to_numpy()
        repeated = np.isin(np.arange(len(self.idvar)), pairs.loc[again, "supp"])
        self._count("twice", "say again what another one says", repeated, Severity.NOTE)
        pairs = pairs[~again]
        several = pairs.duplicated(["parent", "qnam"], keep=False)
        self._count_several(pairs[several])
        pairs = pairs[~several]
        source = np.full((len(self.names), len(self.parent.frame)), -1, dtype=np.int64)
        source[pairs["qnam"], pairs["parent"]] = pairs["supp"]
        return source

    def qualifiers(self) -> list[Variable]:
        """The variables to add."""
        has_label = any(variable.name == "QLABEL" for variable in self.supp.variables)
        labels = _texts(self.supp, "QLABEL") if has_label else np.full(len(self.qnam), "", dtype=object)
        used = pd.DataFrame({"name": self.qnam, "label": labels})[np.isin(self.qnam, self.names)]
        counts = used.value_counts().rename("count").reset_index()
        counts = counts.sort_values(["name", "count", "label"], ascending=[True, False, True])
        several = counts[counts["name"].duplicated(keep=False)]
        kinds = several["name"] + ": " + several["label"].where(several["label"] != "", "blank")
        message = "QNAMs of " + self.supp.name + " have several labels, and the most frequent is taken: {kinds}."
        self._tally(Severity.WARNING, "label", message, dict(zip(kinds, several["count"], strict=True)))
        first = counts.drop_duplicates("name")
        length = self.supp["QVAL"].length if self.supp["QVAL"].kind is Kind.TEXT else None
        return [
            Variable(name, Kind.TEXT, label=label, length=length)
            for name, label in zip(first["name"], first["label"], strict=True)
        ]

    def _pairs(self) -> Iterator[pd.DataFrame]:
        """The records of SUPP-- with each record of the parent that they belong to, by IDVAR."""
        qval = pd.factorize(self.qval)[0]
        parents = np.zeros(len(self.idvar), dtype=np.int64)
        empty = np.array([], dtype=np.int64)
        yield pd.DataFrame({"supp": empty, "parent": empty, "qnam": empty, "qval": empty})
        for idvar in sorted(set(self.idvar[self.usable])):
            parent_key, supp_key = self._keys(idvar)
            # A blank value is no value to be equal to.
            whole = (self.usubjid != "") & ((self.idvarval != "") | (self.idvar == ""))
            rows = np.flatnonzero(self.usable & (self.idvar == idvar) & whole)
            ours = pd.DataFrame({"key": supp_key[rows], "supp": rows})
            theirs = pd.DataFrame({"key": parent_key, "parent": np.arange(len(parent_key))})
            pairs = ours.merge(theirs, on="key").drop(columns="key")
            parents += np.bincount(pairs["supp"], minlength=len(parents))
            yield pairs.assign(qnam=np.searchsorted(self.names, self.qnam[pairs["supp"]]), qval=qval[pairs["supp"]])
        sequence = np.char.endswith(self.idvar.astype(str), "SEQ")
        several = f"have several parents in {self.parent.name}, and each of them gets the value"
        self._count("parents", several, sequence & (parents > 1))
        self._leave_out("orphan", f"no parent in {self.parent.name}", parents == 0)

    def _keys(self, idvar: str) -> tuple[Codes, Codes]:
        """Codes of subject and IDVAR's value, the same on both sides."""
        if not idvar:
            return self.parent_subject, self.supp_subject
        count = len(self.parent_subject)
        value = np.concatenate([_texts(self.parent, idvar), self.idvarval])
        if self.parent[idvar].kind is Kind.NUMBER or _NUMBERS.fullmatch(idvar):
            texts = _rounded(_numbers(value))
            value = np.where(texts == "", value, texts)
        keys = _codes([np.concatenate([self.parent_subject, self.supp_subject]), value])
        return keys[:count], keys[count:]

    def _count_several(self, pairs: pd.DataFrame) -> None:
        """Note records of the parent for which a QNAM has several values."""
        pairs = pairs.iloc[np.lexsort((pairs["supp"], self.idvar[pairs["supp"]] == ""))]
        rows = pairs["supp"].to_numpy()
        table = pairs.assign(key=self._keys_text(rows).to_numpy(), text=[f"'{text}'" for text in self.qval[rows]])
        by_record = table.groupby(["parent", "qnam"])
        said = by_record["key"].first() + ": " + by_record["text"].agg(" and ".join)
        message = f"{{count}} values of {self.parent.name} are missing, since {self.supp.name} has several: {{kinds}}"
        counts = said.value_counts()
        self._tally(Severity.WARNING, "values", message, dict(zip(counts.index.astype(str), counts, strict=True)))

    def _leave_out(self, check: str, what: str, rows: Rows, severity: Severity = Severity.WARNING) -> None:
        """Use these records, which have this, no longer, and note them."""
        wrong = self.usable & rows
        self._count(check, f"have {what} and are not used", wrong, severity)
        self.usable &= ~wrong

    def _count(self, check: str, said: str, rows: Rows, severity: Severity = Severity.WARNING) -> None:
        """Note these records, each by its keys and its number."""
        where = np.flatnonzero(rows)
        numbers = pd.Series((where + 1).astype(str), dtype=object)
        kinds = self._keys_text(where) + " (record " + numbers + ")"
        message = f"{{count}} records of {self.supp.name} {said}: {{kinds}}"
        self._tally(severity, check, message, dict.fromkeys(kinds, 1))

    def _tally(self, severity: Severity, check: str, message: str, kinds: dict[str, int]) -> None:
        if kinds:
            self.tallies.append(Tally(severity, f"supp.{check}", message, Place(dataset=self.supp.name), kinds))

    def _keys_text(self, rows: Codes) -> Any:
        """The keys of records, as a message shows them."""
        subject, idvar, value, qnam = (
            pd.Series(texts[rows], dtype=object) for texts in (self.usubjid, self.idvar, self.idvarval, self.qnam)
        )
        by = (" " + idvar + "=" + value).where(idvar != "", "")
        text = "USUBJID=" + subject + by + " QNAM=" + qnam
        return "STUDYID=" + pd.Series(self.studyid[rows], dtype=object) + " " + text if self.has_studies else text


def _by_value(texts: Texts, ask: Any) -> Rows:
    """The answer for each text, asked once for each that is distinct."""
    codes, distinct = pd.factorize(texts)
    answers = np.array([ask(text) for text in distinct], dtype=np.bool_)
    return answers[codes] if len(answers) else np.zeros(0, dtype=np.bool_)


def _upper(texts: Texts) -> Texts:
    return np.asarray(pd.Series(texts, dtype=object).str.upper(), dtype=object)


def _texts(dataset: Dataset, name: str) -> Texts:
    """A variable as text without blanks around its values, '' where missing; a number as BEST12. writes it."""
    if dataset[name].kind is Kind.NUMBER:
        return _rounded(dataset.frame[name].to_numpy(dtype=np.float64, na_value=np.nan))
    column = dataset.frame[name].astype(object)
    return np.asarray(column.where(column.notna(), "").astype(str).str.strip().astype(object))


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
