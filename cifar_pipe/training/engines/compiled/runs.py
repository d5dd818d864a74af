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


# Without a sign: numba then leaves out what it does for indices below 0.
_U1, _U2, _U3 = np.uint64(1), np.uint64(2), np.uint64(3)


@njit(**OPTIONS)
def set_each(x, x_step, y, y_step, count, size):
    """So many groups of `size` numbers, each a step from the one before."""
    if size == 1:
        for k in range(count):
            x[np.uint64(k * x_step)] = y[np.uint64(k * y_step)]
    elif size == 4:
        # All are read before any is written: that becomes one vector.
        for k in range(count):
            d, s = np.uint64(k * x_step), np.uint64(k * y_step)
            v0, v1, v2, v3 = y[s], y[s + _U1], y[s + _U2], y[s + _U3]
            x[d], x[d + _U1], x[d + _U2], x[d + _U3] = v0, v1, v2, v3
    else:
        for k in range(count):
            set_to(x[k * x_step : k * x_step + size], y[k * y_step : k * y_step + size])


@njit(**OPTIONS)
def add_each(x, x_step, y, y_step, count, size):
    if size == 1:
        for k in range(count):
            x[np.uint64(k * x_step)] += y[np.uint64(k * y_step)]
    elif size == 4:
        for k in range(count):
            d, s = np.uint64(k * x_step), np.uint64(k * y_step)
            v0, v1, v2, v3 = y[s], y[s + _U1], y[s + _U2], y[s + _U3]
            w0, w1, w2, w3 = x[d], x[d + _U1], x[d + _U2], x[d + _U3]
            x[d], x[d + _U1], x[d + _U2], x[d + _U3] = v0 + w0, v1 + w1, v2 + w2, v3 + w3
    else:
        for k in range(count):
            add_to(x[k * x_step : k * x_step + size], y[k * y_step : k * y_step + size])
