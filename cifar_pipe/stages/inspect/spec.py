"""inspect: looks inside a network, as the tutorial does by hand."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cifar_pipe.catalog.core.component import Loss
from cifar_pipe.catalog.core.types import PositiveInt, Str
from cifar_pipe.stages.spec import Output, StageSpec

Shown = Literal["network", "parameters", "output", "gradients"]
EVERYTHING: tuple[Shown, ...] = ("network", "parameters", "output", "gradients")


class Inspect(StageSpec):
    """Looks inside the network: parameters, output, gradients."""

    NEEDS = ("model",)

    input: Literal["random", "data"] = Field(
        "random",
        description="The network's input: images drawn from a normal distribution, or the "
        "data's first training images.",
    )
    batch_size: PositiveInt | None = Field(
        None, description="How many images; without it one random image, or a batch of the data."
    )
    loss: Loss | None = Field(
        None,
        description="Loss whose gradient goes back through the network; without it a random "
        "gradient of the output's shape does. A random input gets a random target.",
    )
    watch: Str | None = Field(
        None,
        description="Parameter whose gradient is printed before and after the backward pass, as "
        "conv1.bias; without it the first bias.",
    )
    show: list[Shown] = Field(
        list(EVERYTHING),
        min_length=1,
        description="What is printed; the stage's files hold all of it.",
    )

    def needs(self) -> tuple[Output, ...]:
        return ("model", "data") if self.input == "data" else ("model",)

    def takes_targets(self) -> bool:
        return self.input == "data" and self.loss is not None
