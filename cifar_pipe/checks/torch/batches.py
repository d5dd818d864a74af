"""Checks that the batches of a training exist, and that the network takes the smallest of them."""

from __future__ import annotations

import torch

from cifar_pipe.catalog.tables.datasets import held_out
from cifar_pipe.checks.static.data_flow import Flow
from cifar_pipe.checks.torch.shaped_network import ShapedNetwork
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.model.network import build_on_meta
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.training.length import steps_per_epoch


def training_images(data: LoadData, flow: Flow) -> int | None:
    """Images of the training split without those set aside, if known without the data."""
    images = flow.facts.train
    if images is None or data.validation_split is None:
        return images
    return images - held_out(images, data.validation_split)


def check_batches(
    data_stage: Stage, flow: Flow, network: ShapedNetwork, steps: int | None, findings: Findings
) -> None:
    """Findings for a training without a batch, or with one of a single image that cannot be.

    `steps` are all that the training makes, where it says so: it may end before the last batch.
    """
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
    if one_at_a_time or (images is not None and _meets_last(images, data, steps) == 1):
        last = f"the last batch of {images} images"
        check_single_image(
            "each batch" if one_at_a_time else last,
            network,
            data_stage.span("batch_size"),
            findings,
            help_="a batch_size of 2 or more"
            if one_at_a_time
            else "another batch_size, or drop_last: true",
        )


def _meets_last(images: int, data: LoadData, steps: int | None) -> int | None:
    """Images in the last batch, if the training comes to it."""
    if images >= data.batch_size and data.drop_last:
        return data.batch_size
    if steps is not None and steps < steps_per_epoch(
        images, data.batch_size, drop_last=data.drop_last
    ):
        return None
    return images % data.batch_size or data.batch_size


def check_single_image(
    what: str,
    network: ShapedNetwork,
    span: Span,
    findings: Findings,
    *,
    help_: str,
) -> None:
    """A finding where the network in training does not take one image: its batch normalisation
    has no more than one value a channel.
    """
    built = build_on_meta(network.layers, network.input_shape)
    image = torch.empty(1, *network.input_shape, device="meta")
    try:
        built.train()(image)
    except ValueError as error:
        findings.add(
            "shape",
            f"{what} has 1 image, which the network does not take in training",
            span,
            notes=[str(error).splitlines()[0]],
            help=help_,
        )
