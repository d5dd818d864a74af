"""The images of a dataset that are files, or packed into files, and their labels: before any is read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.torch.build import resolve
from cifar_pipe.diagnostics.problem import Problem

Content = Callable[[str], bytes]
"""Gives the content of an image file by its name; raises OSError where it cannot be read."""


@dataclass(frozen=True)
class ImageSet:
    """The images of each split in order, and their labels.

    `files` has `train`, `test` and perhaps `val`; or only `all`, where the test split is drawn. They are
    paths; with a `content`, which reads them, they are names within the files of `beside`.
    `beside` are the other files that loading reads: tables, archives. `identities` are those of the
    files by their paths (`image_search.identity`). `problems` are what was left out, with paths that
    begin at the dataset. `place` is the argument that says where it is. `drawn` are the splits that were
    drawn: of which part of the data set as it was found, and the places in its list.
    """

    root: Path
    classes: tuple[str, ...]
    files: dict[str, list[str]]
    labels: dict[str, list[int]]
    identities: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    content: Content | None = None
    beside: tuple[str, ...] = ()
    place: str = "root"
    drawn: Mapping[str, tuple[str, Sequence[int]]] = field(default_factory=dict)

    @property
    def per_class(self) -> dict[str, tuple[int, ...]]:
        """How many images each class has, by split."""
        counts = {name: Counter(labels) for name, labels in self.labels.items()}
        return {
            name: tuple(of_split[label] for label in range(len(self.classes)))
            for name, of_split in counts.items()
        }

    def image_files(self) -> list[str]:
        """The paths of the images that are files of their own."""
        return [
            path for of_split in self.files.values() for path in of_split if self.content is None
        ]


# By the identity of the datasets, which are kept so that no other gets it.
_remembered: ContextVar[dict[tuple[int, str], tuple[Component, Any]] | None] = ContextVar(
    "remembered", default=None
)


def find_image_set(dataset: Component) -> ImageSet:
    """What the dataset's row finds on the disk; no image is read.

    Raises DataUnavailable where it is not there, and DataBroken where it is not laid out as the dataset
    says.
    """
    found = remembered(dataset, "images")
    if found is None:
        found = resolve(dataset.entry)(dataset)
        remember(dataset, "images", found)
    return cast("ImageSet", found)


def remembered(dataset: Component, what: str) -> Any:
    """None where it was not found yet, or outside of `searched_once`."""
    _, found = (_remembered.get() or {}).get((id(dataset), what), (dataset, None))
    return found


def remember(dataset: Component, what: str, found: Any) -> None:
    if (known := _remembered.get()) is not None:
        known[id(dataset), what] = dataset, found


@contextmanager
def searched_once() -> Iterator[None]:
    """Within it each dataset is looked for once, and what was found is given again: what a run takes for the
    fingerprint of its data is what it loads.
    """
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def relative_to(root: Path) -> Callable[[str], str]:
    """Gives of a path below the root the part that is relative to it, of another one its name."""
    # Paths that are looked for do not name the current folder.
    start = "" if os.fspath(root) == "." else os.path.join(root, "")  # noqa: PTH118
    return lambda path: (
        path.removeprefix(start) if path.startswith(start) else os.path.basename(path)  # noqa: PTH119
    )
