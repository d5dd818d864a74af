"""What the data is loaded by: the settings of the stage load_data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.class_naming import ClassNames
from cifar_pipe.catalog.images.folds import Fold
from cifar_pipe.catalog.images.transform_flow import PerSplit


class DataSettings(Protocol):
    """As the stage's specification has them; the fields are described there."""

    @property
    def dataset(self) -> Component: ...
    @property
    def classes(self) -> ClassNames | None: ...
    @property
    def transforms(self) -> Sequence[Component] | PerSplit: ...
    @property
    def batch_size(self) -> int: ...
    @property
    def shuffle(self) -> bool: ...
    @property
    def sampler(self) -> Component | None: ...
    @property
    def drop_last(self) -> bool: ...
    @property
    def validation_split(self) -> float | None: ...
    @property
    def fold(self) -> Fold | None: ...
