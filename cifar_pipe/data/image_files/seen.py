"""What reading the files of a part has shown, and what the pipeline says of their sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
        # By their numbers, in the order in which they were seen.
        self._shapes: dict[Shape, int] = {}
        self._firsts: list[int] = []
        self._each: list[int] = []

    def add(self, shapes: Iterable[Shape]) -> None:
        """Those of the next images."""
        for shape in shapes:
            number = self._shapes.setdefault(shape, len(self._firsts))
            if number == len(self._firsts):
                self._firsts.append(len(self._each))
            self._each.append(number)

    @property
    def varies(self) -> bool:
        """Whether there are images of several shapes."""
        return len(self._shapes) > 1

    def plain(self) -> dict[str, Any]:
        """`shapes`, each with the first image that has it, and for `each` image, where there are several, which of
        them it has.
        """
        firsts = [[list(shape), at] for shape, at in zip(self._shapes, self._firsts, strict=True)]
        each = {"each": self._each} if self.varies else {}
        return {"early": self._early, "shapes": firsts, **each}


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
