"""What is checked on meta agrees with what PyTorch does, for every argument of every layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import nn

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.docs.example import example_arguments
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.network import build_on_meta
from cifar_pipe.model.planning.inferred_sizes import inferred_sizes
from cifar_pipe.model.planning.shapes import plan
from tests.kit import layer

SHAPES = {2: [(8,)], 3: [(4, 8), (16, 4)], 4: [(4, 8, 8), (4, 4, 6)], 5: [(4, 4, 4, 4)]}
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 2, 3, -1, 8, 0.0, 1e-9, 0.5, 1.0, 2.0, -0.5, 100.0),
    *([1], [2, 1], [1, 2, 1], [None, 1], [2, 3], [0, 1], [0, 0], [1, 1, 1, 1], [0, 2, 3, 1]),
    *([1, 0, 0, 0, 0, 0], [0.5, 0.5], [2, 4], [4, -1], [-1]),
    *("zeros", "reflect", "replicate", "circular", "same", "valid", "nearest", "linear"),
    *("bilinear", "bicubic", "trilinear", "none", "tanh", "relu", "gelu"),
)
LAYERS = {
    name: entry
    for name, entry in table_of("layer").entries.items()
    for facts in [layer_facts(entry)]
    if not (facts.network or facts.lists or facts.joins or facts.shares)
}
# What fits the shapes.
NEEDED = {"unflattened_size": [2, 2], "num_heads": 2, "nhead": 2, "output_size": 3}
# Refused though PyTorch does something: what it does is not what is meant.
STRICTER = {
    "MLP takes [N, features]",  # as Linear does
    "Linear takes [N, features]",  # it works on the last dimension of an image
    "one value per group has no variance",  # it gives zeros
    "that is the batch",
    "mixes the images of a batch",
}


def variants(name: str) -> Iterator[Component]:
    """The layer with every value of every argument that the catalogue takes, one at a time."""
    written = example_arguments(LAYERS[name])
    needed = written | {key: one for key, one in NEEDED.items() if key in written}
    needed |= {"kernel_size": 2} if name == "Fold" else {}
    for argument in LAYERS[name].args:
        for value in VALUES:
            try:
                yield make("layer", name, **{**needed, argument: value})
            except ValueError:
                continue


def on_meta(one: Component, shape: tuple[int, ...]) -> tuple[int, ...] | str:
    """The output's shape, or what is reported."""
    try:
        return plan([one], shape)[0].shape
    except ProblemError as error:
        return error.message


def really(one: Component, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """The output's shape after a step of training and an evaluation, None where PyTorch refuses."""
    images = torch.randn(2, *shape, requires_grad=True)
    try:
        module: nn.Module = build(one, **inferred_sizes(one, shape))
        output = module.train()(images)
        output.sum().backward()
        module.eval()(images)
    except (ProblemError, ValueError, RuntimeError, IndexError, AssertionError, TypeError):
        return None
    kept = output.ndim > 1 and len(output) == 2 and output.numel()
    return tuple(output.shape[1:]) if kept else None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", LAYERS)
def test_each_value_is_taken_where_pytorch_takes_it(name: str) -> None:
    tried = 0
    for one in variants(name):
        for dimensions in layer_facts(one).dimensions or (2, 3, 4):
            for shape in SHAPES[dimensions]:
                checked, real = on_meta(one, shape), really(one, shape)
                tried += real is not None
                reported = checked if isinstance(checked, str) else None
                if real is None or not any(words in (reported or "") for words in STRICTER):
                    assert (checked if reported is None else None) == real, (one, shape, reported)
    assert tried or not LAYERS[name].args


def test_a_plain_average_is_counted_on_meta_in_training() -> None:
    network = build_on_meta([layer("BatchNorm2d", momentum=None, id="norm")], (3, 4, 4)).train()
    for _ in range(2):
        assert network(torch.empty(2, 3, 4, 4, device="meta")).shape == (2, 3, 4, 4)
    assert network.get_buffer("norm.num_batches_tracked").item() == 2
