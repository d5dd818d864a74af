"""Normalize with a mean and deviation of the range of values that it is given."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.catalog.images.transform_flow import wrong_statistics
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow, transform_lists
from cifar_pipe.diagnostics.problem import Problem

CODES = ("value-range",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        # Transforms that do not fit have no range of values to compare with.
        for problem in () if flow.problems else _problems(flow):
            context.report(problem, flow.stage)


def _problems(flow: Flow) -> Iterator[Problem]:
    for path, transforms in transform_lists(flow.spec):
        for index, argument, given in wrong_statistics(flow.dataset_facts.image, transforms):
            numbers = transforms[index].get(argument)
            yield Problem(
                f"Normalize is given values from {given}, and its {argument} is one of values "
                f"from {'0 to 255' if given == '0 to 1' else '0 to 1'}",
                (*path, index, argument),
                "value-range",
                f"divide by 255: {argument}: {[round(one / 255, 4) for one in numbers]}"
                if given == "0 to 1"
                else "put ToTensor above it, or write scale: true to ToDtype",
            )
