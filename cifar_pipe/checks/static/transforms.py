"""Transforms that do not fit the images that they are given."""

from __future__ import annotations

from cifar_pipe.checks.context import CheckContext

CODES = ("transform",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        context.report(flow.stage, *flow.problems)
