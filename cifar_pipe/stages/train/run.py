"""train: a trained copy of the network, and how the training went."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.files import write_bytes, write_json
from cifar_pipe.report.looks import filters
from cifar_pipe.report.looks.names import FILTERS
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.class_weights import note_imbalance
from cifar_pipe.training.job import TrainingJob
from cifar_pipe.training.loop import train


def run(spec: Train, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    if context.stage != "train" and spec.log_every is not None:
        # Of several trainings each says which one it is: the tutorial's lines do not.
        context.events.say(f"{context.stage}:")
    network = copy.deepcopy(inputs["model"])
    job = TrainingJob(network, inputs["data"], spec, context)
    history = train(job)
    note_imbalance(job)
    if context.device.startswith("cuda"):
        context.facts["residency"] = inputs["data"].residency_of("train", context.device)
    if history.share_of_peak is not None:
        context.facts["share_of_peak"] = round(history.share_of_peak, 4)
    if history.stopped:
        context.facts["stopped"] = history.stopped
    if picture := filters.first_filters(network):
        write_bytes(context.folder / FILTERS, picture)
    write_json(context.folder / "history.json", history.plain())
    return {"model": network, "history": history}
