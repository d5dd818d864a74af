"""What PyTorch surely makes of what the catalogue takes, so that it need not be imported to ask it.

The argument types of the catalogue's rows leave nothing that these classes refuse. Of all else nothing
is said here: PyTorch is asked.
"""

from __future__ import annotations

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import optimizer_facts
from cifar_pipe.catalog.torch.versions import is_older_than_tables
from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.model.planning.formulas.table import has_usual_numbers
from cifar_pipe.pipeline.roles import Trains, trained_patterns

_LOSSES = {
    *("CrossEntropyLoss", "NLLLoss", "FocalLoss", "BCEWithLogitsLoss", "BCELoss"),
    *("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "KLDivLoss"),
}
_OPTIMIZERS = {
    *("SGD", "Adam", "AdamW", "NAdam", "RAdam", "Adamax", "RMSprop", "Adadelta"),
    "GradientDescent",
}
_SCHEDULERS = {
    *("StepLR", "MultiStepLR", "ExponentialLR", "ConstantLR", "LinearLR", "PolynomialLR"),
    *("CosineAnnealingLR", "CosineAnnealingWarmRestarts"),
}


def makes_loss(loss: Component) -> bool:
    """Whether PyTorch makes the loss, whose form of targets fits."""
    return loss.name in _LOSSES and _is_usual(loss)


def makes_optimizer(spec: Trains, network: ShapedNetwork) -> bool:
    """Whether PyTorch makes the training's optimizer of the network's parameters.

    Groups, and parameters that the training names, have rules of their own.
    """
    optimizer = spec.optimizer
    plain = not optimizer.common and trained_patterns(spec) is None
    known = optimizer.name in _OPTIMIZERS and _is_usual(optimizer)
    return known and plain and network.takes_gradients


def makes_schedule(scheduler: Component, optimizer: Component, monitor: str | None) -> bool:
    """Whether PyTorch makes the scheduler of an optimizer that has one learning rate, and of a training
    that watches `monitor`. The scheduler's steps have been looked at.
    """
    if not _is_usual(scheduler):
        return False
    match scheduler.name:
        case "SequentialLR":
            return all(
                one.name in _SCHEDULERS and _is_usual(one) for one in scheduler.get("schedulers")
            )
        case "OneCycleLR":
            cycles = scheduler.get("cycle_momentum")
            return optimizer_facts(optimizer).has_momentum or not cycles
        case "ReduceLROnPlateau":
            return monitor is not None and "mode" not in scheduler.given
        case name:
            return name in _SCHEDULERS


def _is_usual(component: Component) -> bool:
    return has_usual_numbers(component) and not is_older_than_tables(component.entry)
