"""Images that are not in a tensor of their own: some of others, mapped ones of many sizes, files as they are."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod

import torch
from torch import Tensor

from cifar_pipe.data.kept_images.image_file import ImageFile
from cifar_pipe.data.kept_images.read_ahead import ReadAhead, read_ahead
from cifar_pipe.data.store import Split, StoredImages

Images = Tensor | list[Tensor] | StoredImages
Shape = tuple[int, ...]


def mapped(file: ImageFile) -> tuple[Tensor | StoredImages, ReadAhead]:
    """The images of an open file, which stays in use as long as they are: uint8 `[N, C, H, W]`, or of
    different sizes. Nobody may write to them.
    """
    described = file.description
    with warnings.catch_warnings():
        # Of memory that cannot be written: that is meant.
        warnings.simplefilter("ignore")
        whole = torch.frombuffer(file.content, dtype=torch.uint8, count=described.bytes)
    if described.shape is not None:
        images = whole.view(described.count, *described.shape)
        sizes = torch.tensor(prod(described.shape)).expand(described.count)
        return images, read_ahead(file.path, file.content, sizes)
    assert file.sizes is not None
    shapes = torch.tensor(file.sizes, dtype=torch.int64).view(-1, 3)
    return OfManySizes(whole, shapes), read_ahead(file.path, file.content, shapes.prod(1))


class OfManySizes:
    """Images one after the other in `whole`, uint8 `[bytes]`; `sizes` are int64 `[N, 3]`."""

    def __init__(self, whole: Tensor, sizes: Tensor) -> None:
        self._whole, self._sizes = whole, sizes
        ends = sizes.prod(1).cumsum(0)
        self._starts = [0, *ends.tolist()]
        self._shapes = [tuple(one) for one in sizes.tolist()]

    def __len__(self) -> int:
        return len(self._shapes)

    def __getitem__(self, index: int, /) -> Tensor:
        shape, start = self._shapes[index], self._starts[index]
        return self._whole[start : start + prod(shape)].view(shape)

    def at(self, indices: Tensor, /) -> list[Tensor]:
        return [self[index] for index in indices.tolist()]

    def first_of_each_shape(self) -> dict[Shape, int]:
        found: dict[Shape, int] = {}
        for index, shape in enumerate(self._shapes):
            found.setdefault(shape, index)
        return found


# Of what is free on a GPU, for the images of a split; the network, its gradients and batches take more.
_SHARE_OF_DEVICE = 4


class Chosen:
    """Those of `images` that are at `rows` (int64 `[n]`)."""

    def __init__(self, images: Images, rows: Tensor) -> None:
        self.images, self._rows = images, rows
        self._shapes = self._first_of_each_shape()

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int, /) -> Tensor:
        return self.images[int(self._rows[index])]

    def at(self, indices: Tensor, /) -> Tensor | list[Tensor]:
        rows = self._rows[indices]
        if isinstance(self.images, Tensor):
            return self.images.index_select(0, rows)
        return _alike(self._shapes, [self.images[row] for row in rows.tolist()])

    def rows_at(self, indices: Tensor) -> Tensor:
        return self._rows[indices]

    def first_of_each_shape(self) -> dict[Shape, int]:
        return self._shapes

    def _first_of_each_shape(self) -> dict[Shape, int]:
        images = self.images
        if isinstance(images, Tensor):
            return {tuple(images.shape[1:]): 0}
        if not isinstance(images, list) and len(every := images.first_of_each_shape()) == 1:
            return dict.fromkeys(every, 0)
        found: dict[Shape, int] = {}
        for index, row in enumerate(self._rows.tolist()):
            # Streamed ones would all be decoded for it.
            known = images.shape_of(row) if isinstance(images, Streamed) else None
            found.setdefault(known or tuple(images[row].shape), index)
        return found


Decode = Callable[[Sequence[int], Callable[[int, Tensor], None]], None]


class Streamed:
    """Images that are decoded each time that they are asked for. `decode` gives each of those at a list of indices, with
    its place in the list, to a function that it calls in threads; `shapes` are what they have, each with the first index,
    and `of_each` that of each image, where that is known.
    """

    def __init__(
        self,
        count: int,
        decode: Decode,
        shapes: dict[Shape, int],
        of_each: Sequence[Shape] | None = None,
    ) -> None:
        self._count, self._decode, self._shapes = count, decode, shapes
        self._of_each = of_each

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int, /) -> Tensor:
        [image] = self._listed([index])
        return image

    def at(self, indices: Tensor, /) -> Tensor | list[Tensor]:
        if len(self._shapes) > 1:
            return self._listed(indices.tolist())
        [shape] = self._shapes
        whole = torch.empty((len(indices), *shape), dtype=torch.uint8)
        # As it is decoded, while it is in the cache; NumPy copies it in the thread that has decoded it.
        rows = whole.numpy()

        def put(place: int, image: Tensor) -> None:
            rows[place] = image.numpy()

        self._decode(indices.tolist(), put)
        return whole

    def _listed(self, indices: Sequence[int]) -> list[Tensor]:
        found: dict[int, Tensor] = {}
        self._decode(indices, found.__setitem__)
        return [found[place] for place in range(len(indices))]

    def first_of_each_shape(self) -> dict[Shape, int]:
        return self._shapes

    def shape_of(self, index: int) -> Shape:
        return tuple(self[index].shape) if self._of_each is None else self._of_each[index]


def is_streamed(images: Images) -> bool:
    """Whether they are decoded each time."""
    return isinstance(images, Streamed) or (
        isinstance(images, Chosen) and is_streamed(images.images)
    )


def in_tensor(images: Images, indices: Tensor) -> tuple[Tensor, Tensor] | None:
    """The tensor that images are in, and where those at `indices` are in it; None where they are in none."""
    if isinstance(images, Chosen):
        return in_tensor(images.images, images.rows_at(indices))
    return (images, indices) if isinstance(images, Tensor) else None


def on_device(split: Split, device: torch.device, free: int | None) -> Split:
    """The split with its images on the device; as it is where they are not of one size or not decoded yet,
    or take more than a share of the `free` bytes, None for any number.
    """
    if is_streamed(split.images) or len(shapes := split.shapes()) > 1:
        return split
    [shape] = shapes
    if free is not None and len(split) * prod(shape) > free // _SHARE_OF_DEVICE:
        return split
    images = split.images
    whole = images if isinstance(images, Tensor) else split.at(torch.arange(len(split)))
    assert isinstance(whole, Tensor)
    return replace(split, images=whole.to(device), ahead=None)


def _alike(shapes: dict[Shape, int], images: list[Tensor]) -> Tensor | list[Tensor]:
    """One tensor where all images that there are have one shape, and not where some happen to."""
    return torch.stack(images) if len(shapes) == 1 else images
