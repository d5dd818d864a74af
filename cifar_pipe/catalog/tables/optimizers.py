"""The optimizers: all of torch.optim that suit dense gradients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from cifar_pipe.catalog.core.argument_rules import (
    etas_around_one,
    nesterov_needs_momentum,
    second_eps_is_a_number,
)
from cifar_pipe.catalog.core.component_keys import optimizer_keys
from cifar_pipe.catalog.core.entry import Arg, Entry, Usual, pytorch, table
from cifar_pipe.catalog.core.facts import OptimizerFacts, optimizer_facts
from cifar_pipe.catalog.core.types import (
    Bool,
    Float,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    Words,
    choice,
    list_of,
    number,
    optional,
    range_of,
    whole,
)

_AdafactorEps: Any = Annotated[
    list[optional(PositiveFloat)],  # type: ignore[misc]
    Field(strict=True, min_length=2, max_length=2),
    Words("a list of 2 numbers above 0, the first or null"),
]
row = partial(pytorch, "optimizer", "torch.optim", facts=OptimizerFacts())


def _with_momentum(entry: Entry) -> Entry:
    has_momentum = bool(entry.args.keys() & {"momentum", "betas"})
    return replace(entry, facts=replace(optimizer_facts(entry), has_momentum=has_momentum))


_FADES = Usual(
    lambda share: share < 1, "adds its updates up without end", "a momentum below 1: 0.9 is usual"
)
_MODERATE = Usual(
    lambda rate: rate <= 10,
    "changes each weight by more than ten times its gradient",
    "a smaller lr: 0.1 to 0.001 are usual",
)
# Their step has about the size of lr, whatever the gradient's is.
_STEP = Arg(
    NonNegativeFloat,
    ...,
    "Learning rate: the step's size.",
    usual=Usual(
        lambda rate: rate < 1,
        "moves each weight by about that in every step",
        "a smaller lr: 0.01 to 0.0001 are usual",
    ),
)

_USUAL: Mapping[str, Arg] = {
    "amsgrad": Arg(Bool, ..., "Divide by the largest second moment so far (the AMSGrad variant)."),
    "betas": Arg(
        list_of(number(ge=0, lt=1), 2),
        ...,
        "Decay rates of the running means of the gradient and of its square.",
        usual=Usual(
            lambda betas: betas[0] <= betas[1],
            "forgets the gradient's square before the gradient",
            "the smaller number first: [0.9, 0.999] are usual",
        ),
    ),
    "centered": Arg(Bool, ..., "Normalise by an estimate of the gradient's variance."),
    "decoupled_weight_decay": Arg(
        Bool, ..., "Decay the weights themselves and not through the gradient."
    ),
    # Above 0, where PyTorch takes 0 too: a gradient of 0 would be divided by 0.
    "eps": Arg(PositiveFloat, ..., "Added to the denominator, so that nothing is divided by zero."),
    "lr": Arg(NonNegativeFloat, ..., "Learning rate: the step's size.", usual=_MODERATE),
    "lr_decay": Arg(NonNegativeFloat, ..., "Decay of the learning rate with each step."),
    "maximize": Arg(
        Bool,
        ...,
        "Go up the gradient and not down.",
        usual=Usual(lambda up: not up, "makes the loss as large as it can", "leave maximize out"),
    ),
    "momentum": Arg(
        NonNegativeFloat, ..., "Share of the last update in the next; 0 is none.", usual=_FADES
    ),
    "nesterov": Arg(Bool, ..., "Nesterov's momentum, which looks ahead."),
    "weight_decay": Arg(
        NonNegativeFloat,
        ...,
        "Strength of the pull of all weights towards zero (L2).",
        usual=Usual(
            lambda strength: strength <= 1,
            "pulls the weights to zero faster than they learn",
            "a smaller weight_decay: 1e-5 to 0.1 are usual",
        ),
    ),
}

_ADAM: Mapping[str, Any] = {"betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0}

_ROWS = [
    row(
        "SGD", "Stochastic gradient descent, with momentum if wanted.", rule=nesterov_needs_momentum
    ).takes(
        lr=1e-3,
        momentum=0,
        dampening=Arg(
            Float,
            0,
            "Share of the gradient kept out of the momentum.",
            usual=Usual(
                lambda share: 0 <= share < 1,
                "keeps all of the gradient out of the momentum, or more than all",
                "a dampening from 0 to below 1: 0 is usual",
            ),
        ),
        weight_decay=0,
        nesterov=False,
        maximize=False,
    ),
    row("Adam", "Scales each weight's step by running means of its gradient and square.").takes(
        lr=replace(_STEP, default=1e-3),
        **_ADAM,
        amsgrad=False,
        maximize=False,
        decoupled_weight_decay=False,
    ),
    row("AdamW", "Adam with decoupled weight decay.").takes(
        lr=replace(_STEP, default=1e-3),
        betas=[0.9, 0.999],
        eps=1e-8,
        weight_decay=1e-2,
        amsgrad=False,
        maximize=False,
    ),
    row("NAdam", "Adam with Nesterov's momentum.").takes(
        lr=replace(_STEP, default=2e-3),
        **_ADAM,
        momentum_decay=Arg(NonNegativeFloat, 4e-3, "How fast the momentum grows to its full."),
        decoupled_weight_decay=False,
        maximize=False,
    ),
    row("RAdam", "Adam whose first steps are rectified and need no warm-up.").takes(
        lr=replace(_STEP, default=1e-3), **_ADAM, decoupled_weight_decay=False, maximize=False
    ),
    row("Adamax", "Adam with the largest gradient instead of the mean square.").takes(
        lr=replace(_STEP, default=2e-3), **_ADAM, maximize=False
    ),
    row("RMSprop", "Divides by a running root mean square of the gradient.").takes(
        lr=replace(_STEP, default=1e-2),
        # From 1 on the mean square turns negative, which PyTorch lets pass.
        alpha=Arg(number(ge=0, lt=1), 0.99, "Decay rate of the mean square."),
        eps=1e-8,
        weight_decay=0,
        momentum=0,
        centered=False,
        maximize=False,
    ),
    row("Adagrad", "Divides by the root of all squared gradients so far.").takes(
        lr=1e-2,
        lr_decay=0,
        weight_decay=0,
        initial_accumulator_value=Arg(NonNegativeFloat, 0, "Where the sum of squares begins."),
        eps=1e-10,
        maximize=False,
    ),
    row("Adadelta", "Adagrad with running means, which sets its own scale.").takes(
        lr=1.0,
        # With 1 nothing new comes in, which PyTorch lets pass.
        rho=Arg(number(ge=0, lt=1), 0.9, "Decay rate of the mean squares."),
        eps=1e-6,
        weight_decay=0,
        maximize=False,
    ),
    row(
        "Adafactor",
        "Adam with little memory: rows and columns instead of the second moments.",
        rule=second_eps_is_a_number,
    ).takes(
        lr=1e-2,
        beta2_decay=Arg(number(le=0), -0.8, "Exponent of the decay of the second moments."),
        eps=Arg(
            _AdafactorEps,
            [None, 1e-3],
            "Least second moment (null: the number type's epsilon) and least weight scale.",
        ),
        d=Arg(number(ge=1), 1.0, "Largest update, as a root mean square."),
        weight_decay=0.0,
        maximize=False,
    ),
    row("ASGD", "Stochastic gradient descent that averages the weights.").takes(
        lr=1e-2,
        lambd=Arg(Float, 1e-4, "Decay of the weights and of the learning rate."),
        alpha=Arg(Float, 0.75, "Exponent of the learning rate's decay."),
        t0=Arg(Float, 1e6, "Step from which on the weights are averaged."),
        weight_decay=0,
        maximize=False,
    ),
    row("Rprop", "Steps by the gradient's sign; for full batches.", rule=etas_around_one).takes(
        lr=1e-2,
        etas=Arg(
            list_of(PositiveFloat, 2),
            [0.5, 1.2],
            "Factors of the step where the sign changes and where it stays.",
        ),
        step_sizes=Arg(range_of(PositiveFloat), [1e-6, 50], "Smallest and largest step."),
        maximize=False,
    ),
    row(
        "LBFGS",
        "Quasi-Newton steps from past gradients; computes the loss several times per step.",
        facts=OptimizerFacts(needs_closure=True, takes_groups=False),
    ).takes(
        lr=1,
        max_iter=Arg(PositiveInt, 20, "Most iterations of one step."),
        max_eval=Arg(
            optional(PositiveInt), None, "Most evaluations of one step; null: 1.25 max_iter."
        ),
        tolerance_grad=Arg(NonNegativeFloat, 1e-7, "Stop below this gradient."),
        tolerance_change=Arg(NonNegativeFloat, 1e-9, "Stop below this change."),
        history_size=Arg(PositiveInt, 100, "Past gradients that are kept."),
        line_search_fn=Arg(
            optional(choice("strong_wolfe")), None, "How a step's length is found; null: lr."
        ),
        maximize=False,
    ),
    row(
        "Muon",
        "Momentum made orthogonal; takes weight matrices only.",
        facts=OptimizerFacts(matrices_only=True),
    ).takes(
        lr=1e-3,
        weight_decay=Arg(NonNegativeFloat, 0.1, "Strength of the decoupled weight decay."),
        momentum=0.95,
        nesterov=True,
        ns_coefficients=Arg(
            list_of(Float, 3), [3.4445, -4.775, 2.0315], "Of the Newton-Schulz iteration."
        ),
        eps=1e-7,
        ns_steps=Arg(whole(gt=0, lt=100), 5, "Newton-Schulz iterations of one step."),
        adjust_lr_fn=Arg(
            optional(choice("original", "match_rms_adamw")),
            None,
            "How lr follows a matrix's shape; null: original.",
        ),
    ),
    Entry(
        "optimizer",
        "GradientDescent",
        "weight = weight - lr * gradient, the update that the tutorial writes by hand.",
        "cifar_pipe.training.optimization.gradient_descent:GradientDescent",
        facts=OptimizerFacts(),
    ).takes(lr=0.01),
]

TABLE = table(
    "optimizer",
    map(_with_momentum, _ROWS),
    usual=_USUAL,
    left_out={
        "Optimizer": "the base class of optimizers",
        "SparseAdam": "takes sparse gradients only; here they are dense",
    },
    source=("torch.optim",),
    arguments_left_out=lambda: {
        "params": "the network's parameters, given by the training",
        "foreach": "how steps are computed is the training's choice; it changes speed only",
        "fused": "how steps are computed is the training's choice; it changes speed only",
        "capturable": "for CUDA graphs, which the training sets up itself",
        "differentiable": "nothing here differentiates through a step",
    },
    keys=optimizer_keys,
)
