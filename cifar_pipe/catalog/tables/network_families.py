"""The families of torchvision's classification networks: what those of one class have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cifar_pipe.catalog.core.argument_rules import BrokenRule, Rule, both_given
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import ANY, LayerFacts, NetworkFacts
from cifar_pipe.catalog.core.types import (
    Bool,
    PositiveFloat,
    PositiveInt,
    Probability,
    Str,
    choice,
    list_of,
    optional,
)

V1 = ("IMAGENET1K_V1",)
V2 = ("IMAGENET1K_V1", "IMAGENET1K_V2")
_NO_AUXILIARY = {"aux_logits": False, "init_weights": True}
SWAG = ("IMAGENET1K_SWAG_E2E_V1", "IMAGENET1K_SWAG_LINEAR_V1")

_WEIGHTS = {
    "weights_file": Arg(
        optional(Str),
        None,
        "File with the network's state_dict, relative to the current directory, instead of "
        "`weights`; with another num_classes than its the head is new.",
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


def _one_source(arguments: Mapping[str, Any]) -> BrokenRule | None:
    if arguments["weights"] and arguments["weights_file"]:
        return both_given("weights", "weights_file")
    if arguments["weights_stand_in"] and not arguments["weights"]:
        message = "weights_stand_in is for weights that are downloaded: it needs weights"
        return BrokenRule(message, ("weights_stand_in", "weights"))
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Networks of one class: what they have in common, called once for each."""

    class_name: str
    facts: NetworkFacts
    args: Mapping[str, Arg] = field(default_factory=dict)
    builder_defaults: tuple[str, ...] = ()

    def __call__(
        self,
        name: str,
        what: str,
        /,
        weights: tuple[str, ...] = V1,
        args: Mapping[str, Arg] | None = None,
        *,
        rule: Rule | None = None,
    ) -> Entry:
        return Entry(
            "layer",
            name,
            f"{what}: [N, 3, H, W] to [N, num_classes].",
            f"torchvision.models:{name}",
            {
                "weights": Arg(
                    optional(choice(*weights, "DEFAULT")),
                    None,
                    "Pretrained weights; with another num_classes than theirs the head is new.",
                ),
                "num_classes": Arg(PositiveInt, 1000, "Classes: the size of the output."),
                **self.args,
                **(args or {}),
                **_WEIGHTS,
            },
            "https://docs.pytorch.org/vision/stable/models/generated/"
            f"torchvision.models.{name}.html",
            LayerFacts(dimensions=(4,), values=ANY, network=self.facts),
            _both(rule, _one_source),
            own_args=tuple(_WEIGHTS),
            # Auxiliary heads are switched off: the layer gives one tensor.
            fixed_args=_NO_AUXILIARY if self.facts.auxiliary else {},
            signature=f"torchvision.models:{self.class_name}",
            builder_defaults=self.builder_defaults,
        )


def dropout(default: float) -> Arg:
    return Arg(Probability, default, "Probability of a number before the head to be zeroed.")


def _inside(default: float, what: str) -> Arg:
    return Arg(Probability, default, f"Probability of a number in {what} to be zeroed.")


def depth(default: float) -> Arg:
    return Arg(Probability, default, "Probability of the last block to be skipped in training.")


MIXERS = {
    "dropout": _inside(0.0, "the layers between attentions"),
    "attention_dropout": _inside(0.0, "the attention weights"),
}
TRANSFORM = Arg(
    Bool, False, "Normalise the images anew, as the pretrained weights want it; with these, true."
)

