"""The datasets that are made here, not read: a plain table of their functions."""

from __future__ import annotations

from collections.abc import Callable

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.datasets.digits import load_digits
from cifar_pipe.data.datasets.random import draw_random
from cifar_pipe.data.datasets.shapes import draw_shapes
from cifar_pipe.data.reading import Reading
from cifar_pipe.data.store import Splits

GENERATED: dict[str, Callable[[Component, Reading], Splits]] = {
    "Digits": load_digits,
    "Random": draw_random,
    "Shapes": draw_shapes,
}


def generate(dataset: Component, reading: Reading) -> Splits:
    return GENERATED[dataset.name](dataset, reading)
