from __future__ import annotations

from dataclasses import replace

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.job import Best, History, TrainingJob
from cifar_pipe.training_length import Length
from tests.kit import random_data, small

LOSS = make("loss", "MSELoss")
SETTINGS = Train(epochs=2, loss=LOSS, optimizer=make("optimizer", "SGD"))


def test_the_settings_of_the_stage_are_those_of_a_job(context: Context) -> None:
    job = TrainingJob(small(), random_data(train=9, batch_size=4), SETTINGS, context)
    assert job.length == Length(steps=6, steps_per_epoch=3)


def test_the_file_of_a_history_has_its_best_epoch_only_where_there_is_one() -> None:
    history = History(epochs=2, steps=6, seconds=1.23456, images_per_second=9.87, loss=LOSS)
    plain = {"epochs": 2, "steps": 6, "seconds": 1.235, "images_per_second": 9.9, "choices": {}}
    assert history.plain() == plain
    summed = replace(history, loss=make("loss", "MSELoss", reduction="sum")).plain()
    assert summed == {**plain, "loss": "summed over each batch, shown per image"}
    best = {"epoch": 1, "metric": "val_loss", "value": 0.5}
    assert replace(history, best=Best(1, "val_loss", 0.5)).plain() == {**plain, "best": best}
