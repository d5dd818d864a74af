"""What the dataset's folder holds and the data does not, and images that are there twice."""

from __future__ import annotations

from cifar_pipe.checks.context import CheckContext

CODES = ("not-read", "leak", "repeated")
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        found = flow.dataset_facts.problems
        context.report(flow.stage, *(problem.below("dataset") for problem in found))
