"""RandAugment, TrivialAugmentWide, AutoAugment and AugMix for batches: uint8 `[n, C, H, W]`.

Each image draws its operations, and those that drew the same one are changed together, each with
its own magnitude. The operations, their magnitudes and the learnt policies are torchvision's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.transforms import colour, kernels, warps
from cifar_pipe.data.transforms import torchvision_v2 as v2
from cifar_pipe.data.transforms.per_image import torchvision_object
from cifar_pipe.data.transforms.randomness import Rows, below

Step = Callable[[Tensor, Rows], Tensor]


@dataclass(frozen=True)
class Plan:
    """What one turn does to n images: `operations` int64 `[n]`, places in the space's names, -1 for
    none; `magnitudes` float64 `[n]`.
    """

    operations: Tensor
    magnitudes: Tensor


class Space:
    """The operations that a transform of torchvision's draws from, and their magnitudes in `bins`."""

    def __init__(self, operations: Mapping[str, Any], bins: int) -> None:
        self.names = tuple(operations)
        self.signed = torch.tensor([signed for _, signed in operations.values()])
        self._functions = [function for function, _ in operations.values()]
        self._bins = bins
        self.magnitudes = lru_cache(maxsize=8)(self._magnitudes)

    def _magnitudes(self, height: int, width: int) -> Tensor:
        """Float64 `[operations, bins]`; 0 where an operation has none."""
        found = [function(self._bins, height, width) for function in self._functions]
        none = torch.zeros(self._bins)
        return torch.stack([(none if one is None else one).double() for one in found])

    def plan(self, operations: Tensor, bins: Tensor, sign: Tensor, size: tuple[int, int]) -> Plan:
        """`bins` are the places of the magnitudes, int64 `[n]`; those of signed operations are
        negative where `sign`, uniform in [0, 1), is below a half.
        """
        magnitudes = self.magnitudes(*size)[operations, bins]
        negative = self.signed[operations] & (sign < 0.5)
        return Plan(operations, torch.where(negative, -magnitudes, magnitudes))


def done(images: Tensor, plan: Plan, names: Sequence[str], transform: Component) -> Tensor:
    """The images after the operation that each has drawn."""
    result = images.clone()
    for place in sorted({*plan.operations.tolist()} - {-1}):
        chosen = (plan.operations == place).nonzero()[:, 0]
        magnitudes = plan.magnitudes[chosen]
        chosen = kernels.moved(chosen, images.device)
        taken = images.index_select(0, chosen)
        result.index_copy_(0, chosen, OPERATIONS[names[place]](taken, magnitudes, transform))
    return result


# The transforms.


def rand_augment(transform: Component) -> Step:
    bins, turns = transform.get("num_magnitude_bins"), transform.get("num_ops")
    space = _space(transform, bins)

    def step(images: Tensor, rows: Rows) -> Tensor:
        for uniform in rows.uniform(2 * turns).chunk(turns, 1):
            operations = below(uniform[:, 0], len(space.names))
            strength = torch.full_like(operations, transform.get("magnitude"))
            plan = space.plan(operations, strength, uniform[:, 1], _size(images))
            images = done(images, plan, space.names, transform)
        return images

    return step


def trivial_augment(transform: Component) -> Step:
    bins = transform.get("num_magnitude_bins")
    space = _space(transform, bins)

    def step(images: Tensor, rows: Rows) -> Tensor:
        plan = _drawn(space, rows.uniform(3), bins, _size(images))
        return done(images, plan, space.names, transform)

    return step


def auto_augment(transform: Component) -> Step:
    space = _space(transform, bins=10)
    # [policies, 2] each: the operation, its probability, the place of its magnitude.
    policies = torchvision_object(transform)._policies  # type: ignore[attr-defined]  # noqa: SLF001
    table = torch.tensor(
        [[(space.names.index(name), p, at or 0) for name, p, at in pair] for pair in policies],
        dtype=torch.float64,
    )

    def step(images: Tensor, rows: Rows) -> Tensor:
        uniform = rows.uniform(5)
        drawn = table[below(uniform[:, 0], len(table))]
        for turn in range(2):
            operations, probability, bins = drawn[:, turn].unbind(1)
            chance, sign = uniform[:, 1 + 2 * turn], uniform[:, 2 + 2 * turn]
            plan = space.plan(operations.long(), bins.long(), sign, _size(images))
            applied = plan.operations.where(chance < probability, -1)
            images = done(images, Plan(applied, plan.magnitudes), space.names, transform)
        return images

    return step


def aug_mix(transform: Component) -> Step:
    """Each image mixed with `mixture_width` chains of 1 to 3 operations; `alpha` is 1: then the
    distributions of the shares are uniform, and exponential numbers over their sum are drawn so.
    """
    space = _space(transform, bins=10, partial=not transform.get("all_ops"))
    severity, width = transform.get("severity"), transform.get("mixture_width")
    depth = transform.get("chain_depth")
    turns = depth if depth > 0 else 3
    columns = 1 + 3 * turns

    def step(images: Tensor, rows: Rows) -> Tensor:
        uniform = rows.uniform(1 + width * (1 + columns))
        of_mixture, of_shares = uniform[:, :1], -(1 - uniform[:, 1 : 1 + width]).log()
        shares = of_mixture * of_shares / of_shares.sum(1, keepdim=True)
        all_shares = torch.cat([1 - of_mixture, shares], 1).float()
        own, *others = kernels.moved(all_shares, images.device).unbind(1)
        mixed = own.view(-1, 1, 1, 1) * images
        for share, drawn in zip(others, uniform[:, 1 + width :].chunk(width, 1), strict=True):
            length = depth if depth > 0 else 1 + below(drawn[:, 0], 3)
            chain = images
            for turn, numbers in enumerate(drawn[:, 1:].chunk(turns, 1)):
                plan = _drawn(space, numbers, severity, _size(images))
                goes_on = torch.as_tensor(turn < length).expand_as(plan.operations)
                plan = Plan(plan.operations.where(goes_on, -1), plan.magnitudes)
                chain = done(chain, plan, space.names, transform)
            mixed += share.view(-1, 1, 1, 1) * chain
        return mixed.to(images.dtype)

    return step


