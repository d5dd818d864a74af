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


@njit(**OPTIONS)
def set_each(x, x_step, y, y_step, count, size):
    """So many groups of `size` numbers, each a step from the one before."""
    if size == 1:
        for k in range(count):
            x[k * x_step] = y[k * y_step]
    elif size == 4:
        # All are read before any is written: that becomes one vector.
        for k in range(count):
            d, s = k * x_step, k * y_step
            v0, v1, v2, v3 = y[s], y[s + 1], y[s + 2], y[s + 3]
            x[d], x[d + 1], x[d + 2], x[d + 3] = v0, v1, v2, v3
    else:
        for k in range(count):
            set_to(x[k * x_step : k * x_step + size], y[k * y_step : k * y_step + size])


@njit(**OPTIONS)
def add_each(x, x_step, y, y_step, count, size):
    if size == 1:
        for k in range(count):
            x[k * x_step] += y[k * y_step]
    elif size == 4:
        for k in range(count):
            d, s = k * x_step, k * y_step
            v0, v1, v2, v3 = (
                x[d] + y[s],
                x[d + 1] + y[s + 1],
                x[d + 2] + y[s + 2],
                x[d + 3] + y[s + 3],
            )
            x[d], x[d + 1], x[d + 2], x[d + 3] = v0, v1, v2, v3
    else:
        for k in range(count):
            add_to(x[k * x_step : k * x_step + size], y[k * y_step : k * y_step + size])
