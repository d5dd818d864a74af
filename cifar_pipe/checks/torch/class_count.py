"""The network gives one output per class where its outputs are compared with classes."""

from __future__ import annotations

from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.layer_lists import every_layer, last_layer
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.model.planning.planned import words

CODES = ("classes", "shape")
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for use in context.uses():
        network, flow = use.network, use.flow
        if flow is None or not use.stage.spec.takes_targets():
            continue
        classes, output = flow.facts.num_classes, network.output_shape
        if classes is None:
            if flow.facts.target_shape is None:
                what = f"whether {network.stage.id}, with outputs {words(output)}, gives one number per class"
                needs = f"--data, or classes: in {flow.stage.id}"
                context.not_known(what, needs, network.stage)
        elif len(output) != 1:
            path, _ = last_layer(network.layers)
            message = f"the network gives {words(output)} where it takes [N, {classes}], one number per class"
            help_ = f"end with Flatten and {{type: Linear, out_features: {classes}}}"
            context.report(network.stage, Problem(message, path, "shape", help_))
        elif output[0] != classes:
            context.report(network.stage, _different_count(network, classes))


def _different_count(network: ShapedNetwork, classes: int) -> Problem:
    """At the argument that fixes the number of outputs, which need not be the last layer's."""
    outputs = network.output_shape[0]
    path, layer = last_layer(network.layers)
    argument = None
    for at, one in every_layer(network.layers):
        for name in ("out_channels", "num_classes", "out_features"):
            if one.given.get(name) == outputs:
                path, layer, argument = at, one, name
    written = f"{argument or 'num_classes'}: {classes}"
    help_ = None
    if layer.given and (argument or layer_facts(layer).network):
        help_ = f"write {written}"
    elif layer_facts(layer).network:
        help_ = f"write {{type: {layer.name}, {written}}}"
    message = f"the network gives {outputs} outputs, the data has {classes} classes"
    return Problem(message, (*path, *filter(None, [argument])), "classes", help_)
