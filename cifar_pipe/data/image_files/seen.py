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
        self._each: list[int] = []

    def add(self, shapes: Iterable[Shape]) -> None:
        """Those of the next images."""
        self._each += [self._shapes.setdefault(shape, len(self._shapes)) for shape in shapes]

    def plain(self) -> dict[str, Any]:
        """`shapes`, each with the first image that has it, and for `each` image, where there are several, which of
        them it has.
        """
        firsts = [[list(shape), self._each.index(number)] for shape, number in self._shapes.items()]
        each = {"each": self._each} if len(firsts) > 1 else {}
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
