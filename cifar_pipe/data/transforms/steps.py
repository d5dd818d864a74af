"""The steps that a batch goes through: for each transform a function with its arguments bound.

A step takes images `[n, C, H, W]` and what each of them draws, and returns new images. A random
one draws its parameters first, a row for each image, and then applies them to the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.transforms import augmentation, boxes, colour, kernels, warps
from cifar_pipe.data.transforms import torchvision_v2 as v2
from cifar_pipe.data.transforms.per_image import one_by_one, torchvision_object
from cifar_pipe.data.transforms.randomness import Rows

Step = Callable[[Tensor, Rows], Tensor | list[Tensor]]


def takes_batches(transform: Component) -> bool:
    """Whether there is a step for whole batches; if not, torchvision works image by image."""
    name = transform.name
    return name in FACTORIES and not (name in ONE_BY_ONE and ONE_BY_ONE[name](transform))


def step_of(transform: Component) -> Step:
    make = FACTORIES[transform.name] if takes_batches(transform) else one_by_one
    return make(transform)


def to_tensor_and_normalize(normalize: Component) -> Step:
    """ToTensor and the Normalize after it as one multiplication and addition.

    (x / 255 - mean) / std = x * (1 / (255 std)) - mean / std.
    """
    mean, std = (torch.tensor(normalize.get(name)).double() for name in ("mean", "std"))
    scale, shift = (one.float().view(-1, 1, 1) for one in (1 / (255 * std), -mean / std))

    def step(images: Tensor, _: Rows) -> Tensor:
        # The product makes the floats; the sum is in place: one buffer, two passes.
        return torch.mul(images, kernels.moved(scale, images.device)).add_(
            kernels.moved(shift, images.device)
        )

    return step


# Factories: each makes the step of a transform.


def fixed(change: Callable[[Tensor], Tensor]) -> Callable[[Component], Step]:
    return lambda _: lambda images, _: change(images)


def as_torchvision(transform: Component) -> Step:
    """Without draws torchvision's own takes batches."""
    change = torchvision_object(transform)
    return lambda images, _: change(images)


@dataclass(frozen=True)
class Drawn:
    """`draw` makes the parameters, each with one row per image, of `columns` uniform numbers
    (float64 `[n, columns]`) and the size (height, width) of the images; all of it on the CPU.
    `apply` takes the images, the transform and the parameters, on the device of the images.

    With `by_chance` only the images that are chosen with the transform's probability `p` change.
    """

    apply: Callable[..., Tensor]
    draw: Callable[..., tuple[Tensor, ...]] = lambda *_: ()
    columns: int = 0
    by_chance: bool = False

    def __call__(self, transform: Component) -> Step:
        def step(images: Tensor, rows: Rows) -> Tensor:
            uniform = rows.uniform(self.by_chance + self.columns)
            if not self.by_chance:
                return self._changed(images, transform, uniform)
            chosen = uniform[:, 0] < transform.get("p")
            drawn = uniform[chosen, 1:]
            return kernels.on_chosen(images, chosen, self._changed, transform, drawn)

        return step

    def _changed(self, images: Tensor, transform: Component, uniform: Tensor) -> Tensor:
        height, width = images.shape[-2:]
        parameters = self.draw(transform, uniform, (height, width))
        return self.apply(
            images, transform, *(kernels.moved(one, images.device) for one in parameters)
        )


def by_chance(kernel: str, *arguments: str) -> Drawn:
    """With the transform's probability, torchvision's `kernel` with the transform's `arguments`."""

    def apply(images: Tensor, transform: Component) -> Tensor:
        changed: Tensor = getattr(v2.functional, kernel)(images, *map(transform.get, arguments))
        return changed

    return Drawn(apply, by_chance=True)


# When torchvision works image by image all the same.
ONE_BY_ONE: Mapping[str, Callable[[Component], bool]] = {
    # Shares with another parameter have no short way from uniform numbers.
    "AugMix": lambda transform: transform.get("alpha") != 1,
    "RandomRotation": lambda transform: transform.get("expand"),
    "RandomResizedCrop": lambda transform: (
        not transform.get("antialias") or transform.get("interpolation") != "bilinear"
    ),
}

_with_a_value = Drawn(boxes.erase, boxes.erasing_boxes, columns=boxes.COLUMNS, by_chance=True)
_with_noise = Drawn(
    boxes.erase_with_noise, boxes.noise_boxes, columns=boxes.COLUMNS + 1, by_chance=True
)
_unchanged = fixed(lambda images: images)

FACTORIES: Mapping[str, Callable[[Component], Step]] = {
    "ToTensor": fixed(lambda images: images.to(torch.float32).div_(255)),
    **dict.fromkeys(("ToImage", "PILToTensor", "ToPureTensor", "Identity"), _unchanged),
    **dict.fromkeys(("ToDtype", "Normalize", "Resize", "CenterCrop"), as_torchvision),
    **dict.fromkeys(("Grayscale", "RGB"), as_torchvision),
    "Pad": lambda pad: lambda images, _: boxes.padded(images, pad, pad.get("padding")),
    "RandomCrop": Drawn(boxes.crop, boxes.crop_corners, columns=2),
    "RandomResizedCrop": Drawn(
        lambda images, _, rows, columns: warps.resized_crop(images, rows, columns),
        boxes.resized_crop_weights,
        columns=boxes.COLUMNS,
    ),
    "RandomHorizontalFlip": Drawn(lambda images, _: images.flip(-1), by_chance=True),
    "RandomVerticalFlip": Drawn(lambda images, _: images.flip(-2), by_chance=True),
    "RandomRotation": Drawn(
        partial(warps.warp, warps.affine_grid), warps.rotation_matrix, columns=1
    ),
    "RandomAffine": Drawn(partial(warps.warp, warps.affine_grid), warps.affine_matrix, columns=6),
    "RandomPerspective": Drawn(
        partial(warps.warp, warps.perspective_grid),
        lambda *drawn: (warps.perspective_coefficients(*warps.perspective_corners(*drawn)),),
        columns=8,
        by_chance=True,
    ),
    "RandomErasing": lambda erasing: (
        _with_noise if erasing.get("value") == "random" else _with_a_value
    )(erasing),
    "ColorJitter": Drawn(colour.jitter, colour.jitter_draws, columns=colour.JITTER_COLUMNS),
    # Grey images of as many channels.
    "RandomGrayscale": Drawn(
        lambda images, _: v2.functional.rgb_to_grayscale(images, images.shape[1]), by_chance=True
    ),
    "RandomInvert": by_chance("invert"),
    "RandomAutocontrast": by_chance("autocontrast"),
    "RandomEqualize": by_chance("equalize"),
    "RandomSolarize": by_chance("solarize", "threshold"),
    "RandomPosterize": by_chance("posterize", "bits"),
    "RandomAdjustSharpness": by_chance("adjust_sharpness", "sharpness_factor"),
    "AutoAugment": augmentation.auto_augment,
    "RandAugment": augmentation.rand_augment,
    "TrivialAugmentWide": augmentation.trivial_augment,
    "AugMix": augmentation.aug_mix,
}
