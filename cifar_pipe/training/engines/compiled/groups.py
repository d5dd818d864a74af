"""Normalizations and softmax of each image by itself; B images lie side by side: [features, B]."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS
from cifar_pipe.training.engines.compiled.runs import clear

_0, _1 = np.float32(0), np.float32(1)


# Normalizations: 1 x [G, L, B], 2 y, 3 mean and 1/deviation [2, G, B], 4 eps in the table of factors, 5 weight (-1: none),
# 6 bias (-1: none), 7 groups G, 8 numbers L of a group, 9 how many in a row share a weight, 10 how many weights there
# are, 11 no mean is taken off, 12 how many numbers of an image lie side by side, each with statistics of its own, 22 B, 25 gy, 26 gx (-1: none), 28 add to gx, 30 the weight's gradient (-1: none),
# 31 the bias's (-1: none)


@njit(**OPTIONS)
def normalize_groups(r, a, p, f):
    g_, l_, inner, b_ = r[7], r[8], r[9], r[12] * r[22]
    eps, count = f[r[4]], np.float64(l_)
    sums = np.empty(b_, np.float64)
    for k in range(g_):
        x, y = a[r[1] + k * l_ * b_ :], a[r[2] + k * l_ * b_ :]
        means, scales = a[r[3] + k * b_ :], a[r[3] + (g_ + k) * b_ :]
        clear(means[:b_])
        if not r[11]:
            sums[:] = 0.0
            for q in range(l_):
                for b in range(b_):
                    sums[b] += x[q * b_ + b]
            for b in range(b_):
                means[b] = sums[b] / count
        sums[:] = 0.0
        for q in range(l_):
            for b in range(b_):
                d = x[q * b_ + b] - means[b]
                sums[b] += d * d
        for b in range(b_):
            scales[b] = 1.0 / math.sqrt(sums[b] / count + eps)
        for at in range(0, l_, inner):
            c = (k * l_ + at) // inner % r[10]
            w = p[r[5] + c] if r[5] >= 0 else _1
            bias = p[r[6] + c] if r[6] >= 0 else _0
            for q in range(at, at + inner):
                for b in range(b_):
                    y[q * b_ + b] = (x[q * b_ + b] - means[b]) * scales[b] * w + bias


@njit(**OPTIONS)
def normalize_groups_back(r, a, p, g, more):
    g_, l_, inner, b_ = r[7], r[8], r[9], r[12] * r[22]
    if r[30] >= 0 and not more:
        clear(g[r[30] : r[30] + r[10]])
    if r[31] >= 0 and not more:
        clear(g[r[31] : r[31] + r[10]])
    sums, products = np.empty(b_, np.float64), np.empty(b_, np.float64)
    for k in range(g_):
        x, gy = a[r[1] + k * l_ * b_ :], a[r[25] + k * l_ * b_ :]
        means, scales = a[r[3] + k * b_ :], a[r[3] + (g_ + k) * b_ :]
        sums[:] = 0.0
        products[:] = 0.0
        for at in range(0, l_, inner):
            c = (k * l_ + at) // inner % r[10]
            w = p[r[5] + c] if r[5] >= 0 else _1
            s, v = _0, _0
            for q in range(at, at + inner):
                for b in range(b_):
                    one = gy[q * b_ + b]
                    d = one * (x[q * b_ + b] - means[b])
                    s += one
                    v += d * scales[b]
                    sums[b] += w * one
                    products[b] += w * d
            if r[30] >= 0:
                g[r[30] + c] += v
            if r[31] >= 0:
                g[r[31] + c] += s
        if r[26] < 0:
            continue
        gx = a[r[26] + k * l_ * b_ :]
        for b in range(b_):
            sums[b] = 0.0 if r[11] else sums[b] / l_
            products[b] *= scales[b] * scales[b] / l_
        for at in range(0, l_, inner):
            w = p[r[5] + (k * l_ + at) // inner % r[10]] if r[5] >= 0 else _1
            for q in range(at, at + inner):
                for b in range(b_):
                    away = np.float32(sums[b]) + (x[q * b_ + b] - means[b]) * np.float32(
                        products[b]
                    )
                    d = scales[b] * (w * gy[q * b_ + b] - away)
                    gx[q * b_ + b] = gx[q * b_ + b] + d if r[28] else d


# Softmax: 1 x [G, L, I, B], 2 y, 7 G, 8 L, 9 I, 11 its logarithm, 22 B, 25 gy, 26 gx, 28 add to gx


@njit(**OPTIONS)
def softmax(r, a):
    l_, n = r[8], r[9] * r[22]
    for k in range(r[7]):
        for i in range(n):
            x, y = a[r[1] + k * l_ * n + i :], a[r[2] + k * l_ * n + i :]
            largest = x[0]
            for q in range(l_):
                v = x[q * n]
                if v > largest or v != v:
                    largest = v
            s = _0
            for q in range(l_):
                y[q * n] = math.exp(x[q * n] - largest)
                s += y[q * n]
            if r[11]:
                log_sum = math.log(s) + largest
                for q in range(l_):
                    y[q * n] = x[q * n] - log_sum
            else:
                for q in range(l_):
                    y[q * n] /= s


@njit(**OPTIONS)
def softmax_back(r, a):
    l_, n = r[8], r[9] * r[22]
    for k in range(r[7]):
        for i in range(n):
            at = k * l_ * n + i
            y, gy, gx = a[r[2] + at :], a[r[25] + at :], a[r[26] + at :]
            s = _0
            for q in range(l_):
                s += gy[q * n] if r[11] else gy[q * n] * y[q * n]
            for q in range(l_):
                if r[11]:
                    d = gy[q * n] - math.exp(y[q * n]) * s
                else:
                    d = y[q * n] * (gy[q * n] - s)
                gx[q * n] = gx[q * n] + d if r[28] else d


# Products: 1 x [K, S, B], 2 y, 3 the other factor z [K, B], 7 K, 8 S, 22 B, 25 gy, 26 gx (-1: none), 27 gz (-1: none),
# 28 add to gx, 29 add to gz


@njit(**OPTIONS)
def multiply(r, a):
    s_, b_ = r[8], r[22]
    x, y, z = a[r[1] :], a[r[2] :], a[r[3] :]
    for k in range(r[7]):
        for s in range(s_):
            q = (k * s_ + s) * b_
            for b in range(b_):
                y[q + b] = x[q + b] * z[k * b_ + b]


@njit(**OPTIONS)
def multiply_back(r, a):
    s_, b_ = r[8], r[22]
    x, z, gy = a[r[1] :], a[r[3] :], a[r[25] :]
    if r[26] >= 0:
        gx = a[r[26] :]
        for k in range(r[7]):
            for s in range(s_):
                q = (k * s_ + s) * b_
                for b in range(b_):
                    d = gy[q + b] * z[k * b_ + b]
                    gx[q + b] = gx[q + b] + d if r[28] else d
    if r[27] >= 0:
        gz = a[r[27] :]
        if not r[29]:
            clear(gz[: r[7] * b_])
        for k in range(r[7]):
            for s in range(s_):
                q = (k * s_ + s) * b_
                for b in range(b_):
                    gz[k * b_ + b] += gy[q + b] * x[q + b]
