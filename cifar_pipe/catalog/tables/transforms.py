"""Transforms: torchvision's v2, by name. What images go through is told by `through`.

Traits of an entry:
    effect   function (Images, Component) -> Images; raises EffectMisfit
    random   whether it draws, for each image and epoch anew
    takes    "uint8" or "float32" where only one will do, else "any"
    colour   whether values must be colours: 0 to 255, or 0 to 1 as floats, so before Normalize
    fills    the arguments that are a colour of the images
    storable whether the image store can hold its result: the same for each epoch, and uint8
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from cifar_pipe.catalog.core.argument_rules import Rule, ordered
from cifar_pipe.catalog.core.entry import Arg, Entry, table
from cifar_pipe.catalog.core.types import (
    Bool,
    Float,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Probability,
    Words,
    choice,
    either,
    list_of,
    optional,
    range_of,
    size,
    whole_choice,
)
from cifar_pipe.catalog.images import transform_effects as effects
from cifar_pipe.catalog.images.transform_flow import (
    Effect,
    TransformMisfit,
    is_random,
    network_inputs,
    of_split,
    through,
)

__all__ = ["TABLE", "TransformMisfit", "is_random", "network_inputs", "of_split", "through"]

_LINK = "https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.v2.{}.html"


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise PydanticCustomError("odd", "it is even")
    return value


def _between(low: float, high: float) -> Any:
    return Annotated[float, Field(strict=True, ge=low, le=high, allow_inf_nan=False)]


def _whole_between(low: int, high: int) -> Any:
    return Annotated[int, Field(strict=True, ge=low, le=high)]


_ODD_WORDS = "an odd whole number above 0"
_Odd = Annotated[
    int,
    Field(strict=True, gt=0),
    AfterValidator(_odd),
    # A `not` would be told as "matches a schema that is not allowed".
    WithJsonSchema(
        {
            "type": "integer",
            "exclusiveMinimum": 0,
            "if": {"multipleOf": 2, "type": "integer"},
            "then": {"errorMessage": f"takes {_ODD_WORDS}", "type": "null"},
        }
    ),
    Words(_ODD_WORDS, "odd whole numbers above 0"),
]
_Fill = either(Float, list_of(Float, minimum=1), expected="a number or a list of numbers")
_Factor = either(NonNegativeFloat, range_of(NonNegativeFloat))
_Degrees = either(NonNegativeFloat, range_of(Float))
_Padding = either(
    NonNegativeInt,
    list_of(NonNegativeInt, 2),
    list_of(NonNegativeInt, 4),
    expected="a whole number of at least 0, or a list of 2 or 4",
)

_SIZE = "Height and width in pixels, [height, width]; one number for a square."
_P = "Probability that an image is changed."
_OUTSIDE = "Value of what comes from outside the image, one for all channels or one each: 0 to 255 before ToTensor, 0 to 1 after."


def _p(default: float = 0.5) -> Arg:
    return Arg(Probability, default, _P)


def _fill(default: Any = 0) -> Arg:
    return Arg(_Fill if default is not None else optional(_Fill), default, _OUTSIDE)


def _resampling(default: str) -> Arg:
    names = ("nearest", "nearest-exact", "bilinear", "bicubic")
    return Arg(choice(*names), default, "How values between pixels are found.")


def _warping(default: str) -> Arg:
    return Arg(choice("nearest", "bilinear"), default, "How values between pixels are found.")


_ANTIALIAS = Arg(Bool, True, "Whether shrinking averages over all pixels it leaves out.")
_PADDING_MODE = Arg(
    choice("constant", "edge", "reflect", "symmetric"),
    "constant",
    "What the border shows: fill, the last pixel, or the image mirrored without or with it.",
)
_CENTER = Arg(
    optional(list_of(Float, 2)),
    None,
    "Centre [x, y] in pixels from the upper left corner; the image's.",
)
_TwoOrMore = Annotated[int, Field(strict=True, ge=2)]
_BINS = Arg(_TwoOrMore, 31, "Steps that the strengths are divided into.")


def _transform(
    name: str,
    summary: str,
    effect: Effect,
    args: Mapping[str, Arg] | None = None,
    *,
    random: bool = False,
    takes: Literal["uint8", "float32", "any"] = "any",
    colour: bool = False,
    storable: bool = False,
    rule: Rule | None = None,
) -> Entry:
    traits = {
        "effect": effect,
        "random": random,
        "takes": takes,
        "colour": colour,
        "fills": [key for key in ("fill", "value") if key in (args or {})],
        "storable": storable,
        **({"rule": rule} if rule else {}),
    }
    return Entry(
        "transform",
        name,
        summary,
        f"torchvision.transforms.v2:{name}",
        args or {},
        _LINK.format(name),
        traits,
    )


def _conversions() -> list[Entry]:
    return [
        _transform(
            "ToTensor",
            "Makes floats from 0 to 1 of whole numbers from 0 to 255.",
            effects.to_tensor,
        ),
        _transform(
            "ToDtype",
            "Changes the kind of number; with scale, 0 to 255 becomes 0 to 1.",
            effects.to_dtype,
            {
                "dtype": Arg(choice("float32", "uint8"), description="The kind of number."),
                "scale": Arg(Bool, False, "Whether values are scaled to the new kind's range."),
            },
        ),
        _transform(
            "Normalize",
            "Takes the mean away and divides by the standard deviation, for each channel.",
            effects.normalize,
            {
                "mean": Arg(list_of(Float, minimum=1), description="Mean of each channel."),
                "std": Arg(
                    list_of(PositiveFloat, minimum=1),
                    description="Standard deviation of each channel.",
                ),
            },
            takes="float32",
        ),
        _transform(
            "ToImage", "Changes nothing here: images are tensors.", effects.unchanged, storable=True
        ),
        _transform(
            "PILToTensor",
            "Changes nothing here: images are tensors.",
            effects.unchanged,
            storable=True,
        ),
        _transform(
            "ToPureTensor",
            "Changes nothing here: images are tensors.",
            effects.unchanged,
            storable=True,
        ),
        _transform("Identity", "Changes nothing.", effects.unchanged, storable=True),
    ]


def _sizes() -> list[Entry]:
    return [
        _transform(
            "Resize",
            "Scales images; one number is the shorter side, and the shape is kept.",
            effects.resize,
            {
                "size": Arg(
                    optional(size(2)),
                    description="The shorter side in pixels, or [height, width]; null for max_size alone.",
                ),
                "interpolation": _resampling("bilinear"),
                "max_size": Arg(
                    optional(PositiveInt),
                    None,
                    "The longer side's limit in pixels, for a size of one number.",
                ),
                "antialias": _ANTIALIAS,
            },
            storable=True,
        ),
        _transform(
            "CenterCrop",
            "Cuts out the middle; smaller images are padded with 0.",
            effects.sized,
            {"size": Arg(size(2), description=_SIZE)},
            storable=True,
        ),
        _transform(
            "Pad",
            "Adds a border.",
            effects.pad,
            {
                "padding": Arg(
                    _Padding,
                    description="Pixels on each side, [left and right, top and bottom], or [left, top, right, bottom].",
                ),
                "fill": _fill(),
                "padding_mode": _PADDING_MODE,
            },
            storable=True,
        ),
        _transform(
            "RandomCrop",
            "Cuts out a part at a random place.",
            effects.random_crop,
            {
                "size": Arg(size(2), description=_SIZE),
                "padding": Arg(
                    optional(_Padding),
                    None,
                    "Pixels added before cropping: on each side, [left and right, top and bottom], or [left, top, right, bottom].",
                ),
                "pad_if_needed": Arg(Bool, False, "Whether smaller images are padded to the size."),
                "fill": _fill(),
                "padding_mode": _PADDING_MODE,
            },
            random=True,
        ),
        _transform(
            "RandomResizedCrop",
            "Cuts out a part of random place, area and aspect ratio, and scales it to one size.",
            effects.sized,
            {
                "size": Arg(size(2), description=_SIZE),
                "scale": Arg(
                    range_of(_between(0, 1)), (0.08, 1.0), "Range of the share of the area."
                ),
                "ratio": Arg(
                    range_of(PositiveFloat), (3 / 4, 4 / 3), "Range of width over height."
                ),
                "interpolation": _resampling("bilinear"),
                "antialias": _ANTIALIAS,
            },
            random=True,
        ),
    ]


def _places() -> list[Entry]:
    return [
        _transform(
            "RandomHorizontalFlip",
            "Mirrors left and right.",
            effects.unchanged,
            {"p": _p()},
            random=True,
        ),
        _transform(
            "RandomVerticalFlip",
            "Mirrors top and bottom.",
            effects.unchanged,
            {"p": _p()},
            random=True,
        ),
        _transform(
            "RandomRotation",
            "Turns images by a random angle.",
            effects.rotation,
            {
                "degrees": Arg(
                    _Degrees, description="Range of the angle in degrees; 30 means [-30, 30]."
                ),
                "interpolation": _warping("nearest"),
                "expand": Arg(Bool, False, "Whether images grow to hold all of the turned image."),
                "center": _CENTER,
                "fill": _fill(),
            },
            random=True,
        ),
        _transform(
            "RandomAffine",
            "Turns, moves, scales and shears images at random.",
            effects.filled,
            {
                "degrees": Arg(
                    _Degrees, description="Range of the angle in degrees; 30 means [-30, 30]."
                ),
                "translate": Arg(
                    optional(list_of(_between(0, 1), 2)),
                    None,
                    "Largest shift as shares of [width, height].",
                ),
                "scale": Arg(
                    optional(range_of(PositiveFloat)), None, "Range of the scaling factor."
                ),
                "shear": Arg(
                    optional(either(NonNegativeFloat, list_of(Float, 2), list_of(Float, 4))),
                    None,
                    "Range of the shear along x in degrees, 10 for [-10, 10]; four values: along x, along y.",
                ),
                "interpolation": _warping("nearest"),
                "fill": _fill(),
                "center": _CENTER,
            },
            random=True,
        ),
        _transform(
            "RandomPerspective",
            "Shows images as if seen from a random point.",
            effects.filled,
            {
                "distortion_scale": Arg(
                    _between(0, 1), 0.5, "How far corners move, as a share of half a side."
                ),
                "p": _p(),
                "interpolation": _warping("bilinear"),
                "fill": _fill(),
            },
            random=True,
        ),
        _transform(
            "ElasticTransform",
            "Moves each pixel by a smooth random field.",
            effects.elastic,
            {
                "alpha": Arg(
                    either(NonNegativeFloat, list_of(NonNegativeFloat, 2)),
                    50.0,
                    "How far pixels move; [along x, along y].",
                ),
                "sigma": Arg(
                    either(PositiveFloat, list_of(PositiveFloat, 2)),
                    5.0,
                    "How smooth the field is, in pixels; [along x, along y].",
                ),
                "interpolation": _warping("bilinear"),
                "fill": _fill(),
            },
            random=True,
        ),
        _transform(
            "RandomErasing",
            "Overwrites a random rectangle (Zhong et al., 2017, arXiv:1708.04896).",
            effects.erasing,
            {
                "p": _p(),
                "scale": Arg(
                    range_of(_between(0, 1)),
                    (0.02, 0.33),
                    "Range of the rectangle's share of the area.",
                ),
                "ratio": Arg(
                    range_of(PositiveFloat), (0.3, 3.3), "Range of its height over its width."
                ),
                "value": Arg(
                    either(Float, list_of(Float, minimum=1), choice("random")),
                    0.0,
                    "What is written: one number, one for each channel, or random for normal noise.",
                ),
            },
            random=True,
        ),
    ]


def _colours() -> list[Entry]:
    factor = "Range of the {0} factor, 1 for no change; 0.2 means [0.8, 1.2]."
    return [
        _transform(
            "Grayscale",
            "Makes images grey.",
            effects.grayscale,
            {
                "num_output_channels": Arg(
                    whole_choice(1, 3), 1, "Channels of the grey image: 1, or 3 equal ones."
                )
            },
            storable=True,
        ),
        _transform("RGB", "Makes three equal channels of one.", effects.rgb, storable=True),
        _transform(
            "RandomGrayscale",
            "Makes images grey, of as many channels.",
            effects.colours,
            {"p": _p(0.1)},
            random=True,
        ),
        _transform(
            "ColorJitter",
            "Changes brightness, contrast, saturation and hue at random, in random order.",
            effects.colours,
            {
                "brightness": Arg(optional(_Factor), None, factor.format("brightness")),
                "contrast": Arg(optional(_Factor), None, factor.format("contrast")),
                "saturation": Arg(optional(_Factor), None, factor.format("saturation")),
                "hue": Arg(
                    optional(either(_between(0, 0.5), range_of(_between(-0.5, 0.5)))),
                    None,
                    "Range of the hue's shift as a share of the colour circle; 0.1 means [-0.1, 0.1].",
                ),
            },
            random=True,
            colour=True,
        ),
        _transform(
            "RandomPhotometricDistort",
            "Changes brightness, contrast, saturation and hue, and swaps channels, each at random.",
            effects.colours,
            {
                "brightness": Arg(
                    range_of(NonNegativeFloat), (0.875, 1.125), "Range of the brightness factor."
                ),
                "contrast": Arg(
                    range_of(NonNegativeFloat), (0.5, 1.5), "Range of the contrast factor."
                ),
                "saturation": Arg(
                    range_of(NonNegativeFloat), (0.5, 1.5), "Range of the saturation factor."
                ),
                "hue": Arg(
                    range_of(_between(-0.5, 0.5)), (-0.05, 0.05), "Range of the hue's shift."
                ),
                "p": Arg(Probability, 0.5, "Probability of each change."),
            },
            random=True,
            colour=True,
        ),
        _transform(
            "RandomChannelPermutation",
            "Puts the channels into a random order.",
            effects.unchanged,
            random=True,
        ),
        _transform(
            "RandomInvert",
            "Inverts colours.",
            effects.colours,
            {"p": _p()},
            random=True,
            colour=True,
        ),
        _transform(
            "RandomSolarize",
            "Inverts the values from a threshold on.",
            effects.solarize,
            {
                "threshold": Arg(
                    NonNegativeFloat,
                    description="Lowest value that is inverted: 0 to 255, or 0 to 1 after ToTensor.",
                ),
                "p": _p(),
            },
            random=True,
            colour=True,
        ),
        _transform(
            "RandomPosterize",
            "Keeps the highest bits of each value.",
            effects.colours,
            {"bits": Arg(_whole_between(0, 8), description="Bits that are kept of 8."), "p": _p()},
            random=True,
            takes="uint8",
            colour=True,
        ),
        _transform(
            "RandomAutocontrast",
            "Stretches each channel to the whole range.",
            effects.colours,
            {"p": _p()},
            random=True,
            colour=True,
        ),
        _transform(
            "RandomEqualize",
            "Evens out each channel's histogram.",
            effects.colours,
            {"p": _p()},
            random=True,
            colour=True,
        ),
        _transform(
            "RandomAdjustSharpness",
            "Blurs or sharpens.",
            effects.colours,
            {
                "sharpness_factor": Arg(
                    NonNegativeFloat, description="0 blurs, 1 changes nothing, 2 sharpens."
                ),
                "p": _p(),
            },
            random=True,
            colour=True,
        ),
        _transform(
            "GaussianBlur",
            "Blurs by a Gaussian of random width.",
            effects.blur,
            {
                "kernel_size": Arg(
                    either(_Odd, list_of(_Odd, 2)),
                    description="Pixels of the kernel, odd; [along x, along y].",
                ),
                "sigma": Arg(
                    either(PositiveFloat, range_of(PositiveFloat)),
                    (0.1, 2.0),
                    "The standard deviation in pixels, or its range.",
                ),
            },
            random=True,
        ),
        _transform(
            "GaussianNoise",
            "Adds normal noise to each value.",
            effects.unchanged,
            {
                "mean": Arg(Float, 0.0, "Mean of the noise, where colours go from 0 to 1."),
                "sigma": Arg(
                    NonNegativeFloat,
                    0.1,
                    "Standard deviation of the noise, where colours go from 0 to 1.",
                ),
                "clip": Arg(Bool, True, "Whether values are kept within the range of colours."),
            },
            random=True,
            colour=True,
        ),
    ]


def _policies() -> list[Entry]:
    optional_fill = _fill(None)
    return [
        _transform(
            "AutoAugment",
            "A learnt policy of two operations an image (Cubuk et al., 2018, arXiv:1805.09501).",
            effects.augmented,
            {
                "policy": Arg(
                    choice("imagenet", "cifar10", "svhn"),
                    "imagenet",
                    "The dataset that the policy was learnt on.",
                ),
                "interpolation": _warping("nearest"),
                "fill": optional_fill,
            },
            random=True,
            takes="uint8",
        ),
        _transform(
            "RandAugment",
            "Random operations of one strength (Cubuk et al., 2019, arXiv:1909.13719).",
            effects.augmented,
            {
                "num_ops": Arg(PositiveInt, 2, "Operations an image."),
                "magnitude": Arg(NonNegativeInt, 9, "Strength, from 0 to num_magnitude_bins - 1."),
                "num_magnitude_bins": _BINS,
                "interpolation": _warping("nearest"),
                "fill": optional_fill,
            },
            random=True,
            takes="uint8",
            rule=ordered("magnitude", "num_magnitude_bins"),
        ),
        _transform(
            "TrivialAugmentWide",
            "One random operation of random strength (Müller and Hutter, 2021, arXiv:2103.10158).",
            effects.augmented,
            {
                "num_magnitude_bins": _BINS,
                "interpolation": _warping("nearest"),
                "fill": optional_fill,
            },
            random=True,
            takes="uint8",
        ),
        _transform(
            "AugMix",
            "Mixes several chains of random operations (Hendrycks et al., 2019, arXiv:1912.02781).",
            effects.augmented,
            {
                "severity": Arg(_whole_between(1, 10), 3, "Strength of the operations."),
                "mixture_width": Arg(PositiveInt, 3, "Chains that are mixed."),
                "chain_depth": Arg(
                    either(PositiveInt, whole_choice(-1)),
                    -1,
                    "Operations a chain; -1 draws 1 to 3.",
                ),
                "alpha": Arg(PositiveFloat, 1.0, "Parameter of the mixture's distributions."),
                "all_ops": Arg(
                    Bool, True, "Whether brightness, contrast, colour and sharpness take part."
                ),
                "interpolation": _warping("bilinear"),
                "fill": optional_fill,
            },
            random=True,
            takes="uint8",
        ),
    ]


_BOXES = "works on bounding boxes or key points, and these are pictures with one label"
_DETECTION = "gives each image another size: made for training detectors"
_LISTS = "takes transforms as an argument; planned"
_MANY = "makes several images of one"
_MIXES = "mixes whole batches, and their labels with them; planned"
_HELPER = "is no transform but a function for writing some"

TABLE = table(
    "transform",
    [*_conversions(), *_sizes(), *_places(), *_colours(), *_policies()],
    {
        "AutoAugmentPolicy": "is no transform: `policy` of AutoAugment takes its names",
        "ClampBoundingBoxes": _BOXES,
        "ClampKeyPoints": _BOXES,
        "Compose": "transforms are a list already",
        "ConvertBoundingBoxFormat": _BOXES,
        "ConvertImageDtype": "deprecated: {type: ToDtype, dtype: float32, scale: true} does the same",
        "CutMix": _MIXES,
        "FiveCrop": _MANY,
        "JPEG": "torchvision has deprecated its encoder, and is to remove it",
        "InterpolationMode": "is no transform: `interpolation` takes its names",
        "Lambda": "takes a function, and a pipeline holds data only",
        "LinearTransformation": "takes tensors as arguments",
        "MixUp": _MIXES,
        "RandomApply": _LISTS,
        "RandomChoice": _LISTS,
        "RandomIoUCrop": _BOXES,
        "RandomOrder": _LISTS,
        "RandomResize": _DETECTION,
        "RandomShortestSize": _DETECTION,
        "RandomZoomOut": _DETECTION,
        "SanitizeBoundingBoxes": _BOXES,
        "SanitizeKeyPoints": _BOXES,
        "ScaleJitter": _DETECTION,
        "SetClampingMode": _BOXES,
        "TenCrop": _MANY,
        "ToPILImage": "makes PIL images, and images are tensors here",
        "Transform": "is the base class of the others",
        "UniformTemporalSubsample": "works on videos",
        "check_type": _HELPER,
        "functional": "is a module of functions",
        "get_bounding_boxes": _HELPER,
        "get_keypoints": _HELPER,
        "has_all": _HELPER,
        "has_any": _HELPER,
        "query_chw": _HELPER,
        "query_size": _HELPER,
    },
    source=("torchvision.transforms.v2",),
    arguments_left_out={"inplace": "transforms never change what they are given"},
)
