"""Convolutions as products of matrices, of images laid out as [C, H, W, B].

B images lie side by side, so that a row of w pixels is w·B numbers in a row, whatever the sizes. The windows
are gathered along the width alone: u [C·kw, rows, OW, B] is kh times smaller than all windows. Row i of
the kernel is then a product with u from row i on (with a stride, from row i/stride of the phase i % stride),
and its gradient another. Legend: C channels in, O out, H by W pixels, OH by OW out, kh by kw kernel.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS, product
from cifar_pipe.training.engines.compiled.runs import add_each, add_to, clear, set_each, set_to

# The columns of a row of the program that say what a convolution is.
#  0 code, 1 x, 2 y, 3 u, 4 packed kernels, 5 weight, 6 bias (-1: none), 7 C, 8 H, 9 W, 10 O, 11 kh, 12 kw,
#  13 stride h, 14 stride w, 15 padding h, 16 padding w, 17 dilation h, 18 dilation w, 19 groups,
#  20 OH, 21 OW, 22 B, 23 rows of a phase, 24 u is x itself,
#  25 gy, 26 gx (-1: none), 27 gu, 28 add to gx, 29 packed gradient, 30 weight's gradient (-1: none), 31 bias's


@njit(**OPTIONS)
def _gather(r, x, u):
    c_, h_, w_, kw, sh, sw = r[7], r[8], r[9], r[12], r[13], r[14]
    ph, pw, dw, ow, b_, rows = r[15], r[16], r[18], r[21], r[22], r[23]
    run = ow * b_
    for c in range(c_):
        # A row is read once for all its shifts.
        for row in range(h_ + 2 * ph):
            h = row - ph
            # Divisions take longer than the copies of short rows.
            place = (c * kw * sh + row % sh) * rows + row // sh if sh > 1 else c * kw * rows + row
            for j in range(kw):
                d = (place + j * sh * rows) * run
                if h < 0 or h >= h_:
                    clear(u[d : d + run])
                    continue
                w0 = j * dw - pw
                s = ((c * h_ + h) * w_ + w0) * b_
                if sw == 1 and w0 >= 0 and w0 + ow <= w_:
                    set_to(u[d : d + run], x[s : s + run])
                    continue
                lo, hi = _inside(w0, sw, w_, ow)
                lo, hi, count = lo * b_, hi * b_, hi - lo
                clear(u[d : d + lo])
                if sw == 1:
                    set_to(u[d + lo : d + hi], x[s + lo : s + hi])
                elif count > 0:
                    set_each(u[d + lo :], b_, x[s + lo * sw :], sw * b_, count, b_)
                clear(u[d + hi : d + run])


@njit(**OPTIONS)
def _inside(w0, sw, w_, ow):
    """The first column whose pixel, w0 + sw·column, is in the image, and the one after the last."""
    if sw == 1:
        # Without divisions, which take longer than the copies of short rows.
        lo = min(ow, max(0, -w0))
        return lo, max(lo, min(ow, w_ - w0))
    lo = min(ow, max(0, (sw - 1 - w0) // sw))
    return lo, max(lo, min(ow, (w_ - 1 - w0) // sw + 1))


@njit(**OPTIONS)
def _fold(r, u, x):
    """Adds each number of u to where it was gathered from."""
    c_, h_, w_, kw, sh, sw = r[7], r[8], r[9], r[12], r[13], r[14]
    ph, pw, dw, ow, b_, rows = r[15], r[16], r[18], r[21], r[22], r[23]
    run = ow * b_
    for c in range(c_):
        for h in range(h_):
            row = h + ph
            place = (c * kw * sh + row % sh) * rows + row // sh if sh > 1 else c * kw * rows + row
            for j in range(kw):
                w0 = j * dw - pw
                d = (place + j * sh * rows) * run
                s = ((c * h_ + h) * w_ + w0) * b_
                lo, hi = _inside(w0, sw, w_, ow)
                lo, hi, count = lo * b_, hi * b_, hi - lo
                if sw == 1:
                    add_to(x[s + lo : s + hi], u[d + lo : d + hi])
                elif count > 0:
                    add_each(x[s + lo * sw :], sw * b_, u[d + lo :], b_, count, b_)


@njit(**OPTIONS)
def _pack(r, weight, packed):
    """Weight [O, C/groups, kh, kw] -> [groups, kh, O/groups, C/groups · kw]."""
    groups, kh, kw = r[19], r[11], r[12]
    o_, c_ = r[10] // groups, r[7] // groups
    for g in range(groups):
        for i in range(kh):
            for o in range(o_):
                d = ((g * kh + i) * o_ + o) * c_ * kw
                s = ((g * o_ + o) * c_ * kh + i) * kw
                for c in range(c_):
                    for j in range(kw):
                        packed[d + c * kw + j] = weight[s + c * kh * kw + j]


@njit(**OPTIONS)
def _unpack(r, packed, weight, more):
    groups, kh, kw = r[19], r[11], r[12]
    o_, c_ = r[10] // groups, r[7] // groups
    for g in range(groups):
        for i in range(kh):
            for o in range(o_):
                d = ((g * kh + i) * o_ + o) * c_ * kw
                s = ((g * o_ + o) * c_ * kh + i) * kw
                for c in range(c_):
                    for j in range(kw):
                        v = packed[d + c * kw + j]
                        q = s + c * kh * kw + j
                        weight[q] = weight[q] + v if more else v


@njit(**OPTIONS)
def convolve(r, a, p, t):
    """Y = x * weight + bias; `a` is the arena, `p` the parameters, `t` the words of a product."""
    o_, kh, kw, sh, dh, groups = r[10], r[11], r[12], r[13], r[17], r[19]
    n, rows = r[20] * r[21] * r[22], r[23]
    og, ck = o_ // groups, r[7] // groups * kw
    line = r[21] * r[22]
    size = sh * rows * line
    if not r[24]:
        _gather(r, a[r[1] :], a[r[3] :])
    _pack(r, p[r[5] :], a[r[4] :])
    y = a[r[2] :]
    has_bias = r[6] >= 0
    if has_bias:
        for o in range(o_):
            bias, to = p[r[6] + o], y[o * n : (o + 1) * n]
            for q in range(n):
                to[q] = bias
    base = a.ctypes.data
    for g in range(groups):
        for i in range(kh):
            at = (i * dh % sh * rows + i * dh // sh) * line
            product(
                t, 0, 0, og, n, ck,
                base + 4 * (r[4] + (g * kh + i) * og * ck), ck,
                base + 4 * (r[3] + g * ck * size + at), size,
                has_bias or i > 0, base + 4 * (r[2] + g * og * n), n,
            )  # fmt: skip


@njit(**OPTIONS)
def convolve_back(r, a, g_, t, more):
    """The gradients of the weight, the bias and x; `g_` are those of parameters, `more` adds to them."""
    o_, kh, kw, sh, dh, groups = r[10], r[11], r[12], r[13], r[17], r[19]
    n, rows = r[20] * r[21] * r[22], r[23]
    og, ck = o_ // groups, r[7] // groups * kw
    line = r[21] * r[22]
    size = sh * rows * line
    base = a.ctypes.data
    gy = a[r[25] :]
    if r[31] >= 0:
        for o in range(o_):
            s = np.float32(0)
            its = gy[o * n : (o + 1) * n]
            for q in range(n):
                s += its[q]
            g_[r[31] + o] = g_[r[31] + o] + s if more else s
    if r[30] >= 0:
        for g in range(groups):
            for i in range(kh):
                at = (i * dh % sh * rows + i * dh // sh) * line
                product(
                    t, 0, 1, og, ck, n,
                    base + 4 * (r[25] + g * og * n), n,
                    base + 4 * (r[3] + g * ck * size + at), size,
                    0, base + 4 * (r[29] + (g * kh + i) * og * ck), ck,
                )  # fmt: skip
        _unpack(r, a[r[29] :], g_[r[30] :], more)
    if r[26] < 0:
        return
    # Where u is x, its gradient is that of x.
    if not (r[24] and r[28]):
        clear(a[r[27] : r[27] + r[7] * kw * size])
    for g in range(groups):
        for i in range(kh):
            at = (i * dh % sh * rows + i * dh // sh) * line
            product(
                t, 1, 0, ck, n, og,
                base + 4 * (r[4] + (g * kh + i) * og * ck), ck,
                base + 4 * (r[25] + g * og * n), n,
                1, base + 4 * (r[27] + g * ck * size + at), size,
            )  # fmt: skip
    if not r[24]:
        gx = a[r[26] :]
        if not r[28]:
            clear(gx[: r[7] * r[8] * r[9] * r[22]])
        _fold(r, a[r[27] :], gx)
