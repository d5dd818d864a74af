"""From an image file of any size and kind to what a trained network takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import Images, Shape, data_facts
from cifar_pipe.catalog.images.transform_flow import of_split, through
from cifar_pipe.data.image_files.reader import ImageReader
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.transforms import torchvision_v2 as v2
from cifar_pipe.data.transforms.chain import Batch, compile_chain, fixed_prefix
from cifar_pipe.data.transforms.randomness import Draws
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.inference.picture_data import check_is_of_pictures


def reader_of(dataset: Component) -> ImageReader:
    """As the dataset's arguments say, where it reads image files."""
    return ImageReader.of(dataset) if "background" in dataset.entry.args else ImageReader()


@dataclass
class Inputs:
    """The transforms of the run's test images, and before them what makes a picture such an image:
    its size where the transforms do not bring any size to that of the network, and one channel for
    data of greys. Threads may share it.

    `resized` are the sizes (height, width) of the images that were made to fit.
    """

    data: DataSettings
    network_input: Sequence[int]
    resized: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        image = data_facts(self.data.dataset).image
        check_is_of_pictures(image)
        self._transforms = of_split(self.data.transforms, "test", training=False)
        self._prefix, baked = fixed_prefix(self._transforms)
        self._chain = compile_chain(self._transforms, baked=baked)
        self._stored: Shape | None = image.shape
        self._channels = image.channels or 3
        self._fits: dict[Shape, bool] = {}

    @property
    def size(self) -> tuple[int, int]:
        """To which images are brought that do not fit: (height, width)."""
        height, width = (self._stored or tuple(self.network_input))[-2:]
        return height, width

    def ready(self, image: Tensor) -> Tensor:
        """What can be done to one image alone, uint8 `[3, h, w]`, which makes it small."""
        if self._channels == 1:
            image = _grey(image)
        shape = (image.shape[0], image.shape[1], image.shape[2])
        if not self._fit(shape):
            self.resized.add(shape[1:])
            image = _covering(image, self.size)
        return image if self._prefix is None else self._prefix(image)

    def batch(
        self, images: Sequence[Tensor], places: Sequence[int], total: int, device: str
    ) -> Tensor:
        """`images` are ready; they are those at `places` of `total`, in which test transforms that draw
        something draw differently. Float32 `[n, C, H, W]` on the device.
        """
        alike = len({one.shape for one in images}) == 1
        given: Batch = torch.stack([*images]) if alike else [*images]
        if self._chain.batchwise and isinstance(given, Tensor):
            given = given.to(device)
        made = self._chain(given, torch.tensor(places), Draws(0, 0, max(total, 1)))
        if not isinstance(made, Tensor):
            made = torch.stack(made)
        return made.to(device)

    def _fit(self, shape: Shape) -> bool:
        if self._stored is not None:
            return shape == self._stored
        if shape not in self._fits:
            try:
                made = through(Images.of(shape), self._transforms).shape
            except ProblemError:
                made = None
            self._fits[shape] = made == tuple(self.network_input)
        return self._fits[shape]


def _grey(image: Tensor) -> Tensor:
    """`[3, h, w]` as `[1, h, w]`."""
    if torch.equal(image[0], image[1]) and torch.equal(image[1], image[2]):
        # As it is: the weights of the colours add up to less than 1, and 255 would become 254.
        return image[:1]
    grey: Tensor = v2.functional.rgb_to_grayscale(image, num_output_channels=1)
    return grey


def _covering(image: Tensor, size: tuple[int, int]) -> Tensor:
    """The middle of the image, as large as possible, at this size (height, width)."""
    height, width = image.shape[-2:]
    scale = max(size[0] / height, size[1] / width)
    larger = [max(size[0], round(height * scale)), max(size[1], round(width * scale))]
    resized: Tensor = v2.functional.resize(image, larger, antialias=True)
    cropped: Tensor = v2.functional.center_crop(resized, [*size])
    return cropped
