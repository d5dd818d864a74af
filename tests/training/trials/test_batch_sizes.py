"""The largest batch: the search, and a device whose memory ends at a known size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
import torch
from torch import Tensor

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.context import Context
from cifar_pipe.training.engine import Batch, EagerEngine
from cifar_pipe.training.memory import of_training
from cifar_pipe.training.trials import batch_sizes
from cifar_pipe.training.trials.batch_sizes import largest, largest_batch
from cifar_pipe.training.trials.usual_sizes import rounded
from tests.kit import RecordedEvents, layer, random_data, small

CROSS_ENTROPY = make("loss", "CrossEntropyLoss")
SGD = make("optimizer", "SGD", lr=0.1)


@dataclass(frozen=True)
class Settings:
    loss: Component = CROSS_ENTROPY
    optimizer: Component = SGD
    trainable: list[str] | None = None
    accumulate: int = 1
    clip_grad_norm: float | None = None
    clip_grad_value: float | None = None


@pytest.mark.parametrize("limit", [2, 3, 100, 1000, 50_000])
@pytest.mark.parametrize("most", [0, 1, 2, 3, 5, 7, 8, 9, 63, 64, 65, 1000, 12_345])
def test_the_search_finds_the_size_to_a_step_of_8(most: int, limit: int) -> None:
    tried: list[int] = []

    def fits(size: int) -> bool:
        tried.append(size)
        return size <= most

    found = largest(fits, limit)
    if most < 2:
        assert found == 0
    elif limit <= most:
        assert found == limit
    else:
        assert rounded(most) == rounded(found)
    assert len(tried) <= 2 * 16
    assert len(set(tried)) == len(tried)


class SmallDevice(EagerEngine):
    """Runs out of memory beyond 40 images."""

    sizes: list[int]

    def step(self, batches: Sequence[Batch]) -> float | Tensor:
        ((images, _),) = batches
        self.sizes.append(len(images))
        if len(images) > 40:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return super().step(batches)


@pytest.fixture
def device(context: Context, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A GPU that is none: what is said of it is, what is computed is computed here."""
    SmallDevice.sizes = []
    real = batch_sizes.trial

    def on_the_cpu(network: object, data: object, settings: object, context: Context) -> object:
        return real(network, data, settings, replace(context, device="cpu"))  # type: ignore[arg-type]

    monkeypatch.setattr(batch_sizes, "trial", on_the_cpu)
    monkeypatch.setattr(batch_sizes, "free_memory", lambda _: 2**30)
    monkeypatch.setattr("cifar_pipe.training.optimization.steps.make_engine", SmallDevice)
    monkeypatch.setattr(batch_sizes, "_one_image", lambda data, _: one_image(data))
    return replace(context, device="cuda:0")


def one_image(data: object) -> Batch:
    images, labels = next(iter(data.batches("train", device="cpu")))  # type: ignore[attr-defined]
    return images[:1], labels[:1]


def test_on_a_gpu_batches_are_tried_until_the_memory_ends(device: Context) -> None:
    network = small()
    before = network.fc.weight.detach().clone()
    found = largest_batch(network, random_data(), Settings(), device, limit=50_000)
    assert (found.images, found.tried, found.free) == (40, True, 2**30)
    assert SmallDevice.sizes == [2, 4, 8, 16, 32, 64, 48, 40]
    assert torch.equal(network.fc.weight, before)


def test_more_images_than_there_are_are_not_tried(device: Context) -> None:
    found = largest_batch(small(), random_data(), Settings(), device, limit=20)
    assert (found.images, found.limit) == (20, 20)
    assert max(SmallDevice.sizes) == 20


def test_another_error_is_not_taken_for_a_lack_of_memory(
    device: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> float:
        raise RuntimeError("device-side assert triggered")

    monkeypatch.setattr(SmallDevice, "step", fail)
    with pytest.raises(RuntimeError, match="device-side assert"):
        largest_batch(small(), random_data(), Settings(), device, limit=20)


def test_each_size_that_is_tried_is_told(device: Context, events: RecordedEvents) -> None:
    largest_batch(small(), random_data(), Settings(), device, limit=4)
    assert events.notes == ["train: trying a batch of 2", "train: trying a batch of 4"]


def test_on_a_cpu_it_is_the_estimate(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_sizes, "free_memory", lambda _: 100_000)
    found = largest_batch(small(), random_data(), Settings(), context, limit=50_000)
    layers = [layer("Flatten"), layer("Linear", out_features=3, id="fc")]

    def total(size: int) -> int:
        sgd = Settings().optimizer
        return of_training(layers, (1, 2, 5), batch_size=size, optimizer=sgd).total

    assert not found.tried
    assert total(found.images) <= 100_000 < total(found.images + 1)
