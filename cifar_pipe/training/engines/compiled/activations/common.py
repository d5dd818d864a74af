"""Activations: a few numbers at a time, copied to where a loop over them has nothing else to look at.

The columns of a row: 1 x, 2 y, 3 which function, 4 its number in the table of factors, 5 how many numbers,
6 where the derivative is taken (x or y), 25 gy, 26 gx, 28 add to gx. x and y may be one place, and so may
their gradients.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.activations.functions import erf, exp, expm1, tanh
from cifar_pipe.training.engines.compiled.products import OPTIONS
from cifar_pipe.training.engines.compiled.runs import add_to, set_to
from cifar_pipe.training.engines.operations import (
    GELU,
    GELU_TANH,
    HARDSWISH,
    LEAKY_RELU,
    RELU,
    RELU6,
    SIGMOID,
    SILU,
    TANH,
)

# Numbers that stay in the first cache beside those that they come from.
_BLOCK = 2048
_ROOT_HALF = np.float32(math.sqrt(0.5))
_DENSITY = np.float32(1 / math.sqrt(2 * math.pi))
_TANH_SCALE = np.float32(math.sqrt(2 / math.pi))
_CUBE = np.float32(0.044715)
_0, _1, _3, _6 = (np.float32(one) for one in (0, 1, 3, 6))
_HALF, _SIXTH = np.float32(0.5), np.float32(1 / 6)


@njit(**OPTIONS)
def activate(r, a, f):
    x, y, kind, count, slope = a[r[1] :], a[r[2] :], r[3], r[5], f[r[4]]
    block = np.empty(min(_BLOCK, count), np.float32)
    for at in range(0, count, _BLOCK):
        end = min(at + _BLOCK, count)
        its = block[: end - at]
        set_to(its, x[at:end])
        _values(kind, its, slope)
        set_to(y[at:end], its)


@njit(**OPTIONS)
def activate_back(r, a, f):
    x, gy, gx, kind, count, more, slope = (
        a[r[6] :],
        a[r[25] :],
        a[r[26] :],
        r[3],
        r[5],
        r[28],
        f[r[4]],
    )
    block = np.empty(2 * min(_BLOCK, count), np.float32)
    for at in range(0, count, _BLOCK):
        end = min(at + _BLOCK, count)
        its, xs = block[: end - at], block[end - at : 2 * (end - at)]
        set_to(its, gy[at:end])
        set_to(xs, x[at:end])
        _gradients(kind, its, xs, slope)
        if more:
            add_to(gx[at:end], its)
        else:
            set_to(gx[at:end], its)


@njit(**OPTIONS)
def _values(kind, x, slope):
    n = len(x)
    if kind == RELU:
        for q in range(n):
            # What is not a number stays.
            x[q] = _0 if x[q] < _0 else x[q]
    elif kind == LEAKY_RELU:
        for q in range(n):
            x[q] = x[q] if x[q] > _0 else x[q] * slope
    elif kind == RELU6:
        for q in range(n):
            x[q] = min(max(x[q], _0), _6)
    elif kind == SIGMOID:
        for q in range(n):
            x[q] = _1 / (_1 + exp(-x[q]))
    elif kind == TANH:
        for q in range(n):
            x[q] = tanh(x[q])
    elif kind == SILU:
        for q in range(n):
            x[q] = x[q] / (_1 + exp(-x[q]))
    elif kind == GELU:
        for q in range(n):
            x[q] = x[q] * _HALF * (_1 + erf(x[q] * _ROOT_HALF))
    elif kind == GELU_TANH:
        for q in range(n):
            v = x[q]
            x[q] = v * _HALF * (_1 + tanh(_TANH_SCALE * (v + _CUBE * v * v * v)))
    elif kind == HARDSWISH:
        for q in range(n):
            x[q] = x[q] * min(max(x[q] + _3, _0), _6) * _SIXTH
    else:
        for q in range(n):
            x[q] = x[q] if x[q] > _0 else slope * expm1(x[q])


@njit(**OPTIONS)
def _gradients(kind, g, x, slope):
    """`g` times the derivative at x: at y for those that are done in place."""
    n = len(g)
    if kind == RELU:
        for q in range(n):
            g[q] = g[q] if x[q] > _0 else _0
    elif kind == LEAKY_RELU:
        for q in range(n):
            g[q] = g[q] if x[q] > _0 else g[q] * slope
    elif kind == RELU6:
        for q in range(n):
            g[q] = g[q] if x[q] > _0 and x[q] < _6 else _0
    elif kind == SIGMOID:
        for q in range(n):
            g[q] *= x[q] * (_1 - x[q])
    elif kind == TANH:
        for q in range(n):
            g[q] *= _1 - x[q] * x[q]
    elif kind == SILU:
        for q in range(n):
            s = _1 / (_1 + exp(-x[q]))
            g[q] *= s * (_1 + x[q] * (_1 - s))
    elif kind == GELU:
        for q in range(n):
            v = x[q]
            g[q] *= _HALF * (_1 + erf(v * _ROOT_HALF)) + v * _DENSITY * exp(-_HALF * v * v)
    elif kind == GELU_TANH:
        for q in range(n):
            v = x[q]
            t = tanh(_TANH_SCALE * (v + _CUBE * v * v * v))
            inner = _TANH_SCALE * (_1 + _3 * _CUBE * v * v)
            g[q] *= _HALF * (_1 + t) + _HALF * v * (_1 - t * t) * inner
    elif kind == HARDSWISH:
        for q in range(n):
            v = x[q]
            g[q] *= _0 if v < -_3 else (v / _3 + _HALF if v <= _3 else _1)
    else:
        for q in range(n):
            # Always computed: a branch would keep the loop from becoming vectors.
            below = slope * exp(x[q])
            g[q] *= _1 if x[q] > _0 else below
