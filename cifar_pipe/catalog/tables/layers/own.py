"""Layers of ours: over sequences, [N, S, E], joining several layers, and holding lists of layers."""

from __future__ import annotations

from cifar_pipe.catalog.core.component import Layer
from cifar_pipe.catalog.core.entry import Arg
from cifar_pipe.catalog.core.facts import ANY, LayerFacts, Values
from cifar_pipe.catalog.core.ids import LayerId
from cifar_pipe.catalog.core.types import Bool, Int, PositiveInt, Probability, either, list_of
from cifar_pipe.catalog.tables.layers.make import own

_LEARNED = LayerFacts(dimensions=(3,), values=ANY)
_VIT = "https://arxiv.org/abs/2010.11929"
_LAYERS = list_of(Layer, minimum=1)

OWN = [
    # Over sequences.
    own(
        "SelfAttention",
        "layers.self_attention",
        "Multi-head self-attention: [N, S, E] to [N, S, E].",
        _LEARNED,
        link="https://arxiv.org/abs/1706.03762",
    ).takes(
        embed_dim=...,
        num_heads=Arg(PositiveInt, ..., "Attention heads; divides embed_dim."),
        dropout=Arg(Probability, 0.0, "Probability of an attention weight to be zeroed."),
        bias=True,
    ),
    own(
        "PositionEmbedding",
        "layers.position_embedding",
        "Adds a learned vector for each place of the sequence: [N, S, E] to [N, S, E].",
        _LEARNED,
        link=_VIT,
    ).takes(
        num_positions=Arg(
            PositiveInt, ..., "Length S of the sequence; inferred.", inferred="channels"
        ),
        embed_dim=...,
    ),
    own(
        "ClassToken",
        "layers.class_token",
        "Puts a learned element in front of the sequence: [N, S, E] to [N, S + 1, E].",
        _LEARNED,
        link=_VIT,
    ).takes(embed_dim=...),
    own(
        "TakeToken",
        "layers.take_token",
        "One element of the sequence: [N, S, E] to [N, E].",
        LayerFacts(dimensions=(3,), values=Values.KEPT, passes_through=True),
    ).takes(index=Arg(Int, 0, "Which: 0 is the first, -1 the last.")),
    own(
        "Mean",
        "layers.mean",
        "The mean over one dimension or several, which it removes: [N, S, E] to [N, E].",
        LayerFacts(values=Values.KEPT),
    ).takes(
        dim=Arg(
            either(Int, list_of(Int, minimum=1)),
            1,
            "Dimensions to average over: 1 is a sequence's length, [2, 3] an image's pixels.",
        ),
        keepdim=Arg(Bool, False, "Keep each dimension, with size 1."),
    ),
    # Joining several layers.
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
    ).takes(dim=Arg(Int, 1, "Dimension to join along: 1 is the channels, -1 the last.")),
    # Holding lists of layers, or running one again.
    own(
        "Sequential",
        "graph",
        "A list of layers as one layer, once or several times in a row.",
        LayerFacts(lists=("layers",)),
        own_args=("layers", "repeat"),
    ).takes(
        layers=Arg(_LAYERS, ..., "The layers in order."),
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
    ).takes(
        layers=Arg(_LAYERS, ..., "The layers in order."),
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
    ).takes(of=Arg(LayerId, ..., "Id of the layer above, in the same list.")),
]
