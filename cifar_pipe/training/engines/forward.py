"""The rows of a program that computes a network's outputs alone, as in evaluation.

What nothing reads any more gives its place to what comes next, so that more images stay in the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from torch import Tensor

from cifar_pipe.training.engines import operations as op
from cifar_pipe.training.engines.layout import Layout, Program, whole_lines
from cifar_pipe.training.engines.tracing.trace import Trace
from cifar_pipe.training.engines.tracing.values import NotPlanned, Operation

# What may write over what it reads, where nothing else reads that.
_IN_PLACE = (op.ACTIVATE, op.COPY, op.DROP, op.NORMALIZE)


@dataclass(frozen=True, slots=True)
class Forward:
    """`outputs` is where those of the program's images are, `[classes, images]`."""

    program: Program
    outputs: int


def lay_out_forward(trace: Trace, images: int, place_of: Callable[[Tensor], int]) -> Forward:
    """`place_of` as `lay_out` has it. Raises NotPlanned for a normalization without running means."""
    return _ForwardLayout(trace, images, place_of).forward()


class _ForwardLayout(Layout):
    def __init__(self, trace: Trace, images: int, place_of: Callable[[Tensor], int]) -> None:
        super().__init__(trace, images, place_of)
        self._unread = dict(self._uses)
        # By where they begin, how many numbers are claimed there; and what is free, in order.
        self._claimed: dict[int, int] = {}
        self._free: list[tuple[int, int]] = []

    def forward(self) -> Forward:
        rows, maxima = [self._begin()], 0
        self._gradients[self._trace.input.number] = -1
        for one in self._trace.operations:
            claimed, self._maxima = set(self._claimed), 0
            row = self._forward(one, None)
            maxima = max(maxima, self._maxima)
            y = self._values[one.y.number]
            # What the operation needed beside its result.
            for place in set(self._claimed) - claimed - {y}:
                self._give_back(place)
            for value in one.taken:
                self._unread[value.number] -= 1
                place = self._values[value.number]
                if not self._unread[value.number] and place != y:
                    self._give_back(place)
            if one.kind == op.NORMALIZE:
                if row[9] < 0:
                    raise NotPlanned("a batch normalization without running means")
                row[0] = op.RESCALE
            if row[0] != op.DROP and not (row[0] == op.COPY and row[1] == row[2]):
                rows.append(row)
        factors = np.array(self._factors, np.float32)
        sources = np.concatenate(self._sources)
        program = Program(
            self._images, np.stack(rows), factors, sources, self._used, maxima, len(rows)
        )
        return Forward(program, self._values[self._trace.output.number])

    def _forward(self, one: Operation, above: Operation | None) -> npt.NDArray[np.int64]:
        if one.kind == op.DROP and not self._in_place(one, above):
            # Several read what it drops from in training: here it is that itself.
            one = replace(one, kind=op.COPY)
        return super()._forward(one, above)

    def _planes(self, count: int) -> int:
        return self._claim(count)

    def _new_gradient(self, size: int) -> int:
        del size
        return -1

    def _in_place(self, one: Operation, above: Operation | None) -> bool:
        del above
        is_part = one.kind == op.COPY and one.x.size != one.y.size
        return one.kind in _IN_PLACE and self._uses[one.x.number] == 1 and not is_part

    def _claim(self, count: int) -> int:
        """The first gap that is large enough, else room at the end."""
        size = whole_lines(count)
        for number, (place, gap) in enumerate(self._free):
            if gap >= size:
                left = [(place + size, gap - size)] if gap > size else []
                self._free[number : number + 1] = left
                break
        else:
            place = self._used
            if self._free and sum(self._free[-1]) == place:
                place = self._free.pop()[0]
            self._used = place + size
        self._claimed[place] = size
        return place

    def _give_back(self, place: int) -> None:
        gaps = sorted([*self._free, (place, self._claimed.pop(place))])
        self._free = gaps[:1]
        for at, size in gaps[1:]:
            last, its = self._free[-1]
            if last + its == at:
                self._free[-1] = (last, its + size)
            else:
                self._free.append((at, size))
