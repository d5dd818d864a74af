"""torchvision's classification networks, each usable as one layer.

Traits beside those of `layers/make.py`:

- `signature`: address of the class whose signature the arguments come from; the function that
  builds it takes them as **kwargs.
- `head`: the attribute that holds the last Linear layer, replaced for another number of classes.
- `pretrained_classes`: how many classes the pretrained weights know.
"""

from __future__ import annotations

from collections.abc import Mapping

from cifar_pipe.catalog.entry import Arg, Entry
from cifar_pipe.catalog.types import Bool, PositiveInt, choice, list_of, optional

_V1 = ("IMAGENET1K_V1", "DEFAULT")
_V2 = ("IMAGENET1K_V1", "IMAGENET1K_V2", "DEFAULT")


def _resnet(name: str, what: str, weights: tuple[str, ...], *takes: str) -> Entry:
    optional_args = {
        "groups": Arg(PositiveInt, 1, "Groups of channels in the 3x3 convolutions."),
        "width_per_group": Arg(PositiveInt, 64, "Channels of each group in the first stage."),
        "replace_stride_with_dilation": Arg(
            optional(list_of(Bool, 3)),
            None,
            "For each of the last three stages: dilate, and keep the size of the image.",
        ),
    }
    return Entry(
        "layer",
        name,
        f"{what}: [N, 3, H, W] to [N, num_classes].",
        f"torchvision.models:{name}",
        {
            "weights": Arg(
                optional(choice(*weights)),
                None,
                "Pretrained weights; with another num_classes than theirs the head is new.",
            ),
            "num_classes": Arg(PositiveInt, 1000, "Classes: the size of the output."),
            "zero_init_residual": Arg(
                Bool, default=False, description="Begin with residual branches that give zero."
            ),
            **{key: optional_args[key] for key in takes},
        },
        f"https://docs.pytorch.org/vision/stable/models/generated/torchvision.models.{name}.html",
        {
            "dimensions": (4,),
            "network": True,
            "signature": "torchvision.models:ResNet",
            "head": "fc",
            "pretrained_classes": 1000,
        },
    )


_DILATED = "replace_stride_with_dilation"

ENTRIES = [
    _resnet("resnet18", "Residual network of 18 layers", _V1),
    _resnet("resnet34", "Residual network of 34 layers", _V1),
    *(
        _resnet(
            f"resnet{depth}",
            f"Residual network of {depth} layers",
            _V2,
            "groups",
            "width_per_group",
            _DILATED,
        )
        for depth in (50, 101, 152)
    ),
    _resnet("resnext50_32x4d", "ResNeXt-50 with 32 groups of 4 channels", _V2, _DILATED),
    _resnet("resnext101_32x8d", "ResNeXt-101 with 32 groups of 8 channels", _V2, _DILATED),
    _resnet("resnext101_64x4d", "ResNeXt-101 with 64 groups of 4 channels", _V1, _DILATED),
    _resnet("wide_resnet50_2", "ResNet-50, twice as wide inside", _V2, "groups", _DILATED),
    _resnet("wide_resnet101_2", "ResNet-101, twice as wide inside", _V2, "groups", _DILATED),
]

_BASIC_BLOCK = "its blocks take no groups, widths or dilation"
_FIXED = "fixed by the network's name"

ARGUMENTS_LEFT_OUT: Mapping[str, str] = {
    "block": _FIXED,
    "layers": _FIXED,
    "norm_layer": "a function; every norm is BatchNorm2d",
    "progress": "downloads show their progress on a terminal",
    **{
        f"{name}.{argument}": _BASIC_BLOCK
        for name in ("resnet18", "resnet34")
        for argument in ("groups", "width_per_group", _DILATED)
    },
    **{
        f"{name}.{argument}": _FIXED
        for name in ("resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d")
        for argument in ("groups", "width_per_group")
    },
    "wide_resnet50_2.width_per_group": _FIXED,
    "wide_resnet101_2.width_per_group": _FIXED,
}

_PLANNED = "planned: of the whole networks the ResNets come first"

LEFT_OUT: Mapping[str, str] = {
    **dict.fromkeys(("googlenet", "inception_v3"), "gives several outputs in training"),
    **dict.fromkeys(
        (
            "alexnet",
            *(f"convnext_{size}" for size in ("tiny", "small", "base", "large")),
            *(f"densenet{depth}" for depth in (121, 161, 169, 201)),
            *(f"efficientnet_b{number}" for number in range(8)),
            *(f"efficientnet_v2_{size}" for size in "sml"),
            "maxvit_t",
            *(f"mnasnet{width}" for width in ("0_5", "0_75", "1_0", "1_3")),
            *("mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small"),
            *(
                f"regnet_{kind}_{flops}"
                for kind in "xy"
                for flops in ("400mf", "800mf", "1_6gf", "3_2gf", "8gf", "16gf", "32gf")
            ),
            "regnet_y_128gf",
            *(f"shufflenet_v2_x{width}" for width in ("0_5", "1_0", "1_5", "2_0")),
            *("squeezenet1_0", "squeezenet1_1"),
            *(f"swin_{size}" for size in ("t", "s", "b", "v2_t", "v2_s", "v2_b")),
            *(f"vgg{depth}{norm}" for depth in (11, 13, 16, 19) for norm in ("", "_bn")),
            *(f"vit_{size}" for size in ("b_16", "b_32", "l_16", "l_32", "h_14")),
        ),
        _PLANNED,
    ),
}
