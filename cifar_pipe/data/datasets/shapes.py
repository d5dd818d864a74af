"""Shapes: pictures of drawn forms, a pure function of the seed.

Each picture is a background of two waves, a patch of colour as a distractor, the object with its
outline at a random place, size, angle and stretch, a bar that may cross it, and noise. Colours
are free, so that colour alone says nothing; the contrast of object and background is often low.

Letters in names: N images, C channels, H height, W width.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.class_names import shape_class, shape_names
from cifar_pipe.context import Context
from cifar_pipe.data.datasets.shape_fields import FILL_FIELDS, FORM_FIELDS, Field
from cifar_pipe.data.store import Split, Splits
from cifar_pipe.data.thread_pool import in_threads

# Pixels drawn at once: the fields of a chunk stay within the processor's cache.
_CHUNK_PIXELS = 1 << 17
_SPLIT_NUMBERS = {"train": 0, "test": 1}

RADIUS = (0.4, 0.85)  # of the object, in half images
TURN = np.pi / 4  # the object is turned by up to this to either side
CONTRAST = (0.2, 0.8)  # root mean square over the channels, of pixels from 0 to 1
LIGHTER_SHARE = 0.7  # of the objects that would be darker than their background are not
NOISE = (0.01, 0.1)  # standard deviation
BAR_SHARE = 0.4  # of the images have a bar across


def draw_shapes(dataset: Component, context: Context) -> Splits:
    """uint8 `[N, C, H, W]` of the declared shape; every class equally often, give or take one."""
    by_name = {name: _split(name, dataset, context) for name in _SPLIT_NUMBERS}
    return Splits(by_name, shape_names(dataset.get("num_classes")))


def _split(name: str, dataset: Component, context: Context) -> Split:
    count, num_classes = dataset.get(name), dataset.get("num_classes")
    shape = tuple(dataset.get("image_shape"))
    entropy = (context.seed, _SPLIT_NUMBERS[name])
    labels = np.arange(count) % num_classes
    _generator(*entropy, 0).shuffle(labels)
    images = np.empty((count, *shape), dtype=np.uint8)

    def draw(chunk: _Chunk) -> int:
        # Each chunk has a generator of its own, so the number of threads changes nothing.
        generator = _generator(*entropy, chunk.number)
        images[chunk.indices] = _draw(generator, chunk.label, len(chunk.indices), shape)
        return len(chunk.indices)

    size = max(1, _CHUNK_PIXELS // (shape[1] * shape[2]))
    chunks: list[_Chunk] = []
    for label in range(num_classes):
        indices = np.flatnonzero(labels == label)
        for start in range(0, len(indices), size):
            chunks.append(_Chunk(len(chunks) + 1, label, indices[start : start + size]))
    in_threads(draw, chunks, context, label=f"draw Shapes {name}", total=count)
    return Split(name, torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64)))


def _generator(*entropy: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(entropy)))


class _Chunk(NamedTuple):
    """Images of one class that are drawn together; `number` counts from 1 within a split."""

    number: int
    label: int
    indices: np.ndarray[Any, np.dtype[np.int64]]


def _draw(
    rng: np.random.Generator, label: int, count: int, shape: tuple[int, ...]
) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """uint8 `[N, C, H, W]`, all of one class."""
    channels, height, width = shape
    half = min(height, width) / 2
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / half
    y = (height / 2 - np.arange(height, dtype=np.float32) - 0.5) / half
    grid = _Grid(x.reshape(1, 1, width), y.reshape(1, height, 1), half)

    inside, second = _object(rng, label, count, grid)
    patch = _patch(rng, count, grid)
    bar = _bar(rng, count, grid)
    ground = _waves(rng, count, grid, amplitude=0.12)
    shade = _waves(rng, count, grid, amplitude=0.08)
    deviation = _uniform(rng, NOISE, count)

    colours = _colours(rng, count, channels)
    picture = np.empty((count, channels, height, width), dtype=np.uint8)
    for channel in range(channels):
        back, front, other, spot, stripe = (colour[:, channel] for colour in colours)
        pixels = ground + back
        pixels += patch * (spot - pixels)
        pixels += inside * (front + second * (other - front) + shade - pixels)
        pixels += bar * (stripe - pixels)
        pixels += deviation * rng.standard_normal(pixels.shape, dtype=np.float32)
        np.clip(pixels, 0, 1, out=pixels)
        pixels *= 255
        picture[:, channel] = pixels
    return picture


@dataclass(frozen=True)
class _Grid:
    """Pixel centres, `x` to the right `[1, 1, W]` and `y` up `[1, H, 1]`; the image's shorter side
    is [-1, 1]. `scale` is how many pixels a unit has.
    """

    x: Field
    y: Field
    scale: float


def _object(rng: np.random.Generator, label: int, count: int, grid: _Grid) -> tuple[Field, Field]:
    """How far each pixel is inside the object, and how far it has the second colour; 0 to 1."""
    form, fill = shape_class(label)
    radius = _uniform(rng, RADIUS, count)
    stretch = _uniform(rng, (0.8, 1.25), count)
    reach = 0.95 - 0.9 * radius
    centre_x, centre_y = (_uniform(rng, (-1, 1), count) * reach for _ in "xy")
    angle = _uniform(rng, (-TURN, TURN), count)
    cos, sin = np.cos(angle), np.sin(angle)
    # u = (cos (x - cx) + sin (y - cy)) / (radius stretch), and v across it: each an outer sum of a
    # row and a column, so that only the addition runs over all pixels.
    x, y = grid.x - centre_x, grid.y - centre_y
    wide, high = radius * stretch, radius / stretch
    u = cos / wide * x + sin / wide * y
    v = cos / high * y - sin / high * x
    distance = FORM_FIELDS[form](u, v) * radius
    inside = _covered(distance, grid)
    if fill == "hollow":
        inside -= _covered(distance + 0.2 * radius, grid)
    if fill in ("hollow", "plain"):
        return inside, np.zeros_like(radius)
    return inside, np.clip(0.5 - 2 * FILL_FIELDS[fill](u, v), 0, 1)


def _covered(distance: Field, grid: _Grid) -> Field:
    """The share of a pixel that lies inside, for a signed distance: an edge one pixel wide."""
    covered = distance * np.float32(-grid.scale)
    covered += np.float32(0.5)
    return np.clip(covered, 0, 1, out=covered)


def _patch(rng: np.random.Generator, count: int, grid: _Grid) -> Field:
    """A rectangle anywhere, under the object."""
    half_x, half_y = (_uniform(rng, (0.1, 0.5), count) for _ in "xy")
    centre_x, centre_y = (_uniform(rng, (-1, 1), count) for _ in "xy")
    beside, above = np.abs(grid.x - centre_x) - half_x, np.abs(grid.y - centre_y) - half_y
    return _covered(np.maximum(beside, above), grid)


def _bar(rng: np.random.Generator, count: int, grid: _Grid) -> Field:
    """A straight bar across the whole image, in front of the object, in some of the images."""
    angle, offset = _uniform(rng, (-np.pi, np.pi), count), _uniform(rng, (-0.7, 0.7), count)
    half = _uniform(rng, (0.03, 0.14), count)
    half[rng.random(count) >= BAR_SHARE] = -1
    across = np.cos(angle) * grid.x + (np.sin(angle) * grid.y - offset)
    return _covered(np.abs(across) - half, grid)


def _waves(rng: np.random.Generator, count: int, grid: _Grid, *, amplitude: float) -> Field:
    """A smooth ripple of a random direction and length, within twice `amplitude`."""
    phase_x, phase_y = (_uniform(rng, (-np.pi, np.pi), count) for _ in "xy")
    rate_x, rate_y = (_uniform(rng, (0, 6), count) for _ in "xy")
    return _uniform(rng, (0, amplitude), count) * (
        np.sin(rate_x * grid.x + phase_x) + np.sin(rate_y * grid.y + phase_y)
    )


def _colours(rng: np.random.Generator, count: int, channels: int) -> list[Field]:
    """Five colours `[N, C, 1, 1]`: background, object, its second colour, patch, bar.

    The object's two differ from the background by a contrast drawn from low to high, along a
    random direction; in one channel, that is lighter or darker.
    """
    back = _colour(rng, count, channels) * np.float32(0.75)
    direction = rng.standard_normal((count, channels, 1, 1), dtype=np.float32)
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    contrast = _uniform(rng, CONTRAST, count)[:, None]
    step = direction * contrast * np.sqrt(np.float32(channels))
    darkens = step.mean(axis=1, keepdims=True) < 0
    flip = darkens & (rng.random((count, 1, 1, 1)) < LIGHTER_SHARE)
    front = back + np.where(flip, -step, step)
    other = back - 0.7 * (front - back)
    return [back, front, other, _colour(rng, count, channels), _colour(rng, count, channels)]


def _colour(rng: np.random.Generator, count: int, channels: int) -> Field:
    return rng.uniform(0.1, 0.9, (count, channels, 1, 1)).astype(np.float32)


def _uniform(rng: np.random.Generator, bounds: tuple[float, float], count: int) -> Field:
    return rng.uniform(*bounds, (count, 1, 1)).astype(np.float32)
