"""The names of classes."""

from __future__ import annotations

from tests.cases.case import Case

CASES = [
    Case("no_classes_named", "classes", "classes: []", "batch_size: 4", "classes: []\n    batch_size: 4"),
    Case("named_classes_twice", "classes", "classes: [cat, dog, cat]", "batch_size: 4", "classes: [cat, dog, cat]", count=2),
]  # fmt: skip
