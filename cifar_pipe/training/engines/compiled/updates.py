"""The updates of parameters, all of a group at once: they lie one after the other from `first` to `last`."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS

_0, _1 = np.float32(0), np.float32(1)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def sgd(p, g, moments, first, last, lr, momentum, decay, nesterov, sign):  # type: ignore[no-untyped-def]
    """https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html, without dampening."""
    if momentum == _0:
        for q in range(first, last):
            p[q] -= lr * (sign * g[q] + decay * p[q])
        return
    for q in range(first, last):
        d = sign * g[q] + decay * p[q]
        v = momentum * moments[q] + d
        moments[q] = v
        p[q] -= lr * (d + momentum * v if nesterov else v)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def adam(  # type: ignore[no-untyped-def]
    p, g, m, v, first, last, lr, beta1, beta2, eps, decay, decoupled, sign, step
):
    """https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html, and Adam without `decoupled`."""
    size = np.float32(lr / (1 - beta1**step))
    root = np.float32(math.sqrt(1 - beta2**step))
    keep = np.float32(1 - lr * decay) if decoupled else _1
    add = _0 if decoupled else np.float32(decay)
    new1, new2, old2, least = (
        np.float32(1 - beta1), np.float32(1 - beta2), np.float32(beta2), np.float32(eps)
    )  # fmt: skip
    for q in range(first, last):
        w = p[q] * keep
        d = sign * g[q] + add * w
        m[q] += new1 * (d - m[q])
        v[q] = old2 * v[q] + new2 * d * d
        p[q] = w - size * m[q] / (math.sqrt(v[q]) / root + least)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def add_up(total, part):  # type: ignore[no-untyped-def]
    for q in range(len(total)):
        total[q] += part[q]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def clip_norm(g, count, largest):  # type: ignore[no-untyped-def]
    """Makes the first `count` gradients together no longer, as torch.nn.utils.clip_grad_norm_ does."""
    s = 0.0
    for q in range(count):
        s += np.float64(g[q]) * np.float64(g[q])
    k = np.float32(largest / (math.sqrt(s) + 1e-6))
    if k > _1:
        return
    for q in range(count):
        g[q] *= k


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def clip_value(g, count, largest):  # type: ignore[no-untyped-def]
    for q in range(count):
        if g[q] > largest:
            g[q] = largest
        elif g[q] < -largest:
            g[q] = -largest
