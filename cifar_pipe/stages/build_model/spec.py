"""build_model: a network from a list of layers."""

from __future__ import annotations

from pydantic import Field

from cifar_pipe.catalog.core.component import Layer
from cifar_pipe.catalog.core.component_keys import Initializers
from cifar_pipe.catalog.core.types import PositiveInt, Str
from cifar_pipe.stages.spec import Output, StageSpec


class BuildModel(StageSpec):
    """Builds a network from a list of layers."""

    GIVES = ("model",)

    layers: list[Layer] = Field(
        min_length=1, description="The layers in order; each takes what the one above gives."
    )
    input_shape: list[PositiveInt] | None = Field(
        None,
        min_length=1,
        description="Shape of one input, [channels, height, width]; without it the data's.",
    )
    initialize: dict[Str, Initializers] | None = Field(
        None,
        description="How the parameters of all layers of a type begin, by the type's name; what a "
        "layer says itself has precedence.",
    )

    def needs(self) -> tuple[Output, ...]:
        return () if self.input_shape else ("data",)

    def takes(self) -> tuple[Output, ...]:
        return ("data",)
