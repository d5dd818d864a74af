"""Layers take layers of their list that are above them: a join several, every other layer one.

This is the one place that checks it: shapes are followed, and networks built, of what has passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.catalog.core.layer_lists import LAYERS, lists_in
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Path, Problem
from cifar_pipe.diagnostics.suggest import did_you_mean
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.syntax.nodes import VALUE

CODES = ("input",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for stage, spec in context.networks_built():
        for problem in _List(stage, spec.layers, LAYERS).problems():
            context.report(stage, problem)
            context.exclude(stage)


class _List(NamedTuple):
    """One list of layers at its path; `outside` are the ids around it, which it does not see."""

    stage: Stage
    layers: Sequence[Component]
    path: Path
    outside: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        first: dict[str, int] = {}
        for index, layer in enumerate(self.layers):
            if "id" in layer.common:
                first.setdefault(layer.common["id"], index)
        above: list[str] = []
        for index, layer in enumerate(self.layers):
            at = (*self.path, index)
            for name, steps in _names(layer):
                allowed = [*above, INPUT] if steps[0] == INPUT else above
                if name not in allowed:
                    yield self._unknown(name, index, allowed, first).below(*at, *steps)
            yield from (problem.below(*at) for problem in _wrong_number(layer))
            for key, inner in lists_in(layer):
                yield from _List(self.stage, inner, (*at, key), (*self.outside, *first)).problems()
            if "id" in layer.common:
                above.append(layer.common["id"])

    def _unknown(
        self, name: str, index: int, allowed: Sequence[str], first: Mapping[str, int]
    ) -> Problem:
        layer = self.layers[index]
        help_ = did_you_mean(name, allowed) or "give a layer above an id, and name it here"
        message = f"there is no layer `{name}` above"
        if name not in first and name in self.outside:
            note = "a list inside a layer sees its own layers and its `input`, not those around it"
            return Problem(message, code="input", notes=(note,))
        if name not in first:
            return Problem(message, code="input", help=help_)
        if first[name] == index:
            return Problem(f"{layer.name} cannot take its own output", code="input", help=help_)
        message = f"the layer `{name}` is not above this {layer.name}"
        related = ((self.stage.locate(*self.path, first[name], "id"), f"`{name}` is here"),)
        return Problem(message, code="input", help=help_, related=related)


def _names(layer: Component) -> Iterator[tuple[str, Path]]:
    """The ids that the layer names, each with its path: a single one is shown without its key."""
    match layer.common.get(INPUT):
        case str(name):
            yield name, (INPUT, VALUE)
        case list(names):
            yield from ((name, (INPUT, index)) for index, name in enumerate(names))
    if layer_facts(layer).shares:
        yield layer.get("of"), ("of", VALUE)


def _wrong_number(layer: Component) -> Iterator[Problem]:
    written = layer.common.get(INPUT)
    count = len(written) if isinstance(written, list) else 1
    joins = layer_facts(layer).joins
    if joins and count <= 1:
        takes = "takes only the one above" if written is None else "takes one"
        message = f"{layer.name} joins several layers, and {takes}"
        yield Problem(message, (INPUT,), "input", "name them by their ids: input: [ONE, OTHER]")
    elif count > 1 and not joins:
        help_ = f"join them first: {{type: Concat, input: [{', '.join(written or [])}]}}"
        yield Problem(f"{layer.name} takes one input, not {count}", (INPUT,), "input", help_)
