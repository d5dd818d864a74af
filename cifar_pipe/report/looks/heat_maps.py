"""Pictures of where the network found what it took its worst mistakes for."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.files import write_bytes, write_json
from cifar_pipe.model.network import Network
from cifar_pipe.report.looks.grad_cam import MOST, grad_cam, overlaid
from cifar_pipe.report.looks.names import GRAD_CAM
from cifar_pipe.report.pictures import image_row
from cifar_pipe.report.tables.answer_table import Answer


def write_heat_maps(
    answers: Sequence[Answer], data: Data, split: str, network: Network, context: Context
) -> None:
    """Of the mistakes of the highest loss, at most 16, with a table of what they are."""
    wrong = sorted((one for one in answers if not one.is_right), key=lambda one: -one.loss)[:MOST]
    if not wrong:
        return
    weight = next(iter(network.parameters()), torch.empty(0))
    indices = [one.index for one in wrong]
    images = data.images(split, indices, device=weight.device).to(weight.dtype)
    predicted = [data.classes.index(one.predicted) for one in wrong]
    trains = network.training
    maps = grad_cam(network.eval(), images, torch.tensor(predicted, device=weight.device))
    network.train(trains)
    if maps is None:
        context.events.note(
            f"{context.stage}: grad_cam: no layer of this network keeps places apart"
        )
        return
    pictures = overlaid(data.pictures(split, indices), maps)
    captions = [f"{one.predicted}\n({one.label})" for one in wrong]
    write_bytes(
        context.folder / GRAD_CAM, image_row(pictures, captions, marks=[False] * len(wrong))
    )
    rows = [{"label": one.label, "predicted": one.predicted} for one in wrong]
    write_json(context.folder / "grad_cam.json", rows)
