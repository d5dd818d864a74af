"""Attention of the tokens of an image to each other; B images lie side by side.

The columns of a row: 1 queries, keys and values [3, G, D, S, B] of G heads, 2 y [G, D, S, B], 3 what each token takes
of each [G, B, S, S], 7 G, 8 D, 9 S, 22 B, 25 gy, 26 gx, 28 add to gx.
https://arxiv.org/abs/1706.03762, equation 1.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.activations.functions import exp
from cifar_pipe.training.engines.compiled.products import OPTIONS, product

_0, _1 = np.float32(0), np.float32(1)


@njit(**OPTIONS)
def _take(x, b, b_, y):
    for q in range(len(y)):
        y[q] = x[q * b_ + b]


@njit(**OPTIONS)
def _put(x, b, b_, y, more):
    for q in range(len(x)):
        y[q * b_ + b] = y[q * b_ + b] + x[q] if more else x[q]


@njit(**OPTIONS)
def _softmax(x, scale):
    largest = x[0]
    for q in range(len(x)):
        v = x[q]
        if v > largest or v != v:
            largest = v
    s = _0
    for q in range(len(x)):
        v = exp((x[q] - largest) * scale)
        x[q] = v
        s += v
    s = _1 / s
    for q in range(len(x)):
        x[q] *= s


@njit(**OPTIONS)
def attend(r, a, t):
    heads, d_, s_, b_ = r[7], r[8], r[9], r[22]
    n, square, whole = d_ * s_, s_ * s_, r[7] * d_ * s_ * b_
    scale = np.float32(1 / math.sqrt(d_))
    own = np.empty(4 * n, np.float32)
    q, k, v, o = own[:n], own[n : 2 * n], own[2 * n : 3 * n], own[3 * n :]
    base = own.ctypes.data
    for g in range(heads):
        x = a[r[1] + g * n * b_ :]
        for b in range(b_):
            _take(x, b, b_, q)
            _take(x[whole:], b, b_, k)
            _take(x[2 * whole :], b, b_, v)
            at = r[3] + (g * b_ + b) * square
            shares = a.ctypes.data + 4 * at
            product(t, 1, 0, s_, s_, d_, base, s_, base + 4 * n, s_, 0, shares, s_)
            for s in range(s_):
                _softmax(a[at + s * s_ : at + (s + 1) * s_], scale)
            product(t, 0, 1, d_, s_, s_, base + 8 * n, s_, shares, s_, 0, base + 12 * n, s_)
            _put(o, b, b_, a[r[2] + g * n * b_ :], 0)


@njit(**OPTIONS)
def attend_back(r, a, t):
    heads, d_, s_, b_ = r[7], r[8], r[9], r[22]
    n, square, whole = d_ * s_, s_ * s_, r[7] * d_ * s_ * b_
    scale = np.float32(1 / math.sqrt(d_))
    own = np.empty(5 * n + square, np.float32)
    q, k, v, o, new = (
        own[:n],
        own[n : 2 * n],
        own[2 * n : 3 * n],
        own[3 * n : 4 * n],
        own[4 * n : 5 * n],
    )
    scores = own[5 * n :]
    base = own.ctypes.data
    keys, values, gy, gx, gs = (
        base + 4 * n, base + 8 * n, base + 12 * n, base + 16 * n, base + 20 * n
    )  # fmt: skip
    for g in range(heads):
        x, to = a[r[1] + g * n * b_ :], a[r[26] + g * n * b_ :]
        for b in range(b_):
            _take(x, b, b_, q)
            _take(x[whole:], b, b_, k)
            _take(x[2 * whole :], b, b_, v)
            _take(a[r[25] + g * n * b_ :], b, b_, o)
            at = r[3] + (g * b_ + b) * square
            shares = a.ctypes.data + 4 * at
            product(t, 0, 0, d_, s_, s_, gy, s_, shares, s_, 0, gx, s_)
            _put(new, b, b_, to[2 * whole :], r[28])
            product(t, 1, 0, s_, s_, d_, gy, s_, values, s_, 0, gs, s_)
            for s in range(s_):
                one, its = scores[s * s_ : (s + 1) * s_], a[at + s * s_ : at + (s + 1) * s_]
                total = _0
                for j in range(s_):
                    total += one[j] * its[j]
                for j in range(s_):
                    one[j] = its[j] * (one[j] - total) * scale
            product(t, 0, 1, d_, s_, s_, keys, s_, gs, s_, 0, gx, s_)
            _put(new, b, b_, to, r[28])
            product(t, 0, 0, d_, s_, s_, base, s_, gs, s_, 0, gx, s_)
            _put(new, b, b_, to[whole:], r[28])
