"""What is done number by number, beside activations: dropout, sums of tensors, images side by side.

The columns of a row: 1 x, 2 y, 5 how many numbers, 22 B, 25 gy, 26 gx, 28 add to gx. x and y may be one place, and
so may their gradients.
"""

from __future__ import annotations

from numba import njit

from cifar_pipe.training.engines.compiled.products import OPTIONS


@njit(**OPTIONS)
def drop(x, y, r, count, masks, n, first, more):
    """Y = x times the mask of image and number (of channel: 7 numbers share one); its gradient as well.

    Masks are laid out as torch draws them, image by image: 6 is how many numbers those above have for one.
    """
    b_, shared = r[22], r[7]
    each = count // (shared * b_)
    base = r[6] * n
    for k in range(each):
        for b in range(b_):
            m = masks[base + (first + b) * each + k]
            for s in range(shared):
                q = (k * shared + s) * b_ + b
                v = x[q] * m
                y[q] = y[q] + v if more else v


@njit(**OPTIONS)
def copy(x, y, count, more):
    """To another place, or added to what is there."""
    if more:
        for q in range(count):
            y[q] += x[q]
    else:
        for q in range(count):
            y[q] = x[q]


@njit(**OPTIONS)
def load(images, first, count, b_, x):
    """B images of `count` numbers [B, count] from the first one on -> [count, B]."""
    if b_ == 4:
        s0 = first * count
        s1, s2, s3 = s0 + count, s0 + 2 * count, s0 + 3 * count
        for q in range(count):
            x[4 * q] = images[s0 + q]
            x[4 * q + 1] = images[s1 + q]
            x[4 * q + 2] = images[s2 + q]
            x[4 * q + 3] = images[s3 + q]
        return
    for q in range(count):
        for b in range(b_):
            x[q * b_ + b] = images[(first + b) * count + q]
