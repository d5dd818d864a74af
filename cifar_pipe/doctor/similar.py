"""Pairs of images that show the same: recompressed, resized, shifted a little, in other colours, mirrored.

First all pairs are compared by a coarse picture: the grey means of 8 x 8 blocks, less their mean and at
length 1, whose products are the correlation of two images. Most pairs of a high correlation are still
different images, of the same composition. What these do not share is fine detail: the image less its
blur. So of each pair that is left the detail is correlated at each shift of up to two of 32 pixels.
Strong edges are damped, d / (|d| + 3), as else a horizon or a frame would outweigh all texture. Of the
60,000 images of CIFAR-10, copies that were recompressed, blurred or recoloured reach 0.65 to 1; looked at
one by one, pairs above 0.55 show the same in all but a few cases, and pairs below 0.45 do not.

The products of all pairs are matrix products: exact, and for 60,000 images faster than an index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from cifar_pipe.data.thread_pool import Watch, in_threads
from cifar_pipe.doctor.collection import Bytes

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

COARSE_CORRELATION = 0.9
DETAIL_CORRELATION = 0.55
# In grey levels: without detail nothing tells two images apart.
_LEAST_DETAIL = 1.0
_STRONG_EDGE = 3.0
# Of handwritten digits, icons or scans all images have one composition.
_MOST_CANDIDATES_PER_IMAGE = 40
_GRID = 8
_SHIFT = 2
_BLUR = 5
_ROWS, _COLUMNS = 512, 8192
_PIECE = 1024


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two images by their indices, the lower first; `correlation` is that of their detail."""

    a: int
    b: int
    correlation: float
    mirrored: bool


class TooAlikeError(Exception):
    """Nearly all images are composed alike: the search cannot tell copies from others."""


@dataclass
class _Candidates:
    """Counted over all threads."""

    most: int
    count: int = 0
    found: list[Pair] = field(default_factory=list)

    def take(self, more: int) -> None:
        self.count += more
        if self.count > self.most:
            raise TooAlikeError


def similar_pairs(thumbnails: Bytes, indices: Sequence[int], watch: Watch) -> list[Pair]:
    """Of the images at `indices` of grey `thumbnails`, uint8 `[N, 32, 32]`; images without detail are in
    no pair.

    Raises TooAlikeError where more pairs are alike than can be compared.
    """
    chosen = np.asarray(indices, np.int64)
    details = np.empty((len(chosen), *thumbnails.shape[1:]), np.float16)
    coarse = np.empty((len(chosen), _GRID * _GRID), np.float32)
    has_detail = np.zeros(len(chosen), bool)
    for at in range(0, len(chosen), _PIECE):
        grey = thumbnails[chosen[at : at + _PIECE]].astype(np.float32)
        detail = _detail(grey)
        has_detail[at : at + _PIECE] = detail.std((1, 2)) >= _LEAST_DETAIL
        details[at : at + _PIECE] = detail / (np.abs(detail) + _STRONG_EDGE)
        coarse[at : at + _PIECE] = _coarse(grey)
    kept = np.flatnonzero(has_detail)
    chosen, details, coarse = chosen[kept], details[kept], coarse[kept]
    candidates = _Candidates(_MOST_CANDIDATES_PER_IMAGE * max(len(chosen), 100))
    _search(coarse, details, chosen, candidates, watch, mirrored=False)
    candidates.count = 0
    _search(coarse, details, chosen, candidates, watch, mirrored=True)
    best: dict[tuple[int, int], Pair] = {}
    for pair in candidates.found:
        before = best.setdefault((pair.a, pair.b), pair)
        if pair.correlation > before.correlation:
            best[pair.a, pair.b] = pair
    return sorted(best.values())


def _search(
    coarse: Floats,
    details: npt.NDArray[np.float16],
    chosen: Indices,
    candidates: _Candidates,
    watch: Watch,
    *,
    mirrored: bool,
) -> None:
    others = coarse
    if mirrored:
        others = np.ascontiguousarray(coarse.reshape(-1, _GRID, _GRID)[:, :, ::-1])
        others = others.reshape(-1, _GRID * _GRID)

    def compare(first: int) -> int:
        last = min(first + _ROWS, len(chosen))
        for a, b in _alike(coarse, others, first, last):
            candidates.take(len(a))
            for at in range(0, len(a), _PIECE):
                i, j = a[at : at + _PIECE], b[at : at + _PIECE]
                right = details[j][:, :, ::-1] if mirrored else details[j]
                scores = _correlation(details[i].astype(np.float32), right.astype(np.float32))
                for one in np.flatnonzero(scores >= DETAIL_CORRELATION):
                    low, high = sorted((int(chosen[i[one]]), int(chosen[j[one]])))
                    candidates.found.append(Pair(low, high, float(scores[one]), mirrored))
        return last - first

    starts = range(0, len(chosen), _ROWS)
    label = "compare mirrored" if mirrored else "compare"
    in_threads(compare, starts, watch, label=label, total=len(chosen))


def _alike(
    coarse: Floats, others: Floats, first: int, last: int
) -> Iterator[tuple[Indices, Indices]]:
    """Pairs of the rows from `first` to `last` with those after them."""
    for start in range(first, len(coarse), _COLUMNS):
        products = coarse[first:last] @ others[start : start + _COLUMNS].T
        a, b = np.nonzero(products > COARSE_CORRELATION)
        a, b = a + first, b + start
        later = b > a
        if later.any():
            yield a[later], b[later]


def _coarse(grey: Floats) -> Floats:
    """Means of blocks, float32 `[n, 64]`, of images `[n, 32, 32]`."""
    side = grey.shape[1] // _GRID
    return _unit(grey.reshape(-1, _GRID, side, _GRID, side).mean((2, 4)).reshape(len(grey), -1))


def _detail(grey: Floats) -> Floats:
    """Images `[n, h, w]` less the mean around each pixel."""
    margin = _BLUR // 2
    padded = np.pad(grey, ((0, 0), (margin, margin), (margin, margin)), "edge")
    sums = np.pad(padded.cumsum(1).cumsum(2), ((0, 0), (1, 0), (1, 0)))
    n = _BLUR
    around = sums[:, n:, n:] - sums[:, :-n, n:] - sums[:, n:, :-n] + sums[:, :-n, :-n]
    made: Floats = grey - around / n**2
    return made


def _correlation(a: Floats, b: Floats) -> Floats:
    """Of details `[n, h, w]`, pair by pair: the greatest of all shifts."""
    size = a.shape[1] - 2 * _SHIFT
    middle = a[:, _SHIFT:-_SHIFT, _SHIFT:-_SHIFT]
    length = np.einsum("nyx,nyx->n", middle, middle)
    sums = np.pad((b * b).cumsum(1).cumsum(2), ((0, 0), (1, 0), (1, 0)))
    n = size
    squares = sums[:, n:, n:] - sums[:, :-n, n:] - sums[:, n:, :-n] + sums[:, :-n, :-n]
    best = np.full(len(a), -1, np.float32)
    for y in range(2 * _SHIFT + 1):
        for x in range(2 * _SHIFT + 1):
            products = np.einsum("nyx,nyx->n", middle, b[:, y : y + size, x : x + size])
            lengths = np.sqrt(length * np.maximum(squares[:, y, x], 0))
            np.maximum(best, products / np.maximum(lengths, 1e-6), out=best)
    return best


def _unit(rows: Floats) -> Floats:
    centred = rows - rows.mean(1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    made: Floats = centred / np.maximum(lengths, 1e-6)
    return made
