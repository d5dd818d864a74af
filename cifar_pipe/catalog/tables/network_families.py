"""The families of torchvision's classification networks: what those of one class have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cifar_pipe.catalog.core.argument_rules import BrokenRule, Rule, both_given
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import ANY, LayerFacts, NetworkFacts
from cifar_pipe.catalog.core.types import (
    Bool,
    PositiveFloat,
    PositiveInt,
    Probability,
    Sha256,
    Str,
    choice,
    list_of,
    optional,
)

V1 = ("IMAGENET1K_V1",)
V2 = ("IMAGENET1K_V1", "IMAGENET1K_V2")
_NO_AUXILIARY = {"aux_logits": False, "init_weights": True}
SWAG = ("IMAGENET1K_SWAG_E2E_V1", "IMAGENET1K_SWAG_LINEAR_V1")

WEIGHTS = {
    "weights_file": Arg(
        optional(Str),
        None,
        "File with the network's state_dict, relative to the current directory, instead of "
        "`weights`; with another num_classes than its the head is new.",
        reads=True,
    ),
    "weights_sha256": Arg(
        optional(Sha256),
        None,
        "SHA-256 of the weights_file in hexadecimal digits: a file with another is refused.",
    ),
    "weights_stand_in": Arg(
        optional(choice("random")),
        None,
        "Go on with random weights, and say so, where `weights` are not on disk and there is no "
        "connection to download them.",
    ),
}


def _both(first: Rule | None, second: Rule) -> Rule:
    return lambda arguments: (first(arguments) if first else None) or second(arguments)


def one_source(arguments: Mapping[str, Any]) -> BrokenRule | None:
    if arguments["weights"] and arguments["weights_file"]:
        return both_given("weights", "weights_file")
    if arguments["weights_sha256"] and not arguments["weights_file"]:
        message = "weights_sha256 is that of a weights_file: it needs one"
        return BrokenRule(message, ("weights_sha256", "weights_file"))
    if arguments["weights_stand_in"] and not arguments["weights"]:
        message = "weights_stand_in is for weights that are downloaded: it needs weights"
        return BrokenRule(message, ("weights_stand_in", "weights"))
    return None


def family(
    class_name: str, network: NetworkFacts, *, builder_defaults: tuple[str, ...] = (), **shared: Arg
) -> Callable[..., Entry]:
    """Networks of one class, with what they share; the result makes the row of one of them."""

    def row(
        name: str, what: str, weights: tuple[str, ...] = V1, rule: Rule | None = None, **args: Arg
    ) -> Entry:
        pretrained = Arg(
            optional(choice(*weights, "DEFAULT")),
            None,
            "Pretrained weights; with another num_classes than theirs the head is new.",
        )
        classes = Arg(PositiveInt, 1000, "Classes: the size of the output.")
        return Entry(
            "layer",
            name,
            f"{what}: [N, 3, H, W] to [N, num_classes].",
            f"torchvision.models:{name}",
            {"weights": pretrained, "num_classes": classes, **shared, **args, **WEIGHTS},
            "https://docs.pytorch.org/vision/stable/models/generated/"
            f"torchvision.models.{name}.html",
            LayerFacts(dimensions=(4,), values=ANY, network=network),
            _both(rule, one_source),
            own_args=tuple(WEIGHTS),
            # Auxiliary heads are switched off: the layer gives one tensor.
            fixed_args=_NO_AUXILIARY if network.auxiliary else {},
            signature=f"torchvision.models:{class_name}",
            builder_defaults=builder_defaults,
        )

    return row


def dropout(default: float) -> Arg:
    return Arg(Probability, default, "Probability of a number before the head to be zeroed.")


def _inside(default: float, what: str) -> Arg:
    return Arg(Probability, default, f"Probability of a number in {what} to be zeroed.")


def depth(default: float) -> Arg:
    return Arg(Probability, default, "Probability of the last block to be skipped in training.")


MIXERS: Mapping[str, Any] = {
    "dropout": _inside(0.0, "the layers between attentions"),
    "attention_dropout": _inside(0.0, "the attention weights"),
}
TRANSFORM = Arg(
    Bool,
    False,
    "Normalise the images anew, as torchvision's weights want it; true with weights or a weights_file.",
)

ALEXNET = family("AlexNet", NetworkFacts(head="classifier.6"), dropout=dropout(0.5))
CONVNEXT = family(
    "ConvNeXt",
    NetworkFacts(head="classifier.2"),
    layer_scale=Arg(PositiveFloat, 1e-6, "Scale of each block's output at the start."),
    builder_defaults=("stochastic_depth_prob",),
)
DENSENET = family(
    "DenseNet",
    NetworkFacts(head="classifier"),
    bn_size=Arg(PositiveInt, 4, "Channels of the bottlenecks, as a multiple of the growth."),
    drop_rate=Arg(Probability, 0, "Probability of a number after each layer to be zeroed."),
    memory_efficient=Arg(Bool, False, "Compute inner results twice, which saves memory."),
)
EFFICIENTNET = family(
    "EfficientNet",
    NetworkFacts(head="classifier.1"),
    stochastic_depth_prob=depth(0.2),
    builder_defaults=("dropout",),
)
GOOGLENET = family(
    "GoogLeNet",
    NetworkFacts(head="fc", auxiliary=("aux1", "aux2"), pretrained_with=("transform_input",)),
    transform_input=TRANSFORM,
    dropout=dropout(0.2),
)
INCEPTION = family(
    "Inception3",
    NetworkFacts(head="fc", auxiliary=("AuxLogits",), pretrained_with=("transform_input",)),
    transform_input=TRANSFORM,
    dropout=dropout(0.5),
)
MAXVIT = family(
    "MaxVit",
    NetworkFacts(head="classifier.5", image_size="input_size"),
    input_size=Arg(
        list_of(PositiveInt, 2),
        [224, 224],
        "Height and width of the images: no others are taken; multiples of 224.",
    ),
    squeeze_ratio=Arg(PositiveFloat, 0.25, "Width of the squeeze-and-excitation layers."),
    expansion_ratio=Arg(PositiveFloat, 4, "Width of the convolutions inside a block."),
    mlp_ratio=Arg(PositiveInt, 4, "Width of the layers between attentions."),
    mlp_dropout=_inside(0.0, "the layers between attentions"),
    attention_dropout=_inside(0.0, "the attention weights"),
    builder_defaults=("input_size",),
)
MNASNET = family("MNASNet", NetworkFacts(head="classifier.1"), dropout=dropout(0.2))
MOBILENET_V2 = family(
    "MobileNetV2",
    NetworkFacts(head="classifier.1"),
    width_mult=Arg(PositiveFloat, 1.0, "Factor of all numbers of channels."),
    round_nearest=Arg(PositiveInt, 8, "Numbers of channels are multiples of this."),
    dropout=dropout(0.2),
)
MOBILENET_V3 = family("MobileNetV3", NetworkFacts(head="classifier.3"), dropout=dropout(0.2))
REGNET = family("RegNet", NetworkFacts(head="fc", computes_sizes=True))
RESNET = family(
    "ResNet",
    NetworkFacts(head="fc"),
    zero_init_residual=Arg(Bool, False, "Begin with residual branches that give zero."),
)
SHUFFLENET = family("ShuffleNetV2", NetworkFacts(head="fc"))
SQUEEZENET = family("SqueezeNet", NetworkFacts(head="classifier.1"), dropout=dropout(0.5))
SWIN = family(
    "SwinTransformer",
    NetworkFacts(head="head"),
    mlp_ratio=Arg(PositiveFloat, 4.0, "Width of the layers between attentions."),
    **MIXERS,
)
VGG = family("VGG", NetworkFacts(head="classifier.6"), dropout=dropout(0.5))
VIT = family(
    "VisionTransformer",
    NetworkFacts(head="heads.head", image_size="image_size"),
    image_size=Arg(PositiveInt, 224, "Height and width of the images: no others are taken."),
    **MIXERS,
    builder_defaults=("image_size",),
)

GROUPS = {"groups": Arg(PositiveInt, 1, "Groups of channels in the 3x3 convolutions.")}
WIDTH = {"width_per_group": Arg(PositiveInt, 64, "Channels of each group in the first stage.")}
DILATED = {
    "replace_stride_with_dilation": Arg(
        optional(list_of(Bool, 3)),
        None,
        "For each of the last three stages: dilate, and keep the size of the image.",
    )
}
