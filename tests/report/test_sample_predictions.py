from __future__ import annotations

import json
from typing import Any

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.report.run_folder import StageFolder
from cifar_pipe.report.sections.pictures import MOST_SAMPLES, samples_of
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.evaluation.evaluate import evaluating
from cifar_pipe.training.job import TrainingJob
from cifar_pipe.training.loop import train
from tests.kit import random_data, small


def run(context: Context, *, epochs: int = 2, val: int = 6, **arguments: Any) -> list[float]:
    """Trains with the callback; gives the largest probability of each image shown at the end."""
    network, data = small(), random_data(train=8, val=val, test=5)
    spec = Train(
        epochs=epochs,
        loss=make("loss", "CrossEntropyLoss"),
        optimizer=make("optimizer", "SGD", lr=0.1),
        callbacks=[make("callback", "SamplePredictions", **arguments)],
    )
    train(TrainingJob(network, data, spec, context))
    split = arguments.get("split") or ("val" if val else "test")
    images, _ = next(data.batches(split, batch_size=100))
    with evaluating(network), torch.no_grad():
        shares: list[float] = network(images).softmax(1).amax(1).tolist()
    return shares


def facts(context: Context, epoch: int) -> dict[str, Any]:
    path = context.folder / "SamplePredictions" / f"epoch_{epoch:04d}.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_the_last_picture_shows_what_the_trained_network_gives(context: Context) -> None:
    shares = run(context, count=4)
    found = facts(context, 2)
    assert (found["epoch"], found["split"]) == (2, "val")
    assert [one["probability"] for one in found["images"]] == pytest.approx(
        [shares[one["index"]] for one in found["images"]]
    )
    assert (context.folder / "SamplePredictions/epoch_0002.png").read_bytes()[:4] == b"\x89PNG"


def test_without_a_validation_split_it_shows_test_images(context: Context) -> None:
    run(context, val=0)
    assert facts(context, 1)["split"] == "test"
    assert len(facts(context, 1)["images"]) == 5


def test_it_draws_every_so_many_epochs(context: Context) -> None:
    run(context, epochs=5, every=2)
    names = sorted(one.name for one in (context.folder / "SamplePredictions").glob("*.png"))
    assert names == ["epoch_0002.png", "epoch_0004.png"]


def test_the_page_shows_the_first_the_last_and_some_between(context: Context) -> None:
    run(context, epochs=20, count=1)
    shown = samples_of(StageFolder("train", context.folder, {}))
    assert len(shown) <= MOST_SAMPLES
    assert shown[0].caption.startswith("After epoch 1: ")
    assert shown[-1].caption.startswith("After epoch 20: ")
    assert shown[0].caption.endswith(" of 1 images of the val split are right")
