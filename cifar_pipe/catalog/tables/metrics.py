"""What evaluate can measure: all follow from the counts of true and predicted classes."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg, Entry, table
from cifar_pipe.catalog.core.types import PositiveInt


def _metric(name: str, summary: str, /, **args: Arg) -> Entry:
    return Entry("metric", name, summary, f"cifar_pipe.training.evaluation.metrics:{name}", args)


TABLE = table(
    "metric",
    [
        _metric("accuracy", "Share of the images whose class is predicted right."),
        _metric("per_class_accuracy", "The same for the images of each class."),
        _metric("confusion_matrix", "How many images of each class are taken for which."),
        _metric(
            "top_k_accuracy",
            "Share of the images whose class is among the k with the highest scores.",
            k=Arg(PositiveInt, 5, "How many classes count as right."),
        ),
        _metric("f1", "Harmonic mean of precision and recall, averaged over the classes."),
    ],
)
