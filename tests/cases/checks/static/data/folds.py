"""More folds than a class has images."""

from __future__ import annotations

from tests.cases.case import Case

CASES = [
    Case("more_folds_than_images_of_a_class", "data", "of: 5", "batch_size: 4", "batch_size: 4\n    fold: {number: 1, of: 5}"),
    Case("more_folds_than_images", "data", "of: 50", "batch_size: 4", "batch_size: 4\n    fold: {number: 1, of: 50}"),
]  # fmt: skip
