"""What a traced network is made of: values, and the operations that give them."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor, nn

from cifar_pipe.model.planning.planned import Shape
from cifar_pipe.training.engines import operations as op

# For each number of an image where it is found, or -1.
Places = npt.NDArray[np.int32]


class NotPlanned(Exception):  # noqa: N818
    """There is no kernel for something; the text says for what."""


@dataclass(frozen=True, slots=True)
class Value:
    """What an operation gives for one image; `trained` says whether its gradient is of use. Of a `turned` value [S, E]
    the numbers lie as [E, S].
    """

    number: int
    shape: Shape
    trained: bool = False
    turned: bool = False

    @property
    def size(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class Operation:
    """`columns` are those of its row that depend on no batch size, `tensors` its parameters and buffers by
    their column. `at` is where in y it begins, for what fills a part of it; `adds` to what is there.
    """

    kind: int
    x: Value
    y: Value
    columns: Mapping[int, int] = field(default_factory=dict)
    tensors: Mapping[int, Tensor] = field(default_factory=dict)
    factors: tuple[float, ...] = ()
    at: int = 0
    adds: bool = False
    places: Places | None = None
    z: Value | None = None

    @property
    def taken(self) -> tuple[Value, ...]:
        return (self.x,) if self.z is None else (self.x, self.z)


class Recorder(ABC):
    """Collects the operations of a network, in their order. `dropouts` are the chance and the shape of each."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.dropouts: list[tuple[float, Shape]] = []
        self._count = 0

    @abstractmethod
    def run(self, module: nn.Module, inputs: Sequence[Value], name: str = "") -> Value:
        """What the module makes of its inputs. Raises NotPlanned, naming what has no kernel."""

    def value(self, shape: Shape, *, trained: bool = False, turned: bool = False) -> Value:
        self._count += 1
        return Value(self._count - 1, tuple(shape), trained, turned)

    def add(
        self, kind: int, x: Value, shape: Shape, *, turned: bool | None = None, **more: Any
    ) -> Value:
        """The result lies as x does, unless `turned` says how."""
        tensors: Mapping[int, Tensor] = more.get("tensors", {})
        trained = x.trained or any(one.requires_grad for one in tensors.values())
        y = self.value(shape, trained=trained, turned=x.turned if turned is None else turned)
        self.operations.append(Operation(kind, x, y, **more))
        return y

    def drop(self, x: Value, p: float, shape: Shape) -> Value:
        """Drawn for an image in this shape; so many numbers of x in a row share each of them."""
        above = sum(math.prod(one) for _, one in self.dropouts)
        self.dropouts.append((p, shape))
        return self.add(op.DROP, x, x.shape, columns={6: above, 7: x.size // math.prod(shape)})
