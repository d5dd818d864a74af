"""Which parameters of a layer training changes."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.model.planning.planned import Planned
from cifar_pipe.model.planning.problems import layer_error


def frozen(planned: Planned) -> Planned:
    """The layer without what its `trainable` takes from training.

    A list names the beginnings of the parameters that stay: `fc` is fc.weight and fc.bias. What is
    frozen inside stays so. Raises ProblemError for one that names nothing.
    """
    wanted = planned.layer.common.get("trainable")
    if wanted is None or wanted is True:
        return planned
    if not planned.weights:
        raise layer_error(
            f"{planned.layer.name} has no parameters to freeze, or to train",
            "trainable",
            help=f"write it to `{planned.layer.get('of')}`, whose parameters these are"
            if layer_facts(planned.layer).shares
            else "leave trainable out",
            code="value",
        )
    kept = [] if wanted is False else wanted
    for beginning in kept:
        if not any(_begins(name, beginning) for name in planned.weights):
            raise layer_error(
                f"no parameter of {planned.layer.name} begins with `{beginning}`",
                "trainable",
                help=f"they begin with {_beginnings(planned)}",
                code="value",
            )
    weights = {
        name: weight
        if any(_begins(name, beginning) for beginning in kept)
        else replace(weight, trainable=False)
        for name, weight in planned.weights.items()
    }
    count = sum(prod(one.shape) for one in weights.values() if one.trainable)
    return replace(planned, weights=weights, row=replace(planned.row, trainable=count))


def _begins(name: str, beginning: str) -> bool:
    return name == beginning or name.startswith(f"{beginning}.")


def _beginnings(planned: Planned) -> str:
    first = list(dict.fromkeys(name.partition(".")[0] for name in planned.weights))
    return ", ".join(first[:12]) + (", …" if len(first) > 12 else "") if first else "nothing"
