from __future__ import annotations

import pytest

from cifar_pipe.catalog.core.component import Component
from tests.kit import argument_of, layer, problem_of

NO_PIXELS = "a smaller kernel_size, more padding, or fewer layers above that make the image smaller"


@pytest.mark.parametrize(
    ("layers", "shape", "message", "argument", "help_"),
    [
        (
            [layer("Linear", out_features=10)],
            (16, 5, 5),
            "Linear takes [N, features], not [N, 16, 5, 5]",
            None,
            "put Flatten above it",
        ),
        (
            [layer("Flatten"), layer("Conv2d", out_channels=6, kernel_size=5)],
            (3, 32, 32),
            "Conv2d takes [N, C, H, W], not [N, 3072]",
            None,
            "put it above Flatten, or Unflatten above it",
        ),
        (
            [layer("Conv2d", out_channels=6, kernel_size=5)],
            (32, 32),
            "Conv2d takes [N, C, H, W], not [N, 32, 32]",
            None,
            "Conv1d does",
        ),
        (
            [layer("BatchNorm1d")],
            (3, 32, 32),
            "BatchNorm1d takes [N, features] or [N, C, L], not [N, 3, 32, 32]",
            None,
            "BatchNorm2d does",
        ),
        (
            [layer("MaxPool2d", kernel_size=2)],
            (16, 1, 1),
            "MaxPool2d with kernel_size 2 does not fit [N, 16, 1, 1]: the output would have no pixels",
            "kernel_size",
            NO_PIXELS,
        ),
        (
            [layer("Conv2d", out_channels=6, kernel_size=[5, 9])],
            (3, 8, 8),
            "Conv2d with kernel_size [5, 9] does not fit [N, 3, 8, 8]: the output would have no pixels",
            "kernel_size",
            NO_PIXELS,
        ),
        (
            [layer("AvgPool2d", kernel_size=7)],
            (3, 6, 6),
            "AvgPool2d with kernel_size 7 does not fit [N, 3, 6, 6]: the output would have no pixels",
            "kernel_size",
            NO_PIXELS,
        ),
        (
            [layer("ZeroPad2d", padding=-3)],
            (3, 6, 6),
            "ZeroPad2d with padding -3 does not fit [N, 3, 6, 6]: the output would have no pixels",
            "padding",
            "cut less off: a padding nearer to 0",
        ),
        (
            [layer("Conv2d", out_channels=6, kernel_size=3, groups=2)],
            (3, 8, 8),
            "groups 2 of Conv2d does not divide in_channels 3",
            "groups",
            "groups can be 1, 3",
        ),
        (
            [layer("GroupNorm", num_groups=4)],
            (6, 8, 8),
            "num_groups 4 of GroupNorm does not divide num_channels 6",
            "num_groups",
            "num_groups can be 1, 2, 3, 6",
        ),
        (
            [layer("TransformerEncoderLayer", nhead=3)],
            (5, 8),
            "nhead 3 of TransformerEncoderLayer does not divide d_model 8",
            "nhead",
            "nhead can be 1, 2, 4, 8",
        ),
        (
            [layer("ChannelShuffle", groups=2)],
            (3, 8, 8),
            "groups 2 of ChannelShuffle does not divide 3 channels",
            "groups",
            "groups can be 1, 3",
        ),
        (
            [layer("PixelShuffle", upscale_factor=2)],
            (3, 8, 8),
            "PixelShuffle with upscale_factor 2 does not fit [N, 3, 8, 8]: 3 channels are not divisible by 2 × 2",
            "upscale_factor",
            None,
        ),
        (
            [layer("PixelUnshuffle", downscale_factor=3)],
            (3, 8, 8),
            "PixelUnshuffle with downscale_factor 3 does not fit [N, 3, 8, 8]: height and width must be divisible by 3",
            "downscale_factor",
            None,
        ),
        (
            [layer("ReflectionPad2d", padding=8)],
            (3, 8, 8),
            "ReflectionPad2d with padding 8 does not fit [N, 3, 8, 8]: the padding must be smaller than the image",
            "padding",
            None,
        ),
        (
            [layer("PReLU", num_parameters=2)],
            (3, 8, 8),
            "PReLU takes num_parameters 1 or 3 here, not 2",
            "num_parameters",
            None,
        ),
        (
            [layer("InstanceNorm2d")],
            (3, 1, 1),
            "InstanceNorm2d does not fit [N, 3, 1, 1]: one pixel has no variance",
            None,
            "leave InstanceNorm2d out where the image is a single pixel",
        ),
        (
            [layer("Softmax", dim=4)],
            (3, 8, 8),
            "Softmax works on dimension 4, and [N, 3, 8, 8] has dimensions 0 (the batch) to 3",
            "dim",
            None,
        ),
        (
            [layer("Softmax", dim=0)],
            (10,),
            "Softmax works along dimension 0, and that is the batch",
            "dim",
            "1 is the channels or classes, -1 the last",
        ),
        (
            [layer("Flatten", start_dim=5)],
            (3, 8, 8),
            "Flatten works on dimension 5, and [N, 3, 8, 8] has dimensions 0 (the batch) to 3",
            "start_dim",
            None,
        ),
        (
            [layer("Flatten", start_dim=0)],
            (3, 8, 8),
            "Flatten mixes the images of a batch: from 2 images it makes [384]",
            None,
            "dimension 0 is the batch: work from dimension 1 on",
        ),
        (
            [layer("Unflatten", dim=1, unflattened_size=[2, 2])],
            (3, 8, 8),
            "Unflatten cannot split dimension 1 of [N, 3, 8, 8] into [2, 2]",
            "unflattened_size",
            None,
        ),
        (
            [layer("GLU", dim=1)],
            (3, 8, 8),
            "GLU halves dimension 1, and [N, 3, 8, 8] has an odd 3 there",
            "dim",
            None,
        ),
        (
            [layer("Upsample", scale_factor=2, mode="linear")],
            (3, 8, 8),
            "Upsample with mode linear takes [N, C, L], not [N, 3, 8, 8]",
            "mode",
            None,
        ),
        (
            [layer("LayerNorm")],
            (3, 8, 8),
            "LayerNorm on [N, 3, 8, 8] has a choice of dimensions: normalized_shape must say which",
            "normalized_shape",
            "normalized_shape: [3, 8, 8] works over the whole image, 8 over each row",
        ),
        (
            [layer("LayerNorm", normalized_shape=[3, 8, 9])],
            (3, 8, 8),
            "LayerNorm takes normalized_shape [3, 8, 8] here, not [3, 8, 9]",
            "normalized_shape",
            "write normalized_shape: [3, 8, 8]",
        ),
        (
            [layer("resnet18")],
            (1, 28, 28),
            "resnet18 takes images with 3 channels, not [N, 1, 28, 28]",
            None,
            "put {type: Grayscale, num_output_channels: 3} into the transforms",
        ),
    ],
    ids=lambda value: value[-1].name if isinstance(value, list) else "",
)
def test_a_layer_that_does_not_fit_is_reported_in_words(
    layers: list[Component],
    shape: tuple[int, ...],
    message: str,
    argument: str | None,
    help_: str | None,
) -> None:
    problem = problem_of(*layers, shape=shape)
    assert problem.message == message
    assert (argument_of(problem), problem.help, problem.code) == (argument, help_, "shape")
    assert len(problem.notes) == 1


