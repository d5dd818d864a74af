"""The updates of parameters, all of a group at once: they lie one after the other from `first` to `last`."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS
from cifar_pipe.training.engines.operations import DESCENT, NONE

_0, _1 = np.float32(0), np.float32(1)


@njit(**OPTIONS)
def sgd(p, g, moments, first, last, lr, momentum, decay, nesterov, sign):
    """https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html, without dampening."""
    # From 0 on, numba knows that no index is negative.
    p, g, moments = p[first:last], g[first:last], moments[first:last]
    if momentum == _0:
        for q in range(last - first):
            p[q] -= lr * (sign * g[q] + decay * p[q])
    elif nesterov:
        for q in range(last - first):
            d = sign * g[q] + decay * p[q]
            v = momentum * moments[q] + d
            moments[q] = v
            p[q] -= lr * (d + momentum * v)
    else:
        for q in range(last - first):
            v = momentum * moments[q] + (sign * g[q] + decay * p[q])
            moments[q] = v
            p[q] -= lr * v


@njit(**OPTIONS)
def adam(p, g, m, v, first, last, lr, beta1, beta2, eps, decay, decoupled, sign, step):
    """https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html, and Adam without `decoupled`."""
    size = np.float32(lr / (1 - beta1**step))
    root = np.float32(math.sqrt(1 - beta2**step))
    keep = np.float32(1 - lr * decay) if decoupled else _1
    add = _0 if decoupled else np.float32(decay)
    new1, new2, old2, least = (
        np.float32(1 - beta1), np.float32(1 - beta2), np.float32(beta2), np.float32(eps)
    )  # fmt: skip
    p, g, m, v = p[first:last], g[first:last], m[first:last], v[first:last]
    for q in range(last - first):
        w = p[q] * keep
        d = sign * g[q] + add * w
        m[q] += new1 * (d - m[q])
        v[q] = old2 * v[q] + new2 * d * d
        p[q] = w - size * m[q] / (math.sqrt(v[q]) / root + least)


@njit(**OPTIONS)
def add_up(total, part):
    for q in range(len(total)):
        total[q] += part[q]


@njit(**OPTIONS)
def clip_norm(g, count, largest):
    """Makes the first `count` gradients together no longer, as torch.nn.utils.clip_grad_norm_ does."""
    s = 0.0
    for q in range(count):
        s += np.float64(g[q]) * np.float64(g[q])
    k = np.float32(largest / (math.sqrt(s) + 1e-6))
    if k > _1:
        return
    for q in range(count):
        g[q] *= k


@njit(**OPTIONS)
def clip_value(g, count, largest):
    for q in range(count):
        if g[q] > largest:
            g[q] = largest
        elif g[q] < -largest:
            g[q] = -largest


@njit(**OPTIONS)
def update(kind, bounds, table, moments, step, norm, value, p, g):
    """Clips the gradients `g`, where `norm` and `value` are not negative, and takes the step of that number, from 1 on.

    Of each group of parameters `bounds` [groups, 2] has where it begins and ends, and `table` [groups, 8] what the
    optimizer is told, in the order of `sgd` and `adam`.
    """
    if norm >= 0:
        clip_norm(g, len(g), norm)
    if value >= 0:
        clip_value(g, len(g), np.float32(value))
    if kind == NONE:
        return
    for k in range(bounds.shape[0]):
        first, last, r = bounds[k, 0], bounds[k, 1], table[k]
        if kind == DESCENT:
            lr, momentum, decay = np.float32(r[0]), np.float32(r[1]), np.float32(r[2])
            sgd(p, g, moments[0], first, last, lr, momentum, decay, r[3] != 0, np.float32(r[4]))
        else:
            adam(
                p, g, moments[0], moments[1], first, last,
                r[0], r[1], r[2], r[3], r[4], r[5] != 0, np.float32(r[6]), np.float64(step),
            )  # fmt: skip
