from __future__ import annotations

import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.torch import versions
from cifar_pipe.model.network import build
from cifar_pipe.model.planning.on_meta import untrained
from cifar_pipe.model.planning.planned import LayerRow
from cifar_pipe.model.planning.shapes import check
from tests.kit import argument_of, layer, problem_of


def test_a_row_has_shape_parameters_and_multiply_adds() -> None:
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
            layer("Flatten"),
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


def test_a_network_has_a_thousand_classes_by_default() -> None:
    (row,) = check([layer("resnet18")], (3, 32, 32))
    assert row.output_shape == (1000,)


def test_attention_counts_its_products() -> None:
    rows = check([layer("TransformerEncoderLayer", nhead=2, dim_feedforward=16)], (5, 8))
    projections, feed_forward = 4 * 5 * 8 * 8, 2 * 5 * 8 * 16
    assert rows[0].multiply_adds == projections + feed_forward + 2 * 5 * 5 * 8


@pytest.mark.parametrize(
    ("one", "shape"),
    [
        (layer("SelfAttention", num_heads=2), (5, 8)),
        (layer("TransformerEncoderLayer", nhead=2, dim_feedforward=16), (5, 8)),
        (layer("Conv2d", out_channels=6, kernel_size=3, groups=2, dilation=2), (4, 9, 9)),
        (layer("ConvTranspose2d", out_channels=6, kernel_size=3, groups=2), (4, 9, 9)),
        (layer("Linear", out_features=6), (5, 8)),
        (layer("swin_v2_t", num_classes=3), (3, 64, 64)),
        (layer("swin_t", num_classes=3), (3, 64, 64)),
        (layer("vit_b_32", num_classes=3, image_size=64), (3, 64, 64)),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_multiply_adds_are_what_pytorch_counts_for_one_image(
    one: Component, shape: tuple[int, ...]
) -> None:
    (row,) = check([one], shape)
    network = build([one], shape, seed=0)
    # The kernels that do attention in one go are not counted.
    plain = sdpa_kernel(SDPBackend.MATH)
    with torch.no_grad(), plain, FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, *shape))
    assert row.multiply_adds == counter.get_total_flops() / 2


def test_batch_normalisation_of_single_pixels_fits() -> None:
    layers = [layer("AdaptiveAvgPool2d", output_size=1), layer("BatchNorm2d")]
    assert check(layers, (8, 4, 4))[-1].output_shape == (8, 1, 1)


def test_an_argument_newer_than_the_installed_pytorch_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from torch import nn

    class Old(nn.Identity):
        def __init__(self) -> None:
            super().__init__()

    monkeypatch.setattr(nn, "Softmax", Old)
    monkeypatch.setattr(versions, "MADE_FOR", {"torch": (99, 0)})
    problem = problem_of(layer("Softmax", dim=1))
    assert problem.code == "torch-version"
    assert argument_of(problem) == "dim"


def test_a_network_loses_what_is_written_of_its_weights_alone() -> None:
    bare = untrained(layer("resnet18", weights="DEFAULT", weights_stand_in="random", id="net"))
    assert bare == layer("resnet18", id="net")
    kept = untrained(layer("resnet18", weights_file="a.pth", num_classes=3))
    assert kept == layer("resnet18", num_classes=3)


def test_any_other_layer_stays_as_it_is() -> None:
    relu = layer("ReLU")
    assert untrained(relu) is relu
