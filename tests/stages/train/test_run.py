from __future__ import annotations

import json
from pathlib import Path

import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.stages.train.run import run
from cifar_pipe.stages.train.spec import Train
from tests.kit import random_data, small

SPEC = Train(
    epochs=2,
    loss=make("loss", "CrossEntropyLoss"),
    optimizer=make("optimizer", "SGD", lr=0.1),
    monitor="val_accuracy",
)


def test_it_trains_a_copy(context: Context) -> None:
    network = small()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    trained = run(SPEC, {"model": network, "data": random_data(val=8)}, context)["model"]
    assert all(torch.equal(before[name], now) for name, now in network.state_dict().items())
    assert not torch.equal(before["fc.weight"], trained.state_dict()["fc.weight"])


def test_it_writes_how_it_went(context: Context) -> None:
    history = run(SPEC, {"model": small(), "data": random_data(val=8)}, context)["history"]
    written = json.loads(Path(context.folder / "history.json").read_text())
    assert (written["epochs"], written["steps"]) == (2, 20)
    assert written["best"] == {
        "epoch": history.best.epoch,
        "metric": "val_accuracy",
        "value": history.best.value,
    }
    assert history.loss is SPEC.loss
