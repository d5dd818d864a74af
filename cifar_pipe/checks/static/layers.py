"""Checks how the layers of a network are joined, as far as that needs no shapes and no torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import did_you_mean
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.syntax.nodes import MappingNode, Node, span_at


def check_layers(pipeline: Pipeline, findings: Findings) -> set[str]:
    """Findings for inputs that name no layer above, and for what no layer of the network is.

    Returns the ids of the stages that have some.
    """
    tangled = set()
    for stage in pipeline.stages:
        if isinstance(stage.spec, BuildModel):
            scope = findings.scope()
            _check_list(stage.spec.layers, (), findings)
            _check_types(stage, stage.spec, findings)
            if scope.has_errors:
                tangled.add(stage.id)
    return tangled


def every_layer(layers: Sequence[Component]) -> Iterator[Component]:
    """The layers with those inside of them, each in front of what it holds."""
    for layer in layers:
        yield layer
        for inner in _lists(layer):
            yield from every_layer(inner)


def last_layer(layers: Sequence[Component]) -> Component:
    """The layer whose output is the network's: through a Sequential its own last one."""
    last = layers[-1]
    while last.name == "Sequential":
        last = last.get("layers")[-1]
    return last


def layer_span(layer: Component, argument: str | None, fallback: Span) -> Span:
    """The words of the argument, or of the layer's name."""
    match layer.node:
        case MappingNode(items=items) if argument is not None and argument in items:
            return items[argument].span
        case MappingNode(items=items) if "type" in items:
            return items["type"].value.span
        case None:
            return fallback
        case node:
            span = node.span
            assert isinstance(span, Span)
            return span


def _lists(layer: Component) -> list[list[Component]]:
    return [layer.given[key] for key in layer_facts(layer).lists if key in layer.given]


def _check_list(layers: Sequence[Component], outside: tuple[str, ...], findings: Findings) -> None:
    """One list of layers; `outside` are the ids around it, which it does not see."""
    ids = {one.common["id"]: one for one in reversed(layers) if "id" in one.common}
    above: list[str] = []
    for layer in layers:
        for name, path in _names(layer):
            if name not in (*above, INPUT if path[0] == INPUT else None):
                _report_unknown(layer, name, path, above, ids, outside, findings)
        _check_number(layer, findings)
        for inner in _lists(layer):
            _check_list(inner, (*outside, *ids), findings)
        if "id" in layer.common:
            above.append(layer.common["id"])


def _names(layer: Component) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """The ids that the layer names, each with its place below the layer."""
    match layer.common.get("input"):
        case str(name):
            yield name, (INPUT,)
        case list(names):
            yield from ((name, (INPUT, index)) for index, name in enumerate(names))
    if layer_facts(layer).shares:
        yield layer.get("of"), ("of",)


def _report_unknown(
    layer: Component,
    name: str,
    path: tuple[str | int, ...],
    above: Sequence[str],
    ids: Mapping[str, Component],
    outside: tuple[str, ...],
    findings: Findings,
) -> None:
    span = _value_span(layer, path)
    related: list[tuple[Span, str]] = []
    notes: list[str] = []
    if ids.get(name) is layer:
        message = f"{layer.name} cannot take its own output"
    elif name in ids:
        message = f"the layer `{name}` does not stand above this {layer.name}"
        related = [(layer_span(ids[name], "id", span), f"`{name}` stands here")]
    else:
        message = f"there is no layer `{name}` above"
        if name in outside:
            notes = [
                "a list inside a layer sees its own layers and its `input`, not those around it"
            ]
    allowed = [*above, INPUT] if path[0] == INPUT else above
    help_ = did_you_mean(name, allowed) or "give a layer above an id, and name it here"
    findings.add(
        "input", message, span, notes=notes, help=None if notes else help_, related=related
    )


def _value_span(layer: Component, path: tuple[str | int, ...]) -> Span:
    node: Node = layer.node
    value = node.get(str(path[0])) if isinstance(node, MappingNode) else None
    return span_at(node if value is None else value, path[1:])


def _check_number(layer: Component, findings: Findings) -> None:
    """A join takes several layers, every other layer one."""
    written = layer.common.get("input")
    count = len(written) if isinstance(written, list) else 1
    joins = layer_facts(layer).joins
    if joins == (count > 1):
        return
    findings.add(
        "input",
        f"{layer.name} joins several layers, and takes only the one above"
        if written is None
        else f"{layer.name} joins several layers, and takes one"
        if joins
        else f"{layer.name} takes one input, not {count}",
        layer_span(layer, INPUT, layer.node.span),
        help="name them by their ids: input: [ONE, OTHER]"
        if joins
        else f"join them first: {{type: Concat, input: [{', '.join(written or [])}]}}",
    )


def _check_types(stage: Stage, spec: BuildModel, findings: Findings) -> None:
    """`initialize` of the whole network names types of layers that it has."""
    types = dict.fromkeys(layer.name for layer in every_layer(spec.layers))
    for name in spec.initialize or {}:
        if name not in types:
            findings.add(
                "value",
                f"no layer of {stage.id} is a {name}",
                stage.span("initialize", name),
                help=did_you_mean(name, types),
            )
