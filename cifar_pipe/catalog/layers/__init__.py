"""The layers: everything in torch.nn that takes one tensor and gives one, and whole networks."""

from __future__ import annotations

from cifar_pipe.catalog import networks
from cifar_pipe.catalog.entry import table
from cifar_pipe.catalog.layers.activation import ACTIVATIONS, DROPOUT
from cifar_pipe.catalog.layers.convolution import CONVOLUTIONS
from cifar_pipe.catalog.layers.left_out import ARGUMENTS_LEFT_OUT, LEFT_OUT
from cifar_pipe.catalog.layers.normalization import NORMALIZATION
from cifar_pipe.catalog.layers.pooling import POOLING
from cifar_pipe.catalog.layers.shape import PADDING, REARRANGING

TABLE = table(
    "layer",
    [
        *CONVOLUTIONS,
        *POOLING,
        *NORMALIZATION,
        *ACTIVATIONS,
        *DROPOUT,
        *PADDING,
        *REARRANGING,
        *networks.ENTRIES,
    ],
    left_out={**LEFT_OUT, **networks.LEFT_OUT},
    source=("torch.nn", "torchvision.models"),
    arguments_left_out={**ARGUMENTS_LEFT_OUT, **networks.ARGUMENTS_LEFT_OUT},
)
