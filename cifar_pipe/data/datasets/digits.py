"""Digits: scikit-learn's copy of the UCI set of handwritten digits.

E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, 1998,
https://doi.org/10.24432/C50P49
"""

from __future__ import annotations

import torch

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.class_names import DIGITS
from cifar_pipe.catalog.images.dataset_checks import check_package
from cifar_pipe.context import Context
from cifar_pipe.data.store import Split, Splits, random_split


def load_digits(dataset: Component, context: Context) -> Splits:
    """uint8 `[N, 1, 8, 8]`; the set's levels 0 to 16 become 0 to 255."""
    check_package(dataset)
    from sklearn import datasets  # noqa: PLC0415 - an optional dependency

    bunch = datasets.load_digits()
    images = torch.from_numpy(bunch.images).mul(255 / 16).round().to(torch.uint8).unsqueeze(1)
    labels = torch.from_numpy(bunch.target).to(torch.int64)
    whole = Split("all", images, labels)
    share = dataset.get("test_split")
    train, test = random_split(whole, share, seed=context.seed, held_out_as="test")
    return Splits({"train": train, "test": test}, DIGITS)
