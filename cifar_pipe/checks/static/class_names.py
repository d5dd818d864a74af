"""`classes` names each class of the dataset, once."""

from __future__ import annotations

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.diagnostics.problem import Problem

CODES = ("classes",)
NEEDS_TORCH = False
_MOST_SHOWN = 20


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        names = flow.spec.classes or []
        for position, name in enumerate(names):
            if name in names[:position]:
                message = f"the class `{name}` appears twice"
                context.report(Problem(message, ("classes", position), "classes"), flow.stage)
        count = flow.dataset_facts.num_classes
        if names and count is not None and count != len(names):
            context.report(_different_count(flow, names, count), flow.stage)


def _different_count(flow: Flow, names: list[str], count: int) -> Problem:
    known = flow.dataset_facts.classes
    return Problem(
        f"classes names {len(names)}, the dataset has {count}",
        ("classes",),
        "classes",
        "name every class, or leave classes out",
        (f"they are {', '.join(known)}",) if known and len(known) <= _MOST_SHOWN else (),
    )
