"""How parameters begin: torch.nn.init's functions, for a layer's `initialize`."""

from __future__ import annotations

from typing import Any

from cifar_pipe.catalog.core.argument_rules import Rule, not_above
from cifar_pipe.catalog.core.entry import Arg, Entry, table
from cifar_pipe.catalog.core.facts import InitializerFacts
from cifar_pipe.catalog.core.types import (
    Float,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    Probability,
    choice,
)

_PAGE = "https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init."
_ANY = 99


def _initializer(
    name: str,
    summary: str,
    /,
    dimensions: tuple[int, int] | None = None,
    rule: Rule | None = None,
    **args: Arg,
) -> Entry:
    address = f"torch.nn.init:{name}"
    facts = InitializerFacts(dimensions=dimensions)
    return Entry("initializer", name, summary, address, args, _PAGE + name, facts, rule)


_NONLINEARITY = choice(
    "linear",
    *(f"conv{t}{d}d" for t in ("", "_transpose") for d in (1, 2, 3)),
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "selu",
)
_GAIN = Arg(Float, 1.0, "Factor on the standard deviation.")
_KAIMING: Any = {
    "a": Arg(Float, 0.0, "Negative slope of the leaky_relu that follows."),
    "mode": Arg(
        choice("fan_in", "fan_out"),
        "fan_in",
        "Keep the variance in the forward pass, or in the backward pass.",
    ),
    "nonlinearity": Arg(_NONLINEARITY, "leaky_relu", "What follows the layer."),
}
_MEAN = Arg(Float, 0.0, "Mean.")
_STD = Arg(NonNegativeFloat, 1.0, "Standard deviation.")

TABLE = table(
    "initializer",
    [
        _initializer(
            "uniform_",
            "Uniform between a and b.",
            rule=not_above("a", "b"),
            a=Arg(Float, 0.0, "Lower bound."),
            b=Arg(Float, 1.0, "Upper bound."),
        ),
        _initializer("normal_", "Normal.", mean=_MEAN, std=_STD),
        _initializer(
            "trunc_normal_",
            "Normal, drawn again outside of a and b.",
            rule=not_above("a", "b"),
            mean=_MEAN,
            std=Arg(PositiveFloat, 1.0, "Standard deviation before the cut."),
            a=Arg(Float, -2.0, "Lower bound."),
            b=Arg(Float, 2.0, "Upper bound."),
        ),
        _initializer("constant_", "One value.", val=Arg(Float, description="The value.")),
        _initializer("ones_", "Ones."),
        _initializer("zeros_", "Zeros."),
        _initializer("eye_", "The identity matrix.", (2, 2)),
        _initializer(
            "dirac_",
            "The identity of a convolution.",
            (3, 5),
            groups=Arg(PositiveInt, 1, "Groups of channels, each with its own identity."),
        ),
        _initializer(
            "xavier_uniform_", "Glorot and Bengio (2010), uniform.", (2, _ANY), gain=_GAIN
        ),
        _initializer("xavier_normal_", "Glorot and Bengio (2010), normal.", (2, _ANY), gain=_GAIN),
        _initializer(
            "kaiming_uniform_", "He et al. (2015), uniform, for ReLUs.", (2, _ANY), **_KAIMING
        ),
        _initializer(
            "kaiming_normal_", "He et al. (2015), normal, for ReLUs.", (2, _ANY), **_KAIMING
        ),
        _initializer("orthogonal_", "A (semi-)orthogonal matrix.", (2, _ANY), gain=_GAIN),
        _initializer(
            "sparse_",
            "Normal, with a share of zeros in each column.",
            (2, 2),
            sparsity=Arg(Probability, description="Share of each column that is zero."),
            std=Arg(NonNegativeFloat, 0.01, "Standard deviation of the rest."),
        ),
    ],
    source=("torch.nn.init",),
    arguments_left_out={
        "tensor": "the layer's own parameter",
        "generator": "everything is drawn from the pipeline's seed",
    },
)
