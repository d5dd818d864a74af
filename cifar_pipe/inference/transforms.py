"""What images outside of a training go through, as one function."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from cifar_pipe.errors import UsageError
from cifar_pipe.inference.inputs import Inputs, reader_of
from cifar_pipe.stages.load_data.spec import LoadData

OneImage = str | PathLike[str] | Image.Image | Tensor


@dataclass(frozen=True)
class Transforms:
    """The transforms of a run's test images; before them an image is brought to their size, and to
    greys, where the network was trained on such.

    Called with one image or several, it gives float32 `[N, C, H, W]`. An image is the path of a file,
    an image of Pillow's, or a tensor uint8 `[3, h, w]`, or `[1, h, w]`. `input_shape` is what the network
    takes of each.
    """

    data: LoadData
    input_shape: tuple[int, ...]

    def __call__(self, images: OneImage | Iterable[OneImage]) -> Tensor:
        """Raises DataBroken for a file that cannot be used, UsageError for what is no image."""
        several = [images] if isinstance(images, str | PathLike | Image.Image) else images
        if isinstance(several, Tensor) and several.ndim == 3:
            several = [several]
        inputs = Inputs(self.data, self.input_shape)
        ready = [inputs.ready(self._raw(one)) for one in several]
        if not ready:
            return torch.zeros(0, *self.input_shape)
        return inputs.batch(ready, 0, len(ready), "cpu").float()

    def _raw(self, image: OneImage) -> Tensor:
        """uint8 `[3, h, w]`."""
        reader = reader_of(self.data.dataset)
        match image:
            case Tensor():
                if image.ndim != 3 or len(image) not in (1, 3) or image.dtype != torch.uint8:
                    found = f"{str(image.dtype).removeprefix('torch.')} {list(image.shape)}"
                    raise UsageError(f"an image is uint8 [3, h, w] or [1, h, w], not {found}")
                return image.expand(3, -1, -1)
            case Image.Image():
                return reader.convert(image)
            case str() | PathLike():
                return reader.read(Path(image))
        message = f"an image is a path, one of Pillow's or a tensor, not {type(image).__name__}"
        raise UsageError(message, help="PIL.Image.fromarray makes an image of an array")
