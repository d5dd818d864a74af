"""torchvision's classification networks, each usable as one layer: all that there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cifar_pipe.catalog.core.argument_rules import weights_of_size
from cifar_pipe.catalog.core.entry import Entry, by_name
from cifar_pipe.catalog.tables import network_families as families
from cifar_pipe.catalog.tables.network_families import (
    DILATED,
    GROUPS,
    SWAG,
    V1,
    V2,
    WIDTH,
    depth,
    dropout,
)


def _vit(name: str, what: str, weights: tuple[str, ...], **sizes: int) -> Entry:
    """`sizes` are those of the weights that want other images than 224x224."""
    rule = weights_of_size("image_size", 224, sizes)
    return families.VIT(name, f"Vision transformer, {what}", weights, rule)


def _rows(family: Callable[..., Entry], words: str, names: Mapping[str, str]) -> list[Entry]:
    """Networks of V1 weights alone: names, and what of the words differs."""
    return [family(name, words.format(of)) for name, of in names.items()]


_FLOPS = {"400mf": 0.4, "800mf": 0.8, "1_6gf": 1.6, "3_2gf": 3.2, "8gf": 8, "16gf": 16, "32gf": 32}

ENTRIES = [
    families.ALEXNET("alexnet", "AlexNet, five convolutions and three linear layers"),
    *(
        families.CONVNEXT(
            f"convnext_{size}", f"ConvNeXt, {size}", stochastic_depth_prob=depth(share)
        )
        for size, share in {"tiny": 0.1, "small": 0.4, "base": 0.5, "large": 0.5}.items()
    ),
    *_rows(
        families.DENSENET,
        "DenseNet of {} layers, each taking the outputs of all above it in its block",
        {f"densenet{depth}": str(depth) for depth in (121, 161, 169, 201)},
    ),
    *(
        families.EFFICIENTNET(
            f"efficientnet_b{number}",
            f"EfficientNet, size {number} of 0 to 7",
            V2 if number == 1 else V1,
            dropout=dropout(share),
        )
        for number, share in enumerate((0.2, 0.2, 0.3, 0.3, 0.4, 0.4, 0.5, 0.5))
    ),
    *(
        families.EFFICIENTNET(
            f"efficientnet_v2_{letter}", f"EfficientNetV2, {size}", dropout=dropout(share)
        )
        for letter, size, share in (("s", "small", 0.2), ("m", "medium", 0.3), ("l", "large", 0.4))
    ),
    families.GOOGLENET("googlenet", "GoogLeNet, without its auxiliary heads"),
    families.INCEPTION(
        "inception_v3", "Inception v3, without its auxiliary head; images of at least 75x75"
    ),
    families.MAXVIT("maxvit_t", "MaxViT, tiny", rule=weights_of_size("input_size", [224, 224], {})),
    *_rows(
        families.MNASNET,
        "MNASNet of {} times the usual width",
        {f"mnasnet{width.replace('.', '_')}": width for width in ("0.5", "0.75", "1.0", "1.3")},
    ),
    families.MOBILENET_V2("mobilenet_v2", "MobileNet v2", V2),
    families.MOBILENET_V3("mobilenet_v3_large", "MobileNet v3, large", V2),
    families.MOBILENET_V3("mobilenet_v3_small", "MobileNet v3, small"),
    *(
        families.REGNET(
            f"regnet_{kind}_{size}",
            f"RegNet{kind.upper()} of about {billions} billion multiply-adds",
            (*V2, *SWAG) if kind == "y" and size in ("16gf", "32gf") else V2,
        )
        for kind in "xy"
        for size, billions in _FLOPS.items()
    ),
    families.REGNET("regnet_y_128gf", "RegNetY of about 128 billion multiply-adds", SWAG),
    families.RESNET("resnet18", "Residual network of 18 layers"),
    families.RESNET("resnet34", "Residual network of 34 layers"),
    *(
        families.RESNET(
            f"resnet{depth}",
            f"Residual network of {depth} layers",
            V2,
            **GROUPS,
            **WIDTH,
            **DILATED,
        )
        for depth in (50, 101, 152)
    ),
    families.RESNET("resnext50_32x4d", "ResNeXt-50 with 32 groups of 4 channels", V2, **DILATED),
    families.RESNET("resnext101_32x8d", "ResNeXt-101 with 32 groups of 8 channels", V2, **DILATED),
    families.RESNET("resnext101_64x4d", "ResNeXt-101 with 64 groups of 4 channels", **DILATED),
    families.RESNET("wide_resnet50_2", "ResNet-50, twice as wide inside", V2, **GROUPS, **DILATED),
    families.RESNET(
        "wide_resnet101_2", "ResNet-101, twice as wide inside", V2, **GROUPS, **DILATED
    ),
    *_rows(
        families.SHUFFLENET,
        "ShuffleNet v2 of {} times the usual width",
        {
            f"shufflenet_v2_x{width.replace('.', '_')}": width
            for width in ("0.5", "1.0", "1.5", "2.0")
        },
    ),
    *_rows(families.SQUEEZENET, "SqueezeNet {}", {"squeezenet1_0": "1.0", "squeezenet1_1": "1.1"}),
    *_rows(
        families.SWIN,
        "Swin transformer{}",
        {
            f"swin_{version}{letter}": f"{words}, {size}"
            for version, words in (("", ""), ("v2_", " v2"))
            for letter, size in (("t", "tiny"), ("s", "small"), ("b", "base"))
        },
    ),
    *_rows(
        families.VGG,
        "VGG of {}",
        {
            f"vgg{depth}{ending}": f"{depth} layers{words}"
            for depth in (11, 13, 16, 19)
            for ending, words in (("", ""), ("_bn", ", with batch normalisation"))
        },
    ),
    _vit("vit_b_16", "base, patches of 16x16", (*V1, *SWAG), IMAGENET1K_SWAG_E2E_V1=384),
    _vit("vit_b_32", "base, patches of 32x32", V1),
    _vit("vit_l_16", "large, patches of 16x16", (*V1, *SWAG), IMAGENET1K_SWAG_E2E_V1=512),
    _vit("vit_l_32", "large, patches of 32x32", V1),
    _vit("vit_h_14", "huge, patches of 14x14", SWAG, IMAGENET1K_SWAG_E2E_V1=518, DEFAULT=518),
]


# Weights that give no classes: the linear layers of the file hold nothing but NaN.
WEIGHTS_LEFT_OUT: Mapping[str, str] = {
    "vgg16.IMAGENET1K_FEATURES": "for features alone: the linear layers hold no numbers"
}

_FIXED = "fixed by the network's name"
_BASIC_BLOCK = "its blocks take no groups, widths or dilation"
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
    _FIXED: """
        alpha block_channels block_config block_layers block_params block_setting
        conv_stem_configs depths embed_dim features growth_rate head_dim hidden_dim
        inverted_residual_setting last_channel layers mlp_dim num_heads num_init_features
        num_layers partition_size patch_size stages_out_channels stages_repeats
        stem_channels stem_width version window_size
    """,
    "a function, and a pipeline holds no code": """
        activation activation_layer block block_type blocks downsample_layer
        inception_blocks inverted_residual stem_type
    """,
    "a function; every norm is the network's own": "norm_layer",
    "downloads show their progress on a terminal": "progress",
    "a layer gives one tensor: the auxiliary heads are off": "aux_logits dropout_aux",
    "always true: the weights begin as the network's authors have it": "init_weights",
    "no pretrained weights have this layer in front of the head": "representation_size",
}  # fmt: skip

ARGUMENTS_LEFT_OUT: Mapping[str, str] = {
    # Under the networks' names: other layers have arguments that are called the same.
    **_of("", by_name(_OF_ALL)),
    **{f"{name}.stochastic_depth_prob": _FIXED for name in _DEPTHS},
    **{
        f"{name}.{argument}": _BASIC_BLOCK
        for name in ("resnet18", "resnet34")
        for argument in (*GROUPS, *WIDTH, *DILATED)
    },
    **_of("resnext", dict.fromkeys((*GROUPS, *WIDTH), _FIXED)),
    **_of("wide_resnet", dict.fromkeys(WIDTH, _FIXED)),
}
