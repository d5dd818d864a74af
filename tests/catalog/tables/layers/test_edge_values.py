"""Numbers at the edge of what an argument takes give numbers: a black image becomes no NaN."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import torch
from pydantic import TypeAdapter, ValidationError

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.docs.example import example_arguments
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.network import build
from tests.kit import layer

# In the order in which they are tried, without the batch.
SHAPES = ((4, 8), (4, 8, 8), (4,), (4, 8, 8, 8))


def allows(type_: Any, value: float) -> bool:
    try:
        TypeAdapter(type_).validate_python(value)
    except ValidationError:
        return False
    return True


def edges() -> Iterator[Component]:
    for name, entry in table_of("layer").entries.items():
        facts = layer_facts(entry)
        if facts.network or facts.joins or facts.lists or facts.shares:
            continue
        for argument, known in entry.args.items():
            # Numbers with a fraction: not sizes.
            if allows(known.type, 1.5) or allows(known.type, 0.5):
                arguments = example_arguments(entry)
                for value in (0.0, 1.0, -1.0):
                    # What its type or the layer's rule refuses.
                    with suppress(ValidationError):
                        yield layer(name, **{**arguments, argument: value})


@pytest.mark.parametrize("one", list(edges()), ids=lambda one: f"{one.name} {dict(one.given)}")
def test_a_black_image_and_a_bright_one_give_numbers(one: Component) -> None:
    dimensions = layer_facts(one).dimensions
    for shape in SHAPES:
        if dimensions and len(shape) + 1 not in dimensions:
            continue
        try:
            network = build([one], shape, seed=0)
        except ProblemError:
            continue
        for images in (torch.zeros(4, *shape), torch.rand(4, *shape)):
            outputs = network(images.requires_grad_())
            outputs.sum().backward()
            assert outputs.isfinite().all()
            assert images.grad is not None
            assert images.grad.isfinite().all()
        return
    pytest.fail(f"no shape fits {one}")
