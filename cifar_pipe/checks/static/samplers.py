"""A sampler fits the classes and the number of the training images."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import sampler_facts
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.diagnostics.problem import Problem

CODES = ("data", "classes")
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        if flow.spec.sampler is not None:
            found = _problems(flow.spec.sampler, flow)
            context.report(flow.stage, *(one.below("sampler") for one in found))


def _problems(sampler: Component, flow: Flow) -> Iterator[Problem]:
    facts, classes = sampler_facts(sampler), flow.facts.num_classes
    weights = sampler.get(facts.per_class) if facts.per_class else None
    if facts.per_class and flow.facts.target_shape is not None:
        message = f"{sampler.name} takes classes, and the targets are numbers"
        yield Problem(message, (), "data", "leave sampler out")
    elif facts.per_class and isinstance(weights, list) and classes not in (None, len(weights)):
        message = f"{facts.per_class} has {len(weights)} numbers, the data has {classes} classes"
        yield Problem(message, (facts.per_class,), "classes")
    images, length = flow.training_images, sampler.get(facts.length) if facts.length else None
    if length and images is not None and length > images and not sampler.get("replacement"):
        message = f"{facts.length} is {length}, and there are {images} training images"
        help_ = "write replacement: true, so that an epoch takes images several times"
        yield Problem(message, (str(facts.length),), "data", help_)
