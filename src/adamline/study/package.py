"""Package: what a run of a study is to make, as its manifest says it."""

from __future__ import annotations

from adamline.study.dry_run import with_dummy
from adamline.study.keys import hash_of_templates
from adamline.study.manifest import Package
from adamline.study.study import Study


def package_of(study: Study) -> Package:
    """The title, label and data cut-off of a study, its outputs in their order, and the hash of its templates."""
    spec = study.spec
    outputs = tuple(output.name for output in study.outputs)
    cutoff, templates = spec.data_cutoff.isoformat(), hash_of_templates(study.folder)
    return Package(spec.title, with_dummy(spec.label, spec), cutoff, outputs, templates, spec.time_stamp)
