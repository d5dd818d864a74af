"""What PyTorch surely makes of what the catalogue takes, so that it need not be imported to ask it.

The argument types of the catalogue's rows leave nothing that these classes refuse. Of all else nothing
is said here: PyTorch is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.component_keys import Group
from cifar_pipe.catalog.core.facts import optimizer_facts, scheduler_facts
from cifar_pipe.catalog.torch.versions import is_older_than_tables
from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.model.planning.formulas.table import has_usual_numbers
from cifar_pipe.model.planning.planned import weights_of
from cifar_pipe.model.planning.shapes import plan
from cifar_pipe.pipeline.roles import Trains, trained_patterns

_LOSSES = {
    *("CrossEntropyLoss", "NLLLoss", "MultiMarginLoss", "FocalLoss", "BCEWithLogitsLoss"),
    *("BCELoss", "MultiLabelSoftMarginLoss", "MSELoss", "L1Loss", "SmoothL1Loss"),
    *("HuberLoss", "KLDivLoss"),
    *("PoissonNLLLoss", "SoftMarginLoss", "MultiLabelMarginLoss", "SumOfDifferences"),
}
_OPTIMIZERS = {
    *("SGD", "Adam", "AdamW", "NAdam", "RAdam", "Adamax", "RMSprop", "Adagrad", "Adadelta"),
    *("Adafactor", "ASGD", "Rprop", "LBFGS", "GradientDescent"),
}
_NORMS = {"BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "GroupNorm", "LayerNorm", "RMSNorm"}
_SCHEDULERS = {
    *("StepLR", "MultiStepLR", "ExponentialLR", "ConstantLR", "LinearLR", "PolynomialLR"),
    *("CosineAnnealingLR", "CosineAnnealingWarmRestarts"),
}


def makes_loss(loss: Component) -> bool:
    """Whether PyTorch makes the loss, whose form of targets fits."""
    return loss.name in _LOSSES and _is_usual(loss)


def makes_optimizer(spec: Trains, network: ShapedNetwork) -> bool:
    """Whether PyTorch makes the training's optimizer of the network's parameters."""
    optimizer = spec.optimizer
    known = optimizer.name in _OPTIMIZERS and _is_usual(optimizer)
    # Parameters that the training names, and learning rates by depth, have rules of their own.
    plain = trained_patterns(spec) is None and "layer_decay" not in optimizer.common
    groups = optimizer.common.get("groups") or ()
    return known and plain and network.takes_gradients and (not groups or _fit(groups, network))


def _fit(groups: Sequence[Group], network: ShapedNetwork) -> bool:
    """Whether each pattern of the groups matches a parameter that is trained, and no two groups set the same."""
    rows, settings = network.rows, [key for group in groups for key in group.settings]
    if any(row.trainable < row.parameters for row in rows) or not _may_differ(settings):
        return False
    planned = plan(network.layers, network.input_shape)
    names = weights_of(planned)
    norms = {
        one.layer.name for outer in planned for one in outer.with_inner() if one.weights
    } & _NORMS
    return all(
        bool(norms) if pattern == "norms" else any(_matches(name, pattern) for name in names)
        for group in groups
        for pattern in group.patterns
    )


def _may_differ(settings: Sequence[str]) -> bool:
    """Other settings are bound to each other by rules of the optimizers."""
    return len({*settings}) == len(settings) and {*settings} <= {"lr", "weight_decay"}


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name, "*bias" if pattern == "biases" else pattern)


def makes_schedule(scheduler: Component, optimizer: Component, monitor: str | None) -> bool:
    """Whether PyTorch makes the scheduler of this optimizer, which it makes, and of a training that
    watches `monitor`. The scheduler's steps have been looked at.
    """
    if not _is_usual(scheduler):
        return False
    if "groups" in optimizer.common and scheduler_facts(scheduler).sets_lr:
        return False
    match scheduler.name:
        case "SequentialLR" | "ChainedScheduler":
            return all(
                one.name in _SCHEDULERS and _is_usual(one) for one in scheduler.get("schedulers")
            )
        case "OneCycleLR" | "CyclicLR":
            cycles = scheduler.get("cycle_momentum")
            return optimizer_facts(optimizer).has_momentum or not cycles
        case "ReduceLROnPlateau":
            return monitor is not None and "mode" not in scheduler.given
        case name:
            return name in _SCHEDULERS


def _is_usual(component: Component) -> bool:
    return has_usual_numbers(component) and not is_older_than_tables(component.entry)
