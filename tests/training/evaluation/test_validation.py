"""The best epoch so far, and its weights."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.evaluation.validation import Validation, in_words
from cifar_pipe.training.job import Best, TrainingJob
from tests.kit import random_data, small


def job(data: Data, context: Context, **more: Any) -> TrainingJob:
    loss, optimizer = make("loss", "CrossEntropyLoss"), make("optimizer", "SGD")
    spec = Train(epochs=1, loss=loss, optimizer=optimizer, **more)
    return TrainingJob(small(), data, spec, context)


def test_without_a_validation_split_nothing_is_measured(context: Context) -> None:
    validation = Validation(job(random_data(), context, monitor="val_loss"))
    assert validation.measure(1, small()) == {}
    assert validation.best is None


@pytest.mark.parametrize("metric", ["val_loss", "val_accuracy"])
def test_of_equal_epochs_the_first_is_the_best(metric: str, context: Context) -> None:
    validation = Validation(job(random_data(val=10), context, monitor=metric))
    values = validation.measure(1, small())
    assert validation.measure(2, small()) == values
    assert validation.best == Best(1, metric, values[metric])


def test_the_weights_of_the_best_epoch_are_restored(context: Context) -> None:
    training = job(random_data(val=10), context, monitor="val_loss", restore_best=True)
    validation = Validation(training)
    validation.measure(1, training.network)
    weight = training.network.fc.weight
    first = weight.detach().clone()
    with torch.no_grad():
        weight.mul_(1000)
    validation.measure(2, training.network)
    validation.restore()
    assert torch.equal(training.network.fc.weight, first)


def test_a_training_that_is_resumed_keeps_the_engine_of_its_validation(context: Context) -> None:
    training = job(random_data(val=10), context)
    state = Validation(training, "kernels").state_dict()
    resumed = Validation(training)
    resumed.load_state_dict(state)
    assert resumed.engine == "kernels"
    # A checkpoint of before there was another one.
    resumed.load_state_dict({"best": None, "weights": None})
    assert resumed.engine == "eager"


def test_where_there_are_no_kernels_it_is_eager_from_then_on(context: Context) -> None:
    validation = Validation(
        job(random_data(val=10), replace(context, precision="bfloat16")), "kernels"
    )
    validation.measure(1, small())
    assert validation.engine == "eager"


def test_measures_in_words() -> None:
    assert in_words("val_loss", 1.2341) == "val_loss: 1.234"
    assert in_words("val_accuracy", 0.5412) == "val_accuracy: 54.1 %"
