"""What reading the files of a part has shown, and what the pipeline says of their sizes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from cifar_pipe.catalog.images.data_facts import Shape
from cifar_pipe.data.image_files.parts import Part
from cifar_pipe.data.image_files.reader import ImageReader
from cifar_pipe.data.image_files.sizes import SizeCheck
from cifar_pipe.data.image_files.unusable import Unusable
from cifar_pipe.data.settings import DataSettings


class Seen:
    """What a later run wants to know of the files, beside the images."""

    def __init__(self, part: Part, reader: ImageReader, *, early: bool) -> None:
        self._part, self._reader, self._early = part, reader, early
        self._shapes: dict[Shape, int] = {}
        self._before = len(reader.animated), len(reader.transparent)

    def add(self, shapes: Mapping[Shape, int]) -> None:
        for shape, index in shapes.items():
            self._shapes[shape] = min(index, self._shapes.get(shape, index))

    def plain(self) -> dict[str, Any]:
        animated = set(self._reader.animated[self._before[0] :])
        transparent = set(self._reader.transparent[self._before[1] :])
        files = self._part.files if animated or transparent else ()
        return {
            "early": self._early,
            "shapes": sorted([[list(shape), at] for shape, at in self._shapes.items()]),
            "animated": [at for at, path in enumerate(files) if path in animated],
            "transparent": [at for at, path in enumerate(files) if path in transparent],
        }


class SizesOfPart:
    """What the pipeline says of the sizes of each split's images; see SizeCheck."""

    def __init__(self, settings: DataSettings, part: Part) -> None:
        self._part = part
        self._checks = {name: SizeCheck(settings, name) for name in part.rows}

    def unusable(self, path: str, shape: Shape) -> Unusable | None:
        wrong = {
            name: found
            for name, check in self._checks.items()
            if (found := check.unusable(path, shape)) is not None
        }
        return wrong.get(self._splits[path]) if wrong else None

    def refuses(self, shape: Shape, path: str) -> bool:
        """Whether one of the splits would."""
        return any(check.unusable(path, shape) is not None for check in self._checks.values())

    @cached_property
    def _splits(self) -> Mapping[str, str]:
        return self._part.splits
