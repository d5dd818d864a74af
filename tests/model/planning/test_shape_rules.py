from __future__ import annotations

import itertools
import random
import subprocess
import sys
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.planning.shape_rules import ShapeMode
from cifar_pipe.model.planning.shapes import plan

SHAPES = [(4, 8, 8), (4,), (6, 4), (4, 1, 1), (3, 5, 7), (12, 4), (4, 4, 4, 4), (16, 3, 3)]
VALUES: dict[str, list[Any]] = {
    "kernel_size": [1, 2, 3, 5, [2, 3], 7],
    "stride": [1, 2, 3, [1, 2]],
    "padding": [0, 1, 2, -1, 3, "same", "valid", [1, 0]],
    "dilation": [1, 2],
    "groups": [1, 2, 4],
    "out_channels": [4, 6, 8],
    "ceil_mode": [True, False],
    "output_padding": [0, 1],
    "out_features": [5],
    "num_groups": [1, 2, 4],
    "output_size": [1, 2, 3, [3, None], 7],
    "dim": [-2, -1, 0, 1, 2, 3],
    "start_dim": [0, 1, 2],
    "padding_mode": ["zeros", "reflect", "circular"],
    "normalized_shape": [4, [8, 8], [4, 8, 8]],
    "upscale_factor": [1, 2],
    "downscale_factor": [1, 2],
    "scale_factor": [2, 1.5],
    "nhead": [1, 2],
    "num_parameters": [1, 4],
    "value": [1.0],
    "threshold": [0.5],
    "norm_type": [2.0],
}
LAYERS = [
    name for name, entry in table_of("layer").entries.items() if not layer_facts(entry).network
]


@pytest.mark.parametrize("name", LAYERS)
def test_shapes_are_those_of_a_real_run(name: str) -> None:
    """Whatever the check lets pass runs on the CPU and gives the shape that was computed."""
    draw = random.Random(name)
    entry = table_of("layer").entries[name]
    for _, shape in itertools.product(range(6), SHAPES):
        arguments = {
            key: draw.choice(VALUES[key])
            for key, arg in entry.args.items()
            if key in VALUES and ((arg.default is ... and not arg.inferred) or draw.random() < 0.4)
        }
        try:
            layer = make("layer", name, **arguments)
        except ValueError:
            continue
        try:
            (planned,) = plan([layer], shape)
        except ProblemError:
            continue
        output = build(layer, **planned.sizes)(torch.randn(2, *shape))
        assert tuple(output.shape[1:]) == planned.row.output_shape, (arguments, shape)


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


def test_functions_that_are_called_with_names_are_answered_and_counted_alike() -> None:
    with torch.device("meta"), ShapeMode(batch_size=2) as mode:
        rows, weight, bias = torch.empty(2, 4), torch.empty(5, 4), torch.empty(5)
        assert F.linear(input=rows, weight=weight, bias=bias).shape == (2, 5)
        assert F.linear(rows, weight=weight).shape == (2, 5)
    assert mode.multiply_adds == 2 * 5 * 4
