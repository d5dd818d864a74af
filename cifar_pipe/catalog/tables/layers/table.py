"""The layers: everything in torch.nn that takes one tensor and gives one, and whole networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cifar_pipe.catalog.core.component_keys import LayerKeys
from cifar_pipe.catalog.core.entry import Entry, by_name, table
from cifar_pipe.catalog.tables import losses
from cifar_pipe.catalog.tables.layers.make import DIMENSIONS, USUAL

_SIZED = ("BatchNorm", "Conv", "ConvTranspose", "InstanceNorm")
_INFERRED = ("Linear", *(f"{name}{d}d" for name in _SIZED for d in DIMENSIONS))
_LOSSES = [
    name for name, row in losses.TABLE.entries.items() if row.address.startswith("torch.nn:")
]

_LEFT_OUT: Mapping[str, str] = {
    **{f"Lazy{name}": f"sizes are inferred anyway: use {name}" for name in _INFERRED},
    **{f"MaxUnpool{d}d": "takes a pooling's indices beside its values" for d in DIMENSIONS},
    **dict.fromkeys([*_LOSSES, *sorted(losses.TABLE.left_out)], "it is a loss: train takes it as `loss`"),
    **by_name({
        "takes two tensors": "Bilinear CosineSimilarity PairwiseDistance",
        "obsolete in PyTorch": "Container",
        "PyTorch's older form of LocalResponseNorm: use that": "CrossMapLRN2d",
        "how a network is spread over devices is the runner's business": "DataParallel",
        "takes indices of words, not images": "Embedding EmbeddingBag",
        "gives a tuple": "GRU LSTM RNN",
        "takes a state beside its input, step by step": "GRUCell LSTMCell RNNCell",
        "the base class of layers": "Module",
        "a container: the list of layers is the network": "ModuleDict ModuleList",
        "takes three tensors: use SelfAttention": "MultiheadAttention",
        "a container of bare parameters, which computes nothing": "ParameterDict ParameterList",
        "the base class of recurrent layers": "RNNBase",
        "the base class of recurrent cells": "RNNCellBase",
        "works only among several processes with a GPU each: use BatchNorm2d": "SyncBatchNorm",
        "takes two sequences": "Transformer TransformerDecoder TransformerDecoderLayer",
        "a container: use Sequential with repeat": "TransformerEncoder",
        "takes offsets beside its input": "DeformConv2d",
        "for finding objects: it takes boxes beside its input":
            "MultiScaleRoIAlign PSRoIAlign PSRoIPool RoIAlign RoIPool",
        "for finding objects: it takes several images and gives several": "FeaturePyramidNetwork",
    }),
}  # fmt: skip

_ARGUMENTS_LEFT_OUT: Mapping[str, str] = {
    "device": "the runner puts the network on its device: runtime.device",
    "dtype": "layers are made in float32",
    "input_shape": "sizes are inferred from the data: leave it out",
    "inplace": "layers never overwrite their input: another layer, or the backward pass, may need it",
    "return_indices": "a layer gives one tensor",
    "_random_samples": "PyTorch's own, for its tests",
    **{
        f"{layer}.{argument}": f"a function; always {always}"
        for layer, norm in (("Conv2dNormActivation", "2d"), ("Conv3dNormActivation", "3d"))
        for argument, always in (("norm_layer", f"BatchNorm{norm}"), ("activation_layer", "ReLU"))
    },
    **{f"DropBlock{d}d.eps": "keeps a division from failing: 1e-6 does" for d in (2, 3)},
    "MLP.norm_layer": "a function; there are none between the linear layers",
    "MLP.activation_layer": "a function; always ReLU",
    "SqueezeExcitation.activation": "a function; always ReLU",
    "SqueezeExcitation.scale_activation": "a function; always Sigmoid",
    "Hardtanh.min_value": "PyTorch's older name of min_val",
    "Hardtanh.max_value": "PyTorch's older name of max_val",
    "TransformerEncoderLayer.batch_first": "always true: the batch comes first everywhere here",
}


def _rows() -> Iterator[Entry]:
    """Each part is imported when no row above it has the name that is looked for."""
    from cifar_pipe.catalog.tables.layers.convolution import CONVOLUTIONS

    yield from CONVOLUTIONS
    from cifar_pipe.catalog.tables.layers.pooling import POOLING

    yield from POOLING
    from cifar_pipe.catalog.tables.layers.normalization import NORMALIZATION

    yield from NORMALIZATION
    from cifar_pipe.catalog.tables.layers.activation import ACTIVATIONS, DROPOUT

    yield from (*ACTIVATIONS, *DROPOUT)
    from cifar_pipe.catalog.tables.layers.shape import PADDING, REARRANGING

    yield from (*PADDING, *REARRANGING)
    from cifar_pipe.catalog.tables.layers.vision import VISION

    yield from VISION
    from cifar_pipe.catalog.tables.layers.own import OWN

    yield from OWN
    from cifar_pipe.catalog.tables.networks import ENTRIES

    yield from ENTRIES
    from cifar_pipe.catalog.tables.timm_networks import TIMM

    yield TIMM


def _arguments_left_out() -> Mapping[str, str]:
    from cifar_pipe.catalog.tables import networks, timm_networks

    return {
        **_ARGUMENTS_LEFT_OUT,
        **networks.ARGUMENTS_LEFT_OUT,
        **timm_networks.ARGUMENTS_LEFT_OUT,
    }


TABLE = table(
    "layer",
    _rows(),
    usual=USUAL,
    left_out=_LEFT_OUT,
    source=("torch.nn", "torchvision.models", "torchvision.ops"),
    arguments_left_out=_arguments_left_out,
    keys=lambda _: LayerKeys,
)
