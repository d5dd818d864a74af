"""The classes in an order in which those that are confused with each other are neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_SAME = 1e-9


def by_similarity(counts: Sequence[Sequence[int]]) -> list[int]:
    """The places of the classes of a confusion matrix, whose rows are true classes.

    Spectral seriation (Atkins, Boman and Hendrickson, "A spectral algorithm for seriation and the
    consecutive ones problem", SIAM J. Comput. 28, 1998): by the second eigenvector of the Laplacian of
    the mean share in which one of two classes is taken for the other. The first class is in the first
    half, so that the order is close to the one declared; where nothing is confused, it is that one.
    """
    places = list(range(len(counts)))
    if len(places) < 3:
        return places
    matrix = np.asarray(counts, dtype=float)
    shares = matrix / np.maximum(matrix.sum(1, keepdims=True), 1)
    alike = (shares + shares.T) / 2
    np.fill_diagonal(alike, 0)
    if not alike.any():
        return places
    # Joins what is never confused, weakly: without it each such group would have an order of its own.
    alike += alike[alike > 0].min() / len(places)
    np.fill_diagonal(alike, 0)
    values, vectors = np.linalg.eigh(np.diag(alike.sum(1)) - alike)
    if len(places) > 3 and values[-2] - values[1] <= _SAME * values[-1]:
        # All orders are as good, where every image is taken for one class for example.
        return places
    # Rounded: equal classes keep the order in which they are declared.
    order = sorted(places, key=lambda place: round(float(vectors[place, 1]), 9))
    return order if order.index(0) < len(order) / 2 else order[::-1]
