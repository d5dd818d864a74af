"""Runs a program: rows that each say which kernel works on which places of the arena.

Nothing is compiled for a network or a batch size: both are rows of whole numbers.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.activations.common import activate, activate_back
from cifar_pipe.training.engines.compiled.activations.rarer import (
    curve,
    curve_back,
    prelu,
    prelu_back,
)
from cifar_pipe.training.engines.compiled.attention import attend, attend_back
from cifar_pipe.training.engines.compiled.convolution import convolve, convolve_back
from cifar_pipe.training.engines.compiled.depthwise import depthwise, depthwise_back
from cifar_pipe.training.engines.compiled.elements import copy, drop, load
from cifar_pipe.training.engines.compiled.gathering import pick
from cifar_pipe.training.engines.compiled.groups import (
    multiply,
    multiply_back,
    normalize_groups,
    normalize_groups_back,
    softmax,
    softmax_back,
)
from cifar_pipe.training.engines.compiled.layers import (
    cross_entropy,
    normalize,
    normalize_back,
    rescale,
)
from cifar_pipe.training.engines.compiled.linear import linear, linear_back
from cifar_pipe.training.engines.compiled.moving import shift, shift_back, take, take_back
from cifar_pipe.training.engines.compiled.pooling import (
    pool_max,
    pool_max_back,
    pool_mean,
    pool_mean_back,
)
from cifar_pipe.training.engines.compiled.products import OPTIONS
from cifar_pipe.training.engines.operations import (
    ACTIVATE,
    ATTEND,
    BACK,
    CONVOLVE,
    COPY,
    CURVE,
    DEPTHWISE,
    DROP,
    LINEAR,
    LOAD,
    LOSS,
    MULTIPLY,
    NORMALIZE,
    NORMALIZE_GROUPS,
    POOL_MAX,
    POOL_MEAN,
    PRELU,
    RESCALE,
    SHIFT,
    SOFTMAX,
    TAKE,
)


@njit(**OPTIONS)
def _run_rarer(r, f, sources, a, p, g, t, more):
    code = r[0]
    if code == NORMALIZE_GROUPS:
        normalize_groups(r, a, p, f)
    elif code == CURVE:
        curve(r, a, f)
    elif code == PRELU:
        prelu(r, a, p)
    elif code == MULTIPLY:
        multiply(r, a)
    elif code == SOFTMAX:
        softmax(r, a)
    elif code == TAKE:
        take(r, a, f, sources)
    elif code == SHIFT:
        shift(r, a, p, sources)
    elif code == ATTEND:
        attend(r, a, t)
    elif code == NORMALIZE_GROUPS + BACK:
        normalize_groups_back(r, a, p, g, more)
    elif code == CURVE + BACK:
        curve_back(r, a, f)
    elif code == PRELU + BACK:
        prelu_back(r, a, p, g, more)
    elif code == MULTIPLY + BACK:
        multiply_back(r, a)
    elif code == SOFTMAX + BACK:
        softmax_back(r, a)
    elif code == TAKE + BACK:
        take_back(r, a, sources)
    elif code == SHIFT + BACK:
        shift_back(r, a, g, sources, more)
    elif code == ATTEND + BACK:
        attend_back(r, a, t)


@njit(**OPTIONS)
def run(
    rows,
    f,
    sources,
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
):
    """The loss of some images, from the first one on, times `scale`; its gradients go into `g`.

    `f` the table of factors, `sources` that of where numbers come from, `a` the arena, `places` those of maxima, `p` the parameters and buffers, `t` the
    words of a product, `picked` what images are made of where there are none, `n` the images of the whole batch; with `more`, gradients are added to those in `g`.
    """
    loss = np.float32(0)
    for number in range(rows.shape[0]):
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
        elif code == DEPTHWISE:
            depthwise(r, a, p)
        elif code == NORMALIZE:
            normalize(r, a, p, f)
        elif code == RESCALE:
            rescale(r, a, p, f)
        elif code == COPY:
            copy(a[r[1] :], a[r[2] :], r[5], r[28])
        elif code == DROP:
            drop(a[r[1] :], a[r[2] :], r, r[5], masks, n, first, 0)
        elif code == POOL_MEAN:
            pool_mean(r, a)
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
        elif code == DEPTHWISE + BACK:
            depthwise_back(r, a, p, g, more)
        elif code == NORMALIZE + BACK:
            normalize_back(r, a, p, g, more)
        elif code == DROP + BACK:
            drop(a[r[25] :], a[r[26] :], r, r[5], masks, n, first, r[28])
        elif code == POOL_MEAN + BACK:
            pool_mean_back(r, a)
        else:
            _run_rarer(r, f, sources, a, p, g, t, more)
    return loss