@pytest.mark.parametrize(
    ("wrong", "message", "argument"),
    [
        (
            layer("Conv2d", out_channels=7, kernel_size=3, groups=3),
            "groups 3 of Conv2d does not divide out_channels 7",
            "groups",
        ),
        (
            layer("Conv2d", out_channels=6, kernel_size=3, padding="same", stride=2),
            "Conv2d takes padding same only with stride 1, not 2",
            "padding",
        ),
        (
            layer("MaxPool2d", kernel_size=2, padding=2),
            "MaxPool2d takes padding of at most half its kernel_size 2, not 2",
            "padding",
        ),
        (
            layer("ConvTranspose2d", out_channels=4, kernel_size=3, output_padding=2),
            "ConvTranspose2d takes output_padding below its stride 1 or dilation 1, not 2",
            "output_padding",
        ),
        (
            layer("ReLU", id="train"),
            "a layer cannot be called `train`: every PyTorch module has something of that name",
            "id",
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Component) else "",
)
def test_a_layer_that_cannot_be_at_all_blames_its_argument(
    wrong: Component, message: str, argument: str
) -> None:
    problem = problem_of(wrong)
    code = "layer-id" if argument == "id" else "argument"
    assert (problem.message, argument_of(problem), problem.code) == (message, argument, code)
    assert problem.notes == ()


@pytest.mark.parametrize(
    ("channels", "divisors"),
    [
        (36, "1, 2, 3, 4, 6, 9, 12, 18 and 1 more"),
        (15, "1, 3, 5, 15"),
        (10**15, "1, 2, 4, 5, 8, 10, 16, 20 and more"),
    ],
)
def test_the_divisors_of_any_number_are_found_at_once(channels: int, divisors: str) -> None:
    groups = layer("GroupNorm", num_groups=10**9 + 7)
    assert problem_of(groups, shape=(channels, 1, 1)).help == f"num_groups can be {divisors}"
