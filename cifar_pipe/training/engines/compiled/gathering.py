"""Images [C, H, W, B] made from the bytes of a store: gathered, moved and scaled in one pass.

The columns of a row: 2 x, 7 C, 8 H, 9 W, 22 B.
"""

from __future__ import annotations

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
    if len(moved) > 0:
        for c in range(c_):
            for b in range(b_):
                move = moved[first + b]
                its = pixels[order[first + b], c]
                _move(its, move, table[c], outside[c], x[c * oh * ow * b_ :], b, oh, ow, b_)
        return
    n = oh * ow
    for c in range(c_):
        values, to = table[c], x[c * n * b_ :]
        if b_ == 4:
            p0, p1 = pixels[order[first], c].ravel(), pixels[order[first + 1], c].ravel()
            p2, p3 = pixels[order[first + 2], c].ravel(), pixels[order[first + 3], c].ravel()
            for q in range(n):
                to[4 * q] = values[p0[q]]
                to[4 * q + 1] = values[p1[q]]
                to[4 * q + 2] = values[p2[q]]
                to[4 * q + 3] = values[p3[q]]
            continue
        for b in range(b_):
            its = pixels[order[first + b], c].ravel()
            for q in range(n):
                to[q * b_ + b] = values[its[q]]


@njit(**OPTIONS)
def _move(pixels, move, values, outside, x, b, oh, ow, b_):
    top, left, step = move[0], move[1], move[2]
    h_, w_ = pixels.shape
    # Those of the result whose pixels are in the image.
    if step > 0:
        lo, hi = max(0, -left), min(ow, w_ - left)
    else:
        lo, hi = max(0, left - w_ + 1), min(ow, left + 1)
    lo = min(lo, ow)
    hi = max(lo, hi)
    for i in range(oh):
        to = x[i * ow * b_ + b :]
        h = top + i
        if h < 0 or h >= h_:
            for j in range(ow):
                to[j * b_] = outside
            continue
        for j in range(lo):
            to[j * b_] = outside
        for j in range(hi, ow):
            to[j * b_] = outside
        its = pixels[h]
        if step > 0:
            its = its[left + lo :]
            for j in range(hi - lo):
                to[(lo + j) * b_] = values[its[j]]
        else:
            its = its[left - hi + 1 :]
            for j in range(hi - lo):
                to[(hi - 1 - j) * b_] = values[its[j]]
