"""Writes the specification of a dataset as a page of Markdown, from its spec and the contracts of its derivations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from adamline.derive._ranges import is_range
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.spec.dataset import given_variables, is_given, is_matched, matched_variables
from adamline.standards.ctcae.criteria import Version, read_criterion_rows
from adamline.study.call import Call
from adamline.study.kinds import known_kind
from adamline.study.plan import DatasetPlan
from adamline.study.specification.methods import added_by, copies_records, origin_of, segments, sentence_of, values_of
from adamline.study.specification.rules import RULES
from adamline.study.study import Study

_TYPES = {
    Kind.TEXT: "Char",
    Kind.NUMBER: "Num",
    Kind.DATE: "Num, date",
    Kind.DATETIME: "Num, datetime",
    Kind.TIME: "Num, time",
}


def specification(study: Study, plan: DatasetPlan, made: Dataset) -> str:
    """The page of one dataset; ``made`` has the attributes of its variables (see `rehearse`)."""
    spec = plan.spec
    parts = [
        f"# {spec.dataset}: {spec.label}",
        f"Study {study.spec.study}: {study.spec.title}",
        "## Dataset",
        _list(_dataset_lines(study, plan)),
        "## Records",
        _list(_record_lines(study, plan)),
    ]
    if spec.parameters:
        parts += ["## Parameters", *_parameter_parts(plan)]
    parts += [
        "## Variables",
        _attributes_note(study),
        _variables_table(study, plan, made),
        "## Derivations",
        *_derivation_parts(plan),
    ]
    parts += ["## Order of the records", f"Sorted by {', '.join(spec.keys)}, ascending. These keys are unique."]
    tables = [part for name in plan.tables for part in _table_parts(name, study.tables[name])]
    parts += [
        *(["## Tables", *tables] if tables else []),
        *_criteria_parts(plan),
        "## Rules that hold throughout",
        RULES,
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _dataset_lines(study: Study, plan: DatasetPlan) -> Iterator[str]:
    spec = plan.spec
    yield f"Name: {spec.dataset}"
    yield f"Label: {spec.label}"
    yield f"Class: {spec.data_class}"
    if spec.structure:
        yield f"Structure: {spec.structure}"
    yield f"Keys: {', '.join(spec.keys)}"
    for name, variables in plan.reads.items():
        is_made, is_supplied = name in study.dataset_names, name in study.supplied
        what = ", specified on a page of its own" if is_made else ", which is supplied" if is_supplied else ""
        yield f"Reads {name}{what}: {', '.join(variables)}"


def _record_lines(study: Study, plan: DatasetPlan) -> Iterator[str]:
    source, subject = plan.spec.source, next(iter(plan.spec.subject), None)
    where = f" where `{source.where}`" if source.where else ""
    if source.records == "none":
        yield f"No record of {source.domain} is a record: all are added, see Derivations."
        return
    yield f"Source: each record of {source.domain}{where} is a record."
    if source.domain in study.supplemented or source.supp:
        yield (
            f"SUPP{source.domain} is merged into {source.domain} first: each QNAM is a variable with its QVAL, of the "
            "records with the same USUBJID and, unless IDVAR is blank, with IDVARVAL in the variable that IDVAR names; "
            "of several values for one record none is taken."
        )
    if plan.spec.parameters:
        yield "Of these the records that belong to a parameter, see Parameters; all others are left out."
    if subject:
        yield (
            f"Of these the records of subjects that {subject} has, merged by USUBJID; all others are left out. Where "
            f"{subject} gives a variable that {source.domain} has too, it is that of {subject}."
        )
    if any(not call.target for call in plan.steps):
        yield "Further records are added, see Derivations."


def _parameter_parts(plan: DatasetPlan) -> Iterator[str]:
    rows, source = plan.spec.parameters, plan.spec.source.domain
    match, give = matched_variables(plan.spec), given_variables(plan.spec)
    if match:
        yield (
            f"A record of {source} belongs to the parameter whose {', '.join(match)} it has; a column that the row "
            f"leaves blank is not looked at. It gets {', '.join(give)} of that row."
        )
    else:
        yield f"An added record gets {', '.join(give)} of the row of its PARAMCD."
    derived = [str(row["PARAMCD"]) for row in rows if not any(row.get(name) for name in match)]
    second = [(str(row["PARAMCD"]), str(row["records_of"])) for row in rows if row.get("records_of")]
    derived = [code for code in derived if code not in dict(second)]
    if derived and match:
        yield f"No record of {source} belongs to {', '.join(derived)}: their records are added."
    for code, other in second:
        yield f"{code} has each record of {other} once more, as a record of its own."
    own = [
        name for name in dict.fromkeys(n for row in rows for n in row) if not is_given(name) and not is_matched(name)
    ]
    if own:
        display = "; `decimals` is for display" if "decimals" in own else ""
        yield f"No variables: {', '.join(own)}. A derivation names the column that it uses{display}."
    columns = list(dict.fromkeys(name for row in rows for name in row))
    yield _markdown(columns, [[row.get(name) or "" for name in columns] for row in rows])


def _attributes_note(study: Study) -> str:
    if study.spec.lengths == "minimal":
        return "A text is as long as its longest value; numbers have 8 bytes."
    return "A text without a length is as long as its longest value."


def _variables_table(study: Study, plan: DatasetPlan, made: Dataset) -> str:
    header = ["No", "Variable", "Label", "Type", "Length", "Format", "Values", "Origin"]
    rows = [
        [
            str(number),
            v.name,
            _label(plan, v),
            _type(study, plan, v),
            _length(study, v),
            v.format,
            values_of(plan, v.name),
            origin_of(plan, v.name),
        ]
        for number, v in enumerate(made.variables, start=1)
    ]
    return _markdown(header, rows)


def _type(study: Study, plan: DatasetPlan, variable: Variable) -> str:
    call = next((call for call in plan.steps if call.target == variable.name), None)
    is_read = call is not None and call.derivation.code is not None
    plans = {plan.spec.dataset: plan for plan in study.datasets}
    is_open = is_read and known_kind(plans, plan.spec.dataset, variable.name) is None
    return "(its program tells)" if is_open else _TYPES[variable.kind]


def _length(study: Study, variable: Variable) -> str:
    is_minimal = study.spec.lengths == "minimal" and variable.kind is Kind.TEXT
    return "" if is_minimal or variable.length is None else str(variable.length)


def _label(plan: DatasetPlan, variable: Variable) -> str:
    return variable.label or f"(that of {origin_of(plan, variable.name)})"


def _derivation_parts(plan: DatasetPlan) -> Iterator[str]:
    steps = list(segments(plan))
    many = len(steps) > 1
    if many:
        yield (
            "In this order. A variable is derived on the records that are there; records that are added after it have "
            "it only as their step says."
        )
    number = 0
    for place, (calls, added) in enumerate(steps):
        lines = [line for call in calls if (line := _method(plan, call))]
        if many and lines:
            yield f"### Variables {'of the records of the source' if not place else 'of all records so far'}"
        if lines:
            yield _list(lines)
        if added is not None:
            number += 1
            yield f"### Added records, step {number}"
            yield sentence_of(plan, added)
            yield _list(_added_lines(plan, added))


def _method(plan: DatasetPlan, call: Call) -> str:
    """The line of a variable; none where it is a copy, which its origin says."""
    if call.only_places:
        return ""
    work = "" if call.target in plan.spec.variables else " (work)"
    only = " (on the records added last)" if call.only_added else ""
    return f"**{call.target}**{work}{only}: {sentence_of(plan, call)}"


def _added_lines(plan: DatasetPlan, step: Call) -> Iterator[str]:
    added = added_by(plan, step)
    everything = f", and all variables of {plan.spec.source.domain}" if copies_records(step) else ""
    if added.carried:
        yield f"From the records that they are made of: {', '.join(added.carried)}{everything}"
    if added.given:
        yield f"As said above: {', '.join(added.given)}"
    if added.set_:
        set_ = step.arguments["set_"]
        yield f"Constants: {', '.join(f'{name} = {set_[name]}' for name in added.set_)}"
    if added.of_parameter:
        yield f"From the row of their PARAMCD in the parameters: {', '.join(added.of_parameter)}"
    if added.of_subject:
        yield f"From {next(iter(plan.spec.subject))} by USUBJID: {', '.join(added.of_subject)}"
    if not copies_records(step):
        rest = f"every variable of {plan.spec.source.domain} that is not named here"
        yield f"Missing: {', '.join((*added.missing, f'and {rest}' if added.missing else rest))}"
    elif added.missing:
        yield f"Missing: {', '.join(added.missing)}"
    if added.later:
        yield f"Derived below, on these records as on all others: {', '.join(added.later)}"


def _table_parts(name: str, table: pd.DataFrame) -> Iterator[str]:
    yield f"### {name}"
    texts = table.astype(object).where(table.notna(), "")
    if any(is_range(str(text)) for column in texts for text in texts[column]):
        yield "A range `a - b` has both ends, `a -< b` is without b, `a <- b` without a; low and high are open sides."
    yield _markdown(list(map(str, texts.columns)), texts.to_numpy().tolist())


def _criteria_parts(plan: DatasetPlan) -> Iterator[str]:
    """The criteria of toxicity grades, as far as the parameters have their terms."""
    asked: dict[tuple[Version, str], dict[str, None]] = {}
    for call in plan.steps:
        if call.derivation.name == "atoxgr":
            names = {p.name: call.arguments.get(p.name, p.default) for p in call.derivation.contract.parameters}
            terms = dict.fromkeys(term.lower() for term in names["term"].values())
            asked.setdefault((names["criteria"], names["direction"][0].upper()), {}).update(terms)
    if asked:
        yield "## Criteria of toxicity grades"
        yield "A row holds where `CRITERION` is true of AVAL and, where it is there, `IF`; a blank UNIT is any unit."
    for (version, direction), terms in asked.items():
        yield f"### {version}, {'low' if direction == 'L' else 'high'} values"
        found = [r for r in read_criterion_rows(version) if r["DIRECTION"] == direction and r["TERM"].lower() in terms]
        columns = ["TERM", "UNIT", "GRADE", "CRITERION", "IF", "NOTE"]
        yield _markdown(columns, [[row[name] for name in columns] for row in found])


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown; a bar in a text is escaped."""
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in (header, ["---"] * len(header), *rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)
