"""Runs programs that have rows of any kind, those that `program` does not know too."""

from __future__ import annotations

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.activations.rarer import (
    curve,
    curve_back,
    prelu,
    prelu_back,
)
from cifar_pipe.training.engines.compiled.attention import attend, attend_back
from cifar_pipe.training.engines.compiled.depthwise import depthwise, depthwise_back
from cifar_pipe.training.engines.compiled.groups import (
    multiply,
    multiply_back,
    normalize_groups,
    normalize_groups_back,
    softmax,
    softmax_back,
)
from cifar_pipe.training.engines.compiled.layers import (
    normalize,
    normalize_back,
    rescale,
    statistics,
    statistics_back,
)
from cifar_pipe.training.engines.compiled.moving import shift, shift_back, take, take_back
from cifar_pipe.training.engines.compiled.pooling import (
    pool_mean,
    pool_mean_back,
)
from cifar_pipe.training.engines.compiled.products import OPTIONS
from cifar_pipe.training.engines.compiled.program import run_from
from cifar_pipe.training.engines.operations import (
    ATTEND,
    BACK,
    CURVE,
    DEPTHWISE,
    MULTIPLY,
    NORMALIZE,
    NORMALIZE_GROUPS,
    POOL_MEAN,
    PRELU,
    RESCALE,
    SHIFT,
    SOFTMAX,
    STATISTICS,
    TAKE,
)


@njit(**OPTIONS)
def _forward(r, f, sources, a, p, t, stats, sizes, chunk):
    code = r[0]
    if code == DEPTHWISE:
        depthwise(r, a, p)
    elif code == STATISTICS:
        statistics(r, a, stats, sizes, chunk)
    elif code == NORMALIZE:
        normalize(r, a, p, f, stats, sizes, chunk)
    elif code == RESCALE:
        rescale(r, a, p, f)
    elif code == NORMALIZE_GROUPS:
        normalize_groups(r, a, p, f)
    elif code == POOL_MEAN:
        pool_mean(r, a)
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


@njit(**OPTIONS)
def _back(r, f, sources, a, p, g, t, more, stats, sizes, chunk):
    code = r[0] - BACK
    if code == DEPTHWISE:
        depthwise_back(r, a, p, g, more)
    elif code == STATISTICS:
        statistics_back(r, a, g, stats, sizes, chunk, more)
    elif code == NORMALIZE:
        normalize_back(r, a, p, stats, sizes)
    elif code == NORMALIZE_GROUPS:
        normalize_groups_back(r, a, p, g, more)
    elif code == POOL_MEAN:
        pool_mean_back(r, a)
    elif code == CURVE:
        curve_back(r, a, f)
    elif code == PRELU:
        prelu_back(r, a, p, g, more)
    elif code == MULTIPLY:
        multiply_back(r, a)
    elif code == SOFTMAX:
        softmax_back(r, a)
    elif code == TAKE:
        take_back(r, a, sources)
    elif code == SHIFT:
        shift_back(r, a, g, sources, more)
    elif code == ATTEND:
        attend_back(r, a, t)


@njit(**OPTIONS)
def run_any(
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
    stats,
    sizes,
    chunk,
):
    """As `program.run`."""
    s, number, loss = 0, 0, np.float32(0)
    while True:
        s, number, loss = run_from(
            s, number, loss, losses, size, kind, bounds, table, moments, step, norm, value, rows, f, a, places, p, g, t,
            images, picked, labels, shares, weights, masks, n, first, scale, more,
        )  # fmt: skip
        if number == rows.shape[0]:
            return s
        r = rows[number]
        if r[0] < BACK or r[0] == RESCALE:
            _forward(r, f, sources, a, p, t, stats, sizes, chunk)
        else:
            _back(r, f, sources, a, p, g, t, more, stats, sizes, chunk)
        number += 1
