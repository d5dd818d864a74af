"""A handful of images with what the network of a run gives for them, by the run's own way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.data.load import load
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.transforms import torchvision_v2 as v2
from cifar_pipe.errors import RunError
from cifar_pipe.export.card import Golden
from cifar_pipe.inference.inputs import Inputs, reader_of
from cifar_pipe.model.network import Network
from cifar_pipe.training.evaluation.evaluate import evaluating

COUNT = 4
# Of larger images the file would mostly consist.
_LONGEST = 256


def golden_images(data: Data, settings: DataSettings, context: Context) -> list[Tensor]:
    """Images of the split test, or of the one there is, spread over it, uint8 `[3, h, w]`, as they were
    before all transforms; and two of another size, made of the first.
    """
    split = "test" if "test" in data.splits else next(reversed(data.splits))
    if not data.splits[split].files and data.baked.get(split):
        # What is stored has gone through the first transforms.
        data = load(_untransformed(settings), context)
    count = data.count(split)
    chosen = torch.tensor(sorted({number * (count - 1) // (COUNT - 1) for number in range(COUNT)}))
    return with_other_sizes([_small(one) for one in _originals(data, split, settings, chosen)])


def with_other_sizes(images: Sequence[Tensor]) -> list[Tensor]:
    """And one twice as large, less a fifth of its width, and one without its lower third."""
    first, last = images[0], images[-1]
    larger = first.repeat_interleave(2, 1).repeat_interleave(2, 2)
    larger = larger[:, :, : max(1, larger.shape[2] * 4 // 5)]
    return [*images, larger, last[:, : max(1, last.shape[1] * 2 // 3)]]


def goldens(network: Network, settings: DataSettings, images: Sequence[Tensor]) -> list[Golden]:
    """With the outputs in float32 on the CPU. Raises RunError where they are not finite."""
    inputs = Inputs(settings, network.input_shape)
    with evaluating(network), torch.inference_mode():
        outputs = [network(inputs.batch([inputs.ready(one)], [0], 1, "cpu"))[0] for one in images]
    if not all(one.isfinite().all() for one in outputs):
        raise RunError("the network gives NaN or infinite values")
    return [Golden.of(image, one.flatten()) for image, one in zip(images, outputs, strict=True)]


def _untransformed(settings: DataSettings) -> DataSettings:
    from cifar_pipe.stages.load_data.spec import LoadData  # noqa: PLC0415

    assert isinstance(settings, LoadData)
    return settings.model_copy(update={"transforms": []})


def _originals(data: Data, split: str, settings: DataSettings, chosen: Tensor) -> Iterator[Tensor]:
    stored = data.splits[split]
    if stored.files:
        reader = reader_of(settings.dataset)
        yield from (reader.read(Path(stored.files[index])) for index in chosen.tolist())
        return
    for image in stored.at(chosen):
        if image.dtype != torch.uint8 or len(image) not in (1, 3):
            raise RunError("the images of this run are no pictures of bytes: no model is exported")
        yield image.expand(3, -1, -1)


def _small(image: Tensor) -> Tensor:
    longest = max(image.shape[1:])
    if longest <= _LONGEST:
        return image
    size = [max(1, round(side * _LONGEST / longest)) for side in image.shape[1:]]
    made: Tensor = v2.functional.resize(image, size, antialias=True)
    return made
