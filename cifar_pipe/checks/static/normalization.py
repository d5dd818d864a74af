"""Normalize with a mean and deviation of the range of values that it is given."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.transform_flow import wrong_statistics
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow, transform_lists
from cifar_pipe.diagnostics.problem import Problem

CODES = ("value-range",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        # Transforms that do not fit have no range of values to compare with.
        if not flow.problems:
            context.report(flow.stage, *_problems(flow))


def _problems(flow: Flow) -> Iterator[Problem]:
    for path, transforms in transform_lists(flow.spec):
        for index, argument, given in wrong_statistics(flow.dataset_facts.image, transforms):
            other, help_ = "0 to 1", "write scale: true to ToDtype"
            if given == "0 to 1":
                other, help_ = "0 to 255", f"divide by 255: {_as_floats(transforms[index])}"
            its = f"its {argument} is one of values from {other}"
            message = f"Normalize is given values from {given}, and {its}"
            yield Problem(message, (*path, index, argument), "value-range", help_)


def _as_floats(normalize: Component) -> str:
    """Its mean and deviation for values from 0 to 1, those of them that are for bytes."""
    written = {name: normalize.get(name) for name in ("mean", "std")}
    divided = {
        name: [round(one / 255, 4) for one in numbers]
        for name, numbers in written.items()
        if max(numbers) > 1
    }
    return ", ".join(f"{name}: {numbers}" for name, numbers in divided.items())
