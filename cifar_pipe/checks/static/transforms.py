"""Transforms that do not fit the images that they are given."""

from __future__ import annotations

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow

CODES = ("transform",)
NEEDS_TORCH = False

_NEEDS = (
    "image_shape: [3, HEIGHT, WIDTH] in the dataset, a Resize or CenterCrop for test, or --data"
)


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        context.report(flow.stage, *flow.problems)
        # Where neither is known, nor are the layers, which says so.
        if flow.train.shape and not flow.test.shape and _goes_to_network(context, flow):
            what = "whether the test images have the size of the training images"
            context.not_known(what, _NEEDS, flow.stage, "dataset")


def _goes_to_network(context: CheckContext, flow: Flow) -> bool:
    stages = context.pipeline.stages
    return any(context.flow(one) is flow and "model" in one.inputs for one in stages)
