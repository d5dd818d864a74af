from __future__ import annotations

from cifar_pipe.training.evaluation.metrics import Counts, per_class_accuracy


def worst_class_accuracy(counts: Counts) -> float | None:
    return min(
        (one for one in per_class_accuracy(counts).values() if one is not None), default=None
    )
