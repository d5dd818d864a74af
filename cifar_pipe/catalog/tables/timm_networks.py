"""timm's networks as one layer: which there are, timm itself says, where it is installed."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import ANY, LayerFacts, NetworkFacts, Package
from cifar_pipe.catalog.core.types import (
    Bool,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Probability,
    Str,
    Words,
    choice,
    optional,
    size,
    whole_choice,
)
from cifar_pipe.catalog.tables.network_families import WEIGHTS, one_source

NAME = Annotated[
    str,
    Field(strict=True, pattern=r"^\w+(\.\w+)?$"),
    Words("a name of timm's, as in resnet50d, or with its weights in resnet50.a1_in1k"),
]
"""With the tag of its weights after a dot; nothing that leads elsewhere, as `hf-hub:` does."""


def _own(type_: Any, description: str) -> Arg:
    """An argument whose default is the network's own."""
    return Arg(optional(type_), None, f"{description} null: as timm has it.")


def _share(of: str) -> Arg:
    return _own(Probability, f"Probability of {of} in training;")


TIMM = Entry(
    "layer",
    "timm",
    "A network of timm's by its `name`: [N, C, H, W] to [N, num_classes].",
    "cifar_pipe.catalog.torch.timm_networks:create",
    {
        "name": Arg(NAME, ..., "The network; `timm.list_models()` gives the names."),
        "weights": Arg(
            optional(choice("DEFAULT")),
            None,
            "Pretrained weights, those of the tag in `name` or timm's first; with another "
            "num_classes than theirs the head is new.",
        ),
        "num_classes": _own(
            NonNegativeInt, "Classes: the size of the output. 0 leaves the head out, for features;"
        ),
        "in_chans": Arg(PositiveInt, ..., "Channels of the images; inferred.", "channels"),
        "img_size": _own(
            size(2), "Height and width of the images, for networks that are made for one size;"
        ),
        "global_pool": _own(
            choice("avg", "max", "avgmax", "catavgmax", "token", "map"),
            "What makes one vector of an image before the head;",
        ),
        "drop_rate": _share("a number before the head to be zeroed"),
        "drop_path_rate": _share("the last block to be skipped"),
        "drop_block_rate": _share("a block of pixels to be zeroed"),
        "proj_drop_rate": _share("a number after attentions to be zeroed"),
        "attn_drop_rate": _share("an attention weight to be zeroed"),
        "pos_drop_rate": _share("a number after the position embedding to be zeroed"),
        "patch_drop_rate": _share("a patch to be left out"),
        "patch_size": _own(PositiveInt, "Pixels of a patch's side;"),
        "init_values": _own(PositiveFloat, "Scale of each block's output at the start;"),
        "output_stride": _own(
            whole_choice(8, 16, 32), "Pixels of the image for one of the last features;"
        ),
        "act_layer": _own(Str, "Name of the activation, as timm calls it: gelu, silu;"),
        "bn_momentum": _own(Probability, "Momentum of the batch norms;"),
        "bn_eps": _own(PositiveFloat, "Added to the variance in batch norms;"),
        "zero_init_last": _own(Bool, "Begin with residual branches that give zero;"),
        **WEIGHTS,
    },
    "https://huggingface.co/docs/timm/reference/models",
    LayerFacts(
        dimensions=(4,),
        values=ANY,
        network=NetworkFacts(
            head=None,
            channels=None,
            needs=Package("timm", "timm", "pip install 'cifar-pipe[timm]'"),
        ),
    ),
    one_source,
    own_args=tuple(WEIGHTS),
)

ARGUMENTS_LEFT_OUT = {
    f"timm.{name}": reason
    for reason, names in {
        "it is called name": "model_name",
        "it is called weights: write weights: DEFAULT": "pretrained",
        "write weights_file": "checkpoint_path",
        "the name, with its tag, says which": "pretrained_cfg pretrained_cfg_overlay",
        "HF_HOME says where downloads are kept": "cache_dir",
        "layers are PyTorch's own, as they are trained": "scriptable exportable no_jit",
        "a layer gives one tensor": "features_only out_indices",
        "a function; every norm is the network's own": "norm_layer",
    }.items()
    for name in names.split()
}
