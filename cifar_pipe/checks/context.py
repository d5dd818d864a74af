"""What rules look at, and where they report what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.checks.network import NetworkUse, ShapedNetwork, Shapes
from cifar_pipe.diagnostics.findings import Findings, NotKnown
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.frozen import frozen
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.stages.build_model.spec import BuildModel

MemoryLimit = Callable[[str], tuple[int, str]]
"""Of a device as the pipeline names it: how many bytes it has, and what it is called."""


@frozen
class CheckOptions:
    """What is checked beside the pipeline itself.

    Without `shapes` nothing imports torch. `read_weights` reads the files of weights that the
    pipeline names. With a `memory_limit`, stages that need more are reported.
    """

    shapes: bool = True
    read_weights: bool = False
    memory_limit: MemoryLimit | None = None


@dataclass
class CheckContext:
    """One pipeline under the rules.

    `flows` holds what is known of the data, by the id of the stage that loads it. `shapes` is empty
    until the rule checks/torch/layers.py has run.
    """

    pipeline: Pipeline
    flows: Mapping[str, Flow]
    findings: Findings
    options: CheckOptions = field(default_factory=CheckOptions)
    shapes: Shapes = field(default_factory=Shapes)
    # The ids of stages with findings that make it pointless to look further at them.
    excluded: set[str] = field(default_factory=set)
    # What the rule that is running may report.
    codes: frozenset[str] = frozenset()

    def report(self, stage: Stage, *problems: Problem) -> None:
        """Adds each problem at its words in the stage, where its path begins."""
        for problem in problems:
            assert problem.code in self.codes, f"the rule does not declare the code {problem.code}"
            self.findings.report(problem, stage.locate(*problem.path))

    def exclude(self, stage: Stage) -> None:
        """Leaves out the stage, and the network that it gives, from here on."""
        self.excluded.add(stage.id)

    def not_known(self, check: str, needs: str, stage: Stage, *path: str | int) -> None:
        """Adds once what cannot be checked, and what it would need."""
        one = NotKnown(check, needs, stage.locate(*path))
        if one not in self.findings.not_known:
            self.findings.not_known.append(one)

    @property
    def networks(self) -> Mapping[str, ShapedNetwork]:
        return self.shapes.networks

    def flow(self, stage: Stage) -> Flow | None:
        """Of the data that the stage takes; None where it takes none or has findings."""
        return self.flows.get(stage.inputs.get("data", ""))

    def networks_built(self) -> Iterator[tuple[Stage, BuildModel]]:
        """The stages that list the layers of a network."""
        for stage in self.pipeline.stages:
            if isinstance(stage.spec, BuildModel):
                yield stage, stage.spec

    def uses(self) -> Iterator[NetworkUse]:
        """The stages whose network fits, and whose data is known if they need some."""
        for stage in self.pipeline.stages:
            network, flow = self.networks.get(stage.inputs.get("model", "")), self.flow(stage)
            ready = flow is not None or "data" not in stage.spec.needs()
            if network is not None and ready and stage.id not in self.excluded:
                yield NetworkUse(stage, network, flow)
