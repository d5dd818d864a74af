"""evaluate: how good the network is on a split."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cifar_pipe.catalog.core.component import Loss, Metric, Transform
from cifar_pipe.catalog.core.types import Bool, PositiveInt
from cifar_pipe.stages.spec import Output, StageSpec

Wording = Literal["short", "tutorial"]


class Evaluate(StageSpec):
    """Measures the network on a split."""

    CODE = 2
    NEEDS = ("data", "model")
    GIVES = ("metrics",)
    NEUTRAL = ("batch_size", "wording")

    split: Literal["train", "val", "test"] = Field("test", description="Split to evaluate on.")
    metrics: list[Metric] | None = Field(
        None,
        min_length=1,
        description="What to measure besides accuracy, per_class_accuracy and confusion_matrix.",
    )
    loss: Loss | None = Field(
        None, description="Loss to measure as well; without it that of the training above."
    )
    views: list[list[Transform]] | None = Field(
        None,
        min_length=1,
        description="Test-time augmentation: each is a list of transforms of what the network is "
        "given, and the probabilities of all are averaged. [] is the image as it is.",
    )
    grad_cam: Bool = Field(
        False,
        description="Show on the page where in its worst mistakes the network found what it took them "
        "for (Grad-CAM).",
    )
    batch_size: PositiveInt = Field(
        1000, description="Images per batch at most; it changes speed only."
    )
    wording: Wording = Field(
        "short",
        description="How it is printed: tutorial takes the sentences of PyTorch's tutorial.",
    )

    def takes(self) -> tuple[Output, ...]:
        return ("history",)
