"""Datasets and their stand-ins."""

from __future__ import annotations

from tests.cases.case import Case

CASES = [
    Case("stand_in_without_download", "data", "stand_in: Shapes", "{type: Shapes, train: 40, test: 20}", "{type: CIFAR10, root: data, stand_in: Shapes}"),
    Case("one_image_to_set_aside", "data", "validation_split: 0.5", "train: 40, test: 20}", "train: 1, test: 20}\n    validation_split: 0.5"),
]  # fmt: skip
