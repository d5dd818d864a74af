"""Pooling of images laid out as [C, H, W, B]: B images lie side by side.

The columns of a row: 1 x, 2 y, 3 places of the maxima, 7 C, 8 H, 9 W, 11 kh, 12 kw, 13 stride h, 14 stride w,
15 padding h, 16 padding w, 17 dilation h, 18 dilation w, 19 the padding counts, 20 OH, 21 OW, 22 B, 25 gy,
26 gx, 28 add to gx. Adaptive pooling has no kernel: its windows follow from the sizes.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def clear(x, first, count):  # type: ignore[no-untyped-def]
    zero = np.float32(0)
    for q in range(first, first + count):
        x[q] = zero


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def pool_max(r, a, places):  # type: ignore[no-untyped-def]
    """The first of equal values is the maximum, and what is not a number is, as in PyTorch."""
    h_, w_, kh, kw, sh, sw, ph, pw = r[8], r[9], r[11], r[12], r[13], r[14], r[15], r[16]
    dh, dw, oh, ow, b_ = r[17], r[18], r[20], r[21], r[22]
    d = r[2]
    at = r[3]
    pairs = kh == 2 and kw == 2 and sh == 2 and sw == 2 and ph == 0 and pw == 0
    pairs = pairs and dh == 1 and dw == 1
    for c in range(r[7]):
        x = r[1] + c * h_ * w_ * b_
        for i in range(oh):
            for j in range(ow):
                if pairs:
                    here = 2 * (i * w_ + j)
                    s = x + here * b_
                    e = s + w_ * b_
                    for b in range(b_):
                        a0, a1, a2, a3 = a[s + b], a[s + b_ + b], a[e + b], a[e + b_ + b]
                        one = a1 > a0 or a1 != a1
                        t0 = a1 if one else a0
                        i0 = 1 if one else 0
                        two = a3 > a2 or a3 != a3
                        t1 = a3 if two else a2
                        i1 = w_ + 1 if two else w_
                        lower = t1 > t0 or t1 != t1
                        a[d + b] = t1 if lower else t0
                        places[at + b] = here + (i1 if lower else i0)
                else:
                    for b in range(b_):
                        best = np.float32(-np.inf)
                        place = -1
                        for m in range(kh):
                            h = i * sh - ph + m * dh
                            if h < 0 or h >= h_:
                                continue
                            for n in range(kw):
                                w = j * sw - pw + n * dw
                                if w < 0 or w >= w_:
                                    continue
                                v = a[x + (h * w_ + w) * b_ + b]
                                if place < 0 or v > best or v != v:
                                    best = v
                                    place = h * w_ + w
                        a[d + b] = best
                        places[at + b] = place
                d += b_
                at += b_


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def pool_max_back(r, a, places):  # type: ignore[no-untyped-def]
    plane, b_ = r[8] * r[9], r[22]
    if not r[28]:
        clear(a, r[26], r[7] * plane * b_)
    s = r[25]
    at = r[3]
    for c in range(r[7]):
        x = r[26] + c * plane * b_
        for _ in range(r[20] * r[21]):
            for b in range(b_):
                a[x + places[at + b] * b_ + b] += a[s + b]
            s += b_
            at += b_


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _window(r, i, j):  # type: ignore[no-untyped-def]
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


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def pool_mean(r, a):  # type: ignore[no-untyped-def]
    b_ = r[22]
    d = r[2]
    for c in range(r[7]):
        x = r[1] + c * r[8] * r[9] * b_
        for i in range(r[20]):
            for j in range(r[21]):
                top, bottom, left, right, size = _window(r, i, j)
                share = np.float32(1) / np.float32(size)
                clear(a, d, b_)
                for h in range(top, bottom):
                    for w in range(left, right):
                        s = x + (h * r[9] + w) * b_
                        for b in range(b_):
                            a[d + b] += a[s + b]
                for b in range(b_):
                    a[d + b] *= share
                d += b_


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def pool_mean_back(r, a):  # type: ignore[no-untyped-def]
    b_ = r[22]
    if not r[28]:
        clear(a, r[26], r[7] * r[8] * r[9] * b_)
    s = r[25]
    for c in range(r[7]):
        x = r[26] + c * r[8] * r[9] * b_
        for i in range(r[20]):
            for j in range(r[21]):
                top, bottom, left, right, size = _window(r, i, j)
                share = np.float32(1) / np.float32(size)
                for h in range(top, bottom):
                    for w in range(left, right):
                        d = x + (h * r[9] + w) * b_
                        for b in range(b_):
                            a[d + b] += a[s + b] * share
                s += b_
