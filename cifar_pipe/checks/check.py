"""All checks of a pipeline, in the order of what they cost: text, types, wiring, data, shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cifar_pipe.catalog.images.data_facts import DataFacts
from cifar_pipe.checks import table
from cifar_pipe.checks.any_classes import find_for_any_classes
from cifar_pipe.checks.causes import move_to_causes
from cifar_pipe.checks.context import CheckContext, CheckOptions
from cifar_pipe.checks.data_flow import FactsOf, declared, flow_of
from cifar_pipe.checks.network import NetworkUse, ShapedNetwork
from cifar_pipe.checks.rule import run_rules
from cifar_pipe.compose.provenance import Written
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.assembly import Assembly, PipelineText, assemble
from cifar_pipe.pipeline.pipeline import Pipeline
from cifar_pipe.stages.load_data.spec import LoadData


def check(
    path: Path | PipelineText,
    overrides: Sequence[str],
    findings: Findings,
    *,
    facts_of: FactsOf = declared,
    options: CheckOptions | None = None,
) -> PipelineCheck | None:
    """What is known of the pipeline, or None where its text cannot be read; raises UsageError for
    no text.

    Whatever could be typed is checked, beside the stages that have errors; only the shapes that
    depend on an error wait until it is fixed. Warnings are reported of a pipeline without errors.
    """
    checked = assembly = None
    options = options or CheckOptions()
    with findings.limited():
        if assembly := assemble(path, overrides, findings):
            checked = _checked(assembly, findings, facts_of, options)
    keep_warnings_of_sound_pipelines(findings)
    if assembly:
        report_causes(assembly, findings, options)
    return checked


def _checked(
    assembly: Assembly, findings: Findings, facts_of: FactsOf, options: CheckOptions
) -> PipelineCheck:
    checks = PipelineCheck(assembly, findings, facts_of, options)
    checks.check_torch()
    checks.check_last()
    if checks.pipeline.waits and options.shapes and not findings:
        _check_for_any_classes(assembly, findings, facts_of, options)
    return checks


def _check_for_any_classes(
    assembly: Assembly, findings: Findings, facts_of: FactsOf, options: CheckOptions
) -> None:
    options = replace(options, read_weights=False, memory_limit=None)

    def find_with(facts_of: FactsOf) -> Findings:
        found = Findings()
        with found.limited():
            if anew := assembly.without((), found):
                checks = PipelineCheck(anew, found, facts_of, options)
                checks.check_torch()
        return found

    find_for_any_classes(findings, facts_of, find_with)


def report_causes(assembly: Assembly, findings: Findings, options: CheckOptions) -> None:
    """Moves what was found to the lines and overrides that cause it.

    Only findings that need no look at the disk: it would be looked at again and again.
    """
    options = replace(options, read_weights=False, memory_limit=None)

    def found_without(left_out: Sequence[Written]) -> Findings:
        found = Findings()
        with found.limited():
            if changed := assembly.without(left_out, found):
                _checked(changed, found, declared, options)
        return found

    move_to_causes(findings, assembly.written(), found_without)


def typed(
    path: Path | PipelineText,
    overrides: Sequence[str],
    findings: Findings,
    *,
    facts_of: FactsOf = declared,
) -> Pipeline | None:
    """Text, composition, types and wiring only."""
    assembly = assemble(path, overrides, findings)
    if assembly is None:
        return None
    pipeline = assembly.pipeline(_facts(assembly, facts_of))
    report_causes(assembly, findings, CheckOptions(shapes=False))
    return pipeline


def keep_warnings_of_sound_pipelines(findings: Findings) -> None:
    """What is meant by a pipeline shows when it is right: a misspelt name leaves one unused."""
    if findings:
        findings.warnings.clear()


class PipelineCheck:
    """The checks of one pipeline, one step after the other, and what they have learned of it.

    Text is read once. Making one runs the rules without torch.
    """

    context: CheckContext

    def __init__(
        self, assembly: Assembly, findings: Findings, facts_of: FactsOf, options: CheckOptions
    ) -> None:
        self._assembly = assembly
        self._findings = findings
        self._options = options
        self._found_in_text = findings.scope()
        self._facts: Mapping[str, DataFacts] | None = None
        self.check_static(facts_of)

    def check_static(self, facts_of: FactsOf) -> None:
        """Types and wires what waits for the data, follows it, and runs the rules without torch.

        With facts that say more than those before, what the rules found is replaced.
        """
        scope = self._findings.scope()
        facts = _facts(self._assembly, facts_of)
        if facts == self._facts:
            return
        if self._facts is not None:
            self._found_in_text.forget_later()
        self._facts = facts
        pipeline = self._assembly.pipeline(facts, report_unknown=not scope.has_errors)
        flows = {
            stage.id: flow_of(stage, stage.spec, facts[stage.id], pipeline)
            for stage in pipeline.stages
            if isinstance(stage.spec, LoadData)
        }
        self.context = CheckContext(pipeline, flows, self._findings, self._options)
        run_rules(table.imported(table.STATIC, self.pipeline.stages), self.context)

    def check_torch(self) -> None:
        """Follows the shapes of networks, and runs the rules that look at them."""
        builders = [stage for stage, _ in self.context.networks_built()]
        if not self._options.shapes:
            for stage in builders:
                what = f"the shapes of {stage.id} and what is trained with it"
                self.context.not_known(what, "torch, and no --no-shapes", stage)
        elif builders:
            run_rules(table.imported(table.TORCH, self.pipeline.stages), self.context)

    def check_last(self) -> None:
        """Runs the rules for which all else must be right."""
        if self.networks and self.passed:
            run_rules(table.imported(table.LAST, self.pipeline.stages), self.context)

    @property
    def pipeline(self) -> Pipeline:
        return self.context.pipeline

    @property
    def networks(self) -> Mapping[str, ShapedNetwork]:
        """Those whose layers fit, by the id of each stage that gives one."""
        return self.context.networks

    @property
    def passed(self) -> bool:
        """Whether there are no errors, and nothing waits for the data."""
        return not self._findings and not self.pipeline.waits

    @property
    def shapes_wait(self) -> bool:
        """Whether shapes are left for when the findings are fixed."""
        return self.context.shapes.wait

    def uses(self) -> Iterator[NetworkUse]:
        """The stages that take a network."""
        return self.context.uses()


def _facts(assembly: Assembly, facts_of: FactsOf) -> dict[str, DataFacts]:
    return {stage.id: facts_of(stage, spec) for stage, spec in assembly.data_stages()}
