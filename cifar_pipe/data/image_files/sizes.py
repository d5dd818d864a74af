"""Whether image files have sizes that the pipeline can use, and what its transforms make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import DType, Images, Shape
from cifar_pipe.catalog.images.transform_flow import of_split, through
from cifar_pipe.data.datasets.folders.image_search import shown_name
from cifar_pipe.data.image_files.unusable import Unusable
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.errors import DataBroken

ONE_SIZE = (
    "add {type: Resize, size: [height, width]} to the transforms, or Resize and CenterCrop, "
    "or for training RandomResizedCrop"
)


class SizeCheck:
    """What the pipeline says of the sizes of one split's images: its `image_shape`, and transforms
    that do not take every size.
    """

    def __init__(self, settings: DataSettings, split: str) -> None:
        self._declared: list[int] | None = settings.dataset.get("image_shape")
        self._settings, self._split = settings, split
        self._known: dict[Shape, tuple[str, str] | None] = {}

    def unusable(self, path: str, shape: Shape) -> Unusable | None:
        """Why an image of this shape, `[3, h, w]`, cannot be used, if so."""
        if shape not in self._known:
            self._known[shape] = self._problem(shape)
        problem = self._known[shape]
        return None if problem is None else Unusable(path, *problem)

    def network_input(self, firsts: Mapping[Shape, str]) -> Shape | None:
        """Of images of these shapes that can be used; see the function of this name."""
        return network_input(self._split, firsts, self._chains[0])

    @cached_property
    def _chains(self) -> list[list[Component]]:
        """The transforms of the split; those of training also go without what is random."""
        transforms, name = self._settings.transforms, self._split
        chains = [of_split(transforms, name, training=True)]
        if (without := of_split(transforms, name, training=False)) != chains[0]:
            chains.append(without)
        return chains

    def _problem(self, shape: Shape) -> tuple[str, str] | None:
        if self._declared is not None and list(shape) != self._declared:
            why = (
                f"is {list(shape)} (channels, height, width), and image_shape says {self._declared}"
            )
            return (
                why,
                "leave image_shape out, and put a Resize into the transforms if sizes differ",
            )
        for chain in self._chains:
            try:
                through(Images.of(shape), chain)
            except ProblemError as error:
                why = f"is {shape[1]} x {shape[2]} (height x width): {error.message}"
                return why, error.problem.help or ONE_SIZE
        return None


def network_input(
    split: str,
    firsts: Mapping[Shape, str],
    transforms: Sequence[Component],
    dtype: DType = "uint8",
) -> Shape | None:
    """What the transforms make of images of these shapes, each with its first file; None where that
    is drawn for each image.

    Raises DataBroken where it is not one shape, and ProblemError where the transforms do not fit.
    """
    made: dict[Shape, tuple[Shape, str]] = {}
    one: Shape | None = None
    for shape, path in firsts.items():
        one = through(Images.of(shape, dtype), transforms).shape
        made.setdefault(one or shape, (shape, path))
    if len(made) == 1:
        return one
    files = [
        f"{shown_name(path)} is {height} x {width}" for (_, height, width), path in made.values()
    ]
    words = f"{files[0]}, {files[1]} (height x width)"
    raise DataBroken(f"the {split} images differ in size: {words}", help=ONE_SIZE)