ALEXNET = Family(
    class_name="AlexNet", facts=NetworkFacts(head="classifier.6"), args={"dropout": dropout(0.5)}
)
CONVNEXT = Family(
    class_name="ConvNeXt",
    facts=NetworkFacts(head="classifier.2"),
    args={"layer_scale": Arg(PositiveFloat, 1e-6, "Scale of each block's output at the start.")},
    builder_defaults=("stochastic_depth_prob",),
)
DENSENET = Family(
    class_name="DenseNet",
    facts=NetworkFacts(head="classifier"),
    args={
        "bn_size": Arg(PositiveInt, 4, "Channels of the bottlenecks, as a multiple of the growth."),
        "drop_rate": Arg(Probability, 0, "Probability of a number after each layer to be zeroed."),
        "memory_efficient": Arg(Bool, False, "Compute inner results twice, which saves memory."),
    },
)
EFFICIENTNET = Family(
    class_name="EfficientNet",
    facts=NetworkFacts(head="classifier.1"),
    args={"stochastic_depth_prob": depth(0.2)},
    builder_defaults=("dropout",),
)
GOOGLENET = Family(
    class_name="GoogLeNet",
    facts=NetworkFacts(head="fc", auxiliary=("aux1", "aux2")),
    args={"transform_input": TRANSFORM, "dropout": dropout(0.2)},
)
INCEPTION = Family(
    class_name="Inception3",
    facts=NetworkFacts(head="fc", auxiliary=("AuxLogits",)),
    args={"transform_input": TRANSFORM, "dropout": dropout(0.5)},
)
MAXVIT = Family(
    class_name="MaxVit",
    facts=NetworkFacts(head="classifier.5", image_size="input_size"),
    args={
        "input_size": Arg(
            list_of(PositiveInt, 2),
            [224, 224],
            "Height and width of the images: no others are taken; multiples of 224.",
        ),
        "squeeze_ratio": Arg(PositiveFloat, 0.25, "Width of the squeeze-and-excitation layers."),
        "expansion_ratio": Arg(PositiveFloat, 4, "Width of the convolutions inside a block."),
        "mlp_ratio": Arg(PositiveInt, 4, "Width of the layers between attentions."),
        "mlp_dropout": _inside(0.0, "the layers between attentions"),
        "attention_dropout": _inside(0.0, "the attention weights"),
    },
    builder_defaults=("input_size",),
)
MNASNET = Family(
    class_name="MNASNet", facts=NetworkFacts(head="classifier.1"), args={"dropout": dropout(0.2)}
)
MOBILENET_V2 = Family(
    class_name="MobileNetV2",
    facts=NetworkFacts(head="classifier.1"),
    args={
        "width_mult": Arg(PositiveFloat, 1.0, "Factor of all numbers of channels."),
        "round_nearest": Arg(PositiveInt, 8, "Numbers of channels are multiples of this."),
        "dropout": dropout(0.2),
    },
)
MOBILENET_V3 = Family(
    class_name="MobileNetV3",
    facts=NetworkFacts(head="classifier.3"),
    args={"dropout": dropout(0.2)},
)
REGNET = Family(class_name="RegNet", facts=NetworkFacts(head="fc", computes_sizes=True))
RESNET = Family(
    class_name="ResNet",
    facts=NetworkFacts(head="fc"),
    args={"zero_init_residual": Arg(Bool, False, "Begin with residual branches that give zero.")},
)
SHUFFLENET = Family(class_name="ShuffleNetV2", facts=NetworkFacts(head="fc"))
SQUEEZENET = Family(
    class_name="SqueezeNet", facts=NetworkFacts(head="classifier.1"), args={"dropout": dropout(0.5)}
)
SWIN = Family(
    class_name="SwinTransformer",
    facts=NetworkFacts(head="head"),
    args={
        "mlp_ratio": Arg(PositiveFloat, 4.0, "Width of the layers between attentions."),
        **MIXERS,
    },
)
VGG = Family(
    class_name="VGG", facts=NetworkFacts(head="classifier.6"), args={"dropout": dropout(0.5)}
)
VIT = Family(
    class_name="VisionTransformer",
    facts=NetworkFacts(head="heads.head", image_size="image_size"),
    args={
        "image_size": Arg(PositiveInt, 224, "Height and width of the images: no others are taken."),
        **MIXERS,
    },
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
