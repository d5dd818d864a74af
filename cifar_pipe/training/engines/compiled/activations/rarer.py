"""Activations that are rarer than those of `elements`, number by number.

The columns of a row: 1 x, 2 y, 3 which function, 4 its two numbers in the table of factors, 5 how many numbers,
25 gy, 26 gx, 28 add to gx.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS
from cifar_pipe.training.engines.operations import (
    CELU,
    HARDSHRINK,
    HARDSIGMOID,
    HARDTANH,
    LOG_SIGMOID,
    MISH,
    SELU,
    SOFTPLUS,
    SOFTSHRINK,
    SOFTSIGN,
    TANHSHRINK,
)

_0, _1, _3 = np.float32(0), np.float32(1), np.float32(3)
_HALF, _SIXTH = np.float32(0.5), np.float32(1 / 6)


@njit(**OPTIONS)
def _softplus(x):
    return max(x, _0) + math.log1p(math.exp(-abs(x)))


@njit(**OPTIONS)
def _sigmoid(x):
    return _1 / (_1 + math.exp(-x))


@njit(**OPTIONS)
def _value(kind, x, u, v):
    """What is not a number stays."""
    if kind == HARDSIGMOID:
        return _0 if x < -_3 else (_1 if x > _3 else x * _SIXTH + _HALF)
    if kind == HARDTANH:
        return u if x < u else (v if x > v else x)
    if kind == SOFTPLUS:
        return x if x * u > v else _softplus(x * u) / u
    if kind == MISH:
        return x * math.tanh(_softplus(x))
    if kind == SELU:
        return u * x if x > _0 else v * math.expm1(x)
    if kind == CELU:
        return x if x > _0 else u * math.expm1(x / u)
    if kind == LOG_SIGMOID:
        return -_softplus(-x)
    if kind == SOFTSIGN:
        return x / (_1 + abs(x))
    if kind == TANHSHRINK:
        return x - math.tanh(x)
    if kind == HARDSHRINK:
        return _0 if x >= -u and x <= u else x
    if kind == SOFTSHRINK:
        return x - u if x > u else (x + u if x < -u else x * _0)
    # Threshold.
    return v if x <= u else x


@njit(**OPTIONS)
def _slope(kind, x, u, v):
    if kind == HARDSIGMOID:
        return _SIXTH if x > -_3 and x < _3 else _0
    if kind == HARDTANH:
        return _1 if x > u and x < v else _0
    if kind == SOFTPLUS:
        return _1 if x * u > v else _sigmoid(x * u)
    if kind == MISH:
        t = math.tanh(_softplus(x))
        return t + x * (_1 - t * t) * _sigmoid(x)
    if kind == SELU:
        return u if x > _0 else v * math.exp(x)
    if kind == CELU:
        return _1 if x > _0 else math.exp(x / u)
    if kind == LOG_SIGMOID:
        return _sigmoid(-x)
    if kind == SOFTSIGN:
        s = _1 / (_1 + abs(x))
        return s * s
    if kind == TANHSHRINK:
        t = math.tanh(x)
        return t * t
    if kind in (HARDSHRINK, SOFTSHRINK):
        return _0 if x >= -u and x <= u else _1
    return _0 if x <= u else _1


@njit(**OPTIONS)
def curve(r, a, f):
    x, y, kind, u, v = a[r[1] :], a[r[2] :], r[3], f[r[4]], f[r[4] + 1]
    for q in range(r[5]):
        y[q] = _value(kind, x[q], u, v)


@njit(**OPTIONS)
def curve_back(r, a, f):
    x, gy, gx, kind, u, v = a[r[1] :], a[r[25] :], a[r[26] :], r[3], f[r[4]], f[r[4] + 1]
    more = r[28]
    for q in range(r[5]):
        d = gy[q] * _slope(kind, x[q], u, v)
        gx[q] = gx[q] + d if more else d


# A slope that is learned: 5 weight, 7 channels of the weight, 8 numbers of a channel, 26 gx (-1: none), 30 the weight's
# gradient (-1: none)


@njit(**OPTIONS)
def prelu(r, a, p):
    n = r[8]
    for c in range(r[7]):
        x, y, w = a[r[1] + c * n :], a[r[2] + c * n :], p[r[5] + c]
        for q in range(n):
            y[q] = x[q] if x[q] > _0 else w * x[q]


@njit(**OPTIONS)
def prelu_back(r, a, p, g, more):
    n = r[8]
    for c in range(r[7]):
        x, gy, w = a[r[1] + c * n :], a[r[25] + c * n :], p[r[5] + c]
        if r[30] >= 0:
            s = _0
            for q in range(n):
                s += gy[q] * min(x[q], _0)
            g[r[30] + c] = g[r[30] + c] + s if more else s
        if r[26] >= 0:
            gx = a[r[26] + c * n :]
            for q in range(n):
                d = gy[q] if x[q] > _0 else w * gy[q]
                gx[q] = gx[q] + d if r[28] else d
