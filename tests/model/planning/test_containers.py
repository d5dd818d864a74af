from __future__ import annotations

import pytest
import torch

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.network import build
from cifar_pipe.model.planning.shapes import check
from tests.kit import IMAGE, conv, layer, problem_of


@pytest.mark.parametrize(
    ("join", "message"),
    [
        (
            layer("Add", input=["input", "one"]),
            "Add takes equal shapes, not [N, 3, 8, 8] and [N, 4, 8, 8]",
        ),
        (
            layer("Multiply", input=["input", "one"]),
            "Multiply takes equal shapes, or sizes of 1, not [N, 3, 8, 8] and [N, 4, 8, 8]",
        ),
        (
            layer("Concat", dim=2, input=["input", "one"]),
            (
                "Concat takes shapes that are equal but for dimension 2, not [N, 3, 8, 8] and "
                "[N, 4, 8, 8]"
            ),
        ),
    ],
)
def test_what_cannot_be_joined_is_reported_with_its_shapes(join: Component, message: str) -> None:
    problem = problem_of(conv(4, id="one"), join, shape=IMAGE)
    assert (problem.message, problem.path) == (message, ("layers", 1, "input"))
    assert problem.notes == (
        "the input is [N, 3, 8, 8], one gives [N, 4, 8, 8]: Conv2d of [N, 3, 8, 8]",
    )


def test_repeat_infers_sizes_each_time() -> None:
    growing = [conv(2, id="new"), layer("Concat", input=["input", "new"])]
    net = build([layer("Sequential", layers=growing, repeat=3, id="block")], IMAGE, seed=0)
    assert net.rows[0].output_shape == (9, 8, 8)
    names = [name for name in net.state_dict() if name.endswith("weight")]
    assert names == ["block.0.new.weight", "block.1.new.weight", "block.2.new.weight"]
    assert net.block[2].new.in_channels == 7
    assert net(torch.randn(2, *IMAGE)).shape == (2, 9, 8, 8)


def test_a_residual_that_does_not_fit_offers_the_shortcut_that_would() -> None:
    main = layer("Conv2d", out_channels=6, kernel_size=3, stride=2, padding=1)
    problem = problem_of(layer("Residual", layers=[main]), shape=IMAGE)
    assert problem.message == (
        "Residual adds its input, [N, 3, 8, 8], to what its layers give, [N, 6, 4, 4]: "
        "the two must be equal"
    )
    assert problem.help is not None
    assert problem.help.startswith(
        "shortcut: [{type: Conv2d, out_channels: 6, kernel_size: 1, stride: 2}]"
    )
    corrected = layer("Conv2d", out_channels=6, kernel_size=1, stride=2)
    assert check([layer("Residual", layers=[main], shortcut=[corrected])], IMAGE)


def test_a_shared_layer_must_fit_again() -> None:
    problem = problem_of(conv(4, id="one"), layer("Shared", of="one"), shape=IMAGE)
    assert problem.message == (
        "one cannot be shared here: for [N, 4, 8, 8] its weight would be [4, 4, 3, 3], and it is "
        "[4, 3, 3, 3]"
    )
    assert problem.path == ("layers", 1, "of")
