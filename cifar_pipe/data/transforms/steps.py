"""The steps that a batch goes through: for each transform a function with its arguments bound.

A step takes images `[n, C, H, W]` and what each of them draws, and returns new images. Steps
without draws ignore the rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor
from torchvision.transforms.v2 import functional

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.transform_effects import pair, sides
from cifar_pipe.data.transforms import colour, kernels, warps
from cifar_pipe.data.transforms.per_image import one_by_one, torchvision_object
from cifar_pipe.data.transforms.randomness import Rows, below, within

# Tries for a rectangle that fits into the image, as in torchvision.
_TRIES = 10

Step = Callable[[Tensor, Rows], Tensor | list[Tensor]]
Factory = Callable[[Component], Step]


def batch_step(transform: Component) -> Step | None:
    """The step for whole batches, or None where torchvision does image by image."""
    if transform.name == "RandomRotation" and transform.get("expand"):
        return None
    if transform.name == "RandomErasing" and transform.get("value") == "random":
        return None
    if transform.name == "RandomResizedCrop" and not (
        transform.get("antialias") and transform.get("interpolation") == "bilinear"
    ):
        return None
    factory = FACTORIES.get(transform.name)
    return factory(transform) if factory else None


def step_of(transform: Component) -> Step:
    return batch_step(transform) or one_by_one(transform)


def to_tensor_and_normalize(normalize: Component) -> Step:
    """ToTensor and the Normalize behind it as one multiplication and addition.

    (x / 255 - mean) / std = x * (1 / (255 std)) - mean / std.
    """
    mean, std = _numbers(normalize.get("mean")), _numbers(normalize.get("std"))
    scale, shift = (1 / (255 * std)).float(), (-mean / std).float()

    def step(images: Tensor, _: Rows) -> Tensor:
        return kernels.scale_and_shift(images, scale.to(images.device), shift.to(images.device))

    return step


def _numbers(values: float | list[float]) -> Tensor:
    return torch.tensor([values] if isinstance(values, (int, float)) else values).double()


def _drawn(values: Tensor, images: Tensor) -> Tensor:
    """Parameters, where the images are."""
    return values.to(images.device)


def _same(_: Component) -> Step:
    return lambda images, _: images


def _as_torchvision(transform: Component) -> Step:
    """Without draws torchvision's own takes batches."""
    change = torchvision_object(transform)
    return lambda images, _: change(images)


def _to_tensor(_: Component) -> Step:
    return lambda images, _: images.to(torch.float32).div_(255)


def _pad(transform: Component) -> Step:
    mode = transform.get("padding_mode")
    options = {"padding": transform.get("padding"), "padding_mode": mode}
    if mode == "constant":
        options["fill"] = transform.get("fill")
    change: Callable[[Tensor], Tensor] = partial(functional.pad, **options)
    return lambda images, _: change(images)


def _random_crop(transform: Component) -> Step:
    height, width = pair(transform.get("size"))
    mode = transform.get("padding_mode")
    fill = transform.get("fill") if mode == "constant" else None

    def step(images: Tensor, rows: Rows) -> Tensor:
        padding = _crop_padding(transform, images.shape[-2], images.shape[-1])
        if any(padding):
            images = functional.pad(images, padding, fill=fill, padding_mode=mode)
        uniform = rows.uniform(2)
        top = below(uniform[:, 0], images.shape[-2] - height + 1)
        left = below(uniform[:, 1], images.shape[-1] - width + 1)
        return kernels.crop(
            images, _drawn(top, images), _drawn(left, images), height=height, width=width
        )

    return step


def _crop_padding(transform: Component, height: int, width: int) -> list[int]:
    """`[left, top, right, bottom]`; what is missing is added on both sides, as torchvision does."""
    left, top, right, bottom = sides(transform.get("padding") or 0)
    if transform.get("pad_if_needed"):
        high, wide = pair(transform.get("size"))
        more_down = max(0, high - height - top - bottom)
        more_across = max(0, wide - width - left - right)
        left, right = left + more_across, right + more_across
        top, bottom = top + more_down, bottom + more_down
    return [left, top, right, bottom]


