"""What evaluate can measure: all follow from the counts of true and predicted classes."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg, Entry, table
from cifar_pipe.catalog.core.types import PositiveInt


def row(name: str, summary: str) -> Entry:
    return Entry("metric", name, summary, f"cifar_pipe.training.evaluation.metrics:{name}")


_ROWS = [
    row("accuracy", "Share of the images whose class is predicted right."),
    row("per_class_accuracy", "The same for the images of each class."),
    row("confusion_matrix", "How many images of each class are taken for which."),
    row(
        "top_k_accuracy", "Share of the images whose class is among the k with the highest scores."
    ).takes(k=Arg(PositiveInt, 5, "How many classes count as right.")),
    row(
        "f1",
        "Harmonic mean of precision and recall, averaged over the classes that occur or are "
        "predicted.",
    ),
]

TABLE = table("metric", _ROWS)