def _space(transform: Component, bins: int, *, partial: bool = False) -> Space:
    name = "_PARTIAL_AUGMENTATION_SPACE" if partial else "_AUGMENTATION_SPACE"
    return Space(getattr(torchvision_object(transform), name), bins)


def _drawn(space: Space, uniform: Tensor, bins: int, size: tuple[int, int]) -> Plan:
    """An operation, one of the first `bins` magnitudes and a sign, of three uniform numbers each."""
    operations = below(uniform[:, 0], len(space.names))
    return space.plan(operations, below(uniform[:, 1], bins), uniform[:, 2], size)


def _size(images: Tensor) -> tuple[int, int]:
    return images.shape[-2], images.shape[-1]


# The operations: images, their magnitudes (float64 `[m]`, on the CPU), and the transform for its
# interpolation and fill. The factor of a colour is 1 + magnitude.

Operation = Callable[[Tensor, Tensor, Component], Tensor]


def _moved(
    images: Tensor,
    transform: Component,
    *,
    angle: Tensor | None = None,
    shift: Tensor | None = None,
    shear: Tensor | None = None,
    corner: bool = False,
) -> Tensor:
    """By an affine map about the middle of the image, or its upper left corner."""
    height, width = _size(images)
    count = len(next(one for one in (angle, shift, shear) if one is not None))
    zero = torch.zeros(count, 2, dtype=torch.float64)
    matrix = warps.inverse_affine(
        zero[:, 0] if angle is None else angle,
        zero if shift is None else shift,
        torch.ones(count),
        zero if shear is None else shear,
        (-width / 2, -height / 2) if corner else (0.0, 0.0),
    )
    grid = warps.affine_grid(
        kernels.moved(matrix.float(), images.device), height=height, width=width
    )
    fill = transform.get("fill")
    fill_c = None if fill is None else kernels.per_channel(fill, images)
    return warps.sample(images, grid, interpolation=transform.get("interpolation"), fill_c=fill_c)


def _along(axis: int, values: Tensor) -> Tensor:
    """`[m, 2]`: the values along x (0) or y (1), and zeros."""
    return torch.stack([values, torch.zeros_like(values)][:: 1 - 2 * axis], 1)


def _shear(axis: int, images: Tensor, magnitudes: Tensor, transform: Component) -> Tensor:
    degrees = torch.rad2deg(torch.atan(magnitudes))
    return _moved(images, transform, shear=_along(axis, degrees), corner=True)


def _translate(axis: int, images: Tensor, magnitudes: Tensor, transform: Component) -> Tensor:
    return _moved(images, transform, shift=_along(axis, magnitudes.trunc()))


def _rotate(images: Tensor, magnitudes: Tensor, transform: Component) -> Tensor:
    return _moved(images, transform, angle=-magnitudes)


def _colour(change: Callable[[Tensor, Tensor], Tensor]) -> Operation:
    return lambda images, magnitudes, _: change(
        images, kernels.moved(1 + magnitudes, images.device)
    )


def _posterize(images: Tensor, magnitudes: Tensor, _: Component) -> Tensor:
    """Keeps the highest bits, as many as the magnitude."""
    kept = kernels.moved((256 - 2 ** (8 - magnitudes)).to(images.dtype), images.device)
    return images & kept.view(-1, 1, 1, 1)


def _solarize(images: Tensor, magnitudes: Tensor, _: Component) -> Tensor:
    """Inverts what is at or above a share of the highest value."""
    # Whole numbers are compared as they are; as floats it takes twenty times as long.
    ceiled = (255 * magnitudes).float().ceil().to(images.dtype)
    threshold = kernels.moved(ceiled, images.device).view(-1, 1, 1, 1)
    return torch.where(images >= threshold, images.bitwise_not(), images)


def _as_torchvision(kernel: str) -> Operation:
    """Without a magnitude torchvision's own takes batches."""
    return lambda images, *_: getattr(v2.functional, kernel)(images)


OPERATIONS: Mapping[str, Operation] = {
    "Identity": lambda images, *_: images,
    "ShearX": partial(_shear, 0),
    "ShearY": partial(_shear, 1),
    "TranslateX": partial(_translate, 0),
    "TranslateY": partial(_translate, 1),
    "Rotate": _rotate,
    "Brightness": _colour(colour.brightness),
    "Color": _colour(colour.saturation),
    "Contrast": _colour(colour.contrast),
    "Sharpness": _colour(colour.sharpness),
    "Posterize": _posterize,
    "Solarize": _solarize,
    "AutoContrast": _as_torchvision("autocontrast"),
    "Equalize": _as_torchvision("equalize"),
    "Invert": _as_torchvision("invert"),
}
