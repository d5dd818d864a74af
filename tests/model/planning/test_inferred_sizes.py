from __future__ import annotations

import pytest

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.planning.shapes import check
from tests.kit import argument_of, layer, problem_of


@pytest.mark.parametrize(
    ("above", "inferring", "argument", "size"),
    [
        ([], layer("Conv2d", out_channels=4, kernel_size=3), "in_channels", 3),
        ([], layer("ConvTranspose2d", out_channels=4, kernel_size=3), "in_channels", 3),
        ([], layer("BatchNorm2d"), "num_features", 3),
        ([], layer("InstanceNorm2d"), "num_features", 3),
        ([], layer("GroupNorm", num_groups=1), "num_channels", 3),
        ([layer("Flatten")], layer("Linear", out_features=4), "in_features", 3072),
        ([layer("Flatten")], layer("BatchNorm1d"), "num_features", 3072),
        ([layer("Flatten")], layer("LayerNorm"), "normalized_shape", 3072),
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


def test_a_wrong_size_names_what_is_above() -> None:
    problem = problem_of(
        layer("MaxPool2d", kernel_size=2),
        layer("Flatten"),
        layer("Linear", in_features=256, out_features=120),
        shape=(16, 10, 10),
    )
    assert problem.message == "Linear takes in_features 400 here, not 256"
    assert problem.notes == ("the layer above gives [N, 400]: Flatten of [N, 16, 5, 5]",)
    assert problem.help == "leave in_features out, it is inferred"
    assert (problem.path[1], argument_of(problem), problem.code) == (2, "in_features", "shape")
