"""Layers that join the outputs of several others, and layers that hold lists of layers."""

from __future__ import annotations

from cifar_pipe.catalog.core.component import Layer
from cifar_pipe.catalog.core.entry import Arg
from cifar_pipe.catalog.core.facts import LayerFacts, Values
from cifar_pipe.catalog.core.ids import LayerId
from cifar_pipe.catalog.core.types import Int, PositiveInt, list_of
from cifar_pipe.catalog.tables.layers.make import own

_LAYERS = list_of(Layer, minimum=1)

JOINS = [
    own(
        "Add",
        "layers.join",
        "The sum of several layers of equal shapes.",
        LayerFacts(joins=True, values=Values.SUM),
    ),
    own(
        "Multiply",
        "layers.join",
        "The product of several layers, element by element; a size of 1 fits any.",
        LayerFacts(joins=True, values=Values.PRODUCT),
    ),
    own(
        "Concat",
        "layers.join",
        "Several layers one after the other along a dimension.",
        LayerFacts(joins=True, values=Values.UNION, passes_through=True),
        dim=Arg(Int, 1, "Dimension to join along: 1 is the channels, -1 the last."),
    ),
]

CONTAINERS = [
    own(
        "Sequential",
        "graph",
        "A list of layers as one layer, once or several times in a row.",
        LayerFacts(lists=("layers",)),
        own_args=("layers", "repeat"),
        layers=Arg(_LAYERS, description="The layers in order."),
        repeat=Arg(
            PositiveInt,
            1,
            "How many of it follow each other, each with parameters and inferred sizes of its own.",
        ),
    ),
    own(
        "Residual",
        "graph",
        "Adds what its layers make of the input to the input, or to its shortcut.",
        LayerFacts(lists=("layers", "shortcut"), values=Values.SUM),
        link="https://arxiv.org/abs/1512.03385",
        layers=Arg(_LAYERS, description="The layers in order."),
        shortcut=Arg(
            _LAYERS,
            None,
            "Layers that the input goes through before it is added; without them none.",
        ),
    ),
    own(
        "Shared",
        "graph",
        "Runs a layer above once more, with the same parameters.",
        LayerFacts(shares=True),
        of=Arg(LayerId, description="Id of the layer above, in the same list."),
    ),
]
