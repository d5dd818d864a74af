"""The batches of a training exist, and the network takes the smallest of them."""

from __future__ import annotations

from math import ceil

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.checks.torch.analysis.one_image import batch_of_one
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.roles import SetsSteps, Trains

CODES = ("data", "shape")
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for use in context.uses():
        if use.flow is not None and isinstance(use.stage.spec, Trains):
            problem = _problem(use.flow, use.network, _batches_taken(use.stage.spec))
            context.report(use.flow.stage, *filter(None, [problem]))


def _batches_taken(spec: Trains) -> int | None:
    """All that the training takes, where it says so: it may end before the last of an epoch."""
    accumulate = spec.accumulate if isinstance(spec, SetsSteps) else 1
    return None if spec.steps is None else spec.steps * accumulate


def _problem(flow: Flow, network: ShapedNetwork, batches: int | None) -> Problem | None:
    size, drop_last = flow.spec.batch_size, flow.spec.drop_last
    images = flow.images_per_epoch
    if images is not None and drop_last and images < size:
        there_are = "an epoch takes" if flow.spec.sampler else "there are"
        message = f"there is no batch of {size} images to train on: {there_are} {images}"
        help_ = "make batch_size smaller, or leave drop_last out"
        return Problem(message, ("batch_size",), "data", help_)
    if size == 1:
        return batch_of_one("each batch", network, help_="a batch_size of 2 or more")
    if images is None or drop_last or images % size != 1:
        return None
    if batches is not None and batches < ceil(images / size):
        return None
    help_ = "another batch_size, or drop_last: true"
    return batch_of_one(f"the last batch of {images} images", network, help_=help_)
