"""The batches of a training exist, and the network takes the smallest of them."""

from __future__ import annotations

from math import ceil

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.checks.torch.analysis.on_meta import batch_of_one
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.roles import Trains

CODES = ("data", "shape")
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for use in context.uses():
        if use.flow is not None and isinstance(use.stage.spec, Trains):
            problem = _problem(use.flow, use.network, use.stage.spec.steps)
            context.report(use.flow.stage, *filter(None, [problem]))


def _problem(flow: Flow, network: ShapedNetwork, steps: int | None) -> Problem | None:
    """`steps` are all that the training makes, where it says so: it may end before the last batch."""
    images, size, drop_last = flow.training_images, flow.spec.batch_size, flow.spec.drop_last
    if images is not None and drop_last and images < size:
        message = f"there is no batch of {size} images to train on: there are {images}"
        help_ = "make batch_size smaller, or leave drop_last out"
        return Problem(message, ("batch_size",), "data", help_)
    if size == 1:
        return batch_of_one("each batch", network, help_="a batch_size of 2 or more")
    if images is None or drop_last or images % size != 1:
        return None
    if steps is not None and steps < ceil(images / size):
        return None
    help_ = "another batch_size, or drop_last: true"
    return batch_of_one(f"the last batch of {images} images", network, help_=help_)
