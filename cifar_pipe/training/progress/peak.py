"""Which share of what its GPU can do a training has reached: https://arxiv.org/abs/2204.02311, appendix B.

Of the peak that NVIDIA's data sheets give for matrix products, without sparsity.
"""

from __future__ import annotations

from dataclasses import dataclass

from cifar_pipe.context import Context
from cifar_pipe.model.network import Network
from cifar_pipe.runtime import Precision
from cifar_pipe.training.device_memory import device_name

_HALVES = {"bfloat16", "float16", "bfloat16-true", "float16-true"}


@dataclass(frozen=True, slots=True)
class _Peak:
    """In 10^12 operations a second, of GPUs whose names have all of `words`: with bfloat16 and float16, and with tf32.
    Those without tf32 have no bfloat16 either.
    """

    words: tuple[str, ...]
    half: float
    tf32: float | None


# The first row that fits: what is special stands above what is not.
_PEAKS = (
    _Peak(("H200", "NVL"), 835.5, 417.5),
    _Peak(("H200",), 989.5, 494.5),
    _Peak(("H100", "PCIe"), 756.0, 378.0),
    _Peak(("H100", "HBM3"), 989.5, 494.5),
    _Peak(("A100",), 312.0, 156.0),
    _Peak(("L40S",), 362.0, 183.0),
    _Peak(("L40",), 181.0, 90.5),
    _Peak(("L4",), 121.0, 60.0),
    _Peak(("A30",), 165.0, 82.0),
    _Peak(("A10",), 125.0, 62.5),
    _Peak(("RTX", "4090"), 165.2, 82.6),
    _Peak(("RTX", "3090"), 71.0, 35.6),
    _Peak(("T4",), 65.0, None),
    _Peak(("V100", "SXM2"), 125.0, None),
    _Peak(("V100", "PCIE"), 112.0, None),
)
# In the names of others, or of a part of one.
_OTHERS = {"MIG", "Ti", "D", "Laptop"}


def peak(name: str, precision: Precision) -> float | None:
    """Operations a second; None where the GPU is not known, or the format is not that of all products."""
    words = set(name.replace("-", " ").split())
    found = next((one for one in _PEAKS if words.issuperset(one.words)), None)
    if found is None or words & _OTHERS:
        return None
    if precision in _HALVES:
        has_it = found.tf32 is not None or precision.startswith("float16")
        return 1e12 * found.half if has_it else None
    return 1e12 * found.tf32 if precision == "tf32" and found.tf32 is not None else None


def share_of_peak(network: Network, images_per_second: float, context: Context) -> float | None:
    """From 0 to 1: a multiplication and an addition are two operations, and the backward pass takes twice as many as
    the forward pass. None where the peak is not known, or a part of the network is not trained.
    """
    most = peak(device_name(context.device), context.precision)
    if most is None or not all(one.requires_grad for one in network.parameters()):
        return None
    multiply_adds = sum(row.multiply_adds for row in network.rows)
    return 3 * 2 * multiply_adds * images_per_second / most
