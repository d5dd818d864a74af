"""A trained network with what it takes to use it on images."""

from __future__ import annotations

from dataclasses import dataclass

from cifar_pipe.data.settings import DataSettings
from cifar_pipe.model.network import Network


@dataclass(frozen=True)
class Classifier:
    """`data` is how its images were loaded, `classes` the names of its outputs in their order; none
    where the targets are numbers.
    """

    network: Network
    classes: tuple[str, ...]
    data: DataSettings
