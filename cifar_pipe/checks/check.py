"""All checks of a pipeline, in the order of what they cost: text, types, wiring, data, shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cifar_pipe.checks import table
from cifar_pipe.checks.context import CheckContext, CheckOptions
from cifar_pipe.checks.data_flow import FactsOf, Flow, declared, flow_of
from cifar_pipe.checks.network import NetworkUse, ShapedNetwork, network_uses
from cifar_pipe.checks.rule import run_rules
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.assembly import Assembly, assemble
from cifar_pipe.pipeline.data_references import FactsByStage
from cifar_pipe.pipeline.pipeline import Pipeline
from cifar_pipe.stages.load_data.spec import LoadData

_TORCH = "torch, and no --no-shapes"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks have learned of a pipeline.

    It has `passed` where it has no errors and nothing in it waits for the data. `shapes_wait` is
    true where shapes are left for when its findings are fixed.
    """

    pipeline: Pipeline
    flows: Mapping[str, Flow]
    networks: Mapping[str, ShapedNetwork]
    passed: bool
    shapes_wait: bool

    def uses(self) -> Iterator[NetworkUse]:
        """The stages that take a network."""
        return network_uses(self.pipeline, self.networks, self.flows)


def check(
    path: Path,
    overrides: Sequence[str],
    findings: Findings,
    *,
    facts_of: FactsOf = declared,
    options: CheckOptions | None = None,
) -> Checked | None:
    """What is known of the pipeline, or None where its text cannot be read; raises UsageError for
    no text.

    Whatever could be typed is checked, beside the stages that have errors; only the shapes that
    depend on an error wait until it is fixed. Warnings are reported of a pipeline without errors.
    """
    checked = None
    with findings.limited():
        if checks := PipelineCheck.of(path, overrides, findings, options):
            checks.check_static(facts_of)
            checks.check_torch()
            checks.check_last()
            checked = checks.checked()
    keep_warnings_of_sound_pipelines(findings)
    return checked


def typed(
    path: Path, overrides: Sequence[str], findings: Findings, *, facts_of: FactsOf = declared
) -> Pipeline | None:
    """Text, composition, types and wiring only."""
    assembly = assemble(path, overrides, findings)
    if assembly is None:
        return None
    facts = {stage.id: facts_of(stage, spec) for stage, spec in assembly.data_stages()}
    return assembly.pipeline(facts)


def keep_warnings_of_sound_pipelines(findings: Findings) -> None:
    """What is meant by a pipeline shows when it is right: a misspelt name leaves one unused."""
    if findings:
        findings.warnings.clear()


class PipelineCheck:
    """The checks of one pipeline, one step after the other; text is read once.

    `check_static` comes first. It can be asked again when more is known of the data.
    """

    def __init__(self, assembly: Assembly, findings: Findings, options: CheckOptions) -> None:
        self._assembly = assembly
        self._findings = findings
        self._options = options
        self._found_in_text = findings.scope()
        self._facts: FactsByStage = {}
        self._context: CheckContext | None = None

    @classmethod
    def of(
        cls,
        path: Path,
        overrides: Sequence[str],
        findings: Findings,
        options: CheckOptions | None = None,
    ) -> PipelineCheck | None:
        """None where the pipeline's text cannot be read; raises UsageError for no text."""
        assembly = assemble(path, overrides, findings)
        if assembly is None:
            return None
        return PipelineCheck(assembly, findings, options or CheckOptions())

    def check_static(self, facts_of: FactsOf) -> None:
        """Types and wires what waits for the data, follows it, and runs the rules without torch.

        Once more, with facts that say more: then what the rules found before is replaced.
        """
        scope = self._findings.scope()
        facts = {stage.id: facts_of(stage, spec) for stage, spec in self._assembly.data_stages()}
        if self._context is not None:
            if facts == self._facts:
                return
            self._found_in_text.forget_later()
        self._facts = facts
        pipeline = self._assembly.pipeline(facts, report_unknown=not scope.has_errors)
        flows = {
            stage.id: flow_of(stage, stage.spec, facts[stage.id], pipeline)
            for stage in pipeline.stages
            if isinstance(stage.spec, LoadData)
        }
        self._context = CheckContext(pipeline, flows, self._findings, self._options)
        run_rules(table.imported(table.STATIC), self._context)

    @property
    def context(self) -> CheckContext:
        assert self._context is not None, "check_static comes first"
        return self._context

    def check_torch(self) -> None:
        """Follows the shapes of networks, and runs the rules that look at them."""
        builders = [stage for stage, _ in self.context.networks_built()]
        if not self._options.shapes:
            for stage in builders:
                what = f"the shapes of {stage.id} and what is trained with it"
                self.context.not_known(what, _TORCH, stage)
        elif builders:
            run_rules(table.imported(table.TORCH), self.context)

    def check_last(self) -> None:
        """Runs the rules for which all else must be right."""
        if self.context.networks and self.checked().passed:
            run_rules(table.imported(table.LAST), self.context)

    def checked(self) -> Checked:
        context = self.context
        passed = not self._findings and not context.pipeline.waits
        shapes = context.shapes
        return Checked(context.pipeline, context.flows, shapes.networks, passed, shapes.wait)
