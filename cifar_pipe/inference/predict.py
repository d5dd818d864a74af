"""What a trained network takes image files for: decoded in threads while the network computes."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from cifar_pipe.context import Context
from cifar_pipe.data.datasets.folders.image_search import shown_name
from cifar_pipe.data.image_files.reader import without_warnings
from cifar_pipe.data.image_files.unusable import Unusable
from cifar_pipe.errors import RunError
from cifar_pipe.inference.inputs import Inputs, reader_of
from cifar_pipe.inference.run_network import RunNetwork
from cifar_pipe.model.network import Network
from cifar_pipe.model.value_ranges import gives_probabilities
from cifar_pipe.training.evaluation.evaluate import evaluating
from cifar_pipe.training.precision import outputs_of, placed
from cifar_pipe.training.threads import choose_threads, using


@dataclass(frozen=True, slots=True)
class Prediction:
    """Of one file the most probable classes with their probabilities, from 0 to 1, best first."""

    path: str
    top: tuple[tuple[str, float], ...]


def probabilities_of(network: Network, batch: Tensor, context: Context) -> Tensor:
    """Of the classes, float32 `[n, classes]`, computed as the context says.

    Raises RunError where the network gives numbers that are not finite.
    """
    outputs = outputs_of(network, batch, context)
    if not outputs.isfinite().all():
        raise RunError("the network gives NaN or infinite values")
    return outputs if gives_probabilities(network.layers) else outputs.softmax(1)


@dataclass
class Predictor:
    """`unusable` are the files that could not be read, filled as predictions are taken."""

    trained: RunNetwork
    context: Context
    top: int = 1
    batch_size: int = 64
    unusable: list[Unusable] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.trained.classes:
            raise RunError("predict names classes, and the targets of this run's data are numbers")
        self._inputs = Inputs(self.trained.data, self.trained.network.input_shape)
        self._reader = reader_of(self.trained.data.dataset)

    def predictions(self, paths: Sequence[str]) -> Iterator[Prediction]:
        """In the order of `paths`, without those that cannot be read.

        Raises RunError where the network gives numbers that are not finite.
        """
        network = placed(self.trained.network, self.context)
        device, fixed = self.context.device, self.context.threads
        threads = choose_threads(network.rows, self.batch_size, device=device, fixed=fixed)
        with using(threads), evaluating(network):
            for first, chosen, images in self._decoded(paths):
                with torch.inference_mode():
                    batch = self._inputs.batch(images, first, len(paths), device)
                    shares = probabilities_of(network, batch, self.context)
                    best = shares.topk(min(self.top, shares.shape[1]), dim=1)
                yield from self._named(chosen, best.values, best.indices)

    def notes(self) -> list[str]:
        """What is to be known of the files that were read, a line for each kind."""
        notes = self._reader.notes()
        if sizes := self._inputs.resized:
            height, width = self._inputs.size
            first = "{} x {}".format(*min(sizes))
            others = f" and {len(sizes) - 1:,} other sizes" if len(sizes) > 1 else ""
            notes.append(
                f"images of {first}{others} (height x width) are resized to {height} x {width}, and "
                "their middle is used: the run has no transform for other sizes"
            )
        return notes

    def _named(self, paths: Sequence[str], values: Tensor, indices: Tensor) -> Iterator[Prediction]:
        names = self.trained.classes
        for path, shares, at in zip(paths, values.tolist(), indices.tolist(), strict=True):
            yield Prediction(path, tuple((names[i], s) for i, s in zip(at, shares, strict=True)))

    def _decoded(self, paths: Sequence[str]) -> Iterator[tuple[int, list[str], list[Tensor]]]:
        """Blocks of files that could be read, each with the place of its first in `paths`."""
        size, workers = self.batch_size, os.cpu_count() or 1
        bar = self.context.events.progress("predict", len(paths))
        waiting: deque[tuple[int, Future[list[Tensor | Unusable]]]] = deque()
        starts = iter(range(0, len(paths), size))
        with without_warnings(), ThreadPoolExecutor(workers) as pool:
            try:
                while True:
                    # Not more at once than keeps all threads at work: the images take memory.
                    while len(waiting) < 2 * workers and (at := next(starts, None)) is not None:
                        waiting.append((at, pool.submit(self._read, paths[at : at + size])))
                    if not waiting:
                        return
                    at, future = waiting.popleft()
                    found = future.result()
                    bar.advance(len(found))
                    pairs = list(zip(paths[at : at + size], found, strict=True))
                    self.unusable += [one for _, one in pairs if isinstance(one, Unusable)]
                    usable = [(path, one) for path, one in pairs if isinstance(one, Tensor)]
                    if usable:
                        yield at, [path for path, _ in usable], [one for _, one in usable]
            finally:
                pool.shutdown(cancel_futures=True)
                bar.close()

    def _read(self, paths: Sequence[str]) -> list[Tensor | Unusable]:
        return [
            replace(one, path=shown_name(one.path))
            if isinstance(one, Unusable)
            else self._inputs.ready(one)
            for one in self._reader.read_block(paths)
        ]
