"""Trainings on a GPU, held against those on the CPU and against each other. Skipped where there is none.

`python benchmarks/on_a_gpu.py` runs them with all else that needs one.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Batching, Data, Epoch
from cifar_pipe.model.network import build
from cifar_pipe.runtime import EngineChoice, Precision, Residency
from cifar_pipe.training.engines import remembered
from cifar_pipe.training.engines.choice import Wanted
from cifar_pipe.training.engines.compiling import CompileEngine
from cifar_pipe.training.optimization.steps import steps_of
from tests.kit import NAMES, conv, layer, random_split
from tests.training.checkpoints.trainings import (
    HEAD,
    Process,
    Result,
    Training,
    differences,
    garbage_in_the_random_states,
)

pytestmark = [
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
    # The compiler's own, of whatever version is there.
    pytest.mark.filterwarnings("default"),
]

STEPS, BATCH, SHAPE = 50, 32, (3, 16, 16)
TRANSFORMS = (
    make("transform", "RandomCrop", size=16, padding=2),
    make("transform", "RandomHorizontalFlip"),
    make("transform", "ToTensor"),
    make("transform", "Normalize", mean=[0.5], std=[0.25]),
    make("transform", "RandomErasing", p=0.5),
)
LAYERS = (
    conv(16, bias=False),
    layer("BatchNorm2d"),
    layer("ReLU"),
    layer("Residual", layers=[conv(16), layer("BatchNorm2d"), layer("ReLU")]),
    layer("AdaptiveAvgPool2d", output_size=1),
    *HEAD,
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_path", lambda key: tmp_path / f"{key}.json")


def data(residency: Residency = "auto") -> Data:
    split = random_split("train", 10 * BATCH + 6, SHAPE, 3, seed=1)
    images = (split.images * 255).to(torch.uint8)  # type: ignore[operator]
    splits = {"train": replace(split, images=images)}
    return Data(
        splits, classes=NAMES[:3], batching=Batching(TRANSFORMS, BATCH), residency=residency
    )


def losses(context: Context, device: str, engine: EngineChoice, **more: Any) -> list[float]:
    """Of as many steps, over several epochs, whose last batches are smaller."""
    context = replace(context, device=device, engine=engine, **more)
    network, spec, images = build(LAYERS, SHAPE, seed=0), Training().spec, data()
    epochs = (Epoch(number, 0) for number in count())
    with steps_of(network, images, spec, context, wanted=Wanted(1000)) as steps:
        assert steps.engine.name == engine, steps.chosen.reason
        batches = chain.from_iterable(steps.engine.batches(images, one) for one in epochs)
        found = [steps.engine.step([one]) for one in islice(batches, STEPS)]
        # They are read when all are done: none is overwritten by a later one.
        return [float(one) for one in found]


def apart(one: Sequence[float], other: Sequence[float]) -> float:
    return max(abs(a - b) / max(1.0, abs(a)) for a, b in zip(one, other, strict=True))


def test_a_training_on_the_gpu_is_that_on_the_cpu(context: Context) -> None:
    assert apart(losses(context, "cpu", "eager"), losses(context, "cuda:0", "eager")) < 1e-2


@pytest.mark.parametrize(
    ("precision", "tolerance"), [("float32", 1e-2), ("bfloat16", 0.1), ("float16", 0.1)]
)
def test_compiled_steps_are_those_of_pytorch(
    precision: Precision, tolerance: float, context: Context
) -> None:
    how = {"precision": precision, "memory_format": "channels_last"}
    eager, compiled = (losses(context, "cuda:0", one, **how) for one in ("eager", "compile"))
    assert all(map(math.isfinite, compiled))
    assert apart(eager, compiled) < tolerance


def test_graphs_are_replayed(context: Context) -> None:
    from torch._dynamo.utils import counters

    counters.clear()
    losses(context, "cuda:0", "compile")
    assert counters["inductor"]["cudagraph_skips"] == 0
    assert counters["stats"]["unique_graphs"] == 1


def test_what_is_compiled_leaves_no_memory(context: Context) -> None:
    used = []
    for _ in range(3):
        losses(context, "cuda:0", "compile")
        gc.collect()
        torch.cuda.empty_cache()
        used.append(torch.cuda.memory_reserved())
    assert used[2] <= used[0] + 2**22


@pytest.mark.parametrize("engine", ["eager", CompileEngine.name])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_training_that_is_stopped_ends_as_if_it_had_not_been(
    engine: str, precision: Precision, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    how = {"engine": engine, "precision": precision, "device": "cuda:0"}
    layers = (conv(4), layer("BatchNorm2d"), layer("Dropout"), *HEAD)
    training = Training(layers=layers, context=how).with_settings(
        averaging=make("averaging", "EMA", decay=0.9)
    )
    torch.backends.cudnn.deterministic = True
    try:
        expected = Process(training, tmp_path / "whole", Result()).run()
        for stop_at in (1, expected.checks // 2, expected.checks - 1):
            result = Result()
            Process(training, tmp_path / str(stop_at), result, stop_at=stop_at).run()
            garbage_in_the_random_states()
            found = Process(training, tmp_path / str(stop_at), result, network_seed=5).run()
            assert found.history["choices"]["engine"] == engine
            assert differences(found.weights, expected.weights) == []
    finally:
        torch.backends.cudnn.deterministic = False


@pytest.mark.parametrize("epoch", [0, 1])
def test_images_that_stay_on_the_gpu_are_those_of_memory(epoch: int) -> None:
    first, second, third = (
        [
            (images.cpu(), labels.cpu())
            for images, labels in data(residency).batches(
                "train", training=Epoch(epoch, seed=3), device=device
            )
        ]
        for residency, device in (("device", "cuda:0"), ("memory", "cuda:0"), ("memory", "cpu"))
    )
    for (images, labels), (its_images, its_labels), (on_cpu, _) in zip(
        first, second, third, strict=True
    ):
        assert torch.equal(images, its_images)
        assert torch.equal(labels, its_labels)
        torch.testing.assert_close(images, on_cpu, rtol=0, atol=1e-5)


def test_the_first_epoch_makes_them_stay() -> None:
    images = data("device")
    next(images.batches("train", training=Epoch(), device="cuda:0"))
    assert images.residency_of("train", "cuda:0") == "device"
