from __future__ import annotations

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.job import TrainingJob
from cifar_pipe.training_length import Length
from tests.kit import random_data, small

SETTINGS = Train(epochs=2, loss=make("loss", "MSELoss"), optimizer=make("optimizer", "SGD"))


def test_the_settings_of_the_stage_are_those_of_a_job(context: Context) -> None:
    job = TrainingJob(small(), random_data(train=9, batch_size=4), SETTINGS, context)
    assert job.length == Length(steps=6, steps_per_epoch=3)
