"""Images [C, H, W, B] made from the bytes of a store: gathered, moved and scaled in one pass.

The columns of a row: 2 x, 7 C, 8 H, 9 W, 22 B.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS


@njit(**OPTIONS)
def pick(r, picked, first, x):
    """B images from the first one on.

    `picked` are pixels [N, C, h, w], the images' places there, their moves [n, 3], a table of what each value of
    a channel becomes [C, 256], and what stands where an image has no pixels [C].
    """
    pixels, order, moved, table, outside = picked
    c_, oh, ow, b_ = r[7], r[8], r[9], r[22]
    if len(moved) == 0 and b_ == 4:
        _four(pixels, order[first:], table, x, c_, oh * ow)
        return
    n = oh * ow
    lines = np.empty(4 * n, np.float32)
    l0, l1, l2, l3 = lines[:n], lines[n : 2 * n], lines[2 * n : 3 * n], lines[3 * n :]
    top, left, step = 0, 0, 1
    for c in range(c_):
        values, to = table[c], x[c * n * b_ :]
        for b in range(b_):
            if len(moved) > 0:
                move = moved[first + b]
                top, left, step = np.int64(move[0]), np.int64(move[1]), np.int64(move[2])
            its = pixels[order[first + b], c]
            _move(its, top, left, step, values, outside[c], lines[b % 4 * n :], oh, ow)
            # Four at a time: an image alone would write one number to each line of the cache.
            if b % 4 == 3:
                side = to[b - 3 :]
                for q in range(n):
                    side[q * b_] = l0[q]
                    side[q * b_ + 1] = l1[q]
                    side[q * b_ + 2] = l2[q]
                    side[q * b_ + 3] = l3[q]
            elif b >= b_ - b_ % 4:
                side, line = to[b:], lines[b % 4 * n :]
                for q in range(n):
                    side[q * b_] = line[q]


@njit(**OPTIONS)
def _move(pixels, top, left, step, values, outside, y, oh, ow):
    """A channel of an image [h, w] from row `top` and column `left` on, in columns of step 1 or -1."""
    h_, w_ = pixels.shape
    # Those of the result whose pixels are in the image.
    if step > 0:
        lo, hi = max(0, -left), min(ow, w_ - left)
    else:
        lo, hi = max(0, left - w_ + 1), min(ow, left + 1)
    lo = min(lo, ow)
    hi = max(lo, hi)
    for i in range(oh):
        to, h = y[i * ow : (i + 1) * ow], top + i
        if h < 0 or h >= h_ or lo == hi:
            to[:] = outside
            continue
        for j in range(lo):
            to[j] = outside
        for j in range(hi, ow):
            to[j] = outside
        its = pixels[h]
        if step > 0:
            its, to = its[left + lo :], to[lo:]
            for j in range(hi - lo):
                to[j] = values[its[j]]
        else:
            its, to, last = its[left - hi + 1 :], to[lo:], hi - lo - 1
            for j in range(hi - lo):
                to[last - j] = values[its[j]]


@njit(**OPTIONS)
def _four(pixels, order, table, x, c_, n):
    """Of four images that stay as they are."""
    for c in range(c_):
        values, to = table[c], x[c * n * 4 :]
        p0, p1 = pixels[order[0], c].ravel(), pixels[order[1], c].ravel()
        p2, p3 = pixels[order[2], c].ravel(), pixels[order[3], c].ravel()
        for q in range(n):
            to[4 * q] = values[p0[q]]
            to[4 * q + 1] = values[p1[q]]
            to[4 * q + 2] = values[p2[q]]
            to[4 * q + 3] = values[p3[q]]
