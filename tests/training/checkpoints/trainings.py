"""Small trainings that are stopped and resumed, and all that comes of them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Batching, Data
from cifar_pipe.errors import Interrupted
from cifar_pipe.model.network import Network, build
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training import loop
from cifar_pipe.training.checkpoints.checkpoint import Checkpoint
from cifar_pipe.training.checkpoints.folder import last_checkpoint
from cifar_pipe.training.checkpoints.verified_file import read_verified
from cifar_pipe.training.engine import Engine
from cifar_pipe.training.job import TrainingJob
from cifar_pipe.training.optimization import steps
from tests.kit import NAMES, RecordedEvents, conv, layer, random_split
from tests.kit import context as new_context

SHAPE = (3, 8, 8)
# What depends on the clock alone.
TIMED = {"seconds", "images_per_second", "validating"}
HEAD = (layer("Flatten"), layer("Linear", out_features=3, id="fc"))


@dataclass(frozen=True)
class Training:
    """Two epochs of six batches, the last of two images."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    layers: Sequence[Component] = (conv(4), layer("ReLU"), *HEAD)
    transforms: Sequence[Component] = (make("transform", "ToTensor"),)
    sampler: Component | None = None
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def spec(self) -> Train:
        given = {
            "loss": make("loss", "CrossEntropyLoss"),
            "optimizer": make("optimizer", "SGD", lr=0.05, momentum=0.9),
            "log_every": 4,
            **self.settings,
        }
        return Train(**({"epochs": 2} | given if "steps" not in given else given))

    def with_settings(self, **settings: Any) -> Training:
        return replace(self, settings={**self.settings, **settings})

    @property
    def data(self) -> Data:
        splits = {
            name: random_split(name, count, SHAPE, 3, seed=count)
            for name, count in (("train", 22), ("val", 9))
        }
        batching = Batching(self.transforms, batch_size=4, sampler=self.sampler)
        return Data(splits, classes=NAMES[:3], batching=batching)

    def network(self, *, seed: int = 0) -> Network:
        return build(self.layers, SHAPE, seed=seed)


@dataclass
class Result:
    """Of all processes that had a part in a training.

    `steps` has for each step a digest of its batches and the loss. `rows` are the last process's
    metrics.jsonl. `state` is that of all parts at the end of the last epoch.
    """

    steps: list[tuple[str, float]] = field(default_factory=list)
    weights: Mapping[str, Tensor] = field(default_factory=dict)
    history: Mapping[str, Any] = field(default_factory=dict)
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    state: Any = None
    checks: int = 0


class Process:
    """What a process has that trains: with `stop_at`, its n-th look for a signal finds one."""

    def __init__(
        self,
        training: Training,
        run_dir: Path,
        result: Result,
        *,
        stop_at: int | None = None,
        stop: Callable[[], BaseException] = lambda: Interrupted(2),
        network_seed: int = 0,
        **more: Any,
    ) -> None:
        self.events = RecordedEvents()
        self._training, self._result = training, result
        self._stop_at, self._stop = stop_at, stop
        self.network = training.network(seed=network_seed)
        self.context: Context = replace(
            new_context(self.events, run_dir),
            **{"key": "key", "checkpoints": run_dir / "checkpoints", **training.context, **more},
            record=result.rows.append,
            replace_rows=self._replace_rows,
            check_signal=self._check,
        )

    def run(self) -> Result:
        """The result so far, also where the process is stopped."""
        job = TrainingJob(self.network, self._training.data, self._training.spec, self.context)
        with _recorded(self._result.steps):
            try:
                history = loop.train(job)
            except (Interrupted, Killed):
                return self._result
        self._result.weights = self.network.state_dict()
        self._result.history = history.plain()
        assert self.context.checkpoints is not None
        self._result.state = state_at_the_end(self.context.checkpoints)
        return self._result

    def _check(self) -> None:
        if self._result.checks == self._stop_at:
            raise self._stop()
        self._result.checks += 1

    def _replace_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._result.rows[:] = rows


class Killed(Exception):
    """Ends a process that writes nothing any more."""


def garbage_in_the_random_states() -> None:
    torch.manual_seed(random.SystemRandom().randrange(2**31))
    random.seed()
    np.random.seed(None)  # noqa: NPY002


def state_at_the_end(folder: Path) -> Any:
    path = last_checkpoint(folder)
    assert path is not None
    checkpoint = Checkpoint.from_bytes(read_verified(path))
    assert checkpoint is not None
    return checkpoint.parts


def assert_equal(found: Result, expected: Result) -> None:
    """To the bit, but for the clock."""
    assert found.steps == expected.steps
    assert differences(found.rows, expected.rows) == []
    assert differences(found.weights, expected.weights) == []
    assert differences(found.history, expected.history) == []
    assert differences(found.state, expected.state) == []


def differences(found: Any, expected: Any, path: str = "") -> list[str]:
    """The places that differ."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        keys = {*found, *expected} - TIMED
        missing = [f"{path}.{key}" for key in keys if key not in found or key not in expected]
        both = [key for key in keys if f"{path}.{key}" not in missing]
        return missing + [
            one for key in both for one in differences(found[key], expected[key], f"{path}.{key}")
        ]
    if isinstance(expected, list | tuple) and type(found) is type(expected):
        if len(found) != len(expected):
            return [path]
        pairs = enumerate(zip(found, expected, strict=True))
        return [one for i, (a, b) in pairs for one in differences(a, b, f"{path}.{i}")]
    if isinstance(expected, Tensor) and isinstance(found, Tensor):
        same = found.dtype == expected.dtype and torch.equal(found, expected)
        return [] if same else [path]
    both_nan = isinstance(expected, float) and math.isnan(expected) and math.isnan(found)
    return [] if found == expected or both_nan else [path]


@contextmanager
def _recorded(taken: list[tuple[str, float]]) -> Iterator[None]:
    real = steps.make_engine

    def recording(*given: Any) -> Engine:
        engine = real(*given)
        step = engine.step

        def recorded(batches: Any) -> float | Tensor:
            loss = step(batches)
            parts = [one.cpu().numpy().tobytes() for batch in batches for one in batch]
            taken.append((sha256(b"".join(parts)).hexdigest(), float(loss)))
            return loss

        engine.step = recorded  # type: ignore[method-assign]
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "make_engine", recording)
        yield
