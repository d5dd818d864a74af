"""Classes without images in a split."""

from __future__ import annotations

from tests.cases.case import Case

CASES = [
    Case("fewer_validation_images_than_classes", "class-images", "validation_split: 0.2", "batch_size: 4", "batch_size: 4\n    validation_split: 0.2"),
    Case("fewer_test_images_than_classes", "class-images", "test: 9", "test: 20", "test: 9"),
]  # fmt: skip
