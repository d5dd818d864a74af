from __future__ import annotations

import subprocess
import sys

import pytest

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.planning.planned import LayerRow
from cifar_pipe.model.planning.shapes import check
from tests.kit import argument_of, layer, problem_of

FLATTEN = layer("Flatten")


def test_a_row_tells_shape_parameters_and_multiply_adds() -> None:
    rows = check([layer("Conv2d", out_channels=6, kernel_size=5, id="conv1")], (3, 32, 32))
    assert rows == [
        LayerRow(
            "conv1",
            "Conv2d",
            (6, 28, 28),
            parameters=6 * 3 * 25 + 6,
            trainable=6 * 3 * 25 + 6,
            multiply_adds=28 * 28 * 6 * 3 * 25,
        )
    ]


def test_multiply_adds_are_of_one_image() -> None:
    rows = check(
        [
            layer("Conv2d", out_channels=4, kernel_size=3, groups=2, bias=False),
            layer("ConvTranspose2d", out_channels=2, kernel_size=2, stride=2),
            layer("BatchNorm2d"),
            FLATTEN,
            layer("Linear", out_features=5),
        ],
        (2, 6, 6),
    )
    counted = [row.multiply_adds for row in rows]
    assert counted == [4 * 4 * 4 * 9, 4 * 4 * 4 * 2 * 4, 0, 0, 2 * 8 * 8 * 5]


def test_a_network_counts_all_its_parts() -> None:
    (row,) = check([layer("resnet18", num_classes=10)], (3, 224, 224))
    assert row.output_shape == (10,)
    assert row.parameters == 11_181_642
    # The paper's table 1 says 1.8e9 (https://arxiv.org/abs/1512.03385).
    assert row.multiply_adds == pytest.approx(1.8e9, rel=0.02)


def test_a_network_has_a_thousand_classes_unless_reported() -> None:
    (row,) = check([layer("resnet18")], (3, 32, 32))
    assert row.output_shape == (1000,)


def test_attention_counts_its_products() -> None:
    rows = check([layer("TransformerEncoderLayer", nhead=2, dim_feedforward=16)], (5, 8))
    projections, feed_forward = 4 * 5 * 8 * 8, 2 * 5 * 8 * 16
    assert rows[0].multiply_adds == projections + feed_forward + 2 * 5 * 5 * 8


@pytest.mark.parametrize(
    ("above", "inferring", "argument", "size"),
    [
        ([], layer("Conv2d", out_channels=4, kernel_size=3), "in_channels", 3),
        ([], layer("ConvTranspose2d", out_channels=4, kernel_size=3), "in_channels", 3),
        ([], layer("BatchNorm2d"), "num_features", 3),
        ([], layer("InstanceNorm2d"), "num_features", 3),
        ([], layer("GroupNorm", num_groups=1), "num_channels", 3),
        ([FLATTEN], layer("Linear", out_features=4), "in_features", 3072),
        ([FLATTEN], layer("BatchNorm1d"), "num_features", 3072),
        ([FLATTEN], layer("LayerNorm"), "normalized_shape", 3072),
        (
            [layer("Flatten", start_dim=2)],
            layer("TransformerEncoderLayer", nhead=1, dim_feedforward=1),
            "d_model",
            1024,
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Component) else None,
)
def test_a_size_that_is_written_right_is_the_one_that_is_inferred(
    above: list[Component], inferring: Component, argument: str, size: int
) -> None:
    written = {**inferring.given, argument: size}
    inferred = check([*above, inferring], (3, 32, 32))
    assert inferred == check([*above, layer(inferring.name, **written)], (3, 32, 32))
    wrong = problem_of(*above, layer(inferring.name, **{**written, argument: size + 1}))
    assert wrong.message == f"{inferring.name} takes {argument} {size} here, not {size + 1}"
    assert argument_of(wrong) == argument
    assert wrong.help == f"leave {argument} out, it is inferred"
    assert wrong.path[1] == len(above)


def test_a_wrong_size_names_what_stands_above() -> None:
    said = problem_of(
        layer("MaxPool2d", kernel_size=2),
        FLATTEN,
        layer("Linear", in_features=256, out_features=120),
        shape=(16, 10, 10),
    )
    assert said.message == "Linear takes in_features 400 here, not 256"
    assert said.notes == ("the layer above gives [N, 400]: Flatten of [N, 16, 5, 5]",)
    assert said.help == "leave in_features out, it is inferred"
    assert (said.path[1], argument_of(said), said.code) == (2, "in_features", "shape")


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
            [FLATTEN, layer("Conv2d", out_channels=6, kernel_size=5)],
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
    said = problem_of(*layers, shape=shape)
    assert said.message == message
    assert (argument_of(said), said.help, said.code) == (argument, help_, "shape")
    assert len(said.notes) == 1


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
            "MaxPool2d takes a padding of at most half its kernel_size 2, not 2",
            "padding",
        ),
        (
            layer("ConvTranspose2d", out_channels=4, kernel_size=3, output_padding=2),
            "ConvTranspose2d takes an output_padding below its stride 1 or dilation 1, not 2",
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
    said = problem_of(wrong)
    code = "layer-id" if argument == "id" else "argument"
    assert (said.message, argument_of(said), said.code) == (message, argument, code)
    assert said.notes == ()


def test_two_layers_cannot_have_one_name() -> None:
    said = problem_of(layer("ReLU", id="same"), layer("Tanh", id="same"))
    assert said.message == "two layers are called `same`: this one and a ReLU above it"
    assert (said.path[1], argument_of(said)) == (1, "id")


def test_an_argument_newer_than_the_installed_pytorch_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from torch import nn

    class Old(nn.Identity):
        def __init__(self) -> None:
            super().__init__()

    monkeypatch.setattr(nn, "Softmax", Old)
    said = problem_of(layer("Softmax", dim=1))
    assert said.code == "torch-version"
    assert argument_of(said) == "dim"


def test_batch_normalisation_of_single_pixels_fits() -> None:
    layers = [layer("AdaptiveAvgPool2d", output_size=1), layer("BatchNorm2d")]
    assert check(layers, (8, 4, 4))[-1].output_shape == (8, 1, 1)


def test_the_usual_layers_are_checked_without_the_slow_parts_of_pytorch() -> None:
    program = """
import sys
from cifar_pipe.catalog.core.component import make
from cifar_pipe.model.planning.shapes import check
layer = lambda name, **more: make("layer", name, **more)
check([layer("Conv2d", out_channels=6, kernel_size=5), layer("BatchNorm2d"), layer("ReLU"),
       layer("MaxPool2d", kernel_size=2), layer("Dropout"), layer("AdaptiveAvgPool2d", output_size=1),
       layer("Flatten"), layer("Linear", out_features=10)], (3, 32, 32))
assert "sympy" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
