"""Checks that a file holds the domain and the study that it is read for: DOMAIN, RDOMAIN and STUDYID."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from adamline.errors import DataError, Place
from adamline.findings import Severity, Tally
from adamline.io.dataset import Dataset
from adamline.io.domain_file import DomainFile
from adamline.io.text_type import TextType

STUDYID = "STUDYID"
# Text by the standard; whoever writes other formats than SAS's may have made numbers of them.
_TEXTS = (STUDYID, "DOMAIN", "RDOMAIN", "USUBJID", "IDVAR", "QNAM")
# Domains of SDTM have two characters; other datasets, as RELREC, have no DOMAIN.
_DOMAIN_LENGTH = 2


def domain_variable(domain: str) -> str:
    """The variable that names the domain of a record.

    >>> domain_variable("LB"), domain_variable("SUPPLB")
    ('DOMAIN', 'RDOMAIN')
    """
    return "RDOMAIN" if domain.upper().startswith("SUPP") else "DOMAIN"


def names_of_domain(domain: str) -> tuple[str, ...]:
    """What DOMAIN, or RDOMAIN, may be in a file of this name: that of a part of LB is LB, that of APDM its own.

    >>> names_of_domain("LBCH"), names_of_domain("suppae")
    (('LBCH', 'LB'), ('AE',))
    """
    name = domain.upper().removeprefix("SUPP")
    return tuple(dict.fromkeys([name, name[:_DOMAIN_LENGTH]]))


def refuse_other_domain(file: DomainFile, domain: str) -> None:
    """Raise DataError for a file of which every record is of another domain, by DOMAIN, or RDOMAIN of a SUPP--.

    So it does where a variable that identifies records is no text. Case does not count. A file with some records of the
    domain, or without a DOMAIN, passes; see `check_domain`.
    """
    for name in _TEXTS:
        file.require_text(name)
    name, expected = domain_variable(domain), names_of_domain(domain)
    if name not in file.variables or (file.first(name) or expected[0]).upper() in expected:
        return  # of all records only where the first is
    found = file.read([name], text=TextType.CATEGORY).frame[name].astype(object).fillna("").str.strip()
    if not found.str.upper().isin([*expected, ""]).any():
        place = Place(file=file.path.name, dataset=file.name, variable=name)
        texts = ", ".join(sorted(set(found)))
        raise DataError(f"The file is not of {domain}.", place=place, expected=" or ".join(expected), found=texts)


def check_domain(dataset: Dataset, domain: str, path: Path) -> tuple[Tally, ...]:
    """What the records of a file say against its being of ``domain`` and of one study.

    A WARNING (``domain.other``) counts records of another DOMAIN, which are read none the less, a NOTE
    (``domain.missing``) those without; RDOMAIN is looked at where a SUPP-- is merged. STUDYID is counted by file
    (``domain.study``): it is a WARNING where there are several in all files of a dataset.

    >>> import pandas as pd
    >>> from adamline.io.dataset import Kind, Variable
    >>> lb = Dataset("LB", pd.DataFrame({"DOMAIN": ["LB", "VS"]}), (Variable("DOMAIN", Kind.TEXT),))
    >>> [tally.finding().message for tally in check_domain(lb, "LB", Path("sdtm/lb.xpt"))]
    ['1 of the records read as LB has another DOMAIN: VS in lb.xpt.']
    """
    domains = _counts(dataset, "DOMAIN") if domain_variable(domain) == "DOMAIN" else {}
    others = {name: count for name, count in domains.items() if name.upper() not in names_of_domain(domain)}
    nameless = len(dataset.frame) - sum(domains.values()) if len(domain) == _DOMAIN_LENGTH else 0
    place = Place(dataset=domain, variable="DOMAIN")
    other = f"{{count}} of the records read as {domain} have another DOMAIN: {{kinds}}."
    missing = f"{{count}} of the records read as {domain} have no DOMAIN: {{kinds}}."
    file = path.name
    tallies = (
        Tally(Severity.WARNING, "domain.other", other, place, {f"{d} in {file}": n for d, n in others.items()}),
        Tally(Severity.NOTE, "domain.missing", missing, place, {file: nameless} if nameless else {}),
        *check_studies(dataset, path),
    )
    return tuple(tally for tally in tallies if tally.kinds)


def check_studies(dataset: Dataset, path: Path) -> tuple[Tally, ...]:
    """The records of a file by STUDYID: a WARNING (``domain.study``) where all files of a dataset have several."""
    message = "Records of several studies are read: {kinds}."
    kinds = {f"{study} in {path.name}": count for study, count in _counts(dataset, STUDYID).items()}
    place = Place(variable=STUDYID)
    return (Tally(Severity.WARNING, "domain.study", message, place, kinds, matters=several_studies),) if kinds else ()


def several_studies(kinds: Mapping[str, int]) -> Mapping[str, int]:
    """All kinds where they name several studies, else none.

    >>> several_studies({"S1 in dm.xpt": 1, "S1 in ae.xpt": 2})
    {}
    """
    return kinds if len({kind.rpartition(" in ")[0] for kind in kinds}) > 1 else {}


def _counts(dataset: Dataset, name: str) -> dict[str, int]:
    """The number of records by value of a text variable, without those where it is missing."""
    if name not in dataset.frame.columns:
        return {}
    counts = dataset.frame[name].value_counts()
    found: dict[str, int] = {}
    for value, count in zip(counts.index.astype(str).str.strip(), counts, strict=True):
        if value and count:
            found[value] = found.get(value, 0) + int(count)
    return found
