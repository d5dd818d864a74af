"""Values that are legal and hardly meant."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import loss_facts, scheduler_facts
from cifar_pipe.catalog.docs.example import yaml_value
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.diagnostics.problem import Path, Problem
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.roles import Trains
from cifar_pipe.syntax.nodes import span_at

CODES = ("unusual",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    _check_threads(context)
    for stage in context.pipeline.stages:
        for path, component, written in _arguments(stage.spec):
            context.report(stage, *_unusual(path, component, written))
        if isinstance(stage.spec, Trains):
            context.report(stage, *_rates_that_rise(stage, stage.spec))
            context.report(stage, *_one_hot_targets(stage.spec, context.flow(stage)))


def _check_threads(context: CheckContext) -> None:
    wanted, there = context.pipeline.document.runtime.threads, os.cpu_count()
    if wanted and there and wanted > there:
        message = f"threads is {wanted}, and this machine has {there}: more wait for each other"
        help_ = f"at most {there}, or leave threads out"
        span = span_at(context.pipeline.root, ("runtime", "threads"))
        context.findings.report(Problem(message, (), "unusual", help_), span)


Written = tuple[Path, Component, Mapping[str, Any]]
"""The path of a component, or of a group of an optimizer's, and the arguments written there."""


def _arguments(value: object, path: Path = ()) -> Iterator[Written]:
    """All that the settings of a stage hold."""
    inner: Iterable[tuple[str | int, Any]]
    match value:
        case Component():
            yield path, value, value.given
            for index, group in enumerate(value.common.get("groups") or ()):
                yield (*path, "groups", index), value, group.settings
            inner = value.given.items()
        case list():
            inner = enumerate(value)
        case BaseModel():
            inner = ((name, getattr(value, name)) for name in type(value).model_fields)
        case _:
            return
    for key, one in inner:
        yield from _arguments(one, (*path, key))


def _unusual(path: Path, component: Component, written: Mapping[str, Any]) -> Iterator[Problem]:
    for name, value in written.items():
        usual = component.entry.args[name].usual
        if usual is not None and not usual.holds(value):
            shown = f"{value:g}" if isinstance(value, float) else yaml_value(value)
            message = f"{component.name} with {name}: {shown} {usual.otherwise}"
            yield Problem(message, (*path, name), "unusual", usual.help)


def _one_hot_targets(spec: Trains, flow: Flow | None) -> Iterator[Problem]:
    """Losses of several numbers an image where each has one class, unless `target` asks for them."""
    loss = spec.loss
    of_classes = flow is not None and flow.facts.target_shape is None
    if of_classes and loss_facts(loss).target == "one-hot" and "target" not in loss.common:
        targets = "one-hot targets, 1 for the class and 0 for each other"
        message = f"{loss.name} compares outputs with {targets}"
        help_ = (
            f"CrossEntropyLoss is made for classes; where this is meant, "
            f"write {{type: {loss.name}, target: one-hot}}"
        )
        yield Problem(message, ("loss",), "unusual", help_)


def _rates_that_rise(stage: Stage, spec: Trains) -> Iterator[Problem]:
    """Where a scheduler goes down to a learning rate that is not below the one it begins with."""
    rates: dict[Path, Any] = {("optimizer", "lr"): spec.optimizer.get("lr")}
    for path, _, settings in _arguments(spec.optimizer, ("optimizer",)):
        if "lr" in settings:
            rates[(*path, "lr")] = settings["lr"]
    for path, scheduler, written in _arguments(spec.scheduler, ("scheduler",)):
        lowest = scheduler_facts(scheduler).lowest
        if lowest is None or lowest not in written:
            continue
        floor = written[lowest]
        where, rate = min(rates.items(), key=lambda one: one[1])
        if 0 < rate <= floor:
            message = f"{scheduler.name} goes down to {lowest}: {floor:g}, and lr is {rate:g}"
            related = ((stage.locate(*where), "the learning rate"),)
            help_ = f"set {lowest} below {rate:g}, or leave it out"
            yield Problem(message, (*path, lowest), "unusual", help_, related=related)
