"""The schedulers of the learning rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cifar_pipe.catalog.core.argument_rules import (
    Rule,
    none_is_watching,
    not_above,
    one_milestone_between_two,
)
from cifar_pipe.catalog.core.component import Scheduler
from cifar_pipe.catalog.core.component_keys import SchedulerKeys
from cifar_pipe.catalog.core.entry import Arg, Entry, Usual, pytorch, table
from cifar_pipe.catalog.core.facts import Milestone, SchedulerFacts, scheduler_facts
from cifar_pipe.catalog.core.types import (
    Bool,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Probability,
    choice,
    list_of,
    number,
    optional,
)

_Factor = number(gt=0, le=1)
_LOWERS = Usual(
    lambda factor: factor < 1, "does not lower the learning rate", "a gamma below 1: 0.1 is usual"
)
_FADES = Usual(
    lambda share: share < 1,
    "lets the optimizer add its updates up without end",
    "a number below 1: 0.95 is usual",
)


def row(
    name: str, summary: str, *milestones: Milestone, rule: Rule | None = None, **facts: Any
) -> Entry:
    """A class of torch.optim.lr_scheduler; `facts` are the others of SchedulerFacts."""
    known = SchedulerFacts(milestones=milestones, **facts)
    return pytorch("scheduler", "torch.optim.lr_scheduler", name, summary, known, rule)


def _with_length(entry: Entry) -> Entry:
    inferred = (key for key, arg in entry.args.items() if getattr(arg, "inferred", "") == "length")
    facts = replace(scheduler_facts(entry), inferred_length=next(inferred, None))
    return replace(entry, facts=facts)


_CHANGES = "changes the learning rate after {}"
_ENDS = "comes to its end after {}"
_LOWEST = "comes to its lowest learning rate after {}"
_CYCLES: Any = {"per": "step", "cycles_momentum": True, "sets_lr": True, "changes_first_step": True}

_USUAL: Mapping[str, Arg] = {
    "base_momentum": Arg(Probability, ..., "Smallest momentum, at the highest learning rate."),
    "cycle_momentum": Arg(Bool, ..., "Move the momentum, or beta1, against the learning rate."),
    "eta_min": Arg(NonNegativeFloat, ..., "Smallest learning rate."),
    "gamma": Arg(PositiveFloat, ..., "Factor by which the learning rate is multiplied."),
    "max_momentum": Arg(
        Probability, ..., "Largest momentum, at the lowest learning rate.", usual=_FADES
    ),
    "schedulers": Arg(
        list_of(Scheduler, minimum=2),
        ...,
        "Schedulers, in order; where `per` is left out, all step as these do.",
    ),
    "total_iters": Arg(PositiveInt, ..., "Scheduler steps until the end of the change."),
}

_ROWS = [
    row(
        "StepLR",
        "Multiplies the learning rate by gamma every step_size epochs.",
        Milestone("step_size", f"first {_CHANGES}", before_last=True),
    ).takes(
        step_size=Arg(PositiveInt, ..., "Epochs between two changes."),
        gamma=Arg(PositiveFloat, 0.1, usual=_LOWERS),
    ),
    row(
        "MultiStepLR",
        "Multiplies the learning rate by gamma at each milestone.",
        Milestone("milestones", _CHANGES, before_last=True),
    ).takes(
        milestones=Arg(list_of(NonNegativeInt, minimum=1), ..., "Epochs at which it changes."),
        gamma=Arg(PositiveFloat, 0.1, usual=_LOWERS),
    ),
    row("ExponentialLR", "Multiplies the learning rate by gamma every epoch.").takes(
        # Above 1 it looks for the largest learning rate that works, in small steps.
        gamma=Arg(
            PositiveFloat,
            usual=Usual(
                lambda factor: factor < 2 and factor != 1,
                "doubles the learning rate each time, or keeps it",
                "a gamma below 1: 0.9 is usual",
            ),
        )
    ),
    row(
        "ConstantLR",
        "A smaller learning rate at first, then the optimizer's.",
        Milestone("total_iters", _ENDS),
        changes_first_step=True,
    ).takes(
        # PyTorch divides by it at the end.
        factor=Arg(
            _Factor,
            1 / 3,
            "Factor of the learning rate until then.",
            usual=Usual(
                lambda factor: factor < 1, "changes nothing", "a factor below 1, or no scheduler"
            ),
        ),
        total_iters=5,
    ),
    row(
        "LinearLR",
        "From one factor of the learning rate to another, in a straight line.",
        Milestone("total_iters", _ENDS),
        changes_first_step=True,
    ).takes(
        start_factor=Arg(_Factor, 1 / 3, "Factor at the start."),
        end_factor=Arg(Probability, 1.0, "Factor at the end, and from then on."),
        total_iters=5,
    ),
    row(
        "PolynomialLR",
        "Down to zero along a power of what is left.",
        Milestone("total_iters", _ENDS, too_early="is at 0 after {}"),
    ).takes(total_iters=5, power=Arg(PositiveFloat, 1.0, "The power; 1 is a straight line.")),
    row(
        "CosineAnnealingLR",
        "Down to eta_min along half a cosine.",
        Milestone(
            "T_max", _LOWEST, too_early="is at its lowest learning rate after {} and rises again"
        ),
        lowest="eta_min",
    ).takes(
        T_max=Arg(
            PositiveInt,
            ...,
            "Scheduler steps to the bottom; without it the training's length.",
            inferred="length",
        ),
        eta_min=0.0,
    ),
    row(
        "CosineAnnealingWarmRestarts",
        "Down along half a cosine, again and again.",
        Milestone("T_0", _LOWEST),
        lowest="eta_min",
    ).takes(
        T_0=Arg(PositiveInt, ..., "Scheduler steps until the first restart."),
        T_mult=Arg(PositiveInt, 1, "Factor by which each round is longer than the last."),
        eta_min=0.0,
    ),
    row(
        "OneCycleLR",
        "Up to max_lr and down to almost nothing, over the whole training.",
        Milestone("total_steps", _LOWEST),
        rule=not_above("base_momentum", "max_momentum"),
        **_CYCLES,
    ).takes(
        max_lr=Arg(PositiveFloat, ..., "Highest learning rate."),
        total_steps=Arg(
            optional(PositiveInt),
            None,
            "Scheduler steps in all; without it the training's length.",
            inferred="length",
        ),
        pct_start=Arg(Probability, 0.3, "Share of the steps in which the learning rate rises."),
        anneal_strategy=Arg(choice("cos", "linear"), "cos", "Shape of the rise and the fall."),
        cycle_momentum=True,
        base_momentum=0.85,
        max_momentum=0.95,
        div_factor=Arg(
            PositiveFloat,
            25.0,
            "max_lr over the learning rate at the start.",
            usual=Usual(
                lambda factor: factor >= 1, "begins above max_lr", "a div_factor of 1 or more"
            ),
        ),
        final_div_factor=Arg(
            PositiveFloat,
            1e4,
            "Learning rate at the start over that at the end.",
            usual=Usual(
                lambda factor: factor >= 1,
                "ends above the learning rate of the start",
                "a final_div_factor of 1 or more",
            ),
        ),
        three_phase=Arg(Bool, False, "Down to the start first, and then to the end."),
    ),
    row(
        "CyclicLR",
        "Up from base_lr to max_lr and down again, in a straight line, again and again.",
        Milestone("step_size_up", "comes to max_lr after {}"),
        rule=not_above("base_lr", "max_lr"),
        **_CYCLES,
    ).takes(
        base_lr=Arg(NonNegativeFloat, ..., "Lowest learning rate."),
        max_lr=Arg(PositiveFloat, ..., "Highest learning rate."),
        step_size_up=Arg(PositiveInt, 2000, "Scheduler steps in which the learning rate rises."),
        step_size_down=Arg(
            optional(PositiveInt),
            None,
            "Scheduler steps in which it falls; null: as many as step_size_up.",
        ),
        mode=Arg(
            choice("triangular", "triangular2", "exp_range"),
            "triangular",
            "Equal cycles, cycles that halve, or cycles that shrink by gamma.",
        ),
        gamma=Arg(PositiveFloat, 1.0, "Factor of each step in exp_range."),
        cycle_momentum=True,
        base_momentum=0.8,
        max_momentum=0.9,
    ),
    row(
        "ReduceLROnPlateau",
        "Multiplies the learning rate by factor when `monitor` has stopped getting better.",
        # The first epoch's value is the best so far.
        Milestone("patience", f"{_CHANGES} at the earliest", plus=2, before_last=True),
        watches=True,
        changes_first_step=True,
        lowest="min_lr",
    ).takes(
        mode=Arg(
            choice("min", "max"),
            "min",
            "Whether smaller or larger is better; without it as the monitor has it.",
            inferred="monitor",
        ),
        factor=Arg(number(gt=0, lt=1), 0.1, "Factor by which the learning rate is multiplied."),
        patience=Arg(NonNegativeInt, 10, "Epochs without a better value that are allowed."),
        threshold=Arg(
            NonNegativeFloat,
            1e-4,
            "How much better counts as better.",
            usual=Usual(
                lambda share: share < 1, "takes no value for better", "a threshold below 1"
            ),
        ),
        threshold_mode=Arg(
            choice("rel", "abs"), "rel", "threshold is a share of the best value, or a number."
        ),
        cooldown=Arg(NonNegativeInt, 0, "Epochs after a change in which nothing is counted."),
        min_lr=Arg(NonNegativeFloat, 0, "Smallest learning rate."),
        eps=Arg(NonNegativeFloat, 1e-8, "Changes smaller than this are not made."),
    ),
    row(
        "SequentialLR",
        "One scheduler after another, as for a warm-up; each ends at the next milestone.",
        Milestone("milestones", "takes the next scheduler after {}", before_last=True),
        rule=one_milestone_between_two,
        per=None,
        changes_first_step=True,
    ).takes(
        schedulers=...,
        milestones=Arg(
            list_of(PositiveInt, minimum=1),
            ...,
            "Scheduler steps at which the next one takes over.",
        ),
    ),
    row(
        "ChainedScheduler",
        "Several schedulers at once: each changes what the one above it gives.",
        rule=none_is_watching,
        per=None,
        changes_first_step=True,
    ).takes(schedulers=...),
]

TABLE = table(
    "scheduler",
    map(_with_length, _ROWS),
    usual=_USUAL,
    left_out={
        "LRScheduler": "the base class of schedulers",
        "LambdaLR": "takes a function, and a pipeline holds no code",
        "MultiplicativeLR": "takes a function, and a pipeline holds no code",
    },
    source=("torch.optim.lr_scheduler",),
    arguments_left_out=lambda: {
        "optimizer": "given by the training",
        "last_epoch": "a resumed training sets it itself",
        "OneCycleLR.epochs": "total_steps says it, or the training's length",
        "OneCycleLR.steps_per_epoch": "total_steps says it, or the training's length",
        "CyclicLR.scale_fn": "a function, and a pipeline holds no code",
        "CyclicLR.scale_mode": "goes with scale_fn",
    },
    keys=lambda _: SchedulerKeys,
)
