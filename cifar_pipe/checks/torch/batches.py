"""The batches of a training exist, and the network takes the smallest of them."""

from __future__ import annotations

from math import ceil

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.checks.torch.analysis.batch_of_one import batch_of_one
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.roles import Trains

CODES = ("data", "shape")
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for use in context.uses():
        if use.flow is None or not isinstance(use.stage.spec, Trains):
            continue
        if problem := _problem(use.flow, use.network, use.stage.spec.steps):
            context.report(problem, use.flow.stage)


def _problem(flow: Flow, network: ShapedNetwork, steps: int | None) -> Problem | None:
    """`steps` are all that the training makes, where it says so: it may end before the last batch."""
    images, size = flow.training_images, flow.spec.batch_size
    if images is not None and flow.spec.drop_last and images < size:
        return Problem(
            f"there is no batch of {size} images to train on: there are {images}",
            ("batch_size",),
            "data",
            "make batch_size smaller, or leave drop_last out",
        )
    if size == 1:
        return batch_of_one("each batch", network, help_="a batch_size of 2 or more")
    if images is not None and _last_batch(images, flow, steps) == 1:
        what, help_ = f"the last batch of {images} images", "another batch_size, or drop_last: true"
        return batch_of_one(what, network, help_=help_)
    return None


def _last_batch(images: int, flow: Flow, steps: int | None) -> int | None:
    """Images in the last batch, if the training comes to it."""
    size = flow.spec.batch_size
    if images >= size and flow.spec.drop_last:
        return size
    if steps is not None and steps < ceil(images / size):
        return None
    return images % size or size
