"""Networks whose shapes fit, and the stages that use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.stages.build_model.spec import BuildModel

if TYPE_CHECKING:  # Without torch there are no rows.
    from cifar_pipe.model.planning.planned import LayerRow


@dataclass(frozen=True, eq=False)
class ShapedNetwork:
    """A network whose layers fit: the stage that builds it, and its layer table."""

    stage: Stage
    spec: BuildModel
    input_shape: tuple[int, ...]
    rows: list[LayerRow]

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Of one image, without N."""
        return tuple(self.rows[-1].output_shape)

    @property
    def has_parameters(self) -> bool:
        return any(row.parameters for row in self.rows)

    @property
    def takes_gradients(self) -> bool:
        return any(row.trainable for row in self.rows)

    @property
    def layers(self) -> Sequence[Component]:
        return self.spec.layers


@dataclass(frozen=True, slots=True)
class Shapes:
    """What following images through the layers has shown.

    `networks` holds those that fit, by the id of each stage that gives one. `problems` have paths
    that begin at their stage. `unknown` are stages whose images' shape is not known, or whose layers need a package that is
    not installed. `wait` is true where layers are left for when other findings are fixed.
    """

    networks: Mapping[str, ShapedNetwork] = field(default_factory=dict)
    problems: Sequence[tuple[Stage, Problem]] = ()
    unknown: Sequence[Stage] = ()
    wait: bool = False


@dataclass(frozen=True, slots=True)
class NetworkUse:
    """A stage that takes a network; `flow` is that of its images, None for a stage without data."""

    stage: Stage
    network: ShapedNetwork
    flow: Flow | None
