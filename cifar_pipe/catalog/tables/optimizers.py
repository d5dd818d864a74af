"""The optimizers: all of torch.optim that suit dense gradients."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from cifar_pipe.catalog.core.argument_rules import (
    Rule,
    etas_around_one,
    nesterov_needs_momentum,
    second_eps_is_a_number,
)
from cifar_pipe.catalog.core.entry import Arg, Entry, table
from cifar_pipe.catalog.core.facts import OptimizerFacts
from cifar_pipe.catalog.core.parameter_groups import optimizer_keys
from cifar_pipe.catalog.core.types import (
    Float,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    Words,
    choice,
    list_of,
    optional,
    range_of,
)
from cifar_pipe.catalog.tables.arguments import OPTIMIZER, with_usual

_Decay = Annotated[float, Field(strict=True, ge=0, lt=1, allow_inf_nan=False)]
_AtLeastOne = Annotated[float, Field(strict=True, ge=1, allow_inf_nan=False)]
_AtMostZero = Annotated[float, Field(strict=True, le=0, allow_inf_nan=False)]
_Steps = Annotated[int, Field(strict=True, gt=0, lt=100)]
_AdafactorEps: Any = Annotated[
    list[optional(PositiveFloat)],  # type: ignore[misc]
    Field(strict=True, min_length=2, max_length=2),
    Words("a list of 2 numbers above 0, the first or null"),
]

_DEFAULT = OptimizerFacts()


def _optimizer(
    name: str,
    summary: str,
    facts: OptimizerFacts = _DEFAULT,
    /,
    *,
    rule: Rule | None = None,
    **args: Any,
) -> Entry:
    has_momentum = bool(args.keys() & {"momentum", "betas"})
    return Entry(
        "optimizer",
        name,
        summary,
        f"torch.optim:{name}",
        with_usual(args, OPTIMIZER),
        f"https://docs.pytorch.org/docs/stable/generated/torch.optim.{name}.html",
        replace(facts, has_momentum=has_momentum),
        rule,
    )


TABLE = table(
    "optimizer",
    [
        _optimizer(
            "SGD",
            "Stochastic gradient descent, with momentum if wanted.",
            rule=nesterov_needs_momentum,
            lr=1e-3,
            momentum=0,
            dampening=Arg(Float, 0, "Share of the gradient kept out of the momentum."),
            weight_decay=0,
            nesterov=False,
            maximize=False,
        ),
        _optimizer(
            "Adam",
            "Scales each weight's step by running means of its gradient and square.",
            lr=1e-3,
            betas=[0.9, 0.999],
            eps=1e-8,
            weight_decay=0,
            amsgrad=False,
            maximize=False,
            decoupled_weight_decay=False,
        ),
        _optimizer(
            "AdamW",
            "Adam with decoupled weight decay.",
            lr=1e-3,
            betas=[0.9, 0.999],
            eps=1e-8,
            weight_decay=1e-2,
            amsgrad=False,
            maximize=False,
        ),
        _optimizer(
            "NAdam",
            "Adam with Nesterov's momentum.",
            lr=2e-3,
            betas=[0.9, 0.999],
            eps=1e-8,
            weight_decay=0,
            momentum_decay=Arg(NonNegativeFloat, 4e-3, "How fast the momentum grows to its full."),
            decoupled_weight_decay=False,
            maximize=False,
        ),
        _optimizer(
            "RAdam",
            "Adam whose first steps are rectified and need no warm-up.",
            lr=1e-3,
            betas=[0.9, 0.999],
            eps=1e-8,
            weight_decay=0,
            decoupled_weight_decay=False,
            maximize=False,
        ),
        _optimizer(
            "Adamax",
            "Adam with the largest gradient instead of the mean square.",
            lr=2e-3,
            betas=[0.9, 0.999],
            eps=1e-8,
            weight_decay=0,
            maximize=False,
        ),
        _optimizer(
            "RMSprop",
            "Divides by a running root mean square of the gradient.",
            lr=1e-2,
            # From 1 on the mean square turns negative, which PyTorch lets pass.
            alpha=Arg(_Decay, 0.99, "Decay rate of the mean square."),
            eps=1e-8,
            weight_decay=0,
            momentum=0,
            centered=False,
            maximize=False,
        ),
        _optimizer(
            "Adagrad",
            "Divides by the root of all squared gradients so far.",
            lr=1e-2,
            lr_decay=0,
            weight_decay=0,
            initial_accumulator_value=Arg(NonNegativeFloat, 0, "Where the sum of squares begins."),
            eps=1e-10,
            maximize=False,
        ),
        _optimizer(
            "Adadelta",
            "Adagrad with running means, which sets its own scale.",
            lr=1.0,
            # With 1 nothing new comes in, which PyTorch lets pass.
            rho=Arg(_Decay, 0.9, "Decay rate of the mean squares."),
            eps=1e-6,
            weight_decay=0,
            maximize=False,
        ),
        _optimizer(
            "Adafactor",
            "Adam with little memory: rows and columns instead of the second moments.",
            rule=second_eps_is_a_number,
            lr=1e-2,
            beta2_decay=Arg(_AtMostZero, -0.8, "Exponent of the decay of the second moments."),
            eps=Arg(
                _AdafactorEps,
                [None, 1e-3],
                "Least second moment (null: the number type's epsilon) and least weight scale.",
            ),
            d=Arg(_AtLeastOne, 1.0, "Largest update, as a root mean square."),
            weight_decay=0.0,
            maximize=False,
        ),
        _optimizer(
            "ASGD",
            "Stochastic gradient descent that averages the weights.",
            lr=1e-2,
            lambd=Arg(Float, 1e-4, "Decay of the weights and of the learning rate."),
            alpha=Arg(Float, 0.75, "Exponent of the learning rate's decay."),
            t0=Arg(Float, 1e6, "Step from which on the weights are averaged."),
            weight_decay=0,
            maximize=False,
        ),
        _optimizer(
            "Rprop",
            "Steps by the gradient's sign; for full batches.",
            rule=etas_around_one,
            lr=1e-2,
            etas=Arg(
                list_of(PositiveFloat, 2),
                [0.5, 1.2],
                "Factors of the step where the sign changes and where it stays.",
            ),
            step_sizes=Arg(range_of(PositiveFloat), [1e-6, 50], "Smallest and largest step."),
            maximize=False,
        ),
        _optimizer(
            "LBFGS",
            "Quasi-Newton steps from past gradients; computes the loss several times per step.",
            OptimizerFacts(needs_closure=True, takes_groups=False),
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
        _optimizer(
            "Muon",
            "Momentum made orthogonal; takes weight matrices only.",
            OptimizerFacts(matrices_only=True),
            lr=1e-3,
            weight_decay=Arg(NonNegativeFloat, 0.1, "Strength of the decoupled weight decay."),
            momentum=0.95,
            nesterov=True,
            ns_coefficients=Arg(
                list_of(Float, 3), [3.4445, -4.775, 2.0315], "Of the Newton-Schulz iteration."
            ),
            eps=1e-7,
            ns_steps=Arg(_Steps, 5, "Newton-Schulz iterations of one step."),
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
            with_usual({"lr": 0.01}, OPTIMIZER),
            facts=_DEFAULT,
        ),
    ],
    left_out={
        "Optimizer": "the base class of optimizers",
        "SparseAdam": "takes sparse gradients only; here they are dense",
    },
    source=("torch.optim",),
    arguments_left_out={
        "params": "the network's parameters, given by the training",
        "foreach": "how steps are computed is the training's choice; it changes speed only",
        "fused": "how steps are computed is the training's choice; it changes speed only",
        "capturable": "for CUDA graphs, which the training sets up itself",
        "differentiable": "nothing here differentiates through a step",
    },
    keys=optimizer_keys,
)
