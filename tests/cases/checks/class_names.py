"""The names of classes."""

from __future__ import annotations

from tests.cases.case import Case

CASES = [
    Case("named_classes_twice", "classes", "classes: [cat, dog, cat]", "batch_size: 4", "classes: [cat, dog, cat]", count=2),
]  # fmt: skip
