"""What is wrong with a pipeline whatever the number of its classes, where only the disk can tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cifar_pipe.catalog.images.data_facts import DataFacts
from cifar_pipe.checks.data_flow import FactsOf
from cifar_pipe.diagnostics.findings import Finding, Findings
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.stages.load_data.spec import LoadData

# Both have many divisors: what must divide the number of classes is rarely a finding with either.
_TRIED = (60, 840)


def find_for_any_classes(
    findings: Findings, facts_of: FactsOf, find_with: Callable[[FactsOf], Findings]
) -> None:
    """Adds what is found, in the same words, with two very different numbers of classes: so it does
    not follow from the number. `find_with` checks the pipeline with other facts of its data.
    """
    few, many = (find_with(_with_classes(facts_of, count)) for count in _TRIED)
    alike = {_words(one) for one in (*many.errors, *many.warnings)}
    both = Findings()
    both.errors = [one for one in few.errors if _words(one) in alike]
    both.warnings = [one for one in few.warnings if _words(one) in alike]
    known = {(one.check, one.needs) for one in findings.not_known}
    unknown = {(one.check, one.needs) for one in many.not_known} - known
    both.not_known = [one for one in few.not_known if (one.check, one.needs) in unknown]
    findings.extend(both)


def _with_classes(facts_of: FactsOf, count: int) -> FactsOf:
    def with_classes(stage: Stage, spec: LoadData) -> DataFacts:
        facts = facts_of(stage, spec)
        counted = facts.num_classes is not None or facts.target_shape is not None
        return facts if counted else replace(facts, num_classes=count)

    return with_classes


def _words(finding: Finding) -> tuple[object, ...]:
    return finding.identity, finding.message, finding.notes, finding.help
