"""Settings without effect."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import FC3

CASES = [
    Case("logged_never", "no-effect", "log_every: 500", "log_every: 5", "log_every: 500"),
    Case("rate_of_zero", "no-effect", "lr: 0", "lr: 0.001,", "lr: 0,"),
    Case("all_dropped", "no-effect", "p: 1", FC3, f"      - {{type: Dropout, p: 1}}\n{FC3}"),
    Case("metric_twice", "no-effect", "accuracy", "[accuracy, per_class_accuracy, confusion_matrix]", "[f1, accuracy, accuracy]"),
    Case("best_of_all", "no-effect", "k: 10", "[accuracy, per_class_accuracy, confusion_matrix]", "[{type: top_k_accuracy, k: 10}]"),
]  # fmt: skip
