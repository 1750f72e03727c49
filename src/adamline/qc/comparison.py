"""Compares two datasets as PROC COMPARE does."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from adamline.findings import Finding
from adamline.io.dataset import Dataset
from adamline.qc.dates_as_numbers import with_dates_as_numbers
from adamline.qc.matching import Matching, match_records
from adamline.qc.model import (
    NO_OBSERVATION,
    Comparison,
    DatasetSummary,
    Ints,
    Observation,
    ObservationSummary,
)
from adamline.qc.notes import notes_on_keys, notes_on_options, notes_on_records, notes_on_values
from adamline.qc.options import CompareOptions, Keys
from adamline.qc.pairing import Pairing, Side, common_variables, pair_variables
from adamline.qc.proposal import propose_keys
from adamline.qc.settled import settled_dataset
from adamline.qc.sysinfo import CompareError
from adamline.qc.values import by_groups, compare_values, summary_of, unequal_pairs
from adamline.qc.verdict import requirements_of, sysinfo_of, verdict_of

_NO_OPTIONS = CompareOptions()


def compare(
    base: Dataset | pd.DataFrame,
    compare: Dataset | pd.DataFrame | None = None,
    options: CompareOptions = _NO_OPTIONS,
) -> Comparison:
    """Compare two datasets: attributes, variables, records, values.

    ``base`` is the reference, ``compare`` the one checked; without it the base is compared with itself, for which the
    options must name VAR and WITH. Of a plain DataFrame no label, length or format is known, and none is compared.
    Neither input is changed, and the result refers to their records.

    - Records are matched by ``options.id`` in any order, duplicates one to one in order of appearance; without ID by
      position. A missing key equals a missing key of its kind.
    - Text is compared exactly but for trailing blanks; blank text is missing. Numbers, dates among them, are judged by
      the options' method. A missing value equals only one of its kind (``.A`` is not ``.``).
    - The verdict is PASS only if every `Demand` is met, EMPTY where both are without records and all else is met.

    Raises CompareError for options that the data do not fit: an unknown variable, a key of two types. No two datasets
    are refused without such options. Source: Base SAS Procedures Guide, COMPARE procedure.

    >>> import pandas as pd
    >>> base = pd.DataFrame({"USUBJID": ["01", "02"], "AVAL": [85.0, 87.0]})
    >>> other = pd.DataFrame({"USUBJID": ["02", "01"], "AVAL": [87.0, 84.0]})
    >>> found = compare(base, other, CompareOptions(id="USUBJID"))
    >>> found.verdict, found.sysinfo, found["AVAL"].max_difference
    (<Verdict.FAIL: 'FAIL'>, <SysInfo.VALUE: 4096>, 1.0)
    """
    if compare is None:
        if not (options.var and options.with_):
            raise CompareError(
                "There is no comparison dataset.", hint="to compare a dataset with itself, name VAR and WITH"
            )
        compare = base
    sides = _side(base, "BASE", options), _side(compare, "COMPARE", options)
    ours, theirs = with_dates_as_numbers(*sides)
    in_force, are_unique = _with_keys(ours, theirs, options)
    is_proposed = in_force is not options
    pairing = pair_variables(ours, theirs, in_force)
    matching = match_records(ours.dataset, theirs.dataset, pairing, notsorted=options.notsorted)
    findings = (
        *pairing.findings,
        *notes_on_options(ours.dataset, theirs.dataset, pairing, options),
        *notes_on_keys(pairing, options, is_proposed=is_proposed, are_unique=are_unique),
        *notes_on_records(ours.dataset, theirs.dataset, pairing, matching),
    )
    return _compared(ours, theirs, pairing, matching, options, is_proposed=is_proposed, findings=findings)


def _compared(
    base: Side,
    compare: Side,
    pairing: Pairing,
    matching: Matching,
    options: CompareOptions,
    *,
    is_proposed: bool,
    findings: tuple[Finding, ...],
) -> Comparison:
    values = compare_values(base.dataset, compare.dataset, pairing.compared, matching, options)
    unequal = unequal_pairs(values, len(matching.base_rows))
    observations = _observations(base.dataset, compare.dataset, pairing, matching, unequal)
    observations = replace(observations, is_proposed=is_proposed)
    values_summary = summary_of(values)
    summaries = _summary(base), _summary(compare)
    requirements = requirements_of(summaries, pairing.summary, observations, values_summary, options)
    return Comparison(
        base=base.dataset,
        compare=compare.dataset,
        options=options,
        base_summary=summaries[0],
        compare_summary=summaries[1],
        variables=pairing.summary,
        observations=observations,
        compared=values,
        values_summary=values_summary,
        groups=by_groups(base.dataset, compare.dataset, pairing, matching, values),
        findings=(*findings, *notes_on_values(base.dataset, matching, values, options)),
        sysinfo=sysinfo_of(summaries, pairing.summary, values_summary, matching),
        requirements=requirements,
        verdict=verdict_of(requirements, observations),
    )


def _side(given: Dataset | pd.DataFrame, name: str, options: CompareOptions) -> Side:
    dataset = settled_dataset(given, name)
    excluded = {name.upper() for name in options.exclude}
    variables = tuple(variable for variable in dataset.variables if variable.name.upper() not in excluded)
    # A file without attributes, such as CSV alone, gives a Dataset of which nothing but names and types is known.
    known = isinstance(given, Dataset) and any(v.label or v.format or v.length for v in given.variables)
    return Side(dataset, variables, has_attributes=known)


def _with_keys(base: Side, compare: Side, options: CompareOptions) -> tuple[CompareOptions, bool]:
    """The options with keys found where they are to be proposed; and whether those are unique."""
    if options.keys is not Keys.PROPOSE or options.id or options.by:
        return options, True
    names, are_unique = propose_keys(base.dataset, compare.dataset, common_variables(base, compare))
    return (replace(options, id=names), are_unique) if names else (options, are_unique)


def _summary(side: Side) -> DatasetSummary:
    dataset = side.dataset
    return DatasetSummary(dataset.name, dataset.label, len(dataset.variables), len(dataset.frame), side.has_attributes)


def _observations(
    base: Dataset, compare: Dataset, pairing: Pairing, matching: Matching, unequal: Ints
) -> ObservationSummary:
    return ObservationSummary(
        keys=pairing.keys,
        by=pairing.by,
        is_proposed=False,
        n_base=len(base.frame),
        n_compare=len(compare.frame),
        base_rows=matching.base_rows,
        compare_rows=matching.compare_rows,
        base_only=matching.base_only,
        compare_only=matching.compare_only,
        base_duplicates=matching.base_duplicates,
        compare_duplicates=matching.compare_duplicates,
        base_missing_keys=matching.base_missing_keys,
        compare_missing_keys=matching.compare_missing_keys,
        is_base_sorted=matching.is_base_sorted,
        is_compare_sorted=matching.is_compare_sorted,
        base_sequence=matching.base_at,
        compare_sequence=matching.compare_at,
        group_of_pair=None if matching.groups is None else matching.groups.base[matching.base_rows],
        unequal=unequal,
        first=matching.at(0),
        first_unequal=_at_least(matching, unequal),
        last_unequal=_at_most(matching, unequal),
        last_match=_at_most(matching, slice(None)),
        last=matching.at(-1),
    )


def _at_least(matching: Matching, pairs: Ints | slice) -> Observation:
    places = matching.place[pairs]
    return matching.at(int(places.min())) if len(places) else NO_OBSERVATION


def _at_most(matching: Matching, pairs: Ints | slice) -> Observation:
    places = matching.place[pairs]
    return matching.at(int(places.max())) if len(places) else NO_OBSERVATION
