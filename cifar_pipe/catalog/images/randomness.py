"""Whether a transform draws anything, with its arguments as they are.

One that does not, as a blur of one sigma or a flip with p: 1, does the same to every image: in a
flat list it belongs to all splits, and those that draw to the training images alone.
"""

from __future__ import annotations

from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import Random


def always(_: Component) -> bool:
    return True


def by_chance(transform: Component) -> bool:
    """Which images are changed."""
    return bool(0 < transform.get("p") < 1)


def where_applied(transform: Component) -> bool:
    """Something in each image that is changed."""
    return bool(transform.get("p") > 0)


def unless_zero(argument: str) -> Random:
    """Something for each pixel, of this strength."""
    return lambda transform: any(_numbers(transform.get(argument)))


def in_ranges(*, about_zero: tuple[str, ...] = (), between: tuple[str, ...] = ()) -> Random:
    """A number of each range: `about_zero`, where 30 means [-30, 30], or `between` two numbers."""

    def draws(transform: Component) -> bool:
        wide = (_about_zero(transform.get(name)) for name in about_zero)
        pairs = (_pairs(transform.get(name)) for name in between)
        return any(wide) or any(low < high for found in pairs for low, high in found)

    return draws


def jitters(transform: Component) -> bool:
    """A number of each range, and the order of several changes."""
    names = ("brightness", "contrast", "saturation", "hue")
    written = [transform.get(name) for name in names if transform.get(name) is not None]
    return len(written) > 1 or any(_about_zero(one) for one in written)


def _about_zero(value: Any) -> bool:
    """Whether there is anything to draw of a range that one number gives as its spread."""
    if isinstance(value, list | tuple):
        return any(low < high for low, high in _pairs(value))
    return bool(value)


def _pairs(value: Any) -> list[tuple[float, float]]:
    """The ranges in a list of two numbers or four; none in a single number."""
    numbers = _numbers(value) if isinstance(value, list | tuple) else []
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _numbers(value: Any) -> list[float]:
    return list(value) if isinstance(value, list | tuple) else [value or 0]
