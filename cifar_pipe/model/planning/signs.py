"""Layers that take no negative values, and layers that give some."""

from __future__ import annotations

from collections.abc import Mapping

from cifar_pipe.model.planning.planned import Planned
from cifar_pipe.model.planning.problems import layer_error

# What gives values of both signs, however it is trained.
_BOTH_SIGNS = ("Conv", "BatchNorm", "InstanceNorm", "GroupNorm", "LayerNorm", "RMSNorm", "Linear")
_BENT = {"Tanh", "LeakyReLU", "ELU", "SELU", "GELU", "SiLU", "Mish", "Hardswish", "Hardtanh"}
# What gives its input's signs on.
_KEEPS = ("MaxPool", "AvgPool", "Adaptive", "Dropout", "Identity", "Upsample", "ZeroPad")


def check_signs(planned: Planned, above: Mapping[str, Planned]) -> Planned:
    """The layer; raises ProblemError for a norm of values that have no such power.

    LPPool raises to a power first: (-1)^1.5 is no number, and neither is the third root of what
    PyTorch makes of a negative sum.
    """
    layer = planned.layer
    if not layer.name.startswith("LPPool"):
        return planned
    exponent = layer.get("norm_type")
    source = above.get(planned.inputs[0])
    while source is not None and source.layer.name.startswith(_KEEPS):
        source = above.get(source.inputs[0])
    if exponent == 1 or exponent % 2 == 0 or source is None:
        return planned
    if source.layer.name in _BENT or source.layer.name.startswith(_BOTH_SIGNS):
        raise layer_error(
            f"{layer.name} with norm_type {exponent:g} makes NaN of negative values, which "
            f"{source.layer.name} gives",
            "norm_type",
            help="an even norm_type, as 2, or ReLU above it",
            code="value",
        )
    return planned
