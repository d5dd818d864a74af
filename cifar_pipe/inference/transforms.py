"""What images outside of a training go through, as one function."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from cifar_pipe.data.image_files.reader import without_warnings
from cifar_pipe.data.image_files.unusable import Unusable, UnusableFiles
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.inference.inputs import Inputs
from cifar_pipe.inference.one_image import ImageSource, OneImage, images_of


@dataclass(frozen=True)
class Transforms:
    """The transforms of a run's test images; before them an image is brought to their size, and to
    greys, where the network was trained on such.

    Called with one image or several, it gives float32 `[N, C, H, W]`. An image is the path of a file,
    an image of Pillow's, or a tensor uint8 `[3, h, w]`, or `[1, h, w]`. `input_shape` is what the network
    takes of each.
    """

    data: DataSettings
    input_shape: tuple[int, ...]

    def __call__(self, images: OneImage | Iterable[OneImage]) -> Tensor:
        """Raises DataBroken for a file that cannot be used, UsageError for what is no image."""
        inputs, source = Inputs(self.data, self.input_shape), ImageSource.of(self.data.dataset)
        ready = []
        with without_warnings():
            for one in source.read(images_of(images)):
                if isinstance(one, Unusable):
                    raise UnusableFiles([one])
                ready.append(inputs.ready(one))
        if not ready:
            return torch.zeros(0, *self.input_shape)
        return inputs.batch(ready, range(len(ready)), len(ready), "cpu").float()
