"""The layers of torchvision.ops that take one tensor and give one."""

from __future__ import annotations

from functools import partial

from cifar_pipe.catalog.core.entry import Arg, pytorch
from cifar_pipe.catalog.core.facts import LayerFacts, Values
from cifar_pipe.catalog.core.types import PositiveInt, Probability, choice
from cifar_pipe.catalog.tables.layers.make import of_rank

_row = partial(pytorch, "layer", "torchvision.ops")

VISION = [
    _row(
        "StochasticDepth",
        "Leaves out the branch of a Residual at random in training, and scales it otherwise (Huang "
        "et al., 2016, arXiv:1603.09382).",
        LayerFacts(values=Values.SCALED_OR_ZERO, passes_through=True, drops="p"),
    ).takes(
        p=Arg(Probability, ..., "Probability of the branch to be left out."),
        mode=Arg(choice("batch", "row"), ..., "For all images of a batch at once, or for each."),
    ),
    _row(
        "SqueezeExcitation",
        "Scales each channel by 0 to 1, as the means of all channels say: [N, C, H, W] (Hu et al., "
        "2017, arXiv:1709.01507).",
        of_rank(2, Values.KEPT_OR_ZERO),
    ).takes(
        input_channels=Arg(PositiveInt, ..., "Channels of the input; inferred.", "channels"),
        squeeze_channels=Arg(PositiveInt, ..., "Channels between the two convolutions."),
    ),
]
