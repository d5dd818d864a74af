"""Convolutions of each channel by itself, of images laid out as [C, H, W, B].

A channel goes to a plane with zeros around it. There each number of the kernel is one distance, the same for all
numbers of all images: what it adds is one long run, however short the rows are. With strides there is a plane for each
phase, as in `convolution`, where the columns of a row are told too; 27 is a place for the planes.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS
from cifar_pipe.training.engines.compiled.runs import add_each, add_to, clear, set_each, set_to

_0 = np.float32(0)
# Numbers of a run that stay in the first cache while all of a kernel's are added to them.
_BLOCK = 2048


@njit(**OPTIONS)
def depthwise(r, a, p):
    h_, w_, b_, oh, ow = r[8], r[9], r[22], r[20], r[21]
    taps, each = r[11] * r[12], r[10] // r[7]
    columns, plane, padded, y_plane = _planes(r, a)
    line, run = ow * b_, ((oh - 1) * columns + ow) * b_
    at = _distances(r, columns, plane)
    clear(padded)
    out = y_plane[:run]
    for c in range(r[7]):
        _pad(r, a[r[1] + c * h_ * w_ * b_ :], padded, columns, plane)
        for o in range(c * each, (c + 1) * each):
            out[:] = p[r[6] + o] if r[6] >= 0 else _0
            _weigh(out, padded, p[r[5] + o * taps :], at, taps)
            for i in range(oh):
                s, d = i * columns * b_, r[2] + (o * oh + i) * line
                set_to(a[d : d + line], out[s : s + line])


@njit(**OPTIONS)
def depthwise_back(r, a, p, g, more):
    h_, w_, b_, oh, ow = r[8], r[9], r[22], r[20], r[21]
    taps, each, phases = r[11] * r[12], r[10] // r[7], r[13] * r[14]
    columns, plane, padded, gradient = _planes(r, a)
    line, run = ow * b_, ((oh - 1) * columns + ow) * b_
    at = _distances(r, columns, plane)
    # Of gy, with zeros before it as far as a kernel reaches.
    farthest = 0
    for t in range(taps):
        farthest = max(farthest, at[t] % plane)
    begin = r[27] + 2 * phases * plane
    gy_plane = a[begin : begin + farthest + plane]
    clear(gy_plane)
    gy_run = gy_plane[farthest : farthest + run]
    clear(padded)
    its_at, its = np.empty(taps, np.int64), np.empty(taps, np.float32)
    for c in range(r[7]):
        if r[30] >= 0:
            _pad(r, a[r[1] + c * h_ * w_ * b_ :], padded, columns, plane)
        if r[26] >= 0:
            clear(gradient)
        for o in range(c * each, (c + 1) * each):
            for i in range(oh):
                d, s = i * columns * b_, r[25] + (o * oh + i) * line
                set_to(gy_run[d : d + line], a[s : s + line])
            if r[31] >= 0:
                v = _sum(a[r[25] + o * oh * line : r[25] + (o + 1) * oh * line])
                g[r[31] + o] = g[r[31] + o] + v if more else v
            if r[30] >= 0:
                weights = g[r[30] + o * taps : r[30] + (o + 1) * taps]
                if not more:
                    clear(weights)
                _correlate(weights, gy_run, padded, at, taps)
            if r[26] < 0:
                continue
            for phase in range(phases):
                count = 0
                for t in range(taps):
                    if at[t] // plane == phase:
                        its_at[count] = farthest - at[t] % plane
                        its[count] = p[r[5] + o * taps + t]
                        count += 1
                to = gradient[phase * plane : (phase + 1) * plane]
                _weigh(to, gy_plane, its, its_at, count)
        if r[26] >= 0:
            _unpad(r, a[r[26] + c * h_ * w_ * b_ :], gradient, columns, plane)


@njit(**OPTIONS)
def _planes(r, a):
    """Columns and numbers of one plane, and where those of x and of what is added up lie."""
    columns = (r[9] + 2 * r[16] + r[14] - 1) // r[14]
    plane = r[23] * columns * r[22]
    all_ = r[13] * r[14] * plane
    return columns, plane, a[r[27] : r[27] + all_], a[r[27] + all_ : r[27] + 2 * all_]


@njit(**OPTIONS)
def _distances(r, columns, plane):
    """From a number of the result to that of x, for each of a kernel."""
    kh, kw, sh, sw, dh, dw, b_ = r[11], r[12], r[13], r[14], r[17], r[18], r[22]
    at = np.empty(kh * kw, np.int64)
    for i in range(kh):
        for j in range(kw):
            phase = i * dh % sh * sw + j * dw % sw
            at[i * kw + j] = phase * plane + (i * dh // sh * columns + j * dw // sw) * b_
    return at


@njit(**OPTIONS)
def _pad(r, x, padded, columns, plane):
    h_, w_, sh, sw, ph, pw, b_ = r[8], r[9], r[13], r[14], r[15], r[16], r[22]
    for h in range(h_):
        row = h + ph
        to = padded[row % sh * sw * plane + row // sh * columns * b_ :]
        line = x[h * w_ * b_ : (h + 1) * w_ * b_]
        if sw == 1:
            set_to(to[pw * b_ : (pw + w_) * b_], line)
            continue
        for first in range(min(sw, w_)):
            d, count = _phase(first + pw, sw, plane, b_), (w_ - first + sw - 1) // sw
            set_each(to[d:], b_, line[first * b_ :], sw * b_, count, b_)


@njit(**OPTIONS)
def _phase(column, sw, plane, b_):
    return column % sw * plane + column // sw * b_


@njit(**OPTIONS)
def _unpad(r, x, padded, columns, plane):
    h_, w_, sh, sw, ph, pw, b_ = r[8], r[9], r[13], r[14], r[15], r[16], r[22]
    for h in range(h_):
        row = h + ph
        of = padded[row % sh * sw * plane + row // sh * columns * b_ :]
        line = x[h * w_ * b_ : (h + 1) * w_ * b_]
        if not r[28]:
            clear(line)
        if sw == 1:
            add_to(line, of[pw * b_ : (pw + w_) * b_])
            continue
        for first in range(min(sw, w_)):
            s, count = _phase(first + pw, sw, plane, b_), (w_ - first + sw - 1) // sw
            add_each(line[first * b_ :], sw * b_, of[s:], b_, count, b_)


@njit(**OPTIONS)
def _weigh(y, x, weights, at, taps):
    """Adds the sum of weights[t] · x[at[t] + q] to each y[q]; five at a time, the missing ones as 0."""
    for begin in range(0, len(y), _BLOCK):
        n = min(_BLOCK, len(y) - begin)
        to, of = y[begin : begin + n], x[begin:]
        for t in range(0, taps, 5):
            k0 = weights[t]
            k1 = weights[t + 1] if t + 1 < taps else _0
            k2 = weights[t + 2] if t + 2 < taps else _0
            k3 = weights[t + 3] if t + 3 < taps else _0
            k4 = weights[t + 4] if t + 4 < taps else _0
            last = taps - 1
            x0, x1, x2 = of[at[t] :], of[at[min(t + 1, last)] :], of[at[min(t + 2, last)] :]
            x3, x4 = of[at[min(t + 3, last)] :], of[at[min(t + 4, last)] :]
            for q in range(n):
                to[q] += k0 * x0[q] + k1 * x1[q] + k2 * x2[q] + k3 * x3[q] + k4 * x4[q]


@njit(**OPTIONS)
def _correlate(weights, y, x, at, taps):
    """Adds the sum of y[q] · x[at[t] + q] to each weights[t]."""
    for begin in range(0, len(y), _BLOCK):
        n = min(_BLOCK, len(y) - begin)
        its, of = y[begin : begin + n], x[begin:]
        for t in range(0, taps, 5):
            last = taps - 1
            x0, x1, x2 = of[at[t] :], of[at[min(t + 1, last)] :], of[at[min(t + 2, last)] :]
            x3, x4 = of[at[min(t + 3, last)] :], of[at[min(t + 4, last)] :]
            s0 = s1 = s2 = s3 = s4 = _0
            for q in range(n):
                v = its[q]
                s0 += v * x0[q]
                s1 += v * x1[q]
                s2 += v * x2[q]
                s3 += v * x3[q]
                s4 += v * x4[q]
            weights[t] += s0
            if t + 1 < taps:
                weights[t + 1] += s1
            if t + 2 < taps:
                weights[t + 2] += s2
            if t + 3 < taps:
                weights[t + 3] += s3
            if t + 4 < taps:
                weights[t + 4] += s4


@njit(**OPTIONS)
def _sum(x):
    s = _0
    for q in range(len(x)):
        s += x[q]
    return s
