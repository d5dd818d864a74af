from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.errors import RunError
from cifar_pipe.model.network import Network, build
from cifar_pipe.training.evaluation.evaluate import Evaluation, EvaluationJob
from cifar_pipe.training.evaluation.evaluate import evaluate as evaluate_job
from tests.kit import RecordedEvents, layer, random_data, small

CROSS_ENTROPY = make("loss", "CrossEntropyLoss")
EVENTS = RecordedEvents()
CONTEXT = Context(
    stage="evaluate",
    seed=0,
    device="cpu",
    run_dir=Path(),
    folder=Path(),
    events=EVENTS,
    record=EVENTS.rows.append,
    check_signal=lambda: None,
)


def evaluate(network: Network, data: Data, split: str, **more: Any) -> Evaluation:
    return evaluate_job(EvaluationJob(network, data, split, **more), CONTEXT)


def test_loss_and_accuracy_are_those_of_one_batch_of_all() -> None:
    data, network = random_data(test=37), small()
    done = evaluate(network, data, "test", batch_size=5, loss=CROSS_ENTROPY)
    images, labels = next(data.batches("test", batch_size=37))
    outputs = network(images)
    assert done.images == 37
    assert done.loss == pytest.approx(nn.CrossEntropyLoss()(outputs, labels).item(), rel=1e-5)
    assert done.accuracy == int((outputs.argmax(1) == labels).sum()) / 37


def test_a_summed_loss_is_a_mean_over_the_images_too() -> None:
    data, network = random_data(test=37), small()
    summed = make("loss", "CrossEntropyLoss", reduction="sum")
    one = evaluate(network, data, "test", batch_size=5, loss=summed)
    other = evaluate(network, data, "test", batch_size=5, loss=CROSS_ENTROPY)
    assert one.loss == pytest.approx(other.loss)


def test_the_batch_size_changes_nothing() -> None:
    data, network = random_data(test=37), small()
    one = evaluate(network, data, "test", batch_size=1).counts
    all_ = evaluate(network, data, "test", batch_size=1000).counts
    assert one is not None
    assert all_ is not None
    assert torch.equal(one.confusion, all_.confusion)


def test_each_module_gets_its_own_mode_back_and_keeps_its_statistics() -> None:
    layers = [layer("BatchNorm2d"), layer("Flatten"), layer("Linear", out_features=3)]
    network = build(layers, (1, 2, 5), seed=0).train()
    network.get_submodule("batchnorm2d_1").eval()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    evaluate(network, random_data(test=9), "test", batch_size=4)
    assert network.training
    assert not network.get_submodule("batchnorm2d_1").training
    assert all(torch.equal(before[name], now) for name, now in network.state_dict().items())


def test_without_a_loss_there_is_none() -> None:
    assert evaluate(small(), random_data(test=9), "test", batch_size=4).loss is None


def test_a_network_that_gives_nan_is_reported() -> None:
    network = small()
    with torch.no_grad():
        network.get_parameter("fc.weight")[0, 0] = torch.nan
    with pytest.raises(RunError, match="the network gives NaN on the test images"):
        evaluate(network, random_data(test=9), "test", batch_size=4)


def test_a_split_without_images_that_count_is_reported() -> None:
    loss = make("loss", "CrossEntropyLoss", weight=[0.0, 0.0, 0.0])
    with pytest.raises(RunError, match="no image of the split test counts in the loss"):
        evaluate(small(), random_data(test=9), "test", batch_size=4, loss=loss)


@pytest.mark.parametrize(
    "more",
    [
        {"weight": [1.0, 5.0, 0.2]},
        {"ignore_index": 1},
        {"weight": [1.0, 5.0, 0.2], "ignore_index": 0, "label_smoothing": 0.1},
        {"label_smoothing": 0.1},
    ],
)
@pytest.mark.parametrize("batch_size", [1, 5, 37])
def test_a_mean_loss_is_that_of_the_whole_split_at_any_batch_size(
    more: dict[str, Any], batch_size: int
) -> None:
    data, network = random_data(test=37), small()
    loss = make("loss", "CrossEntropyLoss", **more)
    done = evaluate(network, data, "test", batch_size=batch_size, loss=loss)
    images, labels = next(data.batches("test", batch_size=37))
    if "weight" in more:
        more = {**more, "weight": torch.tensor(more["weight"])}
    whole = nn.CrossEntropyLoss(**more)(network(images), labels)
    assert done.loss == pytest.approx(whole.item(), rel=1e-5)
