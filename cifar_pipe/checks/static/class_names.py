"""`classes` names each class of the dataset, once."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.diagnostics.problem import Problem

CODES = ("classes",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        context.report(flow.stage, *_problems(flow))


def _problems(flow: Flow) -> Iterator[Problem]:
    names = flow.spec.classes or []
    for position, name in enumerate(names):
        if name in names[:position]:
            message = f"the class `{name}` appears twice"
            yield Problem(message, ("classes", position), "classes")
    known, count = flow.dataset_facts.classes, flow.dataset_facts.num_classes
    if flow.spec.classes is not None and count not in (None, len(names)):
        message = f"classes names {len(names)}, the dataset has {count}"
        help_ = "name every class, or leave classes out"
        notes = (f"they are {', '.join(known)}",) if known and len(known) <= 20 else ()
        yield Problem(message, ("classes",), "classes", help_, notes)
