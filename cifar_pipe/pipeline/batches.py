"""Checks that the batches of a training exist, and that the network takes the smallest of them."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from cifar_pipe.catalog.component import Component
from cifar_pipe.catalog.datasets import held_out
from cifar_pipe.language.findings import Findings
from cifar_pipe.language.nodes import Span
from cifar_pipe.model.network import build
from cifar_pipe.pipeline.flow import Flow
from cifar_pipe.pipeline.model import Stage
from cifar_pipe.stages.load_data import LoadData


def training_images(data: LoadData, flow: Flow) -> int | None:
    """Images of the training split without those set aside, if known without the data."""
    images = flow.facts.train
    if images is None or data.validation_split is None:
        return images
    return images - held_out(images, data.validation_split)


def check_batches(
    data_stage: Stage,
    flow: Flow,
    layers: Sequence[Component],
    input_shape: tuple[int, ...],
    findings: Findings,
) -> None:
    """Findings for a training without a batch, or with one of a single image that cannot be."""
    data = data_stage.spec
    assert isinstance(data, LoadData)
    images = training_images(data, flow)
    if images is not None and data.drop_last and images < data.batch_size:
        findings.add(
            "data",
            f"there is no batch of {data.batch_size} images to train on: there are {images}",
            data_stage.span("batch_size"),
            help="make batch_size smaller, or leave drop_last out",
        )
        return
    one_at_a_time = data.batch_size == 1
    if one_at_a_time or (images is not None and _last_of(images, data) == 1):
        last = f"the last batch of {images} images"
        check_single_image(
            "each batch" if one_at_a_time else last,
            layers,
            input_shape,
            data_stage.span("batch_size"),
            findings,
            help_="a batch_size of 2 or more"
            if one_at_a_time
            else "another batch_size, or drop_last: true",
        )


def _last_of(images: int, data: LoadData) -> int:
    """Images in the last batch."""
    full = images >= data.batch_size and data.drop_last
    return data.batch_size if full else images % data.batch_size or data.batch_size


def check_single_image(
    what: str,
    layers: Sequence[Component],
    input_shape: tuple[int, ...],
    span: Span,
    findings: Findings,
    *,
    help_: str,
) -> None:
    """A finding where the network in training does not take one image: its batch normalisation
    has no more than one value a channel.
    """
    with torch.device("meta"):
        network = build(layers, input_shape, seed=0, fetch_weights=False)
        image = torch.empty(1, *input_shape)
    try:
        network.train()(image)
    except ValueError as error:
        findings.add(
            "shape",
            f"{what} has 1 image, which the network does not take in training",
            span,
            notes=[str(error).splitlines()[0]],
            help=help_,
        )
