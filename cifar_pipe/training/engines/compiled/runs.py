"""Numbers that lie one after the other.

Slices that begin at their first number: numba then knows that no index is negative, and uses vectors.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS

_0 = np.float32(0)


@njit(**OPTIONS)
def clear(x):
    for q in range(len(x)):
        x[q] = _0


@njit(**OPTIONS)
def set_to(x, y):
    for q in range(len(x)):
        x[q] = y[q]


@njit(**OPTIONS)
def add_to(x, y):
    for q in range(len(x)):
        x[q] += y[q]
