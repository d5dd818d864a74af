"""Where the numbers of a batch lie, and the rows of the program that works on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import Tensor

from cifar_pipe.training.engines import operations as op
from cifar_pipe.training.engines.tracing.trace import Trace
from cifar_pipe.training.engines.tracing.values import Operation, Places

# float32 numbers of a cache line.
_LINE = 16
# Where the derivative can be taken at the value that the function gave.
_AT_RESULT = (op.RELU, op.LEAKY_RELU, op.RELU6, op.SIGMOID, op.TANH)
# What needs nothing of its result on the way back: that may be changed in place.
_RESULT_FREE = (
    *(op.CONVOLVE, op.DEPTHWISE, op.LINEAR, op.NORMALIZE, op.NORMALIZE_GROUPS, op.POOL_MAX),
    *(op.POOL_MEAN, op.COPY, op.TAKE, op.CURVE, op.PRELU, op.MULTIPLY, op.ATTEND, op.SHIFT),
)


@dataclass(frozen=True, slots=True)
class Program:
    """For `images` side by side. `arena` and `places` say how many numbers it works on; `sources` is the table of
    where numbers come from, `loss` the number of the loss's row. Before each row of `meets` all images of a batch must
    have come as far; `stats` is how many numbers a chunk leaves for the others until then.
    """

    images: int
    rows: npt.NDArray[np.int64]
    factors: npt.NDArray[np.float32]
    sources: Places
    arena: int
    places: int
    loss: int
    meets: tuple[int, ...] = ()
    stats: int = 0


def lay_out(
    trace: Trace, images: int, place_of: Callable[[Tensor], int], *, smoothing: float = 0.0
) -> Program:
    """`place_of` gives where a parameter or buffer lies among all of them."""
    return Layout(trace, images, place_of).program(smoothing)


def whole_lines(count: int) -> int:
    """At least so many numbers."""
    return -(-count // _LINE) * _LINE


class Layout:
    def __init__(self, trace: Trace, images: int, place_of: Callable[[Tensor], int]) -> None:
        self._trace = trace
        self._images = images
        self._place_of = place_of
        self._used = self._maxima = self._widest = self._stats = 0
        self._values: dict[int, int] = {}
        self._gradients: dict[int, int] = {}
        self._factors: list[float] = []
        self._sources: list[Places] = [np.zeros(0, np.int32)]
        self._uses: dict[int, int] = {trace.output.number: 1}
        for value in (value for one in trace.operations for value in one.taken):
            self._uses[value.number] = self._uses.get(value.number, 0) + 1

    def program(self, smoothing: float) -> Program:
        trace = self._trace
        last, begin = trace.output, self._begin()
        made = {one.y.number: one for one in trace.operations}
        forward = [self._forward(one, made.get(one.x.number)) for one in trace.operations]
        end = {1: self._values[last.number], 4: self._factor(smoothing), 7: last.size}
        loss = self._row(op.LOSS, end | {25: self._gradients[last.number]})
        # One for all that need it: each is done with it before the next.
        scratch = self._used
        self._used += self._widest
        for row in forward:
            if row[0] == op.DEPTHWISE:
                row[27] = scratch
        written = {last.number}
        backward: list[npt.NDArray[np.int64]] = []
        for one, row in reversed(list(zip(trace.operations, forward, strict=True))):
            back = self._backward(one, row.copy(), scratch, written)
            backward += [] if back is None else [back]
        kept = [one for one in forward if one[0] != op.COPY or one[1] != one[2]]
        rows = np.stack(_halved([begin, *kept, loss, *backward]))
        factors = np.array(self._factors, np.float32)
        sources = np.concatenate(self._sources)
        meets = tuple(map(int, np.flatnonzero(rows[:, 0] % op.BACK == op.NORMALIZE)))
        of_loss = int(np.flatnonzero(rows[:, 0] == op.LOSS)[0])
        used = self._used, self._maxima
        return Program(self._images, rows, factors, sources, *used, of_loss, meets, self._stats)

    def _begin(self) -> npt.NDArray[np.int64]:
        first = self._trace.input
        self._values[first.number] = self._new(first.size)
        shape = dict(zip((7, 8, 9), first.shape, strict=False))
        return self._row(op.LOAD, {2: self._values[first.number], 5: first.size, **shape})

    def _new_gradient(self, size: int) -> int:
        return self._new(size)

    def _new(self, size: int) -> int:
        """A place for so many numbers of each image."""
        return self._claim(size * self._images)

    def _claim(self, count: int) -> int:
        at = self._used
        self._used += whole_lines(count)
        return at

    def _factor(self, *values: float) -> int:
        self._factors += values
        return len(self._factors) - len(values)

    def _row(self, kind: int, columns: dict[int, int]) -> npt.NDArray[np.int64]:
        row = np.full(op.COLUMNS, -1, np.int64)
        row[0], row[22], row[28] = kind, self._images, 0
        for column, number in columns.items():
            row[column] = number
        return row

    def _forward(self, one: Operation, above: Operation | None) -> npt.NDArray[np.int64]:
        x, y, images = one.x, one.y, self._images
        if one.kind == op.COPY and y.number in self._values:
            pass  # Another part of it, or what is added to it.
        elif self._in_place(one, above):
            self._values[y.number] = self._values[x.number]
            self._gradients[y.number] = self._gradients[x.number]
        else:
            self._values[y.number] = self._new(y.size)
            self._gradients[y.number] = self._new_gradient(y.size)
        at = self._values[y.number] + one.at * images
        row = self._row(one.kind, {1: self._values[x.number], 2: at, **one.columns})
        for column, tensor in one.tensors.items():
            row[column] = self._place_of(tensor)
        if one.factors:
            row[4] = self._factor(*one.factors)
        if one.places is not None:
            row[3] = sum(map(len, self._sources))
            self._sources.append(one.places)
        if one.z is not None:
            row[3] = self._values[one.z.number]
        if one.kind in (op.ACTIVATE, op.CURVE, op.DROP, op.COPY):
            row[5] = x.size * images
        if one.kind == op.COPY:
            row[28] = one.adds
        if one.kind == op.ACTIVATE:
            row[6] = row[2] if row[3] in _AT_RESULT else row[1]
        if one.kind == op.POOL_MAX:
            row[3] = self._maxima
            self._maxima += y.size * images
        if one.kind == op.LINEAR and row[12] * images == op.FEW:
            row[3] = self._new(x.size)
            self._widest = max(self._widest, x.size * images)
        if one.kind == op.NORMALIZE:
            row[3], row[11] = self._claim(2 * row[7]), self._stats
            self._stats += 4 * int(row[7])
        if one.kind == op.NORMALIZE_GROUPS:
            row[3] = self._claim(2 * row[7] * row[12] * images)
        if one.kind == op.ATTEND:
            row[3] = self._claim(row[7] * row[9] * row[9] * images)
        if one.kind in (op.NORMALIZE, op.PRELU):
            row[8] *= images
        if one.kind == op.CONVOLVE:
            gathered = row[7] * row[12] * row[13] * row[23] * row[21]
            row[3] = row[1] if row[24] else self._new(int(gathered))
            packed = one.tensors[5].numel()
            row[4], row[29] = self._claim(packed), self._claim(packed)
            self._widest = max(self._widest, int(gathered) * images)
        if one.kind == op.DEPTHWISE:
            plane = row[23] * -(-(row[9] + 2 * row[16]) // row[14])
            planes = 2 * row[13] * row[14] + 2
            row[27] = self._planes(int(planes * plane) * images)
        return row

    def _planes(self, count: int) -> int:
        """Where so many numbers lie that only one operation at a time needs: not known before all are."""
        self._widest = max(self._widest, count)
        return -1

    def _in_place(self, one: Operation, above: Operation | None) -> bool:
        if one.x.number not in self._gradients or self._uses[one.x.number] > 1:
            return False
        if above is None or above.kind not in _RESULT_FREE:
            return False
        if one.kind == op.ACTIVATE:
            return one.columns[3] in _AT_RESULT
        if one.kind == op.COPY:
            # The first of those that are added, not a part of what is joined.
            return one.x.size == one.y.size
        return one.kind == op.DROP

    def _backward(
        self, one: Operation, row: npt.NDArray[np.int64], scratch: int, written: set[int]
    ) -> npt.NDArray[np.int64] | None:
        x, y = one.x, one.y
        trainable = {key: tensor.requires_grad for key, tensor in one.tensors.items()}
        if not (any(value.trained for value in one.taken) or any(trainable.values())):
            return None
        row[0] = one.kind + op.BACK
        row[25] = self._gradients[y.number] + one.at * self._images
        row[26] = -1
        if x.trained:
            row[26] = self._gradients[x.number]
            in_place = row[26] == row[25]
            row[28] = x.number in written and not in_place
            written.add(x.number)
            if one.kind == op.COPY:
                if in_place:
                    return None
                row[0], row[1], row[2] = op.COPY, row[25], row[26]
        if one.z is not None:
            row[27] = self._gradients[one.z.number] if one.z.trained else -1
            row[29] = one.z.number in written
            if one.z.trained:
                written.add(one.z.number)
        for column, its in ((5, 30), (6, 31)):
            row[its] = row[column] if trainable.get(column) else -1
        if one.kind == op.CONVOLVE:
            row[27] = row[26] if row[24] else scratch
        if one.kind == op.LINEAR:
            row[27] = scratch
        return row


def _halved(rows: list[npt.NDArray[np.int64]]) -> list[npt.NDArray[np.int64]]:
    """Batch normalizations as two operations each: what is found, and what is made of it."""
    found: list[npt.NDArray[np.int64]] = []
    for row in rows:
        if row[0] % op.BACK == op.NORMALIZE:
            first = row.copy()
            first[0] += op.STATISTICS - op.NORMALIZE
            found.append(first)
        found.append(row)
    return found
