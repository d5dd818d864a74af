"""Trackers have the package that they need, and none is there twice."""

from __future__ import annotations

from importlib.util import find_spec

from cifar_pipe.catalog.core.facts import tracker_facts
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.syntax.nodes import span_at

CODES = ("unknown-component", "no-effect")
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    declared = context.pipeline.document.trackers
    for index, tracker in enumerate(declared):
        span = span_at(context.pipeline.root, ("trackers", index))
        needs = tracker_facts(tracker).needs
        if needs is not None and find_spec(needs.module) is None:
            message = f"{tracker.name} needs the package {needs.module}, which is not installed"
            context.findings.report(Problem(message, (), "unknown-component", needs.install), span)
        if tracker.plain() in [one.plain() for one in declared[:index]]:
            problem = Problem(f"{tracker.name} appears twice", (), "no-effect", "leave one out")
            context.findings.report(problem, span)
