"""Which learning rate to try after one that was too large or too small."""

from __future__ import annotations

from cifar_pipe.catalog.core.component import Component

USUAL = 0.001
"""The default of SGD and Adam in PyTorch."""
# A tenth of a rate that is beyond this many of the usual ones is too large again, as a rule.
_FAR = 10
LARGE = 0.1
"""From here on a rate is larger than the usual ones, with any optimizer that networks are trained by."""


def usual(optimizer: Component) -> float:
    """The optimizer's own default."""
    arg = optimizer.entry.args.get("lr")
    is_number = arg is not None and isinstance(arg.default, int | float) and arg.default > 0
    return float(arg.default) if arg is not None and is_number else USUAL


def smaller(rate: float, usual: float = USUAL) -> float:
    """A tenth of `rate`, or where that is far above the usual one, the usual one."""
    return rate / 10 if rate <= 10 * _FAR * usual else usual


def larger(rate: float, usual: float = USUAL) -> float:
    """Ten times `rate` and no more than 0.1, or where that is far below the usual one, the usual one."""
    return min(rate * 10, LARGE) if rate * 10 * _FAR >= usual else usual
