"""What is left out of torchvision's classification networks: arguments and weights, not one name."""

from __future__ import annotations

from collections.abc import Mapping

from cifar_pipe.catalog.tables.network_families import DILATED, GROUPS, WIDTH
from cifar_pipe.catalog.tables.networks import ENTRIES

# Weights that give no classes: the linear layers of the file hold nothing but NaN.
WEIGHTS_LEFT_OUT: Mapping[str, str] = {
    "vgg16.IMAGENET1K_FEATURES": "for features alone: the linear layers hold no numbers"
}

_FIXED = "fixed by the network's name"
_BASIC_BLOCK = "its blocks take no groups, widths or dilation"
_FUNCTION = "a function, and a pipeline holds no code"
_ONE_TENSOR = "a layer gives one tensor: the auxiliary heads are off"
_DEPTHS = ("maxvit_t", *(f"swin_{kind}{size}" for kind in ("", "v2_") for size in "tsb"))


def _of(entries: str, reasons: Mapping[str, str]) -> dict[str, str]:
    """The reasons for arguments of all networks whose names begin so."""
    return {
        f"{entry.name}.{argument}": reason
        for entry in ENTRIES
        if entry.name.startswith(entries)
        for argument, reason in reasons.items()
    }


_OF_ALL = {
    **dict.fromkeys(
        (
            *("alpha", "block_channels", "block_config", "block_layers", "block_params"),
            *("block_setting", "conv_stem_configs", "depths", "embed_dim", "features"),
            *("growth_rate", "head_dim", "hidden_dim", "inverted_residual_setting"),
            *("last_channel", "layers", "mlp_dim", "num_heads", "num_init_features"),
            *("num_layers", "partition_size", "patch_size", "stages_out_channels"),
            *("stages_repeats", "stem_channels", "stem_width", "version", "window_size"),
        ),
        _FIXED,
    ),
    **dict.fromkeys(
        (
            *("activation", "activation_layer", "block", "block_type", "blocks"),
            *("downsample_layer", "inception_blocks", "inverted_residual", "stem_type"),
        ),
        _FUNCTION,
    ),
    "norm_layer": "a function; every norm is the network's own",
    "progress": "downloads show their progress on a terminal",
    "aux_logits": _ONE_TENSOR,
    "dropout_aux": _ONE_TENSOR,
    "init_weights": "always true: the weights begin as the network's authors have it",
    "representation_size": "no pretrained weights have this layer in front of the head",
}

ARGUMENTS_LEFT_OUT: Mapping[str, str] = {
    # Under the networks' names: other layers have arguments that are called the same.
    **_of("", _OF_ALL),
    **{f"{name}.stochastic_depth_prob": _FIXED for name in _DEPTHS},
    **{
        f"{name}.{argument}": _BASIC_BLOCK
        for name in ("resnet18", "resnet34")
        for argument in (*GROUPS, *WIDTH, *DILATED)
    },
    **_of("resnext", dict.fromkeys((*GROUPS, *WIDTH), _FIXED)),
    **_of("wide_resnet", dict.fromkeys(WIDTH, _FIXED)),
}
