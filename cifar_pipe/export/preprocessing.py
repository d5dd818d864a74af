"""From decoded pixels to what the network takes, as operators of the exported graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import Images, data_facts
from cifar_pipe.catalog.images.transform_effects import pair
from cifar_pipe.catalog.images.transform_flow import of_split, through
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.transforms import torchvision_v2 as v2
from cifar_pipe.data.transforms.steps import step_of, to_tensor_and_normalize
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.errors import RunError
from cifar_pipe.export.resize import (
    ResizeAndCrop,
    Size,
    covering,
    fixed,
    shorter_side,
    unchanged,
)
from cifar_pipe.inference.inputs import Inputs

Change = Callable[[Tensor], Tensor]

# Done to whole batches, without draws, by operators that every format has.
_AS_THEY_ARE = ("ToTensor", "ToDtype", "Normalize", "Pad", "RGB")
_NOTHING = ("ToImage", "PILToTensor", "ToPureTensor", "Identity")
# With the probability 1; with 0 they do nothing.
_SURE = {
    "RandomHorizontalFlip": "horizontal_flip",
    "RandomVerticalFlip": "vertical_flip",
    "RandomInvert": "invert",
}
_RESIZING = ("bilinear", "bicubic")


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a batch, and in words what it is."""

    words: str
    change: Change


def preprocessing(data: DataSettings, network_input: Sequence[int]) -> list[Step]:
    """What makes of uint8 images `[n, 3, H, W]` of any size what the network takes, float32
    `[n, *network_input]`: the same as `Inputs` does to images one by one.

    Raises RunError where a transform cannot be a part of a graph.
    """
    size = Inputs(data, network_input).size
    stored = data_facts(data.dataset).image
    transforms = of_split(data.transforms, "test", training=False)
    images, steps = Images(stored.channels or 3, None, None), []
    if images.channels == 1:
        steps.append(Step("one channel: grey", _grey_as_read))
    if stored.shape is not None or not _take_any_size(images, transforms, network_input):
        words = f"resized to cover {size[0]} x {size[1]}, and the middle of that size"
        steps.append(Step(words, ResizeAndCrop(size, covering(size))))
        images = Images(images.channels, *size)
    steps += _Steps(images, transforms).steps()
    made = through(images, transforms).shape
    if made != tuple(network_input):
        found = " x ".join(map(str, made or ("images of unknown size",)))
        taken = " x ".join(map(str, network_input))
        raise RunError(f"the transforms make {found} of images, and the network takes {taken}")
    return steps


def _take_any_size(
    images: Images, transforms: Sequence[Component], network_input: Sequence[int]
) -> bool:
    try:
        return through(images, transforms).shape == tuple(network_input)
    except ProblemError:
        return False


@dataclass
class _Steps:
    """Walks along the transforms with what is known of the images."""

    images: Images
    transforms: Sequence[Component]

    def steps(self) -> list[Step]:
        found: list[Step] = []
        left = [one for one in self.transforms if one.name not in _NOTHING]
        while left:
            step, taken = self._next(left)
            found += [step] if step else []
            self.images = through(self.images, left[:taken])
            left = left[taken:]
        return found

    def _next(self, left: Sequence[Component]) -> tuple[Step | None, int]:
        """The step, and how many of the transforms it is."""
        one, names = left[0], [transform.name for transform in left[:2]]
        if names == ["ToTensor", "Normalize"]:
            change = to_tensor_and_normalize(left[1])
            return Step(f"ToTensor, {_shown(left[1])}", _without_draws(change)), 2
        match one.name:
            case "Resize":
                return self._resize(left)
            case "CenterCrop":
                return Step(_shown(one), ResizeAndCrop(_size(one), unchanged)), 1
            case "Grayscale":
                return Step(_shown(one), self._greys(one.get("num_output_channels"))), 1
            case name if name in _SURE and one.get("p") in (0, 1):
                change_ = getattr(v2.functional, _SURE[name])
                return (Step(_shown(one), change_) if one.get("p") else None), 1
            case name if name in _AS_THEY_ARE:
                return Step(_shown(one), _without_draws(step_of(one))), 1
        raise _not_in_a_graph(one, "an exported graph has no operator for it")

    def _resize(self, left: Sequence[Component]) -> tuple[Step, int]:
        one = left[0]
        if one.get("interpolation") not in _RESIZING or not one.get("antialias"):
            kind = one.get("interpolation")
            without = "" if one.get("antialias") else " without antialias"
            raise _not_in_a_graph(one, f"interpolation {kind}{without} differs between runtimes")
        filter_ = one.get("interpolation")
        made = through(self.images, [one])
        if made.height is not None and made.width is not None:
            size = made.height, made.width
            return Step(_shown(one), ResizeAndCrop(size, fixed(size), filter_)), 1
        following = left[1] if len(left) > 1 else None
        if one.get("max_size") is not None or following is None or following.name != "CenterCrop":
            raise _not_in_a_graph(one, "sizes that depend on the image need a CenterCrop after it")
        change = ResizeAndCrop(_size(following), shorter_side(one.get("size")), filter_)
        return Step(f"{_shown(one)}, {_shown(following)}", change), 2

    def _greys(self, channels: int) -> Change:
        one = _unchanged if self.images.channels == 1 else _grey
        return one if channels == 1 else lambda images: one(images).expand(-1, channels, -1, -1)


def _not_in_a_graph(transform: Component, why: str) -> RunError:
    return RunError(
        f"{transform.name} cannot be exported: {why}",
        help="as safetensors it can: the pipeline beside the weights keeps the transforms",
    )


def _without_draws(step: Callable[..., Any]) -> Change:
    return lambda images: step(images, None)


def _unchanged(images: Tensor) -> Tensor:
    return images


def _size(transform: Component) -> Size:
    height, width = pair(transform.get("size"))
    return height, width


def _grey(images: Tensor) -> Tensor:
    """Torchvision's weights. Of uint8 images the fraction is cut off, so each sum must be rounded as
    in torch, which adds and multiplies in one: float64 holds the product and the sum exactly.
    """
    if images.is_floating_point():
        grey: Tensor = v2.functional.rgb_to_grayscale(images, num_output_channels=1)
        return grey
    values = images.double()
    total = torch.zeros_like(values[:, :1])
    for channel, share in enumerate((0.2989, 0.587, 0.114)):
        weight = torch.tensor(share, dtype=torch.float32).double()
        total = (values[:, channel : channel + 1] * weight + total).float().double()
    return total.to(torch.uint8)


def _grey_as_read(images: Tensor) -> Tensor:
    """An image whose channels are equal stays as it is: the weights add up to less than 1."""
    colours = (images != images[:, :1]).to(torch.int32).amax((1, 2, 3), keepdim=True)
    return torch.where(colours > 0, _grey(images), images[:, :1])


def _shown(transform: Component) -> str:
    """As in a YAML: `Normalize mean [0.5] std [0.5]`."""
    return " ".join([transform.name, *(f"{key} {value}" for key, value in transform.given.items())])
