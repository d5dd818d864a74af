"""What a loss, as it is written, makes of labels: the form of its targets, and their weights."""

from __future__ import annotations

from dataclasses import replace

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import loss_facts
from cifar_pipe.diagnostics.problem import Problem, ProblemError


def is_summed(loss: Component) -> bool:
    """Whether the loss of a batch is the sum over its images, and not their mean."""
    return (loss_facts(loss).reduction or loss.given.get("reduction")) == "sum"


def form_of(loss: Component) -> str:
    """The form of the targets; raises ProblemError for one that the loss does not take."""
    form: str = loss.common.get("target") or loss_facts(loss).target
    allowed = loss_facts(loss).targets
    if form not in allowed:
        message = f"{loss.name} does not take targets of the form {form}"
        several = f"write target: {' or '.join(allowed)}"
        advice = several if len(allowed) > 1 else "leave target out"
        raise ProblemError(Problem(message, ("target",), code="loss", help=advice))
    if form != "class index" and "ignore_index" in loss.given:
        message = f"{loss.name} takes ignore_index with targets of the form class index only"
        advice = "leave ignore_index or target out"
        raise ProblemError(Problem(message, ("ignore_index",), code="loss", help=advice))
    return form


def unweighted(loss: Component) -> Component:
    """The loss without weights that only the data can say."""
    return weighted(loss, None) if is_balanced(loss) else loss


def is_balanced(loss: Component) -> bool:
    return loss.given.get("weight") == "balanced"


def weighted(loss: Component, weight: list[float] | None) -> Component:
    """The loss with these weights of the classes, or none."""
    return replace(loss, arguments=loss.arguments.model_copy(update={"weight": weight}))
