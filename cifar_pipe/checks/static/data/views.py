"""Views of test-time augmentation are the same for each pass, and fit what the network takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import loss_facts
from cifar_pipe.catalog.images.data_facts import Images
from cifar_pipe.catalog.images.transform_flow import is_random, mixes, through
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Path, Problem, ProblemError
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.roles import Measures, TakesSplit, UsesLoss

CODES = ("transform", "loss", "no-effect")
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for stage in context.pipeline.stages:
        if not isinstance(stage.spec, Measures) or not stage.spec.views:
            continue
        flow = context.flow(stage)
        if flow is not None and flow.facts.target_shape is not None:
            continue  # checks/static/regression_targets.py reports it
        context.report(stage, *_of_loss(stage))
        if not any(stage.spec.views):
            message = "the image as it is is the only view: nothing is averaged"
            help_ = "add another view, or leave views out"
            context.report(stage, Problem(message, ("views",), "no-effect", help_))
        images = _images(context, stage)
        for index, view in enumerate(stage.spec.views):
            drawing = list(_drawing(view))
            problems = drawing or (list(_shape(view, images)) if images else [])
            context.report(stage, *(one.below("views", index) for one in problems))
            if not problems and images and images.shape and not through(images, view).shape:
                what = "whether the view keeps the size of the images"
                context.not_known(what, "a Resize or CenterCrop at its end", stage, "views", index)


def _images(context: CheckContext, stage: Stage) -> Images | None:
    """What the network is given of the stage's split; None where that has findings."""
    flow = context.flow(stage)
    if flow is None or flow.problems:
        return None
    on_train = isinstance(stage.spec, TakesSplit) and stage.spec.split == "train"
    return flow.train if on_train else flow.test


def _of_loss(stage: Stage) -> Iterator[Problem]:
    loss = stage.spec.loss if isinstance(stage.spec, UsesLoss) else None
    if loss is not None and not loss_facts(loss).of_distribution:
        message = f"views are averaged as probabilities, and {loss.name} takes none"
        yield Problem(message, ("loss",), "loss", "use CrossEntropyLoss, or leave loss out")


def _drawing(view: Sequence[Component]) -> Iterator[Problem]:
    for place, one in enumerate(view):
        if mixes(one):
            message = f"{one.name} mixes training images with each other: it gives no view of one"
            yield _problem(message, (place,), f"leave {one.name} out")
        elif is_random(one):
            message = (
                f"{one.name} draws something anew for each image, and a view is always the same"
            )
            path = (place, "p") if "p" in one.given else (place,)
            sure = "p: 1" if one.given else f"{{type: {one.name}, p: 1}}"
            help_ = f"write {sure}" if _only_chance(one) else f"leave {one.name} out"
            yield _problem(message, path, help_)


def _only_chance(transform: Component) -> bool:
    """Whether it would draw nothing if it always changed the image."""
    if "p" not in transform.entry.args:
        return False
    arguments = transform.arguments.model_copy(update={"p": 1.0})
    return not is_random(replace(transform, arguments=arguments))


def _shape(view: Sequence[Component], images: Images) -> Iterator[Problem]:
    try:
        seen = through(images, view)
    except ProblemError as error:
        first, *_ = error.problem.path
        out = f"leave {view[int(first)].name} out"
        # A view cannot go before the Normalize of the data.
        shifted = images.values == "shifted"
        yield replace(error.problem, help=out) if shifted else error.problem
        return
    if seen.dtype != images.dtype:
        message = "a network takes floats, and this view gives whole numbers from 0 to 255"
        yield _problem(message, (), "leave its ToDtype out")
    elif seen.shape and images.shape and seen.shape != images.shape:
        message = f"this view is {list(seen.shape)}, and the network takes {list(images.shape)}"
        size = list(images.shape[1:])
        yield _problem(message, (), f"end the view with {{type: Resize, size: {size}}}")


def _problem(message: str, path: Path, help_: str) -> Problem:
    return Problem(message, path, "transform", help_)
