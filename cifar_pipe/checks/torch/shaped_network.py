"""A network of a pipeline whose shapes fit: what the checks of its uses look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.planning.planned import LayerRow
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.stages.build_model.spec import BuildModel


@dataclass(frozen=True, slots=True)
class ShapedNetwork:
    """The stage that builds it, and its layer table."""

    stage: Stage
    input_shape: tuple[int, ...]
    rows: list[LayerRow]

    @property
    def output_shape(self) -> tuple[int, ...]:
        return tuple(self.rows[-1].output_shape)

    @property
    def layers(self) -> Sequence[Component]:
        assert isinstance(self.stage.spec, BuildModel)
        return self.stage.spec.layers
