"""Linear layers; B images lie side by side: [features, B].

The columns of a row: 1 x [I, B], 2 y [O, B], 3 x image by image (-1: by a matrix product), 5 weight [O, I], 6 bias
(-1: none), 7 I, 10 O, 12 tokens of an image, which lie side by side as images do, 22 B, 25 gy, 26 gx (-1: none), 27 a place for gx image by image, 28 add to gx, 30 the weight's
gradient (-1: none), 31 the bias's (-1: none).

A product with a matrix of four columns takes the library three times as long as four sums at once take here.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS, product
from cifar_pipe.training.engines.compiled.runs import clear

_0 = np.float32(0)


@njit(**OPTIONS)
def linear(r, a, p, t):
    i_, o_, b_ = r[7], r[10], r[12] * r[22]
    has_bias = r[6] >= 0
    y = a[r[2] :]
    if r[3] >= 0:
        bias = p[r[6] :] if has_bias else p
        _four(a[r[1] :], a[r[3] :], p[r[5] :], bias, y, i_, o_, has_bias)
        return
    if has_bias:
        for o in range(o_):
            v, to = p[r[6] + o], y[o * b_ : (o + 1) * b_]
            for b in range(b_):
                to[b] = v
    base = a.ctypes.data
    w = p.ctypes.data + 4 * r[5]
    product(t, 0, 0, o_, b_, i_, w, i_, base + 4 * r[1], b_, has_bias, base + 4 * r[2], b_)


@njit(**OPTIONS)
def linear_back(r, a, p, g, t, more):
    i_, o_, b_ = r[7], r[10], r[12] * r[22]
    base = a.ctypes.data
    x, gy = base + 4 * r[1], base + 4 * r[25]
    if r[31] >= 0:
        gradients = a[r[25] :]
        for o in range(o_):
            s, its = _0, gradients[o * b_ : (o + 1) * b_]
            for b in range(b_):
                s += its[b]
            g[r[31] + o] = g[r[31] + o] + s if more else s
    if r[30] >= 0:
        if r[3] >= 0:
            _four_weights(a[r[3] :], a[r[25] :], g[r[30] :], i_, o_, more)
        else:
            product(t, 0, 1, o_, i_, b_, gy, b_, x, b_, more, g.ctypes.data + 4 * r[30], i_)
    if r[26] >= 0:
        if r[3] >= 0:
            _four_back(p[r[5] :], a[r[25] :], a[r[27] :], a[r[26] :], i_, o_, r[28])
        else:
            w = p.ctypes.data + 4 * r[5]
            product(t, 1, 0, i_, b_, o_, w, i_, gy, b_, r[28], base + 4 * r[26], b_)


@njit(**OPTIONS)
def _four(x, xt, w, bias, y, i_, o_, has_bias):
    """Y of four images, two outputs at a time; x is kept image by image."""
    x0, x1, x2, x3 = xt[:i_], xt[i_ : 2 * i_], xt[2 * i_ : 3 * i_], xt[3 * i_ : 4 * i_]
    for i in range(i_):
        x0[i], x1[i], x2[i], x3[i] = x[4 * i], x[4 * i + 1], x[4 * i + 2], x[4 * i + 3]
    for o in range(0, o_, 2):
        # Of an odd number the last is computed twice.
        second = min(o + 1, o_ - 1)
        wa, wb = w[o * i_ : (o + 1) * i_], w[second * i_ : (second + 1) * i_]
        a0 = a1 = a2 = a3 = bias[o] if has_bias else _0
        b0 = b1 = b2 = b3 = bias[second] if has_bias else _0
        for i in range(i_):
            u, v = wa[i], wb[i]
            a0 += u * x0[i]
            a1 += u * x1[i]
            a2 += u * x2[i]
            a3 += u * x3[i]
            b0 += v * x0[i]
            b1 += v * x1[i]
            b2 += v * x2[i]
            b3 += v * x3[i]
        d = 4 * o
        y[d], y[d + 1], y[d + 2], y[d + 3] = a0, a1, a2, a3
        d = 4 * second
        y[d], y[d + 1], y[d + 2], y[d + 3] = b0, b1, b2, b3


@njit(**OPTIONS)
def _four_weights(xt, gy, g, i_, o_, more):
    x0, x1, x2, x3 = xt[:i_], xt[i_ : 2 * i_], xt[2 * i_ : 3 * i_], xt[3 * i_ : 4 * i_]
    for o in range(o_):
        its = g[o * i_ : (o + 1) * i_]
        g0, g1, g2, g3 = gy[4 * o], gy[4 * o + 1], gy[4 * o + 2], gy[4 * o + 3]
        if more:
            for i in range(i_):
                its[i] += g0 * x0[i] + g1 * x1[i] + g2 * x2[i] + g3 * x3[i]
        else:
            for i in range(i_):
                its[i] = g0 * x0[i] + g1 * x1[i] + g2 * x2[i] + g3 * x3[i]


@njit(**OPTIONS)
def _four_back(w, gy, xt, gx, i_, o_, more):
    clear(xt[: 4 * i_])
    x0, x1, x2, x3 = xt[:i_], xt[i_ : 2 * i_], xt[2 * i_ : 3 * i_], xt[3 * i_ : 4 * i_]
    for o in range(0, o_, 2):
        # Of an odd number the last counts once.
        second = min(o + 1, o_ - 1)
        share = np.float32(second - o)
        wa, wb = w[o * i_ : (o + 1) * i_], w[second * i_ : (second + 1) * i_]
        d, e = 4 * o, 4 * second
        a0, a1, a2, a3 = gy[d], gy[d + 1], gy[d + 2], gy[d + 3]
        b0, b1, b2, b3 = share * gy[e], share * gy[e + 1], share * gy[e + 2], share * gy[e + 3]
        for i in range(i_):
            u, v = wa[i], wb[i]
            x0[i] += a0 * u + b0 * v
            x1[i] += a1 * u + b1 * v
            x2[i] += a2 * u + b2 * v
            x3[i] += a3 * u + b3 * v
    if more:
        for i in range(i_):
            gx[4 * i] += x0[i]
            gx[4 * i + 1] += x1[i]
            gx[4 * i + 2] += x2[i]
            gx[4 * i + 3] += x3[i]
    else:
        for i in range(i_):
            gx[4 * i], gx[4 * i + 1], gx[4 * i + 2], gx[4 * i + 3] = x0[i], x1[i], x2[i], x3[i]
