"""What is done number by number: activations, dropout, sums of tensors.

The columns of a row: 1 x, 2 y, 3 which function, 4 its number in the table of factors, 5 how many numbers,
6 where the derivative is taken (x or y), 22 B, 25 gy, 26 gx, 28 add to gx. x and y may be one place, and so may
their gradients.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS
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

_ROOT_HALF = np.float32(math.sqrt(0.5))
_DENSITY = np.float32(1 / math.sqrt(2 * math.pi))
_TANH_SCALE = np.float32(math.sqrt(2 / math.pi))
_CUBE = np.float32(0.044715)
_0, _1, _2, _3, _6 = (np.float32(one) for one in (0, 1, 2, 3, 6))
_HALF, _SIXTH = np.float32(0.5), np.float32(1 / 6)


@njit(**OPTIONS)
def _value(kind, x, slope):
    if kind == LEAKY_RELU:
        return x if x > _0 else x * slope
    if kind == RELU6:
        return min(max(x, _0), _6)
    if kind == SIGMOID:
        return _1 / (_1 + math.exp(-x))
    if kind == TANH:
        return math.tanh(x)
    if kind == SILU:
        return x / (_1 + math.exp(-x))
    if kind == GELU:
        return x * _HALF * (_1 + math.erf(x * _ROOT_HALF))
    if kind == GELU_TANH:
        return x * _HALF * (_1 + math.tanh(_TANH_SCALE * (x + _CUBE * x * x * x)))
    if kind == HARDSWISH:
        return x * min(max(x + _3, _0), _6) * _SIXTH
    return x if x > _0 else slope * math.expm1(x)


@njit(**OPTIONS)
def _slope(kind, x, slope):
    """The derivative at x: at y for those that are done in place."""
    if kind == LEAKY_RELU:
        return _1 if x > _0 else slope
    if kind == RELU6:
        return _1 if x > _0 and x < _6 else _0
    if kind == SIGMOID:
        return x * (_1 - x)
    if kind == TANH:
        return _1 - x * x
    if kind == SILU:
        s = _1 / (_1 + math.exp(-x))
        return s * (_1 + x * (_1 - s))
    if kind == GELU:
        return _HALF * (_1 + math.erf(x * _ROOT_HALF)) + x * _DENSITY * math.exp(-_HALF * x * x)
    if kind == GELU_TANH:
        t = math.tanh(_TANH_SCALE * (x + _CUBE * x * x * x))
        inner = _TANH_SCALE * (_1 + _3 * _CUBE * x * x)
        return _HALF * (_1 + t) + _HALF * x * (_1 - t * t) * inner
    if kind == HARDSWISH:
        if x < -_3:
            return _0
        return x / _3 + _HALF if x <= _3 else _1
    return _1 if x > _0 else slope * math.exp(x)


@njit(**OPTIONS)
def activate(r, a, f):
    x, y, kind = a[r[1] :], a[r[2] :], r[3]
    if kind == RELU:
        for q in range(r[5]):
            v = x[q]
            # What is not a number stays.
            y[q] = _0 if v < _0 else v
        return
    slope = f[r[4]]
    for q in range(r[5]):
        y[q] = _value(kind, x[q], slope)


@njit(**OPTIONS)
def activate_back(r, a, f):
    x, gy, gx, kind, more = a[r[6] :], a[r[25] :], a[r[26] :], r[3], r[28]
    if kind == RELU and not more:
        for q in range(r[5]):
            gx[q] = gy[q] if x[q] > _0 else _0
        return
    if kind == RELU:
        for q in range(r[5]):
            gx[q] += gy[q] if x[q] > _0 else _0
        return
    slope = f[r[4]]
    for q in range(r[5]):
        v = gy[q] * _slope(kind, x[q], slope)
        gx[q] = gx[q] + v if more else v


@njit(**OPTIONS)
def drop(x, y, r, count, masks, n, first, more):
    """Y = x times the mask of image and number (of channel: 7 numbers share one); its gradient as well.

    Masks are laid out as torch draws them, image by image: 6 is how many numbers those above have for one.
    """
    b_, shared = r[22], r[7]
    each = count // (shared * b_)
    base = r[6] * n
    for k in range(each):
        for b in range(b_):
            m = masks[base + (first + b) * each + k]
            for s in range(shared):
                q = (k * shared + s) * b_ + b
                v = x[q] * m
                y[q] = y[q] + v if more else v


@njit(**OPTIONS)
def copy(x, y, count, more):
    """To another place, or added to what is there."""
    if more:
        for q in range(count):
            y[q] += x[q]
    else:
        for q in range(count):
            y[q] = x[q]


@njit(**OPTIONS)
def load(images, first, count, b_, x):
    """B images of `count` numbers [B, count] from the first one on -> [count, B]."""
    if b_ == 4:
        s0 = first * count
        s1, s2, s3 = s0 + count, s0 + 2 * count, s0 + 3 * count
        for q in range(count):
            x[4 * q] = images[s0 + q]
            x[4 * q + 1] = images[s1 + q]
            x[4 * q + 2] = images[s2 + q]
            x[4 * q + 3] = images[s3 + q]
        return
    for q in range(count):
        for b in range(b_):
            x[q * b_ + b] = images[(first + b) * count + q]
