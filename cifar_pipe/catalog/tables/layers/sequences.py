"""Layers over sequences, [N, S, E]: S elements (pixels, patches) of E numbers each."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg
from cifar_pipe.catalog.core.facts import ANY, LayerFacts, Values
from cifar_pipe.catalog.core.types import Bool, Int, PositiveInt, Probability, either, list_of
from cifar_pipe.catalog.tables.layers.make import YES, own

_LEARNED = LayerFacts(dimensions=(3,), values=ANY)
_VIT = "https://arxiv.org/abs/2010.11929"
_EMBED = Arg(PositiveInt, description="Size E of each element; inferred.", inferred="features")

SEQUENCES = [
    own(
        "SelfAttention",
        "layers.self_attention",
        "Multi-head self-attention: [N, S, E] to [N, S, E].",
        _LEARNED,
        link="https://arxiv.org/abs/1706.03762",
        embed_dim=_EMBED,
        num_heads=Arg(PositiveInt, description="Attention heads; divides embed_dim."),
        dropout=Arg(Probability, 0.0, "Probability of an attention weight to be zeroed."),
        bias=YES,
    ),
    own(
        "PositionEmbedding",
        "layers.position_embedding",
        "Adds a learned vector for each place of the sequence: [N, S, E] to [N, S, E].",
        _LEARNED,
        link=_VIT,
        num_positions=Arg(
            PositiveInt, description="Length S of the sequence; inferred.", inferred="channels"
        ),
        embed_dim=_EMBED,
    ),
    own(
        "ClassToken",
        "layers.class_token",
        "Puts a learned element in front of the sequence: [N, S, E] to [N, S + 1, E].",
        _LEARNED,
        link=_VIT,
        embed_dim=_EMBED,
    ),
    own(
        "TakeToken",
        "layers.take_token",
        "One element of the sequence: [N, S, E] to [N, E].",
        LayerFacts(dimensions=(3,), values=Values.KEPT, passes_through=True),
        index=Arg(Int, 0, "Which: 0 is the first, -1 the last."),
    ),
    own(
        "Mean",
        "layers.mean",
        "The mean over one dimension or several, which it removes: [N, S, E] to [N, E].",
        LayerFacts(values=Values.KEPT),
        dim=Arg(
            either(Int, list_of(Int, minimum=1)),
            1,
            "Dimensions to average over: 1 is a sequence's length, [2, 3] an image's pixels.",
        ),
        keepdim=Arg(Bool, default=False, description="Keep each dimension, with size 1."),
    ),
]