def _random_resized_crop(transform: Component) -> Step:
    high, wide = pair(transform.get("size"))

    def step(images: Tensor, rows: Rows) -> Tensor:
        height, width = images.shape[-2:]
        boxes = resized_crop_boxes(
            transform, rows.uniform(2 + 2 * _TRIES), height=height, width=width
        )
        top, left, tall, broad = boxes.unbind(1)
        along_rows = warps.resize_weights(top, tall, given=height, wanted=high)
        along_columns = warps.resize_weights(left, broad, given=width, wanted=wide)
        return warps.resized_crop(images, _drawn(along_rows, images), _drawn(along_columns, images))

    return step


def resized_crop_boxes(transform: Component, uniform: Tensor, *, height: int, width: int) -> Tensor:
    """(top, left, height, width) of each image's part, int64 `[n, 4]`.

    Where none of the tries fits, the part is the middle, of the nearest ratio that is allowed.
    """
    narrowest, widest = transform.get("ratio")
    area = within(uniform[:, 2 : 2 + _TRIES], *transform.get("scale")) * (height * width)
    ratio = within(uniform[:, 2 + _TRIES :], math.log(narrowest), math.log(widest)).exp()
    high, wide = (area / ratio).sqrt().round().long(), (area * ratio).sqrt().round().long()
    fits = (high > 0) & (high <= height) & (wide > 0) & (wide <= width)
    first, found = fits.int().argmax(1, keepdim=True), fits.any(1)
    otherwise = (
        min(height, max(1, round(width / narrowest))),
        min(width, max(1, round(height * widest))),
    )
    high = torch.where(found, high.gather(1, first)[:, 0], otherwise[0])
    wide = torch.where(found, wide.gather(1, first)[:, 0], otherwise[1])
    top = torch.where(found, below(uniform[:, 0], height - high + 1), (height - high) // 2)
    left = torch.where(found, below(uniform[:, 1], width - wide + 1), (width - wide) // 2)
    return torch.stack([top, left, high, wide], 1)


def _flip(dimension: int) -> Factory:
    def factory(transform: Component) -> Step:
        p = transform.get("p")

        def step(images: Tensor, rows: Rows) -> Tensor:
            chosen = _drawn(rows.uniform(1)[:, 0] < p, images)
            return kernels.flip(images, chosen, dimension=dimension)

        return step

    return factory


def _with_probability(change: Callable[[Tensor, Component], Tensor]) -> Factory:
    """Steps that do the same to every image that is chosen."""

    def factory(transform: Component) -> Step:
        p = transform.get("p")

        def step(images: Tensor, rows: Rows) -> Tensor:
            chosen = _drawn(rows.uniform(1)[:, 0] < p, images)
            return kernels.on_chosen(images, chosen, lambda some: change(some, transform))

        return step

    return factory


def _random_erasing(transform: Component) -> Step:
    value = _numbers(transform.get("value")).float()

    def step(images: Tensor, rows: Rows) -> Tensor:
        height, width = images.shape[-2:]
        uniform = rows.uniform(3 + 2 * _TRIES)
        boxes = erasing_boxes(transform, uniform[:, 1:], height=height, width=width)
        boxes[uniform[:, 0] >= transform.get("p")] = 0
        return kernels.erase(images, _drawn(boxes, images), value.to(images.device))

    return step


def erasing_boxes(transform: Component, uniform: Tensor, *, height: int, width: int) -> Tensor:
    """(top, left, height, width) of each image's rectangle, int64 `[n, 4]`; zeros for none."""
    ratios = [math.log(one) for one in transform.get("ratio")]
    area = within(uniform[:, 2 : 2 + _TRIES], *transform.get("scale")) * (height * width)
    ratio = within(uniform[:, 2 + _TRIES :], *ratios).exp()
    high, wide = (area * ratio).sqrt().round().long(), (area / ratio).sqrt().round().long()
    fits = (high < height) & (wide < width)
    first = fits.int().argmax(1, keepdim=True)
    high, wide = high.gather(1, first)[:, 0], wide.gather(1, first)[:, 0]
    top = below(uniform[:, 0], height - high + 1)
    left = below(uniform[:, 1], width - wide + 1)
    return torch.stack([top, left, high, wide], 1) * fits.any(1)[:, None]


_JITTERS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "brightness": colour.brightness,
    "contrast": colour.contrast,
    "saturation": colour.saturation,
    "hue": colour.hue,
}


def jitter_ranges(transform: Component) -> dict[str, tuple[float, float]]:
    """The range of each factor that is written."""
    ranges: dict[str, tuple[float, float]] = {}
    for name in _JITTERS:
        middle, lowest = (0, -0.5) if name == "hue" else (1, 0)
        match transform.get(name):
            case [low, high]:
                ranges[name] = low, high
            case None:
                continue
            case spread:
                ranges[name] = max(middle - spread, lowest), middle + spread
    return ranges


def _color_jitter(transform: Component) -> Step:
    ranges = jitter_ranges(transform)

    def step(images: Tensor, rows: Rows) -> Tensor:
        uniform = rows.uniform(2 * len(_JITTERS))
        turns = uniform[:, len(_JITTERS) :].argsort(1)
        for turn in range(len(_JITTERS)):
            for column, (name, jitter) in enumerate(_JITTERS.items()):
                chosen = turns[:, turn] == column
                if name in ranges and chosen.any():
                    factor = within(uniform[chosen, column], *ranges[name])
                    change = partial(_jittered, jitter, _drawn(factor, images))
                    images = kernels.on_chosen(images, _drawn(chosen, images), change)
        return images

    return step


def _jittered(jitter: Callable[[Tensor, Tensor], Tensor], factor: Tensor, images: Tensor) -> Tensor:
    return jitter(images, factor)


def _range_about_zero(spread: float | list[float]) -> list[float]:
    return spread if isinstance(spread, list) else [-spread, spread]


def _center(transform: Component, images: Tensor) -> tuple[float, float]:
    """The centre from the middle of the image, in pixels."""
    given = transform.get("center")
    if given is None:
        return 0.0, 0.0
    return given[0] - images.shape[-1] / 2, given[1] - images.shape[-2] / 2


def _warped(transform: Component, images: Tensor, matrix: Tensor) -> Tensor:
    height, width = images.shape[-2:]
    grid = warps.affine_grid(matrix, height=height, width=width, device=images.device)
    return _sampled(transform, images, grid)


def _sampled(transform: Component, images: Tensor, grid: Tensor) -> Tensor:
    fill = _numbers(transform.get("fill")).float().to(images.device)
    return warps.sample(images, grid, interpolation=transform.get("interpolation"), fill_c=fill)


def _random_rotation(transform: Component) -> Step:
    degrees = _range_about_zero(transform.get("degrees"))

    def step(images: Tensor, rows: Rows) -> Tensor:
        angle = within(rows.uniform(1)[:, 0], *degrees)
        zero, one = torch.zeros(len(angle), 2), torch.ones(len(angle))
        matrix = warps.inverse_affine(-angle, zero, one, zero, _center(transform, images))
        return _warped(transform, images, matrix)

    return step


def _random_affine(transform: Component) -> Step:
    def step(images: Tensor, rows: Rows) -> Tensor:
        height, width = images.shape[-2:]
        angle, shift, scale, shear = affine_draws(
            transform, rows.uniform(6), height=height, width=width
        )
        matrix = warps.inverse_affine(angle, shift, scale, shear, _center(transform, images))
        return _warped(transform, images, matrix)

    return step


def affine_draws(
    transform: Component, uniform: Tensor, *, height: int, width: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Angle `[n]`, shift `[n, 2]` in whole pixels, scale `[n]` and shear `[n, 2]` in degrees."""
    angle = within(uniform[:, 0], *_range_about_zero(transform.get("degrees")))
    across, down = transform.get("translate") or (0, 0)
    furthest = torch.tensor([across * width, down * height], dtype=torch.float64)
    shift = ((2 * uniform[:, 1:3] - 1) * furthest).round().float()
    scale = within(uniform[:, 3], *(transform.get("scale") or (1.0, 1.0)))
    shears = _range_about_zero(transform.get("shear") or 0.0)
    x, y = shears[:2], shears[2:] or [0.0, 0.0]
    shear = torch.stack([within(uniform[:, 4], *x), within(uniform[:, 5], *y)], 1)
    return angle, shift, scale, shear


def _random_perspective(transform: Component) -> Step:
    p = transform.get("p")

    def step(images: Tensor, rows: Rows) -> Tensor:
        uniform = rows.uniform(9)
        chosen = uniform[:, 0] < p
        if not chosen.any():
            return images
        height, width = images.shape[-2:]
        start, end = perspective_corners(transform, uniform[chosen, 1:], height=height, width=width)
        coefficients = warps.perspective_coefficients(start, end)
        grid = warps.perspective_grid(
            coefficients, height=height, width=width, device=images.device
        )
        return kernels.on_chosen(
            images, _drawn(chosen, images), lambda some: _sampled(transform, some, grid)
        )

    return step


def perspective_corners(
    transform: Component, uniform: Tensor, *, height: int, width: int
) -> tuple[Tensor, Tensor]:
    """The corners `[n, 4, 2]` as (x, y), clockwise from the upper left: before and after."""
    share = transform.get("distortion_scale")
    limit = torch.tensor([int(share * (width // 2)) + 1, int(share * (height // 2)) + 1])
    inwards = below(uniform.view(-1, 4, 2), limit).double()
    start = torch.tensor([[0, 0], [1, 0], [1, 1], [0, 1]]) * torch.tensor([width - 1, height - 1])
    # Corners on the right and below move towards zero.
    signs = torch.tensor([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    return start.double().expand_as(inwards), start + signs * inwards


FACTORIES: Mapping[str, Factory] = {
    "ToTensor": _to_tensor,
    "ToDtype": _as_torchvision,
    "Normalize": _as_torchvision,
    "ToImage": _same,
    "PILToTensor": _same,
    "ToPureTensor": _same,
    "Identity": _same,
    "Resize": _as_torchvision,
    "CenterCrop": _as_torchvision,
    "Grayscale": _as_torchvision,
    "RGB": _as_torchvision,
    "Pad": _pad,
    "RandomCrop": _random_crop,
    "RandomResizedCrop": _random_resized_crop,
    "RandomHorizontalFlip": _flip(-1),
    "RandomVerticalFlip": _flip(-2),
    "RandomRotation": _random_rotation,
    "RandomAffine": _random_affine,
    "RandomPerspective": _random_perspective,
    "RandomErasing": _random_erasing,
    "ColorJitter": _color_jitter,
    "RandomGrayscale": _with_probability(lambda images, _: kernels.to_grey(images)),
    "RandomInvert": _with_probability(lambda images, _: functional.invert(images)),
    "RandomAutocontrast": _with_probability(lambda images, _: functional.autocontrast(images)),
    "RandomEqualize": _with_probability(lambda images, _: functional.equalize(images)),
    "RandomSolarize": _with_probability(
        lambda images, transform: functional.solarize(images, transform.get("threshold"))
    ),
    "RandomPosterize": _with_probability(
        lambda images, transform: functional.posterize(images, transform.get("bits"))
    ),
    "RandomAdjustSharpness": _with_probability(
        lambda images, transform: functional.adjust_sharpness(
            images, transform.get("sharpness_factor")
        )
    ),
}
