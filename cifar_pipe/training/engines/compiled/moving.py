"""Numbers in another order: padding, strides, repetition, shuffles; B images lie side by side.

The columns of a row: 1 x, 2 y, 3 where its places are in the table of them, 4 what stands where there is none, in the
table of factors, 5 numbers of y of an image, 6 those of x, 22 B, 25 gy, 26 gx, 28 add to gx.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS
from cifar_pipe.training.engines.compiled.runs import add_to, clear, set_to


@njit(**OPTIONS)
def take(r, a, f, sources):
    b_, outside = r[22], f[r[4]]
    x, y, its = a[r[1] :], a[r[2] :], sources[r[3] :]
    for k in range(r[5]):
        place, to = its[k] * b_, y[k * b_ : (k + 1) * b_]
        if place >= 0:
            set_to(to, x[place : place + b_])
        else:
            for b in range(b_):
                to[b] = outside


@njit(**OPTIONS)
def take_back(r, a, sources):
    b_ = r[22]
    gx, gy, its = a[r[26] :], a[r[25] :], sources[r[3] :]
    if not r[28]:
        clear(gx[: r[6] * b_])
    for k in range(r[5]):
        place = its[k] * b_
        if place >= 0:
            add_to(gx[place : place + b_], gy[k * b_ : (k + 1) * b_])


# Parameters that are added: 1 x, 2 y, 3 which one to each number, in the table of places, 5 the parameters, 7 numbers
# of an image, 8 how many parameters, 25 gy, 26 gx (-1: none), 28 add to gx, 30 the parameters' gradient (-1: none)


@njit(**OPTIONS)
def shift(r, a, p, sources):
    b_ = r[22]
    x, y, its = a[r[1] :], a[r[2] :], sources[r[3] :]
    for k in range(r[7]):
        v = p[r[5] + its[k]] if its[k] >= 0 else np.float32(0)
        for b in range(b_):
            y[k * b_ + b] = x[k * b_ + b] + v


@njit(**OPTIONS)
def shift_back(r, a, g, sources, more):
    b_ = r[22]
    gy, its = a[r[25] :], sources[r[3] :]
    if r[30] >= 0:
        if not more:
            clear(g[r[30] : r[30] + r[8]])
        for k in range(r[7]):
            if its[k] >= 0:
                s = np.float32(0)
                for b in range(b_):
                    s += gy[k * b_ + b]
                g[r[30] + its[k]] += s
    if r[26] >= 0:
        gx, n = a[r[26] :], r[7] * b_
        if r[28]:
            add_to(gx[:n], gy[:n])
        else:
            set_to(gx[:n], gy[:n])
