"""Settings without effect."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import FC3, IMAGES, LAYERS, small

CASES = [
    Case("logged_never", "no-effect", "log_every: 500", "log_every: 5", "log_every: 500"),
    Case("rate_of_zero", "no-effect", "lr: 0", "lr: 0.001,", "lr: 0,"),
    Case("all_dropped", "no-effect", "p: 1", FC3, f"      - {{type: Dropout, p: 1}}\n{FC3}"),
    Case("metric_twice", "no-effect", "accuracy", "[accuracy, per_class_accuracy, confusion_matrix]", "[f1, accuracy, accuracy]"),
    Case("best_of_all", "no-effect", "k: 10", "[accuracy, per_class_accuracy, confusion_matrix]", "[{type: top_k_accuracy, k: 10}]"),
    Case("more_images_than_there_are", "no-effect", "count: 100", "predict: {split: test, count: 4}", "predict: {split: test, count: 100}"),
    Case("more_images_than_are_set_aside", "no-effect", "count: 25", "predict: {split: test, count: 4}", "predict: {split: val, count: 25}", overrides=("load_data.validation_split=0.5",)),
    Case("data_for_nobody", "no-effect", "load_data", new=small().replace("  build_model:", f"  again: {{type: load_data, {IMAGES}}}\n  build_model:")),
    Case("network_for_nobody", "no-effect", "build_model", new=small().replace("  train:", f"  other: {{type: build_model, layers: [{LAYERS}]}}\n  train:")),
]  # fmt: skip
