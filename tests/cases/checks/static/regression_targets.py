"""Classes where the targets are numbers."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import random, small

CASES = [
    Case("metrics_of_numbers", "classes", "metrics: [accuracy]", new=small("evaluate: {metrics: [accuracy]}", data=random(""), loss="loss: MSELoss")),
    Case("views_of_numbers", "classes", "views: [[], [ToPureTensor]]", new=small("evaluate: {views: [[], [ToPureTensor]]}", data=random(""), loss="loss: MSELoss")),
    Case("prediction_of_numbers", "classes", "predict", new=small("predict: {}", data=random(""), loss="loss: MSELoss")),
    Case("accuracy_of_numbers", "classes", "monitor: val_accuracy", new=small(data=f"{random('')}, validation_split: 0.2", loss="loss: MSELoss", train=", monitor: val_accuracy")),
    Case("classes_of_numbers", "classes", "classes: [a, b, c]", new=small(data=f"{random('')}, classes: [a, b, c]", loss="loss: MSELoss")),
]  # fmt: skip
