"""A network is given images of the shape that it is built for, or takes both."""

from __future__ import annotations

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow, shapes_along, transform_lists
from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.diagnostics.problem import Path, Problem
from cifar_pipe.model.planning.planned import words
from cifar_pipe.model.planning.shapes import takes

CODES = ("shape", "transform")
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for use in context.uses():
        network, flow = use.network, use.flow
        if flow is None:
            continue
        for image in dict.fromkeys((flow.train.shape, flow.test.shape)):
            if image is None or image == network.input_shape:
                continue
            if takes(network.spec.layers, network.rows, image):
                continue
            if flow.train.shape == network.input_shape:
                context.report(flow.stage, _test_images(flow, network, image))
            else:
                context.report(network.stage, _all_images(network, image))


def _all_images(network: ShapedNetwork, image: tuple[int, ...]) -> Problem:
    built_for = f"{network.stage.id} is built for {words(network.input_shape)}"
    message = f"{built_for}, and the data has {words(image)} as well"
    help_ = "bring all images to one size, or put AdaptiveAvgPool2d above the first Linear"
    if network.spec.input_shape is not None:
        help_ = "leave input_shape out: it is the data's"
    return Problem(message, ("input_shape",), "shape", help_)


def _test_images(flow: Flow, network: ShapedNetwork, image: tuple[int, ...]) -> Problem:
    channels, height, width = network.input_shape
    built_for = f"the training images, {words(network.input_shape)}"
    message = f"the test images are {words(image)}, and {network.stage.id} is built for {built_for}"
    if image[0] != channels:
        help_ = f"let test change the channels as train does: {image[0]} here, {channels} there"
    else:
        help_ = f"add {{type: CenterCrop, size: [{height}, {width}]}} or a Resize to test"
    return Problem(message, _where_test_changes(flow), "transform", help_)


def _where_test_changes(flow: Flow) -> Path:
    """The last transform of `test:` that changes the images' shape; the list where none does."""
    path, transforms = list(transform_lists(flow.spec))[-1]
    shapes = shapes_along(flow.facts.image, transforms)
    changing = [at for at in range(len(transforms)) if shapes[at] != shapes[at + 1]]
    return (*path, *changing[-1:])
