"""Networks that are measured on images that they were trained on."""

from __future__ import annotations

from tests.cases.case import Case

DATA = "batch_size: 4"
STAGES = "  evaluate: {split: test, metrics: [accuracy, per_class_accuracy, confusion_matrix]}"
SECOND = "  other_data: {type: load_data, dataset: {type: Shapes, train: 40, test: 20}, transforms: [ToTensor], validation_split: 0.5}\n"

CASES = [
    Case("other_validation_split", "leak", "split: val", STAGES, f"{SECOND}  evaluate: {{split: val, batch_size: 4}}"),
]  # fmt: skip
