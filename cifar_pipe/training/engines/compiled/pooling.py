"""Pooling of images laid out as [C, H, W, B]: B images lie side by side.

The columns of a row: 1 x, 2 y, 3 places of the maxima, 7 C, 8 H, 9 W, 11 kh, 12 kw, 13 stride h, 14 stride w,
15 padding h, 16 padding w, 17 dilation h, 18 dilation w, 19 the padding counts, 20 OH, 21 OW, 22 B, 25 gy,
26 gx, 28 add to gx. Adaptive pooling has no kernel (kh is 0): its windows follow from the sizes.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS
from cifar_pipe.training.engines.compiled.runs import add_to, clear

_1 = np.int32(1)


@njit(forceinline=True, **OPTIONS)
def _of_four(a0, a1, a2, a3, here, w_):
    """The maximum of a window of 2 by 2, and its place; `here` is that of its first pixel."""
    one, two = a1 > a0, a3 > a2
    t0 = a1 if one else a0
    i0 = here + _1 if one else here
    t1 = a3 if two else a2
    i1 = here + w_ + _1 if two else here + w_
    lower = t1 > t0
    v = t1 if lower else t0
    # Each by itself: what is not a number stays, and its place is of no use.
    v = v if a1 == a1 else a1
    v = v if a2 == a2 else a2
    v = v if a3 == a3 else a3
    return v, (i1 if lower else i0)


@njit(forceinline=True, **OPTIONS)
def _four_windows(above, below, y, places, j, b_, b, here, w_):
    """Of four images, all read before any is written: that is what becomes vectors."""
    p, q, o, here = 2 * j * b_ + b, (2 * j + 1) * b_ + b, j * b_ + b, here + np.int32(2 * j)
    v0, i0 = _of_four(above[p], above[q], below[p], below[q], here, w_)
    v1, i1 = _of_four(above[p + 1], above[q + 1], below[p + 1], below[q + 1], here, w_)
    v2, i2 = _of_four(above[p + 2], above[q + 2], below[p + 2], below[q + 2], here, w_)
    v3, i3 = _of_four(above[p + 3], above[q + 3], below[p + 3], below[q + 3], here, w_)
    y[o] = v0
    y[o + 1] = v1
    y[o + 2] = v2
    y[o + 3] = v3
    places[o] = i0
    places[o + 1] = i1
    places[o + 2] = i2
    places[o + 3] = i3


@njit(**OPTIONS)
def _pairs(above, below, y, places, here, w_, b_):
    """A row of windows of 2 by 2 that do not overlap, of two rows of pixels."""
    here, w_ = np.int32(here), np.int32(w_)
    if b_ == 4:
        for j in range(len(y) // 4):
            _four_windows(above, below, y, places, j, 4, 0, here, w_)
        return
    if b_ == 8:
        for j in range(len(y) // 8):
            _four_windows(above, below, y, places, j, 8, 0, here, w_)
            _four_windows(above, below, y, places, j, 8, 4, here, w_)
        return
    for j in range(len(y) // b_):
        s, d, first = 2 * j * b_, j * b_, here + np.int32(2 * j)
        x0, x1 = above[s : s + b_], above[s + b_ : s + 2 * b_]
        x2, x3 = below[s : s + b_], below[s + b_ : s + 2 * b_]
        to, at = y[d : d + b_], places[d : d + b_]
        for b in range(b_):
            to[b], at[b] = _of_four(x0[b], x1[b], x2[b], x3[b], first, w_)


@njit(**OPTIONS)
def _window(r, i, j):
    """First and last row and column of a window, and by what its sum is divided."""
    h_, w_ = r[8], r[9]
    if r[11] == 0:
        top, left = i * h_ // r[20], j * w_ // r[21]
        bottom, right = -(-(i + 1) * h_ // r[20]), -(-(j + 1) * w_ // r[21])
        return top, bottom, left, right, (bottom - top) * (right - left)
    top, left = i * r[13] - r[15], j * r[14] - r[16]
    bottom, right = min(top + r[11], h_ + r[15]), min(left + r[12], w_ + r[16])
    size = (bottom - top) * (right - left)
    top, left, bottom, right = max(top, 0), max(left, 0), min(bottom, h_), min(right, w_)
    return top, bottom, left, right, size if r[19] else (bottom - top) * (right - left)


@njit(**OPTIONS)
def _window_max(x, y, places, top, bottom, dh, left, right, dw, w_, b_):
    """Of one window, whose first row and column are in the image."""
    for b in range(b_):
        y[b] = x[(top * w_ + left) * b_ + b]
        places[b] = top * w_ + left
    for h in range(top, bottom, dh):
        for w in range(left, right, dw):
            place = h * w_ + w
            its = x[place * b_ : (place + 1) * b_]
            for b in range(b_):
                v = its[b]
                if v > y[b] or v != v:
                    y[b] = v
                    places[b] = place


@njit(**OPTIONS)
def pool_max(r, a, places):
    """The first of equal values is the maximum, and what is not a number is, as in PyTorch."""
    h_, w_, kh, kw, sh, sw, ph, pw = r[8], r[9], r[11], r[12], r[13], r[14], r[15], r[16]
    dh, dw, oh, ow, b_ = r[17], r[18], r[20], r[21], r[22]
    pairs = kh == 2 and kw == 2 and sh == 2 and sw == 2 and ph == 0 and pw == 0
    pairs = pairs and dh == 1 and dw == 1 and 2 * oh <= h_ and 2 * ow <= w_
    plane, line = h_ * w_ * b_, w_ * b_
    for c in range(r[7]):
        x = a[r[1] + c * plane : r[1] + (c + 1) * plane]
        for i in range(oh):
            n = (c * oh + i) * ow * b_
            y, its = a[r[2] + n :], places[r[3] + n :]
            if pairs:
                above, below = x[2 * i * line : (2 * i + 1) * line], x[(2 * i + 1) * line :]
                _pairs(above, below, y[: ow * b_], its, 2 * i * w_, w_, b_)
                continue
            if kh == 0:
                for j in range(ow):
                    first, last, left, right, _ = _window(r, i, j)
                    to, at = y[j * b_ : (j + 1) * b_], its[j * b_ : (j + 1) * b_]
                    _window_max(x, to, at, first, last, 1, left, right, 1, w_, b_)
                continue
            top = i * sh - ph
            bottom = min(top + (kh - 1) * dh + 1, h_)
            while top < 0:
                top += dh
            for j in range(ow):
                left = j * sw - pw
                right = min(left + (kw - 1) * dw + 1, w_)
                while left < 0:
                    left += dw
                to, at = y[j * b_ : (j + 1) * b_], its[j * b_ : (j + 1) * b_]
                _window_max(x, to, at, top, bottom, dh, left, right, dw, w_, b_)


@njit(**OPTIONS)
def pool_max_back(r, a, places):
    plane, n, b_ = r[8] * r[9] * r[22], r[20] * r[21] * r[22], r[22]
    if not r[28]:
        clear(a[r[26] : r[26] + r[7] * plane])
    for c in range(r[7]):
        gx = a[r[26] + c * plane : r[26] + (c + 1) * plane]
        gy = a[r[25] + c * n : r[25] + (c + 1) * n]
        its = places[r[3] + c * n : r[3] + (c + 1) * n]
        for w in range(0, n, b_):
            for b in range(b_):
                gx[its[w + b] * b_ + b] += gy[w + b]


@njit(**OPTIONS)
def pool_mean(r, a):
    b_ = r[22]
    d = r[2]
    for c in range(r[7]):
        x = r[1] + c * r[8] * r[9] * b_
        for i in range(r[20]):
            for j in range(r[21]):
                top, bottom, left, right, size = _window(r, i, j)
                share = np.float32(1) / np.float32(size)
                y = a[d : d + b_]
                clear(y)
                for h in range(top, bottom):
                    for w in range(left, right):
                        s = x + (h * r[9] + w) * b_
                        add_to(y, a[s : s + b_])
                for b in range(b_):
                    y[b] *= share
                d += b_


@njit(**OPTIONS)
def pool_mean_back(r, a):
    b_ = r[22]
    if not r[28]:
        clear(a[r[26] : r[26] + r[7] * r[8] * r[9] * b_])
    s = r[25]
    for c in range(r[7]):
        x = r[26] + c * r[8] * r[9] * b_
        for i in range(r[20]):
            for j in range(r[21]):
                top, bottom, left, right, size = _window(r, i, j)
                share = np.float32(1) / np.float32(size)
                gy = a[s : s + b_]
                for h in range(top, bottom):
                    for w in range(left, right):
                        d = x + (h * r[9] + w) * b_
                        gx = a[d : d + b_]
                        for b in range(b_):
                            gx[b] += gy[b] * share
                s += b_
