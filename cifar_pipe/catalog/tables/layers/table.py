"""The layers: everything in torch.nn that takes one tensor and gives one, and whole networks."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import table
from cifar_pipe.catalog.core.layer_keys import LayerKeys
from cifar_pipe.catalog.tables import networks, networks_left_out
from cifar_pipe.catalog.tables.layers.activation import ACTIVATIONS, DROPOUT
from cifar_pipe.catalog.tables.layers.convolution import CONVOLUTIONS
from cifar_pipe.catalog.tables.layers.joining import CONTAINERS, JOINS
from cifar_pipe.catalog.tables.layers.left_out import ARGUMENTS_LEFT_OUT, LEFT_OUT
from cifar_pipe.catalog.tables.layers.normalization import NORMALIZATION
from cifar_pipe.catalog.tables.layers.pooling import POOLING
from cifar_pipe.catalog.tables.layers.sequences import SEQUENCES
from cifar_pipe.catalog.tables.layers.shape import PADDING, REARRANGING
from cifar_pipe.catalog.tables.pretrained import with_weights

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
        *SEQUENCES,
        *JOINS,
        *CONTAINERS,
        *map(with_weights, networks.ENTRIES),
    ],
    left_out=LEFT_OUT,
    source=("torch.nn", "torchvision.models"),
    arguments_left_out={**ARGUMENTS_LEFT_OUT, **networks_left_out.ARGUMENTS_LEFT_OUT},
    keys=lambda _: LayerKeys,
)
