"""The forms and fills of Shapes as fields over the plane.

`u` and `v` are float32 arrays of one shape: coordinates in which a form is about 1 in radius and
upright, `v` pointing up. A form is a signed distance, negative inside (close to Euclidean
at the outline, which is where it matters). A fill is a wave in [-1, 1]: above 0 the object has
its first colour, below 0 its second.

After I. Quilez, 2D distance functions, https://iquilezles.org/articles/distfunctions2d/
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

# A float32 array; NumPy types what its ufuncs return as Any.
Field = Any


def star(u: Field, v: Field) -> Field:
    # One tenth of the star, unfolded: the edge runs from the tip (angle 0, radius 1) to the inner
    # corner (angle 36 degrees, radius 0.42).
    tenth = math.pi / 5
    angle = np.abs((np.arctan2(u, v) + tenth) % (2 * tenth) - tenth)
    radius = np.hypot(u, v)
    along, across = radius * np.cos(angle), radius * np.sin(angle)
    edge_along, edge_across = 0.42 * math.cos(tenth) - 1, 0.42 * math.sin(tenth)
    length = math.hypot(edge_along, edge_across)
    return ((along - 1) * edge_across - across * edge_along) / length


def cross(u: Field, v: Field) -> Field:
    across, up = np.abs(u), np.abs(v)
    long, wide = 0.95, 0.3
    return np.minimum(np.maximum(across - long, up - wide), np.maximum(across - wide, up - long))


def heart(u: Field, v: Field) -> Field:
    # A square on its corner, and a disc upon each of its upper sides.
    across, up = np.abs(u), v + 0.15
    tip = (across + np.abs(up) - 0.8) * math.sqrt(0.5)
    lobe = np.hypot(across - 0.4, up - 0.4) - 0.4 * math.sqrt(2)
    return np.minimum(tip, lobe)


def bow(u: Field, v: Field) -> Field:
    # Two triangles, tip to tip.
    across, up = np.abs(u), np.abs(v)
    return np.maximum(across - 0.92, (up - 0.9 * across - 0.06) / math.hypot(1, 0.9))


def arrow(u: Field, v: Field) -> Field:
    across = np.abs(u)
    head = np.maximum(-v, (across + (v - 0.95) * 0.8) / math.hypot(1, 0.8))
    shaft = np.maximum(across - 0.24, np.abs(v + 0.4) - 0.55)
    return np.minimum(head, shaft)


FORM_FIELDS: dict[str, Callable[[Field, Field], Field]] = {
    "circle": lambda u, v: np.hypot(u, v) - 0.9,
    "square": lambda u, v: np.maximum(np.abs(u), np.abs(v)) - 0.8,
    # Three half-planes, 0.55 from the centre.
    "triangle": lambda u, v: np.maximum(np.abs(u) * (math.sqrt(3) / 2) + v * 0.5, -v) - 0.55,
    "star": star,
    "ring": lambda u, v: np.abs(np.hypot(u, v) - 0.68) - 0.22,
    "cross": cross,
    "crescent": lambda u, v: np.maximum(np.hypot(u, v) - 0.95, 0.75 - np.hypot(u - 0.45, v)),
    "heart": heart,
    "bow": bow,
    "arrow": arrow,
}

# Not here: `hollow`, inside of which the image shows the background, and `plain`, which has no
# second colour.
FILL_FIELDS: dict[str, Callable[[Field, Field], Field]] = {
    "striped": lambda u, v: np.sin(u * 9 + 0 * v),
    "checkered": lambda u, v: np.sin(u * 6) * np.sin(v * 6),
    "dotted": lambda u, v: 0.4 - np.cos(u * 9) * np.cos(v * 9),
    "halved": lambda u, v: u + 0 * v,
    "ringed": lambda u, v: np.cos(np.hypot(u, v) * 12),
    "quartered": lambda u, v: 3 * u * v,
    "banded": lambda u, v: 2 * np.abs(v) - 0.4 + 0 * u,
    "spiral": lambda u, v: np.sin(np.arctan2(v, u) * 2 + np.hypot(u, v) * 8),
}
