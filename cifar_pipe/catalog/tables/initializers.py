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


def row(
    name: str, summary: str, dimensions: tuple[int, int] | None = None, rule: Rule | None = None
) -> Entry:
    facts, address = InitializerFacts(dimensions=dimensions), f"torch.nn.init:{name}"
    return Entry("initializer", name, summary, address, {}, _PAGE + name, facts, rule)


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

_ROWS = [
    row("uniform_", "Uniform between a and b.", rule=not_above("a", "b")).takes(
        a=Arg(Float, 0.0, "Lower bound."), b=Arg(Float, 1.0, "Upper bound.")
    ),
    row("normal_", "Normal.").takes(mean=_MEAN, std=_STD),
    row("trunc_normal_", "Normal, drawn again outside of a and b.", rule=not_above("a", "b")).takes(
        mean=_MEAN,
        std=Arg(PositiveFloat, 1.0, "Standard deviation before the cut."),
        a=Arg(Float, -2.0, "Lower bound."),
        b=Arg(Float, 2.0, "Upper bound."),
    ),
    row("constant_", "One value.").takes(val=Arg(Float, ..., "The value.")),
    row("ones_", "Ones."),
    row("zeros_", "Zeros."),
    row("eye_", "The identity matrix.", (2, 2)),
    row("dirac_", "The identity of a convolution.", (3, 5)).takes(
        groups=Arg(PositiveInt, 1, "Groups of channels, each with its own identity.")
    ),
    row("xavier_uniform_", "Glorot and Bengio (2010), uniform.", (2, _ANY)).takes(gain=_GAIN),
    row("xavier_normal_", "Glorot and Bengio (2010), normal.", (2, _ANY)).takes(gain=_GAIN),
    row("kaiming_uniform_", "He et al. (2015), uniform, for ReLUs.", (2, _ANY)).takes(**_KAIMING),
    row("kaiming_normal_", "He et al. (2015), normal, for ReLUs.", (2, _ANY)).takes(**_KAIMING),
    row("orthogonal_", "A (semi-)orthogonal matrix.", (2, _ANY)).takes(gain=_GAIN),
    row("sparse_", "Normal, with a share of zeros in each column.", (2, 2)).takes(
        sparsity=Arg(Probability, ..., "Share of each column that is zero."),
        std=Arg(NonNegativeFloat, 0.01, "Standard deviation of the rest."),
    ),
]

TABLE = table(
    "initializer",
    _ROWS,
    source=("torch.nn.init",),
    arguments_left_out=lambda: {
        "tensor": "the layer's own parameter",
        "generator": "everything is drawn from the pipeline's seed",
    },
)
