"""What reading the files of a part has shown, and what the pipeline says of their sizes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from cifar_pipe.catalog.images.data_facts import Shape
from cifar_pipe.data.image_files.parts import Part
from cifar_pipe.data.image_files.sizes import SizeCheck
from cifar_pipe.data.image_files.unusable import Unusable
from cifar_pipe.data.settings import DataSettings


class Seen:
    """What a later run wants to know of the files, beside the images."""

    def __init__(self, *, early: bool) -> None:
        self._early = early
        self._shapes: dict[Shape, int] = {}

    def add(self, shapes: Mapping[Shape, int]) -> None:
        for shape, index in shapes.items():
            self._shapes[shape] = min(index, self._shapes.get(shape, index))

    def plain(self) -> dict[str, Any]:
        shapes = sorted([[list(shape), at] for shape, at in self._shapes.items()])
        return {"early": self._early, "shapes": shapes}


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
