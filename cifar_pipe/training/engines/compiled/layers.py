"""Batch normalization and the loss; B images lie side by side: [features, B]."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS

_0, _1 = np.float32(0), np.float32(1)


# Batch normalization: 1 x, 2 y, 3 mean and 1/deviation [2, C], 4 eps and momentum in the table of factors,
# 5 weight (-1: none), 6 bias, 7 C, 8 numbers of a channel, 9 running mean (-1: none), 10 running variance,
# 11 where in each chunk's row of `stats` its own begin [4, C], 22 B, 25 gy, 26 gx (-1: none), 28 add to gx,
# 30 the weight's gradient (-1: none), 31 the bias's
#
# A batch may go through in several chunks at a time: `sizes` are their images, `stats` what each has found. Each of
# them waits for the others between what is found and what is made of it.


@njit(**OPTIONS)
def statistics(r, a, stats, sizes, chunk):
    """The mean of each channel of a chunk, and the sum of the squares of what is apart from it."""
    c_, n = r[7], r[8]
    its = stats[chunk * (len(stats) // len(sizes)) + r[11] :]
    for c in range(c_):
        x = a[r[1] + c * n : r[1] + (c + 1) * n]
        s = _0
        for q in range(n):
            s += x[q]
        mean = s / np.float32(n)
        s = _0
        for q in range(n):
            s += (x[q] - mean) * (x[q] - mean)
        its[c], its[c_ + c] = mean, s


@njit(**OPTIONS)
def _all_statistics(stats, sizes, each, first, second):
    """Of all chunks together: Chan, Golub, LeVeque, Updating formulae and a pairwise algorithm (1979)."""
    width = len(stats) // len(sizes)
    mean, s, count = stats[first], stats[second], np.float32(sizes[0] * each)
    for k in range(1, len(sizes)):
        n = np.float32(sizes[k] * each)
        total = count + n
        apart = stats[k * width + first] - mean
        mean += apart * (n / total)
        s += stats[k * width + second] + apart * apart * (count * (n / total))
        count = total
    return mean, s, count


@njit(**OPTIONS)
def normalize(r, a, p, f, stats, sizes, chunk):
    c_, n = r[7], r[8]
    eps, momentum = f[r[4]], f[r[4] + 1]
    for c in range(c_):
        x, y = a[r[1] + c * n :], a[r[2] + c * n :]
        at = r[11] + c
        mean, s, count = _all_statistics(stats, sizes, n // r[22], at, at + c_)
        scale = _1 / math.sqrt(s / count + eps)
        a[r[3] + c] = mean
        a[r[3] + c_ + c] = scale
        if r[9] >= 0 and chunk == 0:
            p[r[9] + c] += momentum * (mean - p[r[9] + c])
            p[r[10] + c] += momentum * (s / (count - _1) - p[r[10] + c])
        k = scale * p[r[5] + c] if r[5] >= 0 else scale
        shift = (p[r[6] + c] if r[6] >= 0 else _0) - mean * k
        for q in range(n):
            y[q] = x[q] * k + shift


@njit(**OPTIONS)
def rescale(r, a, p, f):
    """Batch normalization by the running mean and variance."""
    c_, n = r[7], r[8]
    eps = f[r[4]]
    for c in range(c_):
        x, y = a[r[1] + c * n : r[1] + (c + 1) * n], a[r[2] + c * n : r[2] + (c + 1) * n]
        k = _1 / math.sqrt(p[r[10] + c] + eps)
        k *= p[r[5] + c] if r[5] >= 0 else _1
        shift = (p[r[6] + c] if r[6] >= 0 else _0) - p[r[9] + c] * k
        for q in range(n):
            y[q] = x[q] * k + shift


@njit(**OPTIONS)
def statistics_back(r, a, g, stats, sizes, chunk, more):
    c_, n = r[7], r[8]
    its = stats[chunk * (len(stats) // len(sizes)) + r[11] :]
    for c in range(c_):
        x, gy = a[r[1] + c * n :], a[r[25] + c * n :]
        mean, scale = a[r[3] + c], a[r[3] + c_ + c]
        s = _0
        d = _0
        for q in range(n):
            s += gy[q]
            d += gy[q] * (x[q] - mean)
        its[2 * c_ + c], its[3 * c_ + c] = s, d
        if r[30] >= 0:
            v = d * scale
            g[r[30] + c] = g[r[30] + c] + v if more else v
        if r[31] >= 0:
            g[r[31] + c] = g[r[31] + c] + s if more else s


@njit(**OPTIONS)
def normalize_back(r, a, p, stats, sizes):
    if r[26] < 0:
        return
    c_, n, width = r[7], r[8], len(stats) // len(sizes)
    count = np.float32(n // r[22] * sizes.sum())
    for c in range(c_):
        x, gy, gx = a[r[1] + c * n :], a[r[25] + c * n :], a[r[26] + c * n :]
        mean, scale = a[r[3] + c], a[r[3] + c_ + c]
        s = _0
        d = _0
        for k in range(len(sizes)):
            s += stats[k * width + r[11] + 2 * c_ + c]
            d += stats[k * width + r[11] + 3 * c_ + c]
        k = scale * p[r[5] + c] if r[5] >= 0 else scale
        m, v = s / count, d * scale * scale / count
        if r[28]:
            for q in range(n):
                gx[q] += k * (gy[q] - m - (x[q] - mean) * v)
        else:
            for q in range(n):
                gx[q] = k * (gy[q] - m - (x[q] - mean) * v)


# Cross-entropy: 1 outputs [K, B], 4 smoothing in the table of factors, 7 K, 22 B, 25 gradient of the outputs


@njit(**OPTIONS)
def cross_entropy(r, a, f, labels, shares, weights, first, scale):
    """The sum over the images of -sum_k target_k weight_k log softmax_k, times `scale`, and its gradient.

    Targets are one-hot of `labels`, where a negative one counts nothing, or `shares` [N, K] where there are any.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    k_, b_, z, gz = r[7], r[22], r[1], r[25]
    smooth = f[r[4]]
    even = smooth / np.float32(k_)
    soft = len(shares) > 0
    total = _0
    for b in range(b_):
        label = -1 if soft else labels[first + b]
        largest = a[z + b]
        for k in range(1, k_):
            v = a[z + k * b_ + b]
            if v > largest or v != v:
                largest = v
        s = _0
        for k in range(k_):
            e = math.exp(a[z + k * b_ + b] - largest)
            a[gz + k * b_ + b] = e
            s += e
        log_sum = math.log(s) + largest
        all_ = _0
        for k in range(k_):
            one = shares[(first + b) * k_ + k] if soft else (_1 if k == label else _0)
            target = (one * (_1 - smooth) + even) * weights[k]
            if not soft and label < 0:
                target = _0
            all_ += target
            # 0 times infinity is not a number.
            if target != _0:
                total += target * (log_sum - a[z + k * b_ + b])
        if not soft and label < 0:
            for k in range(k_):
                a[gz + k * b_ + b] = _0
            continue
        share = all_ / s
        for k in range(k_):
            one = shares[(first + b) * k_ + k] if soft else (_1 if k == label else _0)
            target = (one * (_1 - smooth) + even) * weights[k]
            a[gz + k * b_ + b] = (a[gz + k * b_ + b] * share - target) * scale
    return total * scale
