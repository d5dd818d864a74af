"""Runs a program of the usual rows: each says which kernel works on which places of the arena.

Nothing is compiled for a network or a batch size: both are rows of whole numbers. Steps whose batches lie one after
the other are taken without a return to Python.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.activations.common import activate, activate_back
from cifar_pipe.training.engines.compiled.convolution import convolve, convolve_back
from cifar_pipe.training.engines.compiled.elements import copy, drop, load
from cifar_pipe.training.engines.compiled.gathering import pick
from cifar_pipe.training.engines.compiled.layers import (
    cross_entropy,
)
from cifar_pipe.training.engines.compiled.linear import linear, linear_back
from cifar_pipe.training.engines.compiled.pooling import (
    pool_max,
    pool_max_back,
)
from cifar_pipe.training.engines.compiled.products import OPTIONS
from cifar_pipe.training.engines.compiled.updates import update
from cifar_pipe.training.engines.operations import (
    ACTIVATE,
    BACK,
    CONVOLVE,
    COPY,
    DROP,
    LINEAR,
    LOAD,
    LOSS,
    NONE,
    POOL_MAX,
)

_0 = np.float32(0)


@njit(**OPTIONS)
def run_from(
    s, number, loss, losses, size, kind, bounds, table, moments, step, norm, value, rows, f, a, places, p, g, t,
    images, picked, labels, shares, weights, masks, n, first, scale, more,
):  # fmt: skip
    """From the row `number` of step `s` until the end, or a row that is not of the usual ones: its step and number, and the
    loss until there.
    """
    while True:
        begin = first + s * size
        its = masks[s * (len(masks) // len(losses)) :]
        while number < rows.shape[0]:
            r = rows[number]
            code = r[0]
            if code == CONVOLVE:
                convolve(r, a, p, t)
            elif code == ACTIVATE:
                activate(r, a, f)
            elif code == POOL_MAX:
                pool_max(r, a, places)
            elif code == LINEAR:
                linear(r, a, p, t)
            elif code == LOAD:
                if len(images) > 0:
                    load(images, begin, r[5], r[22], a[r[2] :])
                else:
                    pick(r, picked, begin, a[r[2] :])
            elif code == COPY:
                copy(a[r[1] :], a[r[2] :], r[5], r[28])
            elif code == DROP:
                drop(a[r[1] :], a[r[2] :], r, r[5], its, n, first, 0)
            elif code == LOSS:
                loss = cross_entropy(r, a, f, labels, shares, weights, begin, scale)
            elif code == CONVOLVE + BACK:
                convolve_back(r, a, g, t, more)
            elif code == ACTIVATE + BACK:
                activate_back(r, a, f)
            elif code == POOL_MAX + BACK:
                pool_max_back(r, a, places)
            elif code == LINEAR + BACK:
                linear_back(r, a, p, g, t, more)
            elif code == DROP + BACK:
                drop(a[r[25] :], a[r[26] :], r, r[5], its, n, first, r[28])
            else:
                return s, number, loss
            number += 1
        losses[s] = loss
        if kind == NONE:
            return s + 1, number, loss
        if not np.isfinite(loss):
            return s, number, loss
        update(kind, bounds, table, moments, step + s, norm, value, p, g)
        s += 1
        if s == len(losses):
            return s, number, loss
        number, loss = 0, _0


# Not compiled: that would take two seconds more.
def run(
    losses,
    size,
    kind,
    bounds,
    table,
    moments,
    step,
    norm,
    value,
    rows,
    f,
    _sources,
    a,
    places,
    p,
    g,
    t,
    images,
    picked,
    labels,
    shares,
    weights,
    masks,
    n,
    first,
    scale,
    more,
    _stats,
    _sizes,
    _chunk,
):
    """Takes as many steps as there are `losses`, each with the `size` images after those of the step before, from the
    first one on; gives how many were taken before a loss that is not finite, which changes nothing.

    Without a kind of update, one step: some images of a batch, whose gradients go into `g`.
    `kind` to `value` are those of `updates.update`; `f` is the table of factors, `a` the arena, `places` those of maxima,
    `p` the parameters and buffers, `t` the words of a product, `picked` what images are made of where there are none,
    `masks` those of one step after the other, `n` the images of a whole batch. A loss is times `scale`; with `more`,
    gradients are added to those in `g`.
    What begins with _ is for rows that are not usual: where numbers come from, and batch normalization.
    """
    return run_from(
        0, 0, _0, losses, size, kind, bounds, table, moments, step, norm, value, rows, f, a, places, p, g, t,
        images, picked, labels, shares, weights, masks, n, first, scale, more,
    )[0]  # fmt: skip
