"""The layers: everything in torch.nn that takes one tensor and gives one, and whole networks."""

from __future__ import annotations

from collections.abc import Mapping

from cifar_pipe.catalog.core.component_keys import LayerKeys
from cifar_pipe.catalog.core.entry import table
from cifar_pipe.catalog.tables import losses, networks
from cifar_pipe.catalog.tables.layers.activation import ACTIVATIONS, DROPOUT
from cifar_pipe.catalog.tables.layers.convolution import CONVOLUTIONS
from cifar_pipe.catalog.tables.layers.make import USUAL
from cifar_pipe.catalog.tables.layers.normalization import NORMALIZATION
from cifar_pipe.catalog.tables.layers.own import CONTAINERS, JOINS, SEQUENCES
from cifar_pipe.catalog.tables.layers.pooling import POOLING
from cifar_pipe.catalog.tables.layers.shape import PADDING, REARRANGING

_D = ("1d", "2d", "3d")
_LAZY = {
    "LazyLinear": "Linear",
    **{
        f"Lazy{name}{d}": f"{name}{d}"
        for name in ("BatchNorm", "Conv", "ConvTranspose", "InstanceNorm")
        for d in _D
    },
}

_LEFT_OUT: Mapping[str, str] = {
    **{lazy: f"sizes are inferred anyway: use {name}" for lazy, name in _LAZY.items()},
    **{f"MaxUnpool{d}": "takes a pooling's indices beside its values" for d in _D},
    **dict.fromkeys(
        (
            *(
                name
                for name, entry in losses.TABLE.entries.items()
                if entry.address.startswith("torch.nn:")
            ),
            *losses.TABLE.left_out,
        ),
        "it is a loss: train takes it as `loss`",
    ),
    "Bilinear": "takes two tensors",
    "Container": "obsolete in PyTorch",
    "CosineSimilarity": "takes two tensors",
    "CrossMapLRN2d": "PyTorch's older form of LocalResponseNorm: use that",
    "DataParallel": "how a network is spread over devices is the runner's business",
    "Embedding": "takes indices of words, not images",
    "EmbeddingBag": "takes indices of words, not images",
    "GRU": "gives a tuple",
    "GRUCell": "takes a state beside its input, step by step",
    "LSTM": "gives a tuple",
    "LSTMCell": "takes a state beside its input, step by step",
    "Module": "the base class of layers",
    "ModuleDict": "a container: the list of layers is the network",
    "ModuleList": "a container: the list of layers is the network",
    "MultiheadAttention": "takes three tensors: use SelfAttention",
    "PairwiseDistance": "takes two tensors",
    "ParameterDict": "a container of bare parameters, which computes nothing",
    "ParameterList": "a container of bare parameters, which computes nothing",
    "RNN": "gives a tuple",
    "RNNBase": "the base class of recurrent layers",
    "RNNCell": "takes a state beside its input, step by step",
    "RNNCellBase": "the base class of recurrent cells",
    "SyncBatchNorm": "works only among several processes with a GPU each: use BatchNorm2d",
    "Transformer": "takes two sequences",
    "TransformerDecoder": "takes two sequences",
    "TransformerDecoderLayer": "takes two sequences",
    "TransformerEncoder": "a container: use Sequential with repeat",
}

_ARGUMENTS_LEFT_OUT: Mapping[str, str] = {
    "device": "the runner puts the network on its device: runtime.device",
    "dtype": "layers are made in float32",
    "inplace": "layers never overwrite their input: another layer, or the backward pass, may need it",
    "return_indices": "a layer gives one tensor",
    "_random_samples": "PyTorch's own, for its tests",
    "Hardtanh.min_value": "PyTorch's older name of min_val",
    "Hardtanh.max_value": "PyTorch's older name of max_val",
    "TransformerEncoderLayer.batch_first": "always true: the batch comes first everywhere here",
}


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
        *networks.ENTRIES,
    ],
    usual=USUAL,
    left_out=_LEFT_OUT,
    source=("torch.nn", "torchvision.models"),
    arguments_left_out={**_ARGUMENTS_LEFT_OUT, **networks.ARGUMENTS_LEFT_OUT},
    keys=lambda _: LayerKeys,
)
