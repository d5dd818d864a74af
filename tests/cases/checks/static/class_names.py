"""The names of classes."""

from __future__ import annotations

from tests.cases.case import Case

CASES = [
    Case("no_classes_named", "classes", "classes: []", "batch_size: 4", "classes: []\n    batch_size: 4"),
    Case("no_class_renamed", "classes", "classes: {}", "batch_size: 4", "classes: {}\n    batch_size: 4"),
    Case("named_classes_twice", "classes", "classes: [cat, dog, cat]", "batch_size: 4", "classes: [cat, dog, cat]", count=2),
    Case("named_as_another_class", "classes", "ring", "batch_size: 4", "classes: [circle, square, triangle, ring, star, cross, crescent, heart, bow, arrow]\n    batch_size: 4"),
    Case("renamed_class_is_not_there", "classes", "cirle: disk", "batch_size: 4", "classes: {cirle: disk}"),
    Case("renamed_to_one_name", "classes", "bow: arrow", "batch_size: 4", "classes: {bow: arrow}"),
]  # fmt: skip
