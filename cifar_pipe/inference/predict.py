"""What a trained network takes images for, as fast as they are decoded.

On the CPU each thread of a pool decodes a block of images, transforms it as a batch and computes the
network on it: blocks need nothing of each other, so no thread waits. Several threads within one batch
instead (LeNet, 10,000 images of CIFAR-10, two cores that others use too) took four times the processor
time. On other devices the pool decodes, and one thread computes.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from math import prod
from os import PathLike, fspath
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor

from cifar_pipe.context import Context
from cifar_pipe.data.datasets.folders.image_search import shown_name
from cifar_pipe.data.image_files.reader import without_warnings
from cifar_pipe.data.image_files.unusable import Unusable
from cifar_pipe.errors import RunError
from cifar_pipe.inference.classifier import Classifier
from cifar_pipe.inference.inputs import Inputs
from cifar_pipe.inference.one_image import ImageSource, OneImage
from cifar_pipe.inference.prediction import Prediction
from cifar_pipe.model.network import Network
from cifar_pipe.model.value_ranges import gives_probabilities
from cifar_pipe.training.evaluation.evaluate import evaluating
from cifar_pipe.training.evaluation.passes import CHECKED, is_much, kernels_for
from cifar_pipe.training.precision import outputs_of, placed
from cifar_pipe.training.threads import choose_threads, using

if TYPE_CHECKING:
    from cifar_pipe.training.evaluation.forward_kernels import ForwardKernels

# Of the network's input values, those of a batch where none is asked for: 256 images of CIFAR-10, or 6
# of 224 x 224, for one thread of the CPU; more leave its cache.
_VALUES, _VALUES_ON_GPU = 1 << 20, 1 << 24
_MOST = 256, 2048

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")
_Read = tuple[list[int], list[Tensor]]
_Ranked = tuple[list[int], list[list[float]], list[list[int]]]


def probabilities_of(
    network: Network, batch: Tensor, context: Context, kernels: ForwardKernels | None = None
) -> Tensor:
    """Of the classes, float32 `[n, classes]`, computed as the context says, or by the network's kernels.

    Raises RunError where the network gives numbers that are not finite.
    """
    outputs = outputs_of(network, batch, context) if kernels is None else kernels.outputs(batch)
    if not outputs.isfinite().all():
        raise RunError("the network gives NaN or infinite values")
    return outputs if gives_probabilities(network.layers) else outputs.softmax(1)


@dataclass
class Predictor:
    """`top` is how many classes are told of an image, None for all. `batch_size` changes speed only.
    `engine` is the one that the network's training has chosen for its outputs: kernels are taken for many images.

    `unusable` are the files that could not be read, filled as predictions are taken.
    """

    classifier: Classifier
    context: Context
    top: int | None = None
    batch_size: int | None = None
    engine: str | None = None
    unusable: list[Unusable] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.classifier.classes:
            raise RunError("predict names classes, and the targets of this run's data are numbers")
        network = self.classifier.network
        self._inputs = Inputs(self.classifier.data, network.input_shape)
        self._source = ImageSource.of(self.classifier.data.dataset)
        self._network = placed(network, self.context)
        self._on_cpu = torch.device(self.context.device).type == "cpu"

    def predictions(self, images: Sequence[OneImage]) -> Iterator[Prediction]:
        """In their order, without files that cannot be read.

        Raises RunError where the network gives numbers that are not finite, UsageError for what is no
        image.
        """
        return chain.from_iterable(self.blocks(images))

    def blocks(self, images: Sequence[OneImage]) -> Iterator[list[Prediction]]:
        """The same, as they are computed."""
        total = len(images)
        workers = (self.context.threads if self._on_cpu else None) or os.cpu_count() or 1
        size = self._block(total, workers)
        starts = range(0, total, size)
        kernels = self._kernels(total)

        def read(at: int) -> _Read:
            return self._read(images[at : at + size], at)

        bar = self.context.events.progress("predict", total)
        with self.computing(size):
            try:
                if self._on_cpu:
                    results = _in_order(
                        lambda at: self._rank(read(at), total, kernels), starts, workers
                    )
                else:
                    results = (self._rank(one, total) for one in _in_order(read, starts, workers))
                for one in results:
                    self.context.check_signal()
                    bar.advance(size)
                    yield self._named(images, *one)
            finally:
                bar.close()

    def one(self, image: OneImage) -> Prediction | Unusable:
        """Of one image, computed in this thread, several of which may do so at once; the caller has
        `computing(1)`, which holds for all of them.
        """
        found = self._source.one(image)
        if isinstance(found, Unusable):
            return found
        [prediction] = self._named([image], *self._rank(([0], [self._inputs.ready(found)]), 1))
        return prediction

    @contextmanager
    def computing(self, size: int) -> Iterator[None]:
        """The settings of torch for batches of this size."""
        device, fixed = self.context.device, 1 if self._on_cpu else self.context.threads
        threads = choose_threads(self._network.rows, size, device=device, fixed=fixed)
        with using(threads), evaluating(self._network), without_warnings():
            yield

    def notes(self) -> list[str]:
        """What is to be known of the files that were read, a line for each kind."""
        notes = self._source.reader.notes()
        if sizes := self._inputs.resized:
            height, width = self._inputs.size
            first = "{} x {}".format(*min(sizes))
            others = f" and {len(sizes) - 1:,} other sizes" if len(sizes) > 1 else ""
            notes.append(
                f"images of {first}{others} (height x width) are resized to {height} x {width}, and "
                "their middle is used: the run has no transform for other sizes"
            )
        return notes

    def _kernels(self, total: int) -> _Kernels | None:
        if not is_much(self._network, total):
            return None
        from cifar_pipe.training.evaluation.engine_choice import engine_after  # noqa: PLC0415 (many)

        chosen = engine_after(self.engine, self._network, total, self.context)
        return _Kernels() if chosen == "kernels" else None

    def _block(self, count: int, workers: int) -> int:
        """How many images a thread takes at once: all threads have some where there are enough."""
        most, values = _MOST[not self._on_cpu], (_VALUES, _VALUES_ON_GPU)[not self._on_cpu]
        size = max(1, min(most, values // prod(self._network.input_shape)))
        return max(1, min(self.batch_size or size, -(-count // workers)))

    def _read(self, images: Sequence[OneImage], first: int) -> _Read:
        """The images that can be used, ready for a batch, with their places among all."""
        places, ready = [], []
        for place, one in enumerate(self._source.read(images), first):
            if isinstance(one, Unusable):
                self.unusable.append(replace(one, path=shown_name(one.path)))
            else:
                places.append(place)
                ready.append(self._inputs.ready(one))
        return places, ready

    def _rank(self, found: _Read, total: int, kernels: _Kernels | None = None) -> _Ranked:
        places, ready = found
        if not ready:
            return [], [], []
        with torch.inference_mode():
            batch = self._inputs.batch(ready, places, total, self.context.device)
            its = kernels.of(self._network, batch, self.context) if kernels is not None else None
            shares = probabilities_of(self._network, batch, self.context, its)
            best = shares.topk(min(self.top or shares.shape[1], shares.shape[1]), dim=1)
        return places, best.values.tolist(), best.indices.tolist()

    def _named(
        self,
        images: Sequence[OneImage],
        places: list[int],
        values: list[list[float]],
        indices: list[list[int]],
    ) -> list[Prediction]:
        name = self.classifier.classes.__getitem__
        chosen = (images[place] for place in places)
        paths = (fspath(one) if isinstance(one, str | PathLike) else None for one in chosen)
        return [
            Prediction(path, tuple(zip(map(name, at), shares, strict=True)))
            for path, shares, at in zip(paths, values, indices, strict=True)
        ]


class _Kernels(threading.local):
    """Each thread has its own, made at its first batch."""

    def __init__(self) -> None:
        self._made: list[ForwardKernels | None] = []

    def of(self, network: Network, batch: Tensor, context: Context) -> ForwardKernels | None:
        if batch.shape[1:] != network.input_shape:
            return None
        if not self._made:
            self._made.append(kernels_for(network, batch[:CHECKED], context))
        return self._made[0]


def _in_order(
    work: Callable[[_Given], _Made], pieces: Iterable[_Given], workers: int
) -> Iterator[_Made]:
    """What `work` makes of each, done in threads; not so many at once that their results pile up."""
    waiting: deque[Future[_Made]] = deque()
    left = iter(pieces)
    with ThreadPoolExecutor(workers) as pool:
        try:
            while True:
                more = islice(left, 2 * workers - len(waiting))
                waiting.extend(pool.submit(work, piece) for piece in more)
                if not waiting:
                    return
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
