"""Gives the verdict of a comparison, with its reasons, and the return code of PROC COMPARE."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adamline.plurals import counted
from adamline.qc.answer import Demand, Requirement, Verdict
from adamline.qc.matching import Matching
from adamline.qc.model import AttributeDifference, DatasetSummary, ObservationSummary, ValuesSummary, VariablesSummary
from adamline.qc.options import Attribute, CompareOptions, Method
from adamline.qc.sysinfo import SysInfo

_BITS = {
    Attribute.INFORMAT: SysInfo.INFORMAT,
    Attribute.FORMAT: SysInfo.FORMAT,
    Attribute.LENGTH: SysInfo.LENGTH,
    Attribute.LABEL: SysInfo.LABEL,
}


def verdict_of(requirements: Iterable[Requirement], observations: ObservationSummary) -> Verdict:
    """PASS when every demand is met; EMPTY when there are no records, and all others are."""
    is_empty = _is_empty(observations)
    unmet = {requirement.demand for requirement in requirements if not requirement.met}
    if unmet - ({Demand.RECORDS_MATCHED} if is_empty else set()):
        return Verdict.FAIL
    return Verdict.EMPTY if is_empty else Verdict.PASS


def requirements_of(
    summaries: tuple[DatasetSummary, DatasetSummary],
    variables: VariablesSummary,
    observations: ObservationSummary,
    values: ValuesSummary,
    options: CompareOptions,
) -> tuple[Requirement, ...]:
    """What PASS demands, each with a sentence that gives its figures."""
    return (
        _records_matched(observations, options),
        _keys_unique(observations),
        _none_unmatched(observations),
        _variables_compared(variables, values),
        _attributes_agree(summaries, variables, options),
        _values_equal(values, observations.n_common, options),
    )


def sysinfo_of(
    summaries: tuple[DatasetSummary, DatasetSummary],
    variables: VariablesSummary,
    values: ValuesSummary,
    matching: Matching,
) -> SysInfo:
    """The return code: the sum of the bits of all conditions that hold.

    All variables but the excluded ones count, also those that VAR leaves out. A record in a BY group that only its own
    dataset has sets the bit of the group, not that of the record. The type of a dataset is not known: DSTYPE is never
    set.
    """
    code = SysInfo(0)
    base, compare = summaries
    if _labels_differ(base, compare):
        code |= SysInfo.DSLABEL
    for difference in variables.differing:
        code |= _BITS[difference.attribute]
    code |= _record_bits(matching)
    flags = (
        (variables.base_only, SysInfo.BASEVAR),
        (variables.compare_only, SysInfo.COMPVAR),
        (values.n_values_unequal, SysInfo.VALUE),
        (variables.conflicting, SysInfo.TYPE),
    )
    for found, bit in flags:
        code |= bit if found else SysInfo(0)
    return code


def _record_bits(matching: Matching) -> SysInfo:
    code = SysInfo(0)
    base_only, compare_only, groups = matching.base_only, matching.compare_only, matching.groups
    if groups is not None:
        in_base, in_compare = groups.present()
        code |= SysInfo(0) if in_compare.all() else SysInfo.BASEBY
        code |= SysInfo(0) if in_base.all() else SysInfo.COMPBY
        base_only = base_only[in_compare[groups.base[base_only]]]
        # Groups of the base alone are of its own making where the comparison has no BY variable.
        compare_only = compare_only if in_base.all() else compare_only[in_base[groups.compare[compare_only]]]
    code |= SysInfo.BASEOBS if len(base_only) else SysInfo(0)
    return code | (SysInfo.COMPOBS if len(compare_only) else SysInfo(0))


def _records_matched(observations: ObservationSummary, options: CompareOptions) -> Requirement:
    names = [pair.base.name for pair in (*observations.by, *observations.keys)]
    how = f"by {', '.join(names)}" if names else "by position"
    how += " (proposed)" if observations.is_proposed else ""
    count = observations.n_common
    text = f"{counted(count, 'record')} matched {how}"
    if _is_empty(observations):
        text += "; both datasets are without records" + (", which is allowed" if options.allow_empty else "")
    met = count > 0 or (options.allow_empty and _is_empty(observations))
    return Requirement(Demand.RECORDS_MATCHED, met, f"{text}.")


def _is_empty(observations: ObservationSummary) -> bool:
    return observations.n_base == 0 and observations.n_compare == 0


def _keys_unique(observations: ObservationSummary) -> Requirement:
    ours, theirs = len(observations.base_duplicates), len(observations.compare_duplicates)
    if not observations.keys:
        return Requirement(Demand.KEYS_UNIQUE, True, "There are no keys that could be duplicate.")
    text = "Keys are unique on both sides."
    if ours or theirs:
        text = f"Keys are not unique: {counted(ours, 'duplicate')} in the base, {theirs} in the comparison."
    return Requirement(Demand.KEYS_UNIQUE, not (ours or theirs), text)


def _none_unmatched(observations: ObservationSummary) -> Requirement:
    ours, theirs = len(observations.base_only), len(observations.compare_only)
    text = "No record is unmatched."
    if ours or theirs:
        text = f"Unmatched records: {ours} in the base, {theirs} in the comparison."
    return Requirement(Demand.NONE_UNMATCHED, not (ours or theirs), text)


def _variables_compared(variables: VariablesSummary, values: ValuesSummary) -> Requirement:
    left_out = set(variables.left_out)
    # A variable that WITH pairs with one of another name is compared, though its dataset alone has the name.
    ours, theirs = left_out | set(variables.var[: len(variables.with_)]), left_out | set(variables.with_)
    faults = [
        _names("only in the base", [v.name for v in variables.base_only if v.name not in ours]),
        _names("only in the comparison", [v.name for v in variables.compare_only if v.name not in theirs]),
        _names("of two types", [p.base.name for p in variables.conflicting if p.base.name not in left_out]),
    ]
    stated = [_names("excluded", variables.excluded), _names("not in VAR", variables.left_out)]
    parts = [part for part in (*faults, *stated) if part]
    text = f"{counted(values.n_compared, 'variable')} compared" + "".join(f"; {part}" for part in parts) + "."
    return Requirement(Demand.VARIABLES_COMPARED, values.n_compared > 0 and not any(faults), text)


def _attributes_agree(
    summaries: tuple[DatasetSummary, DatasetSummary], variables: VariablesSummary, options: CompareOptions
) -> Requirement:
    asked = [attribute.value for attribute in Attribute if attribute in options.attributes]
    if not asked:
        return Requirement(Demand.ATTRIBUTES_AGREE, True, "No attribute was asked to agree.")
    differing = [x for x in variables.attribute_differences if _counts(x, variables, options)]
    label = Attribute.LABEL in options.attributes and _labels_differ(*summaries)
    if not (differing or label):
        known = all(summary.has_attributes for summary in summaries)
        text = f"Attributes agree: {', '.join(asked)}."
        if not known:
            text = "Attributes but the type are not known on both sides and were not compared."
        return Requirement(Demand.ATTRIBUTES_AGREE, True, text)
    found = dict.fromkeys(f"{difference.attribute} of {difference.pair.base.name}" for difference in differing)
    parts = [*(["label of the dataset"] if label else []), *found]
    return Requirement(Demand.ATTRIBUTES_AGREE, False, f"Attributes differ: {_some(parts)}.")


def _counts(difference: AttributeDifference, variables: VariablesSummary, options: CompareOptions) -> bool:
    return difference.attribute in options.attributes and difference.pair.base.name not in variables.left_out


def _values_equal(values: ValuesSummary, n_common: int, options: CompareOptions) -> Requirement:
    if not (n_common and values.n_compared):
        # Another demand is not met then; this one has nothing to object to.
        return Requirement(Demand.VALUES_EQUAL, True, "No values were compared.")
    text = "All values compared are equal"
    if values.n_values_unequal:
        text = f"{counted(values.n_values_unequal, 'value')} unequal, in {counted(values.n_some_unequal, 'variable')}"
    if values.n_values_within:
        text += f"; {counted(values.n_values_within, 'value')} equal only by {_rule_text(options)}"
    elif options.method_in_force is not Method.EXACT or options.nomissbase or options.nomisscomp:
        text += f", none of them only by {_rule_text(options)}"
    return Requirement(Demand.VALUES_EQUAL, values.n_values_unequal == 0, f"{text}.")


def _rule_text(options: CompareOptions) -> str:
    """The criteria in force, as SAS writes them."""
    parts = []
    if options.method_in_force is not Method.EXACT:
        parts.append(f"Method={options.method_in_force}")
        criterion = options.criterion
        if isinstance(criterion, float | int) or criterion is None:
            parts.append(f"Criterion={options.method_of('')[1]:g}")
        else:
            parts += [f"Criterion({name})={options.method_of(name)[1]:g}" for name in criterion]
        if options.method_in_force is Method.RELATIVE and options.delta:
            parts.append(f"Delta={options.delta:g}")
    if options.nomissbase or options.nomisscomp:
        parts.append("NOMISSING" if options.nomissing else "NOMISSBASE" if options.nomissbase else "NOMISSCOMP")
    return ", ".join(parts)


def _labels_differ(base: DatasetSummary, compare: DatasetSummary) -> bool:
    return base.has_attributes and compare.has_attributes and base.label.rstrip() != compare.label.rstrip()


def _names(title: str, names: Sequence[str]) -> str:
    return f"{len(names)} {title} ({_some(names)})" if names else ""


def _some(parts: Iterable[str], most: int = 10) -> str:
    listed = list(parts)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
