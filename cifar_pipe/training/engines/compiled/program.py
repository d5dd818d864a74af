"""Runs a program of the usual rows: each says which kernel works on which places of the arena.

Nothing is compiled for a network or a batch size: both are rows of whole numbers.
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
from cifar_pipe.training.engines.operations import (
    ACTIVATE,
    BACK,
    CONVOLVE,
    COPY,
    DROP,
    LINEAR,
    LOAD,
    LOSS,
    POOL_MAX,
)

_0 = np.float32(0)


@njit(**OPTIONS)
def run_from(
    number, loss, rows, f, a, places, p, g, t, images, picked, labels, shares, weights, masks, n, first,
    scale, more,
):  # fmt: skip
    """From the row `number` until the end, or a row that is not of the usual ones: its number, and `loss` or that of the rows."""
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
                load(images, first, r[5], r[22], a[r[2] :])
            else:
                pick(r, picked, first, a[r[2] :])
        elif code == COPY:
            copy(a[r[1] :], a[r[2] :], r[5], r[28])
        elif code == DROP:
            drop(a[r[1] :], a[r[2] :], r, r[5], masks, n, first, 0)
        elif code == LOSS:
            loss = cross_entropy(r, a, f, labels, shares, weights, first, scale)
        elif code == CONVOLVE + BACK:
            convolve_back(r, a, g, t, more)
        elif code == ACTIVATE + BACK:
            activate_back(r, a, f)
        elif code == POOL_MAX + BACK:
            pool_max_back(r, a, places)
        elif code == LINEAR + BACK:
            linear_back(r, a, p, g, t, more)
        elif code == DROP + BACK:
            drop(a[r[25] :], a[r[26] :], r, r[5], masks, n, first, r[28])
        else:
            break
        number += 1
    return number, loss


# Not compiled: that would take two seconds more.
def run(
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
    """The loss of some images, from the first one on, times `scale`; its gradients go into `g`.

    `f` the table of factors, `a` the arena, `places` those of maxima, `p` the parameters and buffers, `t` the
    words of a product, `picked` what images are made of where there are none, `n` the images of the whole batch; with `more`, gradients are added to those in `g`.
    What begins with _ is for rows that are not usual: where numbers come from, and batch normalization.
    """
    return run_from(
        0, _0, rows, f, a, places, p, g, t, images, picked, labels, shares, weights, masks, n, first,
        scale, more,
    )[1]  # fmt: skip
